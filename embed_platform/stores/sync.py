"""The loading loop: make a store hold just what the lake holds, and read it back."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embed_platform.corpus.documents import read_documents
from embed_platform.embedding.multivectors import multivector_blocks
from embed_platform.embedding.vectors import embedded_hashes, vector_blocks
from embed_platform.errors import EmbedError, StoreUnavailable, VerificationFailed
from embed_platform.lake.lake import Lake
from embed_platform.stores.base import Rows, Store, StoreTable, Vectors
from embed_platform.stores.loads import LoadRecord, digest, read_record, write_record

SAMPLE_ROWS = 100
# A store may keep single precision only, so read-back vectors are compared by direction.
MIN_COSINE = 0.999


@dataclass(frozen=True)
class Loaded:
    """A verified load of one user: rows now in the store, and what changed."""

    rows: int
    written: int
    deleted: int
    seconds: float


@dataclass(frozen=True)
class Difference:
    """Ids to write and ids to delete, sorted."""

    write: list[str]
    delete: list[str]


def difference(wanted: Mapping[str, str], present: Mapping[str, str]) -> Difference:
    """What turns `present` into `wanted`, both `{id: row_hash}`."""
    return Difference(
        sorted(key for key, value in wanted.items() if present.get(key) != value),
        sorted(present.keys() - wanted.keys()),
    )


def sync_space(
    lake: Lake,
    store: Store,
    tables: Sequence[StoreTable],
    users: Sequence[str],
    *,
    full: bool = False,
) -> dict[str, Loaded | EmbedError]:
    """Load some users' documents of all kinds of a space into a store, and verify.

    A user whose last verified load equals the lake, and whose rows the store still counts, is
    left alone. One user's failure is returned in that user's place and stops nobody else.

    Args:
        lake: what should be there.
        store: where it should be.
        tables: one per kind of the space.
        users: partition keys.
        full: read everything back even where the last load says nothing changed.

    Raises:
        StoreUnavailable: the store does not answer at all.
    """
    outcomes: dict[str, Loaded | EmbedError] = {}
    counted = {table.name: store.counts(table, users) for table in tables}
    for user in users:
        counts = {table.kind.name: counted[table.name].get(user, 0) for table in tables}
        try:
            loader = _Loader(lake, store, tables, user, full=full)
            outcomes[user] = loader.load(counts)
        except StoreUnavailable:
            raise
        except EmbedError as error:
            outcomes[user] = error
    # also where nothing changed: a run that was killed may have left a table without its index
    for table in tables:
        store.finish(table)
    return outcomes


def wanted_rows(
    lake: Lake,
    store: Store,
    table: StoreTable,
    user: str,
    embedded: Collection[str] | None = None,
) -> dict[str, str]:
    """`{id: row_hash}` that a store should hold: the user's documents whose text has a vector.

    Of a table, or a user, that the store refuses it should hold nothing.

    Args:
        lake: where.
        store: which.
        table: kind and space.
        user: whose.
        embedded: text hashes that have a vector; read from the lake when None.
    """
    found = read_documents(lake, user, table.kind.name, ["id", "row_hash", "text_hash"])
    if not found.num_rows or store.refuses(table, user):
        return {}
    present = embedded_in(lake, table, user) if embedded is None else embedded
    return {
        row_id: row_hash
        for row_id, row_hash, text in zip(
            *(found[c].to_pylist() for c in ("id", "row_hash", "text_hash")), strict=True
        )
        if text in present
    }


def embedded_in(lake: Lake, table: StoreTable, user: str) -> set[str]:
    """Text hashes of a user that have a vector in the table's space."""
    return embedded_hashes(lake, table.space.slug, user)


