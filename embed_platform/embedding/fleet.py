"""What a fleet is: the machines that a run embeds with, wherever they come from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from embed_platform.embedding.engine import Embedded, Engine, Provenance
from embed_platform.errors import ComputeRefused


@dataclass(frozen=True)
class Salvaged:
    """What a machine had finished when an earlier run was killed.

    Attributes:
        hashes: text hashes, in the order of the vectors.
        answer: as the machine gave it.
        maker: of the vectors.
    """

    hashes: tuple[str, ...]
    answer: Embedded
    maker: Provenance


@dataclass(frozen=True)
class Machine:
    """One machine that is ready to embed.

    Attributes:
        name: for people and logs; never holds a secret.
        engine: embeds in the fleet's space. It raises TransientError when the machine is gone,
            slow or overloaded beyond what the engine itself makes good, and PermanentError
            when no other machine of this kind will do better.
        lanes: how many calls of `engine.embed` may run at a time.
        far: whether it is behind a network, so that what it answers is asked again now and then.
        kind: what its speed is remembered under: `local cpu`, `RTX 4090`; empty for nothing.
    """

    name: str
    engine: Engine
    lanes: int = 1
    far: bool = True
    kind: str = ""


class Fleet(Protocol):
    """Machines of one space for one run. A context: when it is left, nothing rented is running.

    Entering starts renting in the background and does not wait for it.
    """

    def __enter__(self) -> Fleet:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End everything that was rented, whatever happened; returns when it is gone."""

    def next_machine(self, seconds: float) -> Machine | None:
        """Another machine that has become ready, waiting at most so long; None when none has.

        Raises:
            PermanentError: none will ever come, with the reason (no capacity, no money, no key).
        """

    def lost(self, machine: Machine, reason: str) -> None:
        """A machine does not answer or answers wrongly: end it, and rent another where that is allowed."""

    def salvage(self) -> Iterator[Salvaged]:
        """Finished work of an earlier run that was killed, where the vendor still has it."""

    @property
    def dollars(self) -> float:
        """Spent so far in this run, as well as it is known."""

    @property
    def machines(self) -> int:
        """How many are rented at this moment."""


class OneMachine:
    """A fleet of this machine's own engine, which is loaded when somebody needs it."""

    dollars = 0.0

    def __init__(self, open_engine: Callable[[], Engine], name: str = "local") -> None:
        self._open, self._name = open_engine, name
        self._given, self._lost = False, ""

    def __enter__(self) -> OneMachine:
        """Nothing is loaded yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """The engine stays loaded for others."""

    def next_machine(self, seconds: float) -> Machine | None:
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

    def lost(self, machine: Machine, reason: str) -> None:
        """There is no other."""
        self._lost = reason

    def salvage(self) -> Iterator[Salvaged]:
        """Nothing outlives the process."""
        return iter(())

    @property
    def machines(self) -> int:
        """One, once it is loaded."""
        return int(self._given and not self._lost)
