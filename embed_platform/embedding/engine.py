"""What an engine is: code that turns texts into vectors, wherever it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
# The vectors of one page or question, shape (vectors, dimension).
MultiVector = NDArray[np.float16]


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


@dataclass(frozen=True)
class EmbeddedPages:
    """Answer of an engine to a list of images.

    Attributes:
        vectors: per image float16, shape (vectors, dimension), unit length, without padding; of a
            failed one none, shape (0, dimension).
        failed: index of each image that could not be embedded, and why.
    """

    vectors: list[MultiVector]
    failed: dict[int, str] = field(default_factory=dict)


class PageEngine(Protocol):
    """A loaded model of a space of images with several vectors each."""

    @property
    def provenance(self) -> Provenance:
        """Who makes the vectors."""

    def embed_images(self, images: Sequence[bytes]) -> EmbeddedPages:
        """Vectors of images (PNG files), in their order."""

    def embed_questions(self, texts: Sequence[str]) -> list[MultiVector]:
        """Vectors of questions, in their order, through the model's own processing of queries."""
