"""Faults of an embedding stand-in: `name`, `name=value`, either with `@n` for the next n requests only."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from embed_platform_tests.standins.embedding_models import Matrix

# What each does to a request for vectors.
NAMES = {
    "busy": "429; Retry-After is the value, or missing without one",
    "status": "an answer of this status; 502, 504 and 52x come as a proxy's HTML",
    "slow": "so many seconds before the answer",
    "slow_text": "so many seconds before the answer for each text of the request",
    "cut": "the connection ends in the middle of the answer",
    "html": "a page with status 200",
    "dimension": "vectors of this length",
    "nan": "the first vector holds NaN, or those of texts that hold the value",
    "zero": "the first vector is zero",
    "short": "one vector fewer than texts",
    "shuffle": "OpenAI's items in another order, each with its right index",
    "shift": "each text has its neighbour's vector",
    "poison": "texts that hold `poison` are refused, or answered with the value as status",
    "inputs": "more texts than this in a request are refused, though no limit was told",
    "nobase64": "encoding_format base64 is refused",
    "letters": "usage counts characters",
    "die": "the process ends at the request after so many",
    "unhealthy": "503 to everything for so many seconds from now",
}


@dataclass
class Fault:
    """One fault that is switched on."""

    name: str
    value: str
    left: int | None
    since: float = field(default_factory=time.monotonic)


class Faults:
    """What is switched on; read and changed by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._on: dict[str, Fault] = {}

    def switch_on(self, spec: str) -> None:
        rest, _, count = spec.partition("@")
        name, _, value = rest.partition("=")
        if name not in NAMES:
            raise ValueError(f"no such fault: {name}")
        with self._lock:
            self._on[name] = Fault(name, value, int(count) if count else None)

    def clear(self) -> None:
        with self._lock:
            self._on.clear()

    def take(self, name: str) -> str | None:
        """The value of a fault that is on, counting it as used; None when it is off."""
        with self._lock:
            fault = self._on.get(name)
            if fault is None or fault.left == 0:
                return None
            if fault.left is not None:
                fault.left -= 1
            return fault.value

    def unhealthy(self) -> bool:
        with self._lock:
            fault = self._on.get("unhealthy")
        return fault is not None and time.monotonic() - fault.since < float(fault.value)

    def spoil(self, vectors: Matrix, texts: Sequence[str]) -> Matrix:
        """Vectors as a faulty server would give them."""
        if (wanted := self.take("dimension")) is not None:
            vectors = np.resize(vectors, (len(vectors), int(wanted)))
        if (word := self.take("nan")) is not None:
            hit = [i for i, text in enumerate(texts) if word in text] if word else [0]
            vectors[hit, 1] = np.nan
        if self.take("zero") is not None:
            vectors[0] = 0
        if self.take("shift") is not None:
            vectors = np.roll(vectors, 1, axis=0)
        if self.take("short") is not None:
            vectors = vectors[:-1]
        return vectors
