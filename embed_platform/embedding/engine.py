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
        maker: of the vectors, where it may be another than the engine names: rented machines of
            one kind differ.
    """

    vectors: Matrix
    tokens: NDArray[np.int64]
    truncated: NDArray[np.bool_]
    failed: dict[int, str] = field(default_factory=dict)
    maker: Provenance | None = None


class AnyEngine(Protocol):
    """A loaded model, whatever it embeds."""

    @property
    def provenance(self) -> Provenance:
        """Who makes the vectors."""


class Engine(AnyEngine, Protocol):
    """A loaded model of one space."""

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        """Vectors of texts, in their order, each read with `prompt` before it."""


@dataclass(frozen=True)
class EmbeddedPages:
    """Answer of an engine to a list of images.

    Attributes:
        vectors: per image float16, shape (vectors, dimension), unit length, without padding; of a
            failed one none, shape (0, dimension).
        failed: index of each image that could not be embedded, and why.
        maker: as of texts.
    """

    vectors: list[MultiVector]
    failed: dict[int, str] = field(default_factory=dict)
    maker: Provenance | None = None

    @property
    def tokens(self) -> NDArray[np.int64]:
        """Tokens that came out of each image: the model gives a vector for every one."""
        return np.array([len(page) for page in self.vectors], np.int64)

    @property
    def truncated(self) -> NDArray[np.bool_]:
        """No image is cut: larger ones are scaled."""
        return np.zeros(len(self.vectors), np.bool_)


class PageEngine(AnyEngine, Protocol):
    """A loaded model of a space of images with several vectors each."""

    def embed_images(self, images: Sequence[bytes]) -> EmbeddedPages:
        """Vectors of images (PNG files), in their order.

        Raises:
            MachineUnavailable: the machine is gone; another one may do it.
            PermanentError: no other machine of this kind will do better.
        """

    def embed_questions(self, texts: Sequence[str]) -> list[MultiVector]:
        """Vectors of questions, in their order, through the model's own processing of queries."""
