"""What a fleet is: the machines that a run embeds with, wherever they come from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Never, Protocol, TypeVar

from embed_platform.embedding.engine import (
    AnyEngine,
    Embedded,
    EmbeddedPages,
    Engine,
    PageEngine,
    Provenance,
)
from embed_platform.errors import ComputeRefused

E = TypeVar("E", bound=AnyEngine)
E_co = TypeVar("E_co", bound=AnyEngine, covariant=True)
A_co = TypeVar("A_co", bound=Embedded | EmbeddedPages, covariant=True)


@dataclass(frozen=True)
class Salvaged(Generic[A_co]):
    """What a machine had finished when an earlier run was killed, of texts or of pages.

    Attributes:
        hashes: of the texts or images, in the order of the vectors.
        answer: as the machine gave it.
        maker: of the vectors.
    """

    hashes: tuple[str, ...]
    answer: A_co
    maker: Provenance


@dataclass(frozen=True)
class Machine(Generic[E_co]):
    """One machine that is ready to embed.

    Attributes:
        name: for people and logs; never holds a secret.
        engine: embeds in the fleet's space. It raises TransientError when the machine is gone,
            slow or overloaded beyond what the engine itself makes good, and PermanentError
            when no other machine of this kind will do better.
        lanes: how many calls of the engine may run at a time.
        far: whether it is behind a network, so that what it answers is asked again now and then.
        kind: what its speed is remembered under: `local cpu`, `RTX 4090`; empty for nothing.
    """

    name: str
    engine: E_co
    lanes: int = 1
    far: bool = True
    kind: str = ""


class Fleet(Protocol[E_co, A_co]):
    """Machines of one space for one run. A context: when it is left, nothing rented is running.

    Entering starts renting in the background and does not wait for it.
    """

    def __enter__(self) -> Fleet[E_co, A_co]:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End everything that was rented, whatever happened; returns when it is gone."""

    def next_machine(self, seconds: float) -> Machine[E_co] | None:
        """Another machine that has become ready, waiting at most so long; None when none has.

        Raises:
            PermanentError: none will ever come, with the reason (no capacity, no money, no key).
        """

    def lost(self, machine: Machine[Any], reason: str) -> None:
        """A machine does not answer or answers wrongly: end it, and rent another where that is allowed."""

    def salvage(self) -> Iterator[Salvaged[A_co]]:
        """Finished work of an earlier run that was killed, where the vendor still has it."""

    @property
    def dollars(self) -> float:
        """Spent so far in this run, as well as it is known."""

    @property
    def machines(self) -> int:
        """How many are rented at this moment."""


TextFleet = Fleet[Engine, Embedded]
PageFleet = Fleet[PageEngine, EmbeddedPages]


class OneMachine(Generic[E]):
    """A fleet of this machine's own engine, which is loaded when somebody needs it."""

    dollars = 0.0

    def __init__(self, open_engine: Callable[[], E], name: str = "local") -> None:
        self._open, self._name = open_engine, name
        self._given, self._lost = False, ""

    def __enter__(self) -> OneMachine[E]:
        """Nothing is loaded yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """The engine stays loaded for others."""

    def next_machine(self, seconds: float) -> Machine[E] | None:
        """The machine at the first call, none afterwards.

        Raises:
            ComputeRefused: it was lost.
        """
        if self._lost:
            raise ComputeRefused(self._lost, where=self._name)
        if self._given:
            time.sleep(seconds)
            return None
        self._given = True
        engine = self._open()
        kind = f"{self._name} {engine.provenance.device}"
        return Machine(self._name, engine, far=False, kind=kind)

    def lost(self, machine: Machine[Any], reason: str) -> None:
        """There is no other."""
        self._lost = reason

    def salvage(self) -> Iterator[Salvaged[Never]]:
        """Nothing outlives the process."""
        return iter(())

    @property
    def machines(self) -> int:
        """One, once it is loaded."""
        return int(self._given and not self._lost)
