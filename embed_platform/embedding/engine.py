"""What an engine is: code that turns texts into vectors, wherever it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Provenance:
    """Who made a vector; kept beside it, no part of its identity."""

    engine: str
    version: str
    dtype: str
    device: str


@dataclass(frozen=True)
class Embedded:
    """Answer of an engine to a list of texts.

    Attributes:
        vectors: float32, shape (texts, dimension); the row of a failed text is meaningless.
        tokens: tokens read of each text, prompt included; shape (texts,).
        truncated: whether a text is longer than the model reads; shape (texts,).
        failed: index of each text that could not be embedded, and why.
    """

    vectors: Matrix
    tokens: NDArray[np.int64]
    truncated: NDArray[np.bool_]
    failed: dict[int, str] = field(default_factory=dict)


class Engine(Protocol):
    """A loaded model of one space."""

    @property
    def provenance(self) -> Provenance:
        """Who makes the vectors."""

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        """Vectors of texts, in their order, each read with `prompt` before it."""
