"""Fleets of engines that need no model, with machines that die, stall, lie and come late."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from embed_platform.embedding.engine import Embedded, Engine
from embed_platform.embedding.fleet import Fleet, Machine, OneMachine, Salvaged
from embed_platform.errors import ComputeRefused, MachineUnavailable
from embed_platform_tests.embedding.engines import HashEngine


def first_machine(fleet: Fleet, seconds: float) -> Machine:
    """The next machine of a fleet, which comes within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (machine := fleet.next_machine(0.1)) is not None:
            return machine
    raise AssertionError("no machine came")


class SomeMachines(OneMachine):
    """Machines in a given order; another from `spare` for each that is lost, which may bear its name."""

    def __init__(
        self,
        engines: Sequence[Engine],
        spare: Callable[[], Engine] | None = None,
        lanes: int = 1,
        salvaged: Sequence[Salvaged] = (),
        *,
        one_name: bool = False,
    ) -> None:
        super().__init__(lambda: engines[0])
        self._lock = threading.Lock()
        self._ready = [Machine(f"machine-{n}", engine, lanes) for n, engine in enumerate(engines)]
        self._spare, self._given = spare, len(self._ready)
        self._salvaged, self._one_name = salvaged, one_name
        self.gone: list[tuple[str, str]] = []
        self.left = False

    def next_machine(self, seconds: float) -> Machine | None:
        with self._lock:
            if self._ready:
                return self._ready.pop(0)
            if len(self.gone) == self._given:
                raise ComputeRefused("no machine is left", where="fleet")
        time.sleep(min(seconds, 0.01))
        return None

    def lost(self, machine: Machine, reason: str) -> None:
        with self._lock:
            self.gone.append((machine.name, reason))
            if self._spare is not None:
                name = machine.name if self._one_name else f"machine-{self._given}"
                self._ready.append(Machine(name, self._spare()))
                self._given += 1

    def salvage(self) -> Iterator[Salvaged[Embedded]]:
        return iter(self._salvaged)

    def __exit__(self, *_: object) -> None:
        self.left = True


class Dying(HashEngine):
    """Answers some calls and is gone afterwards."""

    def __init__(self, calls: int, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self._left = calls

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        self._left -= 1
        if self._left < 0:
            raise MachineUnavailable("it was taken away", where="here")
        return super().embed(texts, prompt)


class Shifting(HashEngine):
    """Right on the probe texts, shifted by one afterwards."""

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        found = super().embed(texts, prompt)
        if len(texts) > 20:
            return Embedded(
                np.roll(found.vectors, 1, axis=0), found.tokens, found.truncated, found.failed
            )
        return found


class Short(HashEngine):
    """Gives one vector less than it was given texts."""

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        found = super().embed(texts, prompt)
        if len(texts) > 20:
            return Embedded(found.vectors[1:], found.tokens[1:], found.truncated[1:], {})
        return found


class Deadly(HashEngine):
    """Dies of one text."""

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        if any("deadly" in text for text in texts):
            raise MachineUnavailable("it crashed", where="here")
        return super().embed(texts, prompt)


class Hanging(HashEngine):
    """Answers the probes, then never again."""

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        if self.calls:
            threading.Event().wait(30)
        return super().embed(texts, prompt)
