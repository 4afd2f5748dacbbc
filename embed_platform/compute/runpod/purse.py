"""The money of one run: what is spent, what its machines can still cost, and the cap over both."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from embed_platform.compute.ledger import within_cap

SECONDS_PER_HOUR = 3600.0


@dataclass
class _Meter:
    """One machine, from the moment before it is asked for.

    Attributes:
        since: monotonic clock, seconds.
        seconds: that it may run.
        ended: monotonic clock; None while it may be running.
        billed: dollars by the vendor's count, once it told.
    """

    dollars_per_hour: float
    since: float
    seconds: float
    ended: float | None = None
    billed: float = 0.0


class Purse:
    """Threads share it; a machine is counted from before it is asked for until it is gone.

    Args:
        cap: most that the run may spend, in dollars.
        before: that the run has spent already; it counts against the cap only.
        clock: seconds that never jump.
    """

    def __init__(
        self, cap: float, before: float = 0.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._cap, self._before, self._clock = cap, before, clock
        self._lock = threading.Lock()
        self._meters: dict[str, _Meter] = {}

    def take(self, name: str, dollars_per_hour: float, seconds: float) -> bool:
        """Count a machine in, unless it could exceed the cap; says whether it may be rented."""
        with self._lock:
            candidate = dollars_per_hour * seconds / SECONDS_PER_HOUR
            spent, committed = self._before + self._spent(), self._committed()
            if not within_cap(self._cap, spent, committed, candidate):
                return False
            self._meters[name] = _Meter(dollars_per_hour, self._clock(), seconds)
            return True

    def count(self, name: str, dollars_per_hour: float) -> None:
        """Count a machine that is there already, whatever the cap; it is about to be ended."""
        with self._lock:
            self._meters[name] = _Meter(dollars_per_hour, self._clock(), 0.0)

    def correct(self, name: str, dollars_per_hour: float) -> bool:
        """Take a machine's actual price, if it is higher; says whether the cap still holds."""
        with self._lock:
            meter = self._meters[name]
            meter.dollars_per_hour = max(meter.dollars_per_hour, dollars_per_hour)
            return self._before + self._spent() + self._committed() <= self._cap

    def give_back(self, name: str) -> None:
        """A machine was never rented: it cost nothing."""
        with self._lock:
            self._meters.pop(name, None)

    def end(self, name: str) -> tuple[float, float]:
        """A machine is gone; seconds and dollars that it ran and cost by our count."""
        with self._lock:
            meter = self._meters[name]
            if meter.ended is None:
                meter.ended = self._clock()
            return meter.ended - meter.since, self._cost(meter)

    def bill(self, name: str, dollars: float) -> None:
        """What the vendor counted; billing lags, so that the larger count is believed."""
        with self._lock:
            self._meters[name].billed = dollars

    @property
    def spent(self) -> float:
        """Dollars until now, without those before."""
        with self._lock:
            return self._spent()

    @property
    def committed(self) -> float:
        """Dollars that the machines can still cost until they end themselves."""
        with self._lock:
            return self._committed()

    def _spent(self) -> float:
        return sum(max(self._cost(meter), meter.billed) for meter in self._meters.values())

    def _committed(self) -> float:
        now = self._clock()
        return sum(
            max(0.0, meter.seconds - (now - meter.since))
            * meter.dollars_per_hour
            / SECONDS_PER_HOUR
            for meter in self._meters.values()
            if meter.ended is None
        )

    def _cost(self, meter: _Meter) -> float:
        until = self._clock() if meter.ended is None else meter.ended
        return (until - meter.since) * meter.dollars_per_hour / SECONDS_PER_HOUR
