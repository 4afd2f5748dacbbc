"""What a Milvus collection looks like: fields, records and filter expressions; nothing connects here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from embed_platform.corpus.kinds import FieldType, Kind
from embed_platform.errors import SettingsError
from embed_platform.stores.base import Filters, Rows

# Milvus counts bytes, not characters: https://milvus.io/docs/limitations.md
TEXT_BYTES = 65_535
COMMON_FIELDS: dict[str, int] = {
    "user": 128,
    "kind": 64,
    "created_at": 40,
    "text": TEXT_BYTES,
    "text_hash": 64,
    "row_hash": 64,
}
# one gRPC message holds 64 MB at most; a quarter leaves room for how they are counted
BATCH_ROWS = 2_000
BATCH_BYTES = 16 * 2**20
FIELD_OVERHEAD_BYTES = 1_000

# what users, ids, hashes and times are made of: nothing that could end a quoted string
_PLAIN = re.compile(r"^[A-Za-z0-9_.@:+-]*$")


def output_fields(kind: Kind) -> list[str]:
    """Every field but the vector, the id included."""
    return ["id", *COMMON_FIELDS, *kind.fields]


def record(key: str, vector: Any, metadata: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """One row as the client takes it.

    Texts beyond 65,535 bytes are cut between characters; the lake keeps them whole, and
    `text_hash` is that of the whole text.
    """
    common = {
        name: cut(str(metadata.get(name) or ""), size) for name, size in COMMON_FIELDS.items()
    }
    own = {name: field_value(metadata.get(name), form) for name, form in kind.fields.items()}
    return {"id": key, "vector": vector, **common, **own}


def field_value(value: Any, form: FieldType) -> str | int | bool | None:
    """A metadata value in the type of its field; None stays missing."""
    if value is None:
        return None
    if form == "integer":
        return int(value)
    if form == "boolean":
        return bool(value)
    return cut(value if isinstance(value, str) else msgspec.json.encode(value).decode())


def cut(text: str, size: int = TEXT_BYTES) -> str:
    """The longest beginning of a text of at most `size` bytes in UTF-8 that ends with a character."""
    encoded = text.encode()
    return text if len(encoded) <= size else encoded[:size].decode(errors="ignore")


def batches(rows: Rows, kind: Kind) -> Iterator[list[dict[str, Any]]]:
    """Records in requests of bounded rows and bytes."""
    batch: list[dict[str, Any]] = []
    size = 0
    for key, vector, metadata in zip(rows.ids, rows.vectors, rows.metadata, strict=True):
        item = record(key, vector, metadata, kind)
        weight = vector.nbytes + FIELD_OVERHEAD_BYTES + 4 * len(item["text"])
        if batch and (len(batch) == BATCH_ROWS or size + weight > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += weight
    if batch:
        yield batch


def expression(filters: Filters) -> str:
    """The filters in Milvus' language; empty without a filter.

    Raises:
        SettingsError: a value has characters that no user or time has.
    """
    parts = [
        f"user == {quoted(filters.user)}" if filters.user is not None else "",
        f"created_at >= {quoted(filters.since)}" if filters.since is not None else "",
        f"created_at < {quoted(filters.until)}" if filters.until is not None else "",
    ]
    return " and ".join(part for part in parts if part)


def quoted(value: str) -> str:
    """A value as a string of Milvus' language; the embedded server has no parameters.

    Raises:
        SettingsError: it has characters that no user, id or time has.
    """
    if not _PLAIN.match(value) or "\n" in value:
        raise SettingsError(
            "a filter with characters that no user and no time has",
            where="milvus",
            remedy="Users are letters, digits and _ . @ -; times are ISO 8601",
        )
    return f'"{value}"'
