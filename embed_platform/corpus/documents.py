"""The document: its schema, its identity, and its snapshot in the lake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from embed_platform.lake import layout
from embed_platform.lake.deltas import append_delta, fold, has_deltas, read_current
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import drop_snapshot, read_snapshot, write_snapshot

ROWS_PER_BATCH = 5_000
SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("user", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("text_hash", pa.string(), nullable=False),
        pa.field("row_hash", pa.string(), nullable=False),
        pa.field("created_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("metadata", pa.string(), nullable=False),
        pa.field("archive", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
    ]
)


@dataclass(frozen=True)
class Document:
    """One unit that is embedded.

    Attributes:
        user: partition key.
        kind: a name in `corpus.kinds.KINDS`.
        key: native key within user and kind, the tweet id for example.
        text: what is embedded, before any prompt.
        created_at: UTC.
        metadata: what stores keep beside the vector; JSON values only.
        archive: sha256 name of the archive it came from.
        file: member of that archive.
        part: running number when one native record becomes several documents.
        id: of its own, where the record has a stable one; else made of user, kind, key and part.
        content_hash: of what is embedded, where that is not the text but an image: 32 hex digits.
    """

    user: str
    kind: str
    key: str
    text: str
    created_at: datetime
    metadata: Mapping[str, Any] = field(default_factory=dict)
    archive: str = ""
    file: str = ""
    part: int = 0
    id: str = ""
    content_hash: str = ""


def document_id(user: str, kind: str, key: str, part: int = 0) -> str:
    """32 hex digits of blake2b over user, kind, native key and part.

    Two users may hold the same tweet; they are two documents.
    """
    return _digest("\x1f".join((user, kind, key, str(part))).encode())


def text_hash(text: str) -> str:
    """32 hex digits of blake2b over the exact text before any prompt."""
    return _digest(text.encode("utf-8"))


def row_hash(text_digest: str, created_at: datetime, metadata_json: str) -> str:
    """32 hex digits over all that a store keeps of a document besides its vector.

    Provenance is left out: the same tweet in a newer archive is the same row.
    """
    return _digest(f"{text_digest}\x1f{created_at.isoformat()}\x1f{metadata_json}".encode())


def documents_table(documents: Iterable[Document]) -> pa.Table:
    """Documents as a table of `SCHEMA`, sorted by id.

    Raises:
        ValueError: two documents have one id.
    """
    waiting = iter(documents)
    batches = []
    # as dictionaries rows take ten times the memory of columns
    while rows := [_row(document) for document in islice(waiting, ROWS_PER_BATCH)]:
        batches.append(pa.RecordBatch.from_pylist(rows, schema=SCHEMA))
    table = pa.Table.from_batches(batches, schema=SCHEMA).sort_by("id")
    if pc.count_distinct(table["id"]).as_py() != table.num_rows:
        raise ValueError("two documents have one id")
    return table


def _row(document: Document) -> dict[str, Any]:
    metadata = msgspec.json.encode(dict(document.metadata), order="sorted").decode()
    digest = text_hash(document.text)
    # stores keep the text of an image too, so that a row differs when either does
    kept = f"{document.content_hash}{digest}" if document.content_hash else digest
    return {
        "id": document.id or document_id(document.user, document.kind, document.key, document.part),
        "user": document.user,
        "kind": document.kind,
        "text": document.text,
        "text_hash": document.content_hash or digest,
        "row_hash": row_hash(kept, document.created_at, metadata),
        "created_at": document.created_at,
        "metadata": metadata,
        "archive": document.archive,
        "file": document.file,
    }


def publish_documents(lake: Lake, user: str, kind: str, table: pa.Table) -> bool:
    """Make a table the user's documents of a kind; returns whether anything changed."""
    folder = layout.documents(user, kind)
    if not table.num_rows:
        return drop_snapshot(lake.storage, folder) > 0
    return write_snapshot(lake.storage, folder, table)


def read_documents(lake: Lake, user: str, kind: str, columns: list[str] | None = None) -> pa.Table:
    """The user's documents of a kind; an empty table when there are none."""
    folder = layout.documents(user, kind)
    if has_deltas(lake.storage, folder):
        return read_current(lake.storage, folder, SCHEMA, columns)
    table = read_snapshot(lake.storage, folder, columns)
    if table is None:
        return SCHEMA.empty_table().select(columns or SCHEMA.names)
    return table


def change_documents(
    lake: Lake, user: str, kind: str, upserts: pa.Table, gone: Sequence[str]
) -> None:
    """Add, replace and take away some of a user's documents; the others are not looked at.

    The caller holds the user's lock.

    Args:
        lake: where.
        user: whose.
        kind: of all of them.
        upserts: rows of `SCHEMA`.
        gone: ids of those that are no more.
    """
    append_delta(lake.storage, layout.documents(user, kind), upserts, gone)


def fold_documents(lake: Lake, user: str, kind: str) -> bool:
    """Make a user's changes one snapshot, so that nothing of what is gone is left in a file."""
    return fold(lake.storage, layout.documents(user, kind), SCHEMA)


def document_kinds(lake: Lake, user: str) -> list[str]:
    """Kinds of which the user has documents."""
    folders = lake.storage.folders(layout.documents(user))
    return [kind for folder in folders if (kind := layout.partition_value(folder, "kind"))]


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
