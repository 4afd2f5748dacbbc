"""A pipeline: what a person composes, in Python or in YAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from embed_platform.embedding.engine import Embedded, Provenance
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import SettingsError
from embed_platform.lake.layout import FEED_PREFIX
from embed_platform.live.changes import Source
from embed_platform.live.processors import Processor, recipe
from embed_platform.stores.base import Rows

_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,60}$")
EmbedTexts = Callable[[Sequence[str]], "np.ndarray | Sequence[Sequence[float]]"]


class OwnStore(Protocol):
    """A store of one's own: anything that takes rows and takes them away again."""

    name: str

    def upsert(self, rows: Rows) -> None:
        """Keep rows, replacing those of their ids; they are kept when this returns."""

    def delete(self, ids: Sequence[str]) -> None:
        """Remove rows; ids that are not there are no error."""


@dataclass(frozen=True)
class Pipeline:
    """Source → processors → space → stores.

    Attributes:
        name: of the feed, whose documents belong to the user `feed.<name>`.
        source: what is polled.
        processors: in order; without any, each item is one document.
        space: model's name in the registry, or with `embed` a space of one's own.
        stores: names of the platform's stores, and stores of one's own.
        embed: a function from texts to vectors, instead of a model.
        publish: whether strangers may read its documents, where a bucket or lake is public.
    """

    name: str
    source: Source
    processors: Sequence[Processor] = ()
    space: str | EmbeddingSpace = "all-minilm-l6-v2"
    stores: Sequence[str | OwnStore] = ("pgvector",)
    embed: EmbedTexts | None = None
    publish: bool = False

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise SettingsError(
                f"{self.name!r} is no valid name of a feed",
                remedy="Use lower-case letters, digits, '_' and '-'",
            )
        if not hasattr(self.source, "poll"):
            raise SettingsError("the source has no `poll(cursor)`", where=self.name)
        if not self.stores:
            raise SettingsError("at least one store is needed", where=self.name)
        if (self.embed is None) == isinstance(self.space, EmbeddingSpace):
            raise SettingsError(
                "`embed` and an EmbeddingSpace as `space` go together",
                where=self.name,
                remedy="Give both, or the name of a model and no `embed`",
            )

    @property
    def user(self) -> str:
        """Partition key of the feed."""
        return f"{FEED_PREFIX}{self.name}"

    @property
    def recipe(self) -> str:
        """What makes documents of an item; an item is processed again when this changes."""
        return recipe(self.processors)

    @property
    def poll_seconds(self) -> float:
        """Seconds between two polls of the source."""
        return float(getattr(self.source, "poll_seconds", 60))


class FunctionEngine:
    """An engine of a function from texts to vectors."""

    def __init__(self, embed: EmbedTexts, space: EmbeddingSpace) -> None:
        self._embed, self._space = embed, space

    @property
    def provenance(self) -> Provenance:
        """The function's name."""
        return Provenance(getattr(self._embed, "__qualname__", "own"), "1", "float32", "own")

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        """Vectors as the function gives them, of unit length where the space says so."""
        vectors = np.asarray(self._embed([prompt + text for text in texts]), dtype=np.float32)
        if self._space.normalised and vectors.ndim == 2:
            vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        sizes = np.array([len(text.split()) for text in texts], dtype=np.int64)
        return Embedded(vectors, sizes, np.zeros(len(texts), dtype=bool))
