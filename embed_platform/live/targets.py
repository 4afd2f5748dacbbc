"""Where a feed's rows go: the platform's stores and stores of one's own, written and read back alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from embed_platform.corpus.documents import read_documents
from embed_platform.corpus.kinds import WEB_PAGE
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import vector_blocks
from embed_platform.errors import EmbedError, VerificationFailed
from embed_platform.lake.lake import Lake
from embed_platform.live.pipeline import OwnStore
from embed_platform.stores.base import Rows, Store, StoreTable
from embed_platform.stores.loads import note_partial_load
from embed_platform.stores.sync import rows_of, sync_space, vector_fault


class Target(Protocol):
    """One store of a feed."""

    name: str

    def change(self, rows: Rows, gone: Sequence[str], total: int) -> None:
        """Write rows, read them back, then remove others; `total` is what it holds afterwards."""

    def load_all(self) -> None:
        """Make it hold just what the lake holds of the feed."""

    def close(self) -> None:
        """Release connections."""


class PlatformTarget:
    """A store of the platform."""

    def __init__(self, lake: Lake, store: Store, space: EmbeddingSpace, user: str) -> None:
        self.name = store.name
        self._lake, self._store, self._user = lake, store, user
        self._table = StoreTable(space, WEB_PAGE)

    @property
    def refused(self) -> bool:
        """Whether the store may hold nothing of this feed, for strangers read it."""
        return bool(self._store.refuses(self._table, self._user))

    def change(self, rows: Rows, gone: Sequence[str], total: int) -> None:
        """As in the protocol: upsert, verify, then delete.

        Raises:
            StoreUnavailable: it does not answer.
            VerificationFailed: it does not hold what was written, or still holds what was removed.
        """
        if self.refused:
            return
        if len(rows):
            self._store.upsert(self._table, self._user, [rows])
            self._verify(rows)
        if gone:
            self._store.delete(self._table, self._user, gone)
            left = self._store.vectors(self._table, self._user, gone)
            if left:
                raise VerificationFailed(
                    f"{len(left)} deleted rows are still there",
                    where=f"{self.name}, {self._table.name}, {self._user}",
                )
        self._store.finish(self._table)
        note_partial_load(self._lake, self.name, self._table, self._user, total)

    def load_all(self) -> None:
        """The platform's own load with its full read-back."""
        outcome = sync_space(self._lake, self._store, [self._table], [self._user], full=True)
        found = outcome[self._user]
        if isinstance(found, EmbedError):
            raise found

    def close(self) -> None:
        """Close the store's connections."""
        self._store.close()

    def _verify(self, rows: Rows) -> None:
        found = self._store.vectors(self._table, self._user, list(rows.ids))
        for key, vector in zip(rows.ids, rows.vectors, strict=True):
            fault = vector_fault(found.get(key), vector)
            if fault:
                raise VerificationFailed(
                    f"the vector of {key} {fault}",
                    where=f"{self.name}, {self._table.name}, {self._user}",
                )


class OwnTarget:
    """A store of somebody's own; it is not read back."""

    def __init__(self, lake: Lake, store: OwnStore, space: EmbeddingSpace, user: str) -> None:
        self.name = str(getattr(store, "name", type(store).__name__))
        self._lake, self._store, self._space, self._user = lake, store, space, user

    def change(self, rows: Rows, gone: Sequence[str], total: int) -> None:
        """As in the protocol."""
        if len(rows):
            self._store.upsert(rows)
        if gone:
            self._store.delete(gone)

    def load_all(self) -> None:
        """Give it everything; what it may hold beyond that is not known."""
        for rows in all_rows(self._lake, self._space, self._user):
            self._store.upsert(rows)

    def close(self) -> None:
        """Nothing is held open here."""


def all_rows(lake: Lake, space: EmbeddingSpace, user: str) -> Iterator[Rows]:
    """Every document of a feed that has a vector, in blocks."""
    documents = read_documents(lake, user, WEB_PAGE.name)
    for hashes, vectors in vector_blocks(
        lake, space, user, set(documents["text_hash"].to_pylist())
    ):
        yield rows_of(documents, hashes, vectors)
