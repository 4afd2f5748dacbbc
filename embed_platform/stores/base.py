"""What every store can do; the loading loop and search are written against this alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embed_platform.corpus.kinds import Kind
from embed_platform.embedding.engine import MultiVector
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import SpaceMismatch

Vectors = NDArray[np.float32]
SINGLE = "page images are in pgvector; this store keeps one vector a document"

# `<slug>__<kind>`; what else is in a shared server belongs to somebody else.
PRODUCT_TABLE = re.compile(r"^[a-z][a-z0-9_]*_[0-9a-f]{8}__[a-z][a-z0-9_]*$")


@dataclass(frozen=True)
class StoreTable:
    """One table or collection: the documents of one kind in one space."""

    space: EmbeddingSpace
    kind: Kind

    @property
    def name(self) -> str:
        """`<slug>__<kind>`: at most 63 characters, PostgreSQL's limit."""
        return f"{self.space.slug}__{self.kind.name}"


@dataclass(frozen=True)
class Rows:
    """Rows to write, in step with one another.

    Attributes:
        ids: document ids, unique.
        vectors: float32, shape (rows, dimension).
        lengths: where a row has several vectors, how many of `vectors`, float16, are each row's.
        metadata: per row; holds `user`, `kind`, `created_at` (ISO 8601, UTC), `text`, `text_hash`,
            `row_hash` and the kind's own fields.
    """

    ids: Sequence[str]
    vectors: Vectors
    metadata: Sequence[dict[str, Any]]
    lengths: Sequence[int] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def pages(self, dimension: int) -> Iterator[MultiVector]:
        """The vectors of each row that has several.

        Raises:
            SpaceMismatch: they have another dimension, or a row has none.
        """
        whole = self.vectors.ndim == 2 and sum(self.lengths) == len(self.vectors)
        if not whole or self.vectors.shape[1] != dimension or min(self.lengths, default=1) < 1:
            raise SpaceMismatch(f"vectors of shape {self.vectors.shape} in {dimension} dimensions")
        start = 0
        for length in self.lengths:
            yield self.vectors[start : start + length].astype(np.float16, copy=False)
            start += length


@dataclass(frozen=True)
class PageRow:
    """One page as a store holds it: its vectors, shape (vectors, dimension), and what is kept beside."""

    id: str
    vectors: MultiVector
    metadata: dict[str, Any]


@dataclass(frozen=True)
class Filters:
    """Narrows a search; times are UTC ISO 8601 text, `until` is exclusive."""

    user: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class Hit:
    """One answer: cosine similarity (-1 to 1, higher is nearer) and what the store kept."""

    id: str
    score: float
    metadata: dict[str, Any] = field(default_factory=dict)


def by_id(ids: Iterable[str], hashes: Iterable[str]) -> dict[str, str]:
    """`{id: row_hash}`; an id that is there twice gets an empty hash, which no row has.

    So it differs from what is wanted: the next load writes it anew, and a load that leaves it
    doubled does not verify.
    """
    found: dict[str, str] = {}
    for key, value in zip(ids, hashes, strict=True):
        found[key] = "" if key in found else value
    return found


def check_query(store: str, table: StoreTable, vector: Vectors) -> None:
    """Refuse a question's vector that is not of the table's space.

    Raises:
        SpaceMismatch: it has another number of dimensions.
    """
    if vector.shape != (table.space.dimension,):
        raise SpaceMismatch(
            f"the query has {vector.shape[-1]} dimensions, the space {table.space.dimension}",
            where=f"{store}, {table.name}",
            remedy="Embed the query with the model of the space",
        )


class Store(Protocol):
    """A nearest-neighbour index over the lake's vectors, cosine distance.

    Every method raises StoreUnavailable when the server does not answer.
    """

    name: str

    def refuses(self, table: StoreTable, user: str = "") -> str:
        """Why rows of this table, or of one user in it, may not be there; empty when they may."""

    def upsert(self, table: StoreTable, user: str, batches: Iterable[Rows]) -> int:
        """Write rows of one user, making the table if needed; returns how many were written."""

    def delete(self, table: StoreTable, user: str, ids: Sequence[str]) -> None:
        """Remove rows; ids that are not there are no error."""

    def hashes(self, table: StoreTable, user: str) -> dict[str, str]:
        """`{id: row_hash}` of a user, read from the store itself."""

    def counts(self, table: StoreTable, users: Sequence[str]) -> dict[str, int]:
        """Rows of each of these users, counted by the store itself; a missing table counts 0."""

    def vectors(self, table: StoreTable, user: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """Stored vectors of a user by id, for verification."""

    def finish(self, table: StoreTable) -> None:
        """Called once after the loads of a run: build or refresh the index."""

    def search(self, table: StoreTable, vector: Vectors, limit: int, filters: Filters) -> list[Hit]:
        """The `limit` nearest rows, best first; never fewer than exist under the filters."""

    def purge(self, table: StoreTable) -> bool:
        """Take what deleted rows left behind out of the files, as far as they are ours.

        Returns False where only making the table anew does it.
        """

    def tables(self) -> list[str]:
        """Names of the tables of this product in the store."""

    def drop(self, name: str) -> None:
        """Remove a table by name; one that is not there is no error."""

    def check(self) -> str:
        """Connect, and describe the server in one line."""

    def close(self) -> None:
        """Release connections; the server goes on."""


class WordStore(Store, Protocol):
    """A store that also finds documents by their words."""

    def search_words(self, table: StoreTable, text: str, limit: int, filters: Filters) -> list[Hit]:
        """The `limit` best rows by their words, best first; scores are the store's own."""


class PageStore(Store, Protocol):
    """A store that holds pages with several vectors each."""

    def page_candidates(
        self, table: StoreTable, question: MultiVector, limit: int, filters: Filters
    ) -> list[str]:
        """Ids of at least `limit` pages that may answer a question best; all where there are no more."""

    def page_rows(self, table: StoreTable, ids: Sequence[str]) -> Iterator[PageRow]:
        """Pages by id, in no order; ids that are not there do not come."""
