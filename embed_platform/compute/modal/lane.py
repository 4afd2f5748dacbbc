"""One lane to the deployed class: a shard becomes a call, its answer is checked, its deadline is ours."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from embed_platform.compute.modal.client import Call, Deployed
from embed_platform.compute.modal.payload import Answer
from embed_platform.compute.modal.rental import Rental
from embed_platform.compute.modal.waiting import allowed_seconds, answered, settled
from embed_platform.embedding.engine import Embedded, EmbeddedPages, Provenance
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import ComputeRefused, PermanentError

# A shard takes seconds; a cold start with a large model takes minutes.
CALL_SECONDS = 1800.0

A = TypeVar("A", bound=Embedded | EmbeddedPages)


@dataclass(frozen=True)
class Known:
    """What the containers have answered to something, and who made it."""

    found: Any
    maker: Provenance


class Lane:
    """Calls to the deployed class, one at a time for each thread that asks.

    Args:
        deployed: the class with its model.
        space: of the vectors.
        rental: of the run.
        refuse: told of what no other lane would do better either.
        known: what the containers have answered already, so that no call is made for it.
        call_seconds: longest that one call may take.
    """

    def __init__(
        self,
        deployed: Deployed,
        space: EmbeddingSpace,
        rental: Rental,
        refuse: Callable[[PermanentError], None] = lambda error: None,
        known: Mapping[Hashable, Known] | None = None,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        self._deployed, self._space, self._rental = deployed, space, rental
        self._refuse, self._known, self._call_seconds = refuse, known or {}, call_seconds
        self._provenance = Provenance("modal", "", "", "")
        self._mine: dict[str, Call] = {}
        self._stopped = threading.Event()

    @property
    def provenance(self) -> Provenance:
        """Who made the newest vectors: containers may run on several kinds of GPU."""
        return self._provenance

    @property
    def busy(self) -> bool:
        """Whether a call of this lane is on its way."""
        return bool(self._mine)

    def stop(self) -> None:
        """End what this lane is doing; it does nothing more."""
        self._stopped.set()
        for call in self._mine.copy().values():
            self._rental.flight.end(call)

    def ask(
        self, asked: Hashable, begin: Callable[[float], Call], read: Callable[[Answer], A]
    ) -> A:
        """The answer to one call.

        Args:
            asked: what identifies the question among those that are known.
            begin: makes the call, which may take so many seconds.
            read: what the answer holds; raises EmbedError when it does not fit.

        Raises:
            TransientError: the call failed, or took too long and was cancelled.
            MachineUnavailable: the vendor does not answer, or this lane was ended.
            ComputeRefused: the rented time is over, or the deployed app is another one.
        """
        if self._known and asked in self._known:
            known = self._known[asked]
            self._provenance = known.maker
            found: A = known.found
            return found
        try:
            return self._answer(begin, read)
        except ComputeRefused as error:
            self._refuse(error)
            raise

    def _answer(self, begin: Callable[[float], Call], read: Callable[[Answer], A]) -> A:
        rental = self._rental
        seconds = allowed_seconds(rental.until, self._call_seconds)
        call = begin(seconds)
        self._mine[call.id] = call
        if self._stopped.is_set():
            rental.flight.end(call)
        try:
            with settled(call, rental.flight):
                answer = answered(call, seconds, rental.flight, rental.spending, self._stopped)
                found = read(answer)
        finally:
            self._mine.pop(call.id, None)
        self._provenance = answer.maker
        return found
