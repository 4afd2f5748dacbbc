"""PostgreSQL's binary COPY format for rows `(id text, vec vector, metadata jsonb)`.

Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"; the vector's
bytes are those of pgvector's `vector_send`: dimension, a reserved zero, then the floats,
all big-endian.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import numpy as np

from embed_platform.errors import BadRecord
from embed_platform.stores.base import Rows, Vectors

HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
FIELDS = 3
JSONB_VERSION = b"\x01"

# an escaped NUL: an odd number of backslashes before it, an even one is text about it
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_encoder = msgspec.json.Encoder()


def copy_rows(rows: Rows) -> bytes:
    """The bytes of rows, without the stream's header and trailer.

    Raises:
        BadRecord: a row's metadata holds what jsonb refuses; names the document.
    """
    documents = [
        encode_metadata(key, row) for key, row in zip(rows.ids, rows.metadata, strict=True)
    ]
    keys = [key.encode() for key in rows.ids]
    lengths = np.array([len(document) + 1 for document in documents], dtype=">i4")
    sizes = np.array([len(key) for key in keys], dtype=">i4")
    vectors = vector_fields(rows.vectors)
    count = np.array(FIELDS, dtype=">i2").tobytes()
    # four bytes for each length, taken from one buffer each: no call per number
    id_sizes, json_sizes = sizes.tobytes(), lengths.tobytes()
    parts: list[bytes | memoryview] = []
    for i, (key, document) in enumerate(zip(keys, documents, strict=True)):
        at = 4 * i
        parts += (
            count,
            id_sizes[at : at + 4],
            key,
            vectors[i],
            json_sizes[at : at + 4],
            JSONB_VERSION,
            document,
        )
    return b"".join(parts)


def vector_fields(vectors: Vectors) -> list[memoryview]:
    """Per row the bytes of the vector's field: its length, then the value."""
    rows, dimension = vectors.shape
    record = np.dtype(
        [("length", ">i4"), ("dimension", ">i2"), ("zero", ">i2"), ("values", ">f4", (dimension,))]
    )
    filled = np.empty(rows, dtype=record)
    filled["length"] = record.itemsize - 4
    filled["dimension"] = dimension
    filled["zero"] = 0
    filled["values"] = vectors
    whole, size = memoryview(filled.tobytes()), record.itemsize
    return [whole[i * size : (i + 1) * size] for i in range(rows)]


def encode_metadata(key: str, metadata: dict[str, Any]) -> bytes:
    """A row's metadata as JSON that jsonb takes.

    Raises:
        BadRecord: it holds a NUL character or half a surrogate pair.
    """
    try:
        encoded = _encoder.encode(metadata)
    except UnicodeEncodeError as error:
        raise BadRecord("its text is no valid Unicode", where=f"document {key}") from error
    if b"\\u0000" in encoded and _NUL.search(encoded):
        raise BadRecord(
            "a NUL character, which jsonb refuses", where=f"document {key}", remedy="Ingest again"
        )
    return encoded
