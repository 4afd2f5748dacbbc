"""How far a run is: texts or pages, tokens, machines, dollars, time left."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from embed_platform.embedding.fleet import Fleet

BAR = 20
SECONDS_BETWEEN_TICKS = 5.0


@dataclass(frozen=True)
class State:
    """How far a run is.

    Attributes:
        done: texts or pages.
        total: of them in all.
        tokens: read so far.
        seconds: since the first machine began; renting it and loading its model do not count.
        machines: at work or on their way.
        dollars: spent so far, as well as it is known.
        unit: what is counted.
    """

    done: int
    total: int
    tokens: int
    seconds: float
    machines: int
    dollars: float
    unit: str = "texts"

    @property
    def line(self) -> str:
        """One line for people."""
        share = self.done / self.total if self.total else 1.0
        bar = "█" * round(BAR * share) + "░" * (BAR - round(BAR * share))
        parts = [f"{bar} {self.done:,} of {self.total:,} {self.unit}"]
        if self.done and self.seconds > 0:
            parts.append(f"{self.done / self.seconds:,.0f}/s")
            if self.unit == "texts":  # what a page counts as is a reckoning
                parts.append(f"{self.tokens / self.seconds:,.0f} tokens/s")
        if self.dollars:
            parts.append(f"{self.machines} machine{'s' * (self.machines != 1)}")
            parts.append(f"{self.dollars:.2f} dollars")
        if 0 < self.done < self.total:
            left = self.seconds * (self.total - self.done) / self.done
            parts.append(f"{left / 60:.0f} min left" if left > 90 else f"{left:.0f} s left")
        return " · ".join(parts)


Progress = Callable[[State], None]


class Meter:
    """Counts what is done and tells it on."""

    def __init__(
        self, total: int, fleet: Fleet[Any, Any], tell: Progress, unit: str = "texts"
    ) -> None:
        self._total, self._fleet, self._tell, self._unit = total, fleet, tell, unit
        self._done = self._tokens = 0
        self._told = time.monotonic()
        self._began: float | None = None

    def add(self, done: int, tokens: int, seconds: float) -> None:
        """A shard is done, and took so many seconds."""
        self._began = self._began or time.monotonic() - seconds
        self._done += done
        self._tokens += tokens
        self._show()

    def skip(self, done: int) -> None:
        """So many were done before."""
        self._total -= done

    def tick(self) -> None:
        """Time passes: told every few seconds, for machines come and cost while none is ready."""
        if time.monotonic() - self._told >= SECONDS_BETWEEN_TICKS:
            self._show()

    def _show(self) -> None:
        now = time.monotonic()
        self._told = now
        fleet = self._fleet
        self._tell(
            State(
                self._done,
                self._total,
                self._tokens,
                now - (self._began or now),
                fleet.machines,
                fleet.dollars,
                self._unit,
            )
        )
