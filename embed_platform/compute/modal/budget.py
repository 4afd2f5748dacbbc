"""What a run may cost at most, before anything is rented; pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from embed_platform.compute.modal.gpus import Prices, Wanted, dollars_per_second, listed
from embed_platform.errors import ComputeRefused


@dataclass(frozen=True)
class Budget:
    """The most that a run can come to.

    Attributes:
        containers: most at a time.
        seconds: that each may run, the wait before an idle one is stopped included.
        gpus: what each may have; the dearest counts.
        dollars: all of it together.
        as_of: day of the prices.
    """

    containers: int
    seconds: int
    gpus: tuple[Wanted, ...]
    dollars: float
    as_of: str

    def __str__(self) -> str:
        """One line for a person."""
        return (
            f"at most ${self.dollars:.2f} ({self.containers} x {listed(self.gpus)} for "
            f"{self.seconds / 60:.0f} minutes at Modal's prices of {self.as_of})"
        )


def budget_of(
    containers: int, timeout_seconds: int, idle_seconds: int, gpus: Sequence[Wanted], prices: Prices
) -> Budget:
    """Containers x time-out x price: what it costs when every container runs to the end.

    Raises:
        ComputeRefused: no price is known for a GPU.
    """
    seconds = timeout_seconds + idle_seconds
    dollars = containers * seconds * dollars_per_second(gpus, prices)
    return Budget(containers, seconds, tuple(gpus), dollars, f"{prices.as_of:%Y-%m-%d}")


def within_cap(budget: Budget, cap: float | None) -> Budget:
    """The budget, when it is within the cap.

    Raises:
        ComputeRefused: there is no cap, or the budget is above it.
    """
    if cap is None:
        raise ComputeRefused(
            f"nothing is rented without a cap; this run may cost {budget}",
            where="EMBED_MAX_DOLLARS",
            remedy="Set it to the most that a run may spend",
        )
    if budget.dollars > cap:
        raise ComputeRefused(
            f"${cap:.2f} is less than this run may cost: {budget}",
            where="EMBED_MAX_DOLLARS",
            remedy="Raise it, or lower EMBED_PODS or EMBED_RENT_MINUTES, or name a cheaper EMBED_GPU",
        )
    return budget
