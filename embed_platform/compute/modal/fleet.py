"""The machines of a run on Modal: lanes to the deployed class, as many as there may be containers."""

from __future__ import annotations

import logging
import queue
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping
from types import TracebackType
from typing import Any, ClassVar, Generic, Self, TypeVar

from embed_platform.compute.modal.budget import Budget
from embed_platform.compute.modal.client import Deployed
from embed_platform.compute.modal.deployment import CLASS_NAME, INPUTS_PER_CONTAINER
from embed_platform.compute.modal.engine import ModalEngine, accept
from embed_platform.compute.modal.lane import CALL_SECONDS, Known, Lane
from embed_platform.compute.modal.ledger import Entry
from embed_platform.compute.modal.payload import Answer
from embed_platform.compute.modal.rental import GONE_SECONDS, Rental
from embed_platform.compute.modal.road import Parcel
from embed_platform.compute.modal.salvage import WAIT_SECONDS
from embed_platform.compute.modal.vendor import WHERE
from embed_platform.compute.signals import exit_on_termination, uninterrupted
from embed_platform.embedding.engine import Embedded, EmbeddedPages
from embed_platform.embedding.fleet import Machine, Salvaged
from embed_platform.embedding.probe import PROBES
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import ComputeRefused, PermanentError, TransientError
from embed_platform.settings import Settings

# A machine that is lost (its container is pre-empted, crashes, stalls) is replaced so often on
# average; one text that kills its container is found in about twenty losses, by halving.
LOSSES_PER_MACHINE = 25
# Starting is tried again when it fails within so many seconds; later it would only cost more.
START_ATTEMPTS = 3
START_AGAIN_SECONDS = 120.0
START_PAUSE_SECONDS = 2.0

L = TypeVar("L", bound=Lane)
A = TypeVar("A", bound=Embedded | EmbeddedPages)
_log = logging.getLogger(__name__)