class _Loader:
    """One user's documents in one space on the way into one store."""

    def __init__(
        self,
        lake: Lake,
        store: Store,
        tables: Sequence[StoreTable],
        user: str,
        *,
        full: bool,
    ) -> None:
        self.lake, self.store, self.tables, self.user = lake, store, tables, user
        self.space, self.full = tables[0].space, full

    def load(self, counts: Mapping[str, int]) -> Loaded:
        started = time.monotonic()
        embedded = embedded_in(self.lake, self.tables[0], self.user)
        wanted = {
            t.kind.name: wanted_rows(self.lake, self.store, t, self.user, embedded)
            for t in self.tables
        }
        goal = {kind: (len(rows), digest(rows)) for kind, rows in wanted.items() if rows}
        rows = sum(len(kind) for kind in wanted.values())
        known = read_record(self.lake, self.store.name, self.space.slug, self.user)
        same_counts = all(counts[kind] == len(kind_rows) for kind, kind_rows in wanted.items())
        if not self.full and known.kinds == goal and same_counts:
            return Loaded(rows, 0, 0, time.monotonic() - started)
        written = deleted = 0
        for table in self.tables:
            kind = table.kind.name
            change = self._bring_in_line(table, wanted[kind], counts[kind])
            written += len(change.write)
            deleted += len(change.delete)
        if known.kinds != goal:
            write_record(self.lake, self.store.name, self.space.slug, self.user, LoadRecord(goal))
        return Loaded(rows, written, deleted, time.monotonic() - started)

    def _bring_in_line(
        self, table: StoreTable, wanted: Mapping[str, str], count: int
    ) -> Difference:
        """Upsert, verify, then delete, verify: what is still right is never missing in between."""
        present = self.store.hashes(table, self.user) if count else {}
        change = difference(wanted, present)
        if change.write:
            self.store.upsert(table, self.user, self._batches(table, set(change.write)))
            self._verify(table, wanted, ignore=set(change.delete))
            self._verify_vectors(table, change.write)
        if change.delete:
            self.store.delete(table, self.user, change.delete)
            self._verify(table, wanted)
        return change

    def _verify(
        self, table: StoreTable, wanted: Mapping[str, str], ignore: Collection[str] = ()
    ) -> None:
        found = self.store.hashes(table, self.user)
        left = difference(wanted, {key: value for key, value in found.items() if key not in ignore})
        if left.write or left.delete:
            raise VerificationFailed(
                f"{len(left.write)} of {len(wanted)} rows are missing or differ, {len(left.delete)} are too many",
                where=f"{self.store.name}, {table.name}, {self.user}",
                remedy="Run again; `embed-platform stores rebuild` starts the store afresh",
            )

    def _verify_vectors(self, table: StoreTable, ids: Sequence[str]) -> None:
        """Read a sample of vectors back: dimension, finite, not constant, and those of the lake."""
        step = max(1, len(ids) // SAMPLE_ROWS)
        sample = list(ids[::step])[:SAMPLE_ROWS]
        found = self.store.vectors(table, self.user, sample)
        for batch in self._batches(table, set(sample)):
            several = batch.pages(self.space.dimension)
            vectors = several if self.space.multi_vector else batch.vectors
            for row_id, vector in zip(batch.ids, vectors, strict=True):
                fault = vector_fault(found.get(row_id), vector)
                if fault:
                    raise VerificationFailed(
                        f"the vector of {row_id} {fault}",
                        where=f"{self.store.name}, {table.name}, {self.user}",
                    )

    def _batches(self, table: StoreTable, ids: Collection[str]) -> Iterator[Rows]:
        found = read_documents(self.lake, self.user, table.kind.name)
        picked = found.filter(pc.is_in(found["id"], pa.array(sorted(ids), pa.string())))
        texts = picked["text_hash"]
        wanted = set(texts.to_pylist())
        # a vector that went in between is found missing by the read-back
        if self.space.multi_vector:
            for hashes, pages in multivector_blocks(self.lake, self.space, self.user, wanted):
                at = pc.index_in(texts, pa.array(hashes, pa.string()))
                rows = picked.filter(pc.is_valid(at)).to_pylist()
                own = [pages[i] for i in at.drop_null().to_pylist()]
                yield Rows(
                    [row["id"] for row in rows],
                    np.concatenate(own).astype(np.float32),
                    [store_metadata(row) for row in rows],
                    [len(page) for page in own],
                )
            return
        for hashes, vectors in vector_blocks(self.lake, self.space, self.user, wanted):
            yield rows_of(picked, hashes, vectors)


def rows_of(documents: pa.Table, hashes: Sequence[str], vectors: Vectors) -> Rows:
    """Those of some documents whose text is among the hashes, with their vectors.

    Args:
        documents: in the documents' schema.
        hashes: of texts.
        vectors: float32, shape (hashes, dimension).
    """
    at = pc.index_in(documents["text_hash"], pa.array(hashes, pa.string()))
    rows = documents.filter(pc.is_valid(at)).to_pylist()
    return Rows(
        [row["id"] for row in rows],
        vectors[at.drop_null().to_numpy()],
        [store_metadata(row) for row in rows],
    )


def store_metadata(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a store keeps of a document beside its vector; provenance stays in the lake."""
    return {
        **msgspec.json.decode(row["metadata"]),
        "user": row["user"],
        "kind": row["kind"],
        "created_at": row["created_at"].isoformat(),
        "text": row["text"],
        "text_hash": row["text_hash"],
        "row_hash": row["row_hash"],
    }


def vector_fault(found: Vectors | None, wanted: Vectors) -> str | None:
    """What is wrong with a vector that a store gave back; None when it is the lake's."""
    if found is None:
        return "is missing"
    if found.shape != wanted.shape:
        return f"has shape {found.shape} instead of {wanted.shape}"
    found, wanted = found.ravel(), wanted.astype(np.float32).ravel()
    if not np.isfinite(found).all():
        return "is not finite"
    if np.ptp(found) == 0:
        return "is constant"
    cosine = float(found @ wanted) / float(np.linalg.norm(found) * np.linalg.norm(wanted))
    return None if cosine >= MIN_COSINE else f"differs from the lake's (cosine {cosine:.4f})"
