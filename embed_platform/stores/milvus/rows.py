"""What a Milvus collection looks like: fields, records and filter expressions; nothing connects here."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from embed_platform.corpus.kinds import FieldType, Kind
from embed_platform.errors import SettingsError
from embed_platform.stores.base import Filters, Rows

# Milvus counts bytes, not characters: https://milvus.io/docs/limitations.md
TEXT_BYTES = 65_535
SHORT_MAX = 32_767
COMMON_FIELDS: dict[str, int] = {
    "user": 128,
    "kind": 64,
    "created_at": 40,
    "text": TEXT_BYTES,
    "text_hash": 64,
    "row_hash": 64,
}


@dataclass(frozen=True)
class Names:
    """What a kind's collection calls its own.

    Attributes:
        key: the primary key.
        vector: the vector field.
        alias: a second name of the current collection; empty for none.
        short: integer fields of 16 bits.
    """

    key: str = "id"
    vector: str = "vector"
    alias: str = ""
    short: tuple[str, ...] = ()


# Of conversations as the Messenger guide has them, so that its front end finds them.
_GUIDE = {
    "message_chunk": Names(
        "chunk_id",
        "embedding",
        "messenger_message_chunks_v1",
        ("session_idx", "chunk_idx", "message_count"),
    ),
    "message": Names("id", "embedding", "messenger_messages"),
}
_log = logging.getLogger(__name__)

# one gRPC message holds 64 MB at most; a quarter leaves room for how they are counted
BATCH_ROWS = 2_000
BATCH_BYTES = 16 * 2**20
FIELD_OVERHEAD_BYTES = 1_000

# what users, ids, hashes and times are made of: nothing that could end a quoted string
_PLAIN = re.compile(r"^[A-Za-z0-9_.@:+-]*$")


def names(kind: Kind) -> Names:
    """The names in a kind's collections."""
    return _GUIDE.get(kind.name, Names())


def output_fields(kind: Kind) -> list[str]:
    """Every field but the vector, the key included."""
    return [names(kind).key, *COMMON_FIELDS, *kind.fields]


def metadata_of(entity: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """What a row keeps beside its key and its vector, arrays as lists again."""
    own = names(kind)
    return {
        name: msgspec.json.decode(value) if value and kind.fields.get(name) == "array" else value
        for name, value in entity.items()
        if name not in (own.key, own.vector)
    }


def record(key: str, vector: Any, metadata: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """One row as the client takes it.

    Texts beyond 65,535 bytes are cut between characters, and short integers end at 32,767; the
    lake keeps them whole, and `text_hash` is that of the whole text.
    """
    common = {
        name: cut(str(metadata.get(name) or ""), size) for name, size in COMMON_FIELDS.items()
    }
    called = names(kind)
    own = {}
    for name, form in kind.fields.items():
        own[name], left_out = field_value(metadata.get(name), form)
        if left_out:
            _log.warning("milvus: %d elements of %s do not fit into row %s", left_out, name, key)
    for name in called.short:
        if metadata.get(name) is not None:
            own[name] = min(int(metadata[name]), SHORT_MAX)
    return {called.key: key, called.vector: vector, **common, **own}


def field_value(value: Any, form: FieldType) -> tuple[str | int | bool | None, int]:
    """A metadata value in the type of its field, and how many elements of an array did not fit.

    None stays missing.
    """
    if value is None:
        return None, 0
    if form == "array":
        return json_array(value)
    if form == "integer":
        return int(value), 0
    if form == "boolean":
        return bool(value), 0
    return cut(value if isinstance(value, str) else msgspec.json.encode(value).decode()), 0


def json_array(values: Sequence[Any], size: int = TEXT_BYTES) -> tuple[str, int]:
    """As many elements as fit into `size` bytes as a JSON array, and how many were left out."""
    pieces = [msgspec.json.encode(value) for value in values]
    used, fitting = 2, 0
    for piece in pieces:
        used += len(piece) + (fitting > 0)
        if used > size:
            break
        fitting += 1
    return f"[{b','.join(pieces[:fitting]).decode()}]", len(pieces) - fitting


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
        texts = sum(len(value) for value in item.values() if isinstance(value, str))
        weight = vector.nbytes + FIELD_OVERHEAD_BYTES + 4 * texts
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
