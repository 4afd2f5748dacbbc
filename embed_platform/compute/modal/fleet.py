"""The machines of a run on Modal: lanes to the deployed class, as many as there may be containers."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from types import TracebackType

from embed_platform.compute.modal.budget import Budget, budget_of, within_cap
from embed_platform.compute.modal.client import Account, Deployed, vendor_address
from embed_platform.compute.modal.deployment import IDLE_SECONDS, INPUTS_PER_CONTAINER
from embed_platform.compute.modal.engine import CALL_SECONDS, Known, ModalEngine
from embed_platform.compute.modal.flight import Flight
from embed_platform.compute.modal.gpus import Wanted, fitting, load_prices, override, parse_gpus
from embed_platform.compute.modal.ledger import call_ledger
from embed_platform.compute.modal.model_text import model_text
from embed_platform.compute.modal.road import Courier
from embed_platform.compute.modal.salvage import WAIT_SECONDS, salvage
from embed_platform.compute.modal.spending import Spending
from embed_platform.compute.signals import exit_on_termination, uninterrupted
from embed_platform.embedding.fleet import Machine, Salvaged
from embed_platform.embedding.probe import PROBES
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import ComputeRefused, EmbedError, PermanentError, TransientError
from embed_platform.settings import Settings

WHERE = "Modal"
# A machine that is lost (its container is pre-empted, crashes, stalls) is replaced so often on
# average; one text that kills its container is found in about twenty losses, by halving.
LOSSES_PER_MACHINE = 25
# Starting is tried again when it fails within so many seconds; later it would only cost more.
START_ATTEMPTS = 3
START_AGAIN_SECONDS = 120.0
START_PAUSE_SECONDS = 2.0
# The least that the vendor takes; idle containers are gone soon after the run.
IDLE_SECONDS_AFTERWARDS = 2
GONE_SECONDS = 30.0

_log = logging.getLogger(__name__)


class ModalFleet:
    """Lanes to one deployed class. The vendor starts and stops its containers; the limits are ours.

    Each container has a machine of its own here, so that one that is pre-empted or stalls costs
    its own shards and not everybody's. All of them are the same deployment, so that it is probed
    once, while it warms up; the machines that follow are given what it answered.
    """

    def __init__(
        self,
        entry: ModelEntry,
        settings: Settings,
        *,
        call_seconds: float = CALL_SECONDS,
        salvage_seconds: float = WAIT_SECONDS,
    ) -> None:
        """Check what can be checked without asking the vendor.

        Args:
            entry: the model.
            settings: GPU, containers, minutes, cap.
            call_seconds: longest that one call may take.
            salvage_seconds: how long calls of a killed run that still run are waited for.

        Raises:
            ComputeRefused: there is no cap or it is too low, no such GPU, or a model that no
                container can get.
            SettingsError: the vendor's package is not installed.
        """
        self._entry, self._settings = entry, settings
        self._call_seconds, self._salvage_seconds = call_seconds, salvage_seconds
        self._prices = load_prices()
        self._model = model_text(entry)
        self._asked = parse_gpus(settings.gpu, self._prices)
        self.budget = self._within_cap(self._asked or (fitting(entry.parameters, self._prices),))
        self._courier = Courier(settings, vendor_address())
        self._ledger = call_ledger(settings)
        keep = 2 * INPUTS_PER_CONTAINER * settings.pods
        self._flight = Flight(self._ledger, self._courier, keep)
        self._spending = Spending(self.budget.gpus, self._prices)
        self._ready: queue.Queue[Machine] = queue.Queue()
        self._engines: dict[str, ModalEngine] = {}
        self._numbered = self._losses = 0
        self._refusal: BaseException | None = None
        self._connecting = threading.Lock()
        self._account: Account | None = None
        self._deployed: Deployed | None = None
        self._known: Known | None = None
        self._starter = threading.Thread(target=self._start, name=WHERE, daemon=True)
        self._until = 0.0
        self._undo_signals: Callable[[], None] = lambda: None

    def __enter__(self) -> ModalFleet:
        """Begin to look up the class and to warm up its first container."""
        self._until = time.monotonic() + self._settings.rent_minutes * 60
        self._undo_signals = exit_on_termination()
        try:
            # in this thread: the vendor's client registers its own end with the interpreter's
            # now, and so ends after whatever is registered later to end this fleet
            self._connected()
        except PermanentError as error:
            self._refuse(error)
        self._starter.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cancel every call, let idle containers go, and forget what was written down."""
        try:
            with uninterrupted():
                self._refuse(ComputeRefused("the run has ended", where=WHERE))
                self._flight.close()
                self._starter.join(GONE_SECONDS)
                if self._deployed is not None:
                    let_go(self._deployed)
                if self._account is not None:
                    self._account.close()
        finally:
            self._undo_signals()

    def next_machine(self, seconds: float) -> Machine | None:
        """A machine, once the first container has answered.

        Raises:
            PermanentError: none will ever come, with the reason.
            TransientError: none came up, and another run may have more luck.
        """
        if self._refusal is None:
            try:
                return self._ready.get(timeout=seconds) if seconds else self._ready.get_nowait()
            except queue.Empty:
                pass
        if self._refusal is not None:
            raise self._refusal
        return None

    def lost(self, machine: Machine, reason: str) -> None:
        """Cancel what the machine is doing, and offer another one unless that happened too often."""
        engine = self._engines.pop(machine.name, None)
        if engine is None:
            return
        stalled = engine.busy
        engine.stop()
        self._losses += 1
        if self._losses > LOSSES_PER_MACHINE * self._settings.pods:
            self._refuse(
                ComputeRefused(
                    f"lost {self._losses} times, the last because: {reason}", where=WHERE
                )
            )
        else:
            # one that stalled says nothing against the deployment; anything else is probed again
            self._offer(self._known if stalled else None)

    def salvage(self) -> Iterator[Salvaged]:
        """What a killed run's calls have finished; those that still run are waited for a little."""
        entries = self._ledger.left_over(self._entry.space.slug)
        if not entries:
            return
        try:
            account = self._connected()
            account.greet()
        except EmbedError as error:
            # next_machine says the same, and there it ends the run
            _log.warning("what an earlier run has embedded cannot be had: %s", error)
            return
        yield from salvage(
            entries,
            account.call,
            self._flight,
            self._courier,
            self._entry.space,
            self._salvage_seconds,
        )

    @property
    def dollars(self) -> float:
        """Spent so far by containers that have answered, from their start to their newest answer."""
        return self._spending.dollars

    @property
    def gpu_seconds(self) -> float:
        """Seconds in which models were at work."""
        return self._spending.gpu_seconds

    @property
    def machines(self) -> int:
        """Containers that calls are on their way to."""
        return min(self._flight.calls, self._settings.pods)

    def _start(self) -> None:
        began, attempt = time.monotonic(), 0
        while self._refusal is None:
            attempt += 1
            try:
                self._deployed = self._deployed or self._looked_up()
                self._known = self._warmed_up(self._deployed)
            except TransientError as error:
                if attempt == START_ATTEMPTS or time.monotonic() - began > START_AGAIN_SECONDS:
                    self._refuse(error)
                _log.warning("the first container does not come up: %s", error)
                time.sleep(START_PAUSE_SECONDS)
            except BaseException as error:  # noqa: BLE001 - it is raised again by next_machine
                self._refuse(error)
            else:
                for _ in range(self._settings.pods):
                    self._offer(self._known)
                return

    def _looked_up(self) -> Deployed:
        """The class, once what it runs on is within the cap; nothing has been rented before that."""
        account, settings = self._connected(), self._settings
        self._courier.sweep()
        timeout = settings.rent_minutes * 60
        deployed = account.deployed(self._model, None, settings.pods, timeout)
        other = override(self._asked, deployed.gpus, self._entry.parameters, self._prices)
        if other is not None:
            deployed = account.deployed(self._model, other, settings.pods, timeout)
        self.budget = self._within_cap(deployed.gpus)
        self._spending.runs_on(self.budget.gpus)
        with suppress(EmbedError):
            # an earlier run may have shortened it when it ended
            deployed.idle_seconds(IDLE_SECONDS)
        return deployed

    def _warmed_up(self, deployed: Deployed) -> Known:
        engine = self._engine(deployed, known=None)
        prompt = self._entry.space.document_prompt
        found = engine.embed(PROBES, prompt)
        return Known((tuple(PROBES), prompt), found, engine.provenance)

    def _offer(self, known: Known | None) -> None:
        assert self._deployed is not None
        self._numbered += 1
        engine = self._engine(self._deployed, known)
        name = f"modal {self._settings.modal_app} {self._numbered}"
        self._engines[name] = engine
        gpus = self.budget.gpus
        kind = gpus[0].name if len(gpus) == 1 and gpus[0].count == 1 else ""
        self._ready.put(Machine(name, engine, lanes=INPUTS_PER_CONTAINER, kind=kind))

    def _engine(self, deployed: Deployed, known: Known | None) -> ModalEngine:
        return ModalEngine(
            deployed,
            self._entry.space,
            self._flight,
            self._courier,
            self._spending,
            until=self._until,
            refuse=self._refuse,
            known=known,
            call_seconds=self._call_seconds,
        )

    def _within_cap(self, gpus: Sequence[Wanted]) -> Budget:
        seconds = self._settings.rent_minutes * 60
        budget = budget_of(self._settings.pods, seconds, IDLE_SECONDS, gpus, self._prices)
        return within_cap(budget, self._settings.max_dollars)

    def _connected(self) -> Account:
        with self._connecting:
            if self._account is None:
                self._account = Account(self._settings)
            return self._account

    def _refuse(self, error: BaseException) -> None:
        """No machine comes any more; the first reason is the one that is told."""
        self._refusal = self._refusal or error


def let_go(deployed: Deployed, seconds: float = GONE_SECONDS) -> bool:
    """Have idle containers stopped at once; returns whether none runs any more, waiting so long."""
    deadline = time.monotonic() + seconds
    try:
        deployed.idle_seconds(IDLE_SECONDS_AFTERWARDS)
        while deployed.containers():
            if time.monotonic() > deadline:
                _log.warning("containers still run; the vendor stops them when they are idle")
                return False
            time.sleep(0.5)
    except EmbedError as error:
        _log.warning("whether containers still run is not known: %s", error)
        return False
    return True
