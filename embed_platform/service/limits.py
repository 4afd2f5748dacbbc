"""How often a key may ask: a token bucket each."""

from __future__ import annotations

import time
from collections.abc import Callable

# A key may use up so many seconds' worth of its rate at once.
BURST_SECONDS = 10.0


class RateLimiter:
    """A bucket per key that holds `BURST_SECONDS` of requests and fills at the rate.

    Args:
        per_minute: requests a minute; 0 for no limit.
        clock: seconds, for tests.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._size = max(1.0, self._rate * BURST_SECONDS)
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, name: str) -> float:
        """Take one request out of a key's bucket; 0 when there was one, else seconds until there is."""
        if not self._rate:
            return 0.0
        now = self._clock()
        level, then = self._buckets.get(name, (self._size, now))
        level = min(self._size, level + (now - then) * self._rate)
        if level < 1:
            self._buckets[name] = (level, now)
            return (1 - level) / self._rate
        self._buckets[name] = (level - 1, now)
        return 0.0