class DeployedFleet(ABC, Generic[L, A]):
    """Lanes to one deployed class. The vendor starts and stops its containers; the limits are ours.

    Each container has a machine of its own here, so that one that is pre-empted or stalls costs
    its own shards and not everybody's. All of them are the same deployment, so that it is probed
    once, while it warms up; the machines that follow are given what it answered.

    Attributes:
        class_name: of the class that embeds, in the deployed app.
        lane: an engine over that class.
    """

    class_name: ClassVar[str]
    lane: type[L]

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
        self.entry, self.call_seconds = entry, call_seconds
        self._settings, self._salvage_seconds = settings, salvage_seconds
        self.rental = Rental(entry, settings, self.class_name)
        self._ready: queue.Queue[Machine[L]] = queue.Queue()
        self._engines: dict[str, L] = {}
        self._numbered = self._losses = 0
        self._refusal: BaseException | None = None
        self._known: Mapping[Hashable, Known] = {}
        self._starter = threading.Thread(target=self._start, name=WHERE, daemon=True)
        self._undo_signals: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        """Begin to look up the class and to warm up its first container."""
        self.rental.begin()
        self._undo_signals = exit_on_termination()
        try:
            # in this thread: the vendor's client registers its own end with the interpreter's
            # now, and so ends after whatever is registered later to end this fleet
            self.rental.account()
        except PermanentError as error:
            self.refuse(error)
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
                self.refuse(ComputeRefused("the run has ended", where=WHERE))
                self.rental.end(wait=lambda: self._starter.join(GONE_SECONDS))
        finally:
            self._undo_signals()

    def next_machine(self, seconds: float) -> Machine[L] | None:
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

    def lost(self, machine: Machine[Any], reason: str) -> None:
        """Cancel what the machine is doing, and offer another one unless that happened too often."""
        engine = self._engines.pop(machine.name, None)
        if engine is None:
            return
        stalled = engine.busy
        engine.stop()
        self._losses += 1
        if self._losses > LOSSES_PER_MACHINE * self._settings.pods:
            self.refuse(
                ComputeRefused(
                    f"lost {self._losses} times, the last because: {reason}", where=WHERE
                )
            )
        else:
            # one that stalled says nothing against the deployment; anything else is probed again
            self._offer(self._known if stalled else {})

    def salvage(self) -> Iterator[Salvaged[A]]:
        """What a killed run's calls have finished; those that still run are waited for a little."""
        return self.rental.left_over(
            lambda entry, answer: Salvaged(entry.hashes, self.read(entry, answer), answer.maker),
            self._salvage_seconds,
        )

    @abstractmethod
    def probed(self, lane: L) -> dict[Hashable, Known]:
        """What the first container answers to what every engine is asked before it is admitted."""

    @abstractmethod
    def read(self, entry: Entry, answer: Answer) -> A:
        """What the call of a killed run has embedded; raises EmbedError when it does not fit."""

    @property
    def budget(self) -> Budget:
        """What it may cost at most."""
        return self.rental.budget

    @property
    def dollars(self) -> float:
        """Spent so far by containers that have answered, from their start to their newest answer."""
        return self.rental.spending.dollars

    @property
    def gpu_seconds(self) -> float:
        """Seconds in which models were at work."""
        return self.rental.spending.gpu_seconds

    @property
    def machines(self) -> int:
        """Containers that calls are on their way to."""
        return min(self.rental.flight.calls, self._settings.pods)

    def _start(self) -> None:
        began, attempt = time.monotonic(), 0
        while self._refusal is None:
            attempt += 1
            try:
                deployed = self.rental.deployed or self._looked_up()
                self._known = self.probed(self._open_lane(deployed, {}))
            except TransientError as error:
                if attempt == START_ATTEMPTS or time.monotonic() - began > START_AGAIN_SECONDS:
                    self.refuse(error)
                _log.warning("the first container does not come up: %s", error)
                time.sleep(START_PAUSE_SECONDS)
            except BaseException as error:  # noqa: BLE001 - it is raised again by next_machine
                self.refuse(error)
            else:
                for _ in range(self._settings.pods):
                    self._offer(self._known)
                return

    def _looked_up(self) -> Deployed:
        self.rental.account()
        self.rental.courier.sweep()
        return self.rental.look_up()

    def _open_lane(self, deployed: Deployed, known: Mapping[Hashable, Known]) -> L:
        return self.lane(
            deployed, self.entry.space, self.rental, self.refuse, known, self.call_seconds
        )

    def _offer(self, known: Mapping[Hashable, Known]) -> None:
        assert self.rental.deployed is not None
        self._numbered += 1
        engine = self._open_lane(self.rental.deployed, known)
        name = f"modal {self._settings.modal_app} {self._numbered}"
        self._engines[name] = engine
        kind = self.rental.kind
        self._ready.put(Machine(name, engine, lanes=INPUTS_PER_CONTAINER, kind=kind))

    def refuse(self, error: BaseException) -> None:
        """No machine comes any more; the first reason is the one that is told."""
        self._refusal = self._refusal or error


class ModalFleet(DeployedFleet[ModalEngine, Embedded]):
    """Lanes to the class that embeds texts."""

    class_name = CLASS_NAME
    lane = ModalEngine

    def probed(self, lane: ModalEngine) -> dict[Hashable, Known]:
        """To the probe texts."""
        prompt = self.entry.space.document_prompt
        found = lane.embed(PROBES, prompt)
        return {(tuple(PROBES), prompt): Known(found, lane.provenance)}

    def read(self, entry: Entry, answer: Answer) -> Embedded:
        """Vectors, which may lie in the lake."""
        vectors = answer.vectors
        if entry.parcel:
            vectors = self.rental.courier.receive(Parcel(entry.parcel))
        return accept(answer, vectors, entry.shard, self.entry.space, len(entry.hashes))
