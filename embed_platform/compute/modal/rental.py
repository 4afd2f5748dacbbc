"""What a run has of Modal, whatever it embeds: a deployed class under the cap, its calls, and what they cost."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

from embed_platform.compute.modal.budget import Budget, budget_of, within_cap
from embed_platform.compute.modal.client import Account, Deployed
from embed_platform.compute.modal.deployment import IDLE_SECONDS, INPUTS_PER_CONTAINER
from embed_platform.compute.modal.flight import Flight
from embed_platform.compute.modal.gpus import Wanted, fitting, load_prices, override, parse_gpus
from embed_platform.compute.modal.ledger import Entry, call_ledger
from embed_platform.compute.modal.model_text import model_text
from embed_platform.compute.modal.payload import Answer
from embed_platform.compute.modal.road import Courier
from embed_platform.compute.modal.salvage import salvage
from embed_platform.compute.modal.spending import Spending
from embed_platform.compute.modal.vendor import vendor_address
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import EmbedError
from embed_platform.settings import Settings

# The least that the vendor takes; idle containers are gone soon after the run.
IDLE_SECONDS_AFTERWARDS = 2
GONE_SECONDS = 30.0

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Rental:
    """The vendor starts and stops containers; what they may cost at most is compared with the cap first.

    Making one checks what can be checked without asking the vendor.

    Args:
        entry: the model.
        settings: GPU, containers, minutes, cap.
        class_name: of the class that embeds, in the deployed app.

    Attributes:
        budget: what it may cost at most.
        courier: carries large shards through the lake.
        flight: the calls of the run.
        spending: what its containers have cost.
        until: `time.monotonic()` at which the rented time is over, from `begin` on.
        deployed: the class, once it was looked up.

    Raises:
        ComputeRefused: there is no cap or it is too low, no such GPU, or a model that no container
            can get.
        SettingsError: the vendor's package is not installed.
    """

    def __init__(self, entry: ModelEntry, settings: Settings, class_name: str) -> None:
        self._entry, self._settings, self._class_name = entry, settings, class_name
        self._prices = load_prices()
        self._model = model_text(entry)
        self._asked = parse_gpus(settings.gpu, self._prices)
        self.budget = self._within_cap(self._asked or (fitting(entry.parameters, self._prices),))
        self.courier = Courier(settings, vendor_address())
        self._ledger = call_ledger(settings)
        keep = 2 * INPUTS_PER_CONTAINER * settings.pods
        self.flight = Flight(self._ledger, self.courier, keep)
        self.spending = Spending(self.budget.gpus, self._prices)
        self.until = 0.0
        self.deployed: Deployed | None = None
        self._connecting = threading.Lock()
        self._account: Account | None = None

    def begin(self) -> None:
        """The rented time begins; nothing is asked yet."""
        self.until = time.monotonic() + self._settings.rent_minutes * 60

    def end(self, wait: Callable[[], None]) -> None:
        """Cancel every call, let idle containers go, and forget what was written down.

        Args:
            wait: for whoever may still be looking up the class, after the calls were cancelled.
        """
        self.flight.close()
        wait()
        if self.deployed is not None:
            let_go(self.deployed)
        if self._account is not None:
            self._account.close()

    def account(self) -> Account:
        """The connection, made when it is first needed.

        Raises:
            ComputeRefused: there is no token.
        """
        with self._connecting:
            if self._account is None:
                self._account = Account(self._settings)
            return self._account

    def look_up(self) -> Deployed:
        """The class, once what it runs on is within the cap; nothing has been rented before that.

        Raises:
            ComputeRefused: it is not deployed, the token is refused, or it costs too much.
            MachineUnavailable: the vendor does not answer.
        """
        deployed = self._class_on(None)
        other = override(self._asked, deployed.gpus, self._entry.parameters, self._prices)
        if other is not None:
            deployed = self._class_on(other)
        self.budget = self._within_cap(deployed.gpus)
        self.spending.runs_on(self.budget.gpus)
        self.deployed = deployed
        with suppress(EmbedError):
            # an earlier run may have shortened it when it ended
            deployed.idle_seconds(IDLE_SECONDS)
        return deployed

    def left_over(self, read: Callable[[Entry, Answer], T], wait_seconds: float) -> Iterator[T]:
        """What a killed run's calls have finished; those that still run are waited for a little.

        Args:
            read: makes something of an answer; raises EmbedError when it cannot.
            wait_seconds: for those that still run, all together.
        """
        entries = self._ledger.left_over(self._entry.space.slug)
        if not entries:
            return
        try:
            account = self.account()
            account.greet()
        except EmbedError as error:
            # looking up the class says the same, and there it ends the run
            _log.warning("what an earlier run has embedded cannot be had: %s", error)
            return
        yield from salvage(entries, account.call, self.flight, read, wait_seconds)

    @property
    def kind(self) -> str:
        """The GPU by which a speed is remembered; empty where there may be several."""
        gpus = self.budget.gpus
        return gpus[0].name if len(gpus) == 1 and gpus[0].count == 1 else ""

    def _class_on(self, gpu: Wanted | None) -> Deployed:
        settings = self._settings
        return self.account().deployed(
            self._model, gpu, settings.pods, settings.rent_minutes * 60, self._class_name
        )

    def _within_cap(self, gpus: Sequence[Wanted]) -> Budget:
        seconds = self._settings.rent_minutes * 60
        budget = budget_of(self._settings.pods, seconds, IDLE_SECONDS, gpus, self._prices)
        return within_cap(budget, self._settings.max_dollars)


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
