"""What a run has cost so far, from what its containers say of themselves."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from embed_platform.compute.modal.gpus import Prices, Wanted, dollars_per_second, named_by
from embed_platform.compute.modal.payload import Answer, Container


class Spending:
    """Counts each container from its start to its newest answer; idle time after that is not in it.

    Args:
        gpus: what containers may run on.
        prices: of the vendor.
    """

    def __init__(self, gpus: Sequence[Wanted], prices: Prices) -> None:
        self._gpus, self._prices = tuple(gpus), prices
        self._lock = threading.Lock()
        self._containers: dict[str, Container] = {}
        self._seconds = 0.0

    def runs_on(self, gpus: Sequence[Wanted]) -> None:
        """What containers run on is known now."""
        self._gpus = tuple(gpus)

    def add(self, answer: Answer) -> None:
        """An answer has come."""
        with self._lock:
            self._containers[answer.container.name] = answer.container
            self._seconds += answer.seconds

    @property
    def gpu_seconds(self) -> float:
        """Seconds in which models were at work, without starting and waiting."""
        return self._seconds

    @property
    def dollars(self) -> float:
        """For all containers that have answered."""
        with self._lock:
            return sum(
                container.alive
                * dollars_per_second(named_by(container.gpu, self._gpus), self._prices)
                for container in self._containers.values()
            )
