"""Which documents somebody asks for, and their vectors from the lake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embed_platform.corpus.documents import SCHEMA, document_kinds, read_documents
from embed_platform.embedding.debts import dead_hashes
from embed_platform.embedding.engine import Matrix
from embed_platform.embedding.plan import anti_join
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import embedded_hashes, vector_blocks
from embed_platform.lake.lake import Lake

COLUMNS = ("id", "user", "kind", "created_at", "text", "text_hash", "metadata")
_SCHEMA = pa.schema([SCHEMA.field(name) for name in COLUMNS])


@dataclass(frozen=True)
class Choice:
    """Which documents.

    Attributes:
        users: whose.
        kinds: which kinds.
        ids: ids of documents or tweets; None for all.
        since: UTC, inclusive.
        until: UTC, exclusive.
    """

    users: Sequence[str]
    kinds: Sequence[str]
    ids: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Found:
    """Documents with their vectors, in step, oldest first.

    Attributes:
        documents: table of `COLUMNS`.
        vectors: float32, shape (documents, dimension).
        without: ids of documents whose text no vector could be made of.
        unknown: ids that were asked for and that no document of these users has, of whatever kind
            and date.
    """

    documents: pa.Table
    vectors: Matrix
    without: list[str]
    unknown: list[str]


class _Tweet(msgspec.Struct):
    """Of a document's metadata, what a tweet is known by."""

    tweet_id: str | None = None


def choose(lake: Lake, choice: Choice) -> pa.Table:
    """The documents that a choice names, as a table of `COLUMNS`, oldest first."""
    tables = [
        _narrowed(read_documents(lake, user, kind, list(COLUMNS)), choice)
        for user in choice.users
        for kind in choice.kinds
    ]
    table = pa.concat_tables([_SCHEMA.empty_table(), *(t.cast(_SCHEMA) for t in tables)])
    return table.sort_by([("created_at", "ascending"), ("id", "ascending")])


def owing(lake: Lake, space: EmbeddingSpace, documents: pa.Table) -> list[str]:
    """Users of whose documents in a table a text has no vector and was not set aside."""
    return [
        user
        for user, hashes in _hashes_by_user(documents).items()
        if anti_join(
            hashes, embedded_hashes(lake, space.slug, user), dead_hashes(lake, space.slug, user)
        ).missing
    ]


def with_vectors(lake: Lake, space: EmbeddingSpace, documents: pa.Table, choice: Choice) -> Found:
    """Documents with their vectors in a space.

    Args:
        lake: where.
        space: whose vectors.
        documents: as `choose` gives them.
        choice: of these documents.
    """
    place: dict[tuple[str, str], int] = {}
    blocks = [np.empty((0, space.dimension), np.float32)]
    for user, hashes in _hashes_by_user(documents).items():
        for names, block in vector_blocks(lake, space, user, hashes):
            sound = np.flatnonzero(np.isfinite(block).all(axis=1))  # a damaged one is none
            start = len(place)
            place |= {(user, names[row]): start + i for i, row in enumerate(sound)}
            blocks.append(block[sound])
    keys = zip(documents["user"].to_pylist(), documents["text_hash"].to_pylist(), strict=True)
    rows = [place.get(key, -1) for key in keys]
    has = pa.array([row >= 0 for row in rows], pa.bool_())
    return Found(
        documents.filter(has),
        np.concatenate(blocks)[[row for row in rows if row >= 0]],
        documents.filter(pc.invert(has))["id"].to_pylist(),
        _unknown(lake, choice, documents),
    )


def _unknown(lake: Lake, choice: Choice, documents: pa.Table) -> list[str]:
    """Ids of a choice that no document has; what kinds or dates left out is there all the same."""
    missing = set(choice.ids or ()) - _names(documents)
    for user in choice.users if missing else ():
        for kind in document_kinds(lake, user):
            missing -= _names(read_documents(lake, user, kind, ["id", "metadata"]))
    return sorted(missing)


def _narrowed(table: pa.Table, choice: Choice) -> pa.Table:
    if choice.since is not None:
        table = table.filter(pc.greater_equal(table["created_at"], pa.scalar(choice.since)))
    if choice.until is not None:
        table = table.filter(pc.less(table["created_at"], pa.scalar(choice.until)))
    if choice.ids is not None:
        wanted = [bool(choice.ids & names) for names in _names_by_row(table)]
        table = table.filter(pa.array(wanted, pa.bool_()))
    return table


def _names_by_row(table: pa.Table) -> list[set[str]]:
    """What each document may be asked for by: its id, and the tweet's."""
    names = []
    for key, metadata in zip(table["id"].to_pylist(), table["metadata"].to_pylist(), strict=True):
        tweet = msgspec.json.decode(metadata, type=_Tweet).tweet_id
        names.append({key, tweet} if tweet else {key})
    return names


def _names(table: pa.Table) -> set[str]:
    return set().union(*_names_by_row(table))


def _hashes_by_user(documents: pa.Table) -> Mapping[str, set[str]]:
    users: dict[str, set[str]] = {}
    for user, key in zip(
        documents["user"].to_pylist(), documents["text_hash"].to_pylist(), strict=True
    ):
        users.setdefault(user, set()).add(key)
    return users
