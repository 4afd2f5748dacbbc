"""Accounts of one run: each pod in the purse and in the ledger, from the intent to the bill."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from embed_platform.compute.ledger import (
    Billed,
    Created,
    Ended,
    Event,
    Intent,
    Ledger,
    now_text,
    this_process,
)
from embed_platform.compute.runpod.api import Pod, RunPodApi
from embed_platform.compute.runpod.choice import Candidate
from embed_platform.compute.runpod.purse import Purse
from embed_platform.errors import ComputeRefused, EmbedError
from embed_platform.settings import Settings

VENDOR = "runpod"
_log = logging.getLogger(__name__)


class OverCap(ComputeRefused):
    """One more machine could exceed the cap."""


class Books:
    """Threads share them. A pod is open from the answer to its create until it is known to be gone.

    The cap is for the process, not for one fleet: a run of several models, or one that is
    repeated after an error, opens one fleet after the other.

    Attributes:
        run: of which run; part of its pods' names.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ledger = Ledger(settings.home)
        self._purse = Purse(settings.max_dollars or 0.0, self._ledger.spent_by(this_process()))
        self._lock = threading.Lock()
        self._open: dict[str, Pod] = {}
        self.run = self._ledger.mark() + secrets.token_hex(3)

    @property
    def dollars(self) -> float:
        """Spent so far."""
        return self._purse.spent

    @property
    def open(self) -> dict[str, Pod]:
        """The pods that may be running, by name."""
        with self._lock:
            return dict(self._open)

    def intend(self, name: str, candidate: Candidate) -> None:
        """Count a pod in and write down that it is about to be rented.

        Raises:
            OverCap: it could exceed the cap.
            ComputeRefused: it cannot be written down, so it must not be rented.
        """
        if not self._purse.take(
            name, candidate.dollars_per_hour, self._settings.rent_minutes * 60.0
        ):
            raise self._over_cap(candidate)
        intent = Intent(
            vendor=VENDOR,
            run=self.run,
            gpu=candidate.gpu.id,
            cloud=candidate.cloud,
            image=candidate.image.reference,
            dollars_per_hour=candidate.dollars_per_hour,
            minutes=self._settings.rent_minutes,
            owner=this_process(),
            at=now_text(),
        )
        try:
            self._ledger.write(name, intent)
        except OSError as error:
            self._purse.give_back(name)
            raise ComputeRefused(
                f"an intent to rent cannot be written ({error.strerror})",
                where=str(self._ledger.folder),
            ) from error

    def never_was(self, name: str, reason: str) -> None:
        """A create was refused, or its pod did not turn up."""
        self._purse.give_back(name)
        self._write(name, Ended(reason, 0.0, 0.0, now_text()))

    def created(self, name: str, candidate: Candidate, pod: Pod) -> None:
        """A pod is there.

        Raises:
            OverCap: it costs more than the catalogue said, and more than may be spent.
        """
        with self._lock:
            self._open[name] = pod
        self._write(name, Created(pod.id, pod.cost, now_text()))
        _log.info("rented %s (%s): %s", name, pod.id, candidate)
        if not self._purse.correct(name, pod.cost):
            raise self._over_cap(candidate)

    def appeared(self, pod: Pod) -> None:
        """A pod is there after all whose create was not answered, or that was taken to be gone."""
        with self._lock:
            if pod.name in self._open:
                return
            self._open[pod.name] = pod
        self._purse.count(pod.name, pod.cost)
        self._write(pod.name, Created(pod.id, pod.cost, now_text()))

    def gone(self, name: str, reason: str) -> None:
        """A pod is not there any more; it is accounted for once."""
        with self._lock:
            if self._open.pop(name, None) is None:
                return
        seconds, dollars = self._purse.end(name)
        self._write(name, Ended(reason, round(seconds, 1), round(dollars, 6), now_text()))
        _log.info("%s is gone after %.0f s, $%.4f: %s", name, seconds, dollars, reason)

    def reconcile(self, api: RunPodApi, seconds: float = 10.0) -> None:
        """Ask what was billed for each pod of the run, as far as it is told in so many seconds."""
        deadline = time.monotonic() + seconds
        for rental in self._ledger.rentals():
            if rental.intent.run != self.run or not rental.machine_ids:
                continue
            with suppress(EmbedError):
                dollars = billed(api, rental.machine_ids, rental.intent.at)
                if dollars > 0:
                    self._purse.bill(rental.name, dollars)
                    self._write(rental.name, Billed(dollars, now_text()))
            if time.monotonic() > deadline:
                return

    def _write(self, name: str, event: Event) -> None:
        """What happened already is not undone by a full disk."""
        try:
            self._ledger.write(name, event)
        except OSError as error:
            _log.error("%s cannot be written to: %s", self._ledger.folder, error.strerror)

    def _over_cap(self, candidate: Candidate) -> OverCap:
        return OverCap(
            f"{candidate} for {self._settings.rent_minutes} minutes could exceed --max-dollars "
            f"{self._settings.max_dollars:g} with what is spent and rented already",
            where="RunPod",
            remedy="Raise --max-dollars (EMBED_MAX_DOLLARS) or lower EMBED_RENT_MINUTES",
        )


def billed(api: RunPodApi, machines: Iterable[str], intended_at: str) -> float:
    """Dollars that RunPod has billed for pods, of which the first was intended at that time.

    Raises:
        EmbedError: RunPod refuses or does not answer.
    """
    # a day before, because our clock need not be RunPod's
    since = datetime.fromisoformat(intended_at) - timedelta(days=1)
    return sum(api.billed(pod_id, since) for pod_id in machines)
