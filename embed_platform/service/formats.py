"""Documents and vectors as the bytes that are sent: JSON, Parquet, npz; pure functions."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from embed_platform.embedding.engine import Matrix
from embed_platform.embedding.registry import ModelEntry
from embed_platform.lake.snapshots import parquet_bytes
from embed_platform.service.documents import Found

JSON = "application/json"
PARQUET = "application/vnd.apache.parquet"
NPZ = "application/x-npz"
_SENT = ("id", "user", "kind", "created_at", "text", "metadata")


def vector_values(vectors: Matrix, encoding: str) -> Sequence[Any]:
    """Each vector as a list of numbers, or as base64 of little-endian float32."""
    if encoding == "base64":
        return [base64.b64encode(row.tobytes()).decode() for row in vectors.astype("<f4")]
    return list(vectors.tolist())


def shortened(vectors: Matrix, dimensions: int, *, normalised: bool) -> Matrix:
    """The first `dimensions` of each vector, of unit length again where whole ones have it.

    A Matryoshka model is trained so that these are vectors too (Kusupati et al. 2022,
    https://arxiv.org/abs/2205.13147).
    """
    cut = vectors[:, :dimensions]
    if not normalised:
        return cut
    lengths = np.linalg.norm(cut, axis=1, keepdims=True)
    return np.asarray(cut / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)


def as_json(entry: ModelEntry, found: Found) -> bytes:
    """One object with a row per document in `data`."""
    rows = [
        row | {"created_at": row["created_at"].isoformat(), "vector": vector}
        for row, vector in zip(_rows(found), found.vectors.tolist(), strict=True)
    ]
    return msgspec.json.encode(_head(entry, found) | {"data": rows})


def as_parquet(entry: ModelEntry, found: Found) -> bytes:
    """A file with a row per document; `metadata` is JSON; the footer says what the vectors are."""
    flat = pa.array(np.ascontiguousarray(found.vectors, dtype=np.float32).reshape(-1))
    vector = pa.FixedSizeListArray.from_arrays(flat, entry.space.dimension)
    table = found.documents.select(list(_SENT)).append_column("vector", vector)
    footer = {
        key: msgspec.json.encode(value).decode() for key, value in _head(entry, found).items()
    }
    return parquet_bytes(table, footer)


def as_npz(entry: ModelEntry, found: Found) -> bytes:
    """Arrays `ids`, `vectors` (float32, in step) and `metadata`: UTF-8 JSON as bytes, a row per document.

    `json.loads(file["metadata"].tobytes())` reads it; nothing in the file is pickled.
    """
    rows = [row | {"created_at": row["created_at"].isoformat()} for row in _rows(found)]
    content = _head(entry, found) | {"documents": rows}
    sink = io.BytesIO()
    np.savez_compressed(
        sink,
        ids=np.array(found.documents["id"].to_pylist(), dtype="U32"),
        vectors=found.vectors,
        metadata=np.frombuffer(msgspec.json.encode(content), dtype=np.uint8),
    )
    return sink.getvalue()


def _head(entry: ModelEntry, found: Found) -> dict[str, Any]:
    return {
        "model": entry.name,
        "space": entry.space.slug,
        "dimension": entry.space.dimension,
        "normalised": entry.space.normalised,
        "count": found.documents.num_rows,
        "without_vector": found.without,
        "unknown_ids": found.unknown,
    }


def _rows(found: Found) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = found.documents.select(list(_SENT)).to_pylist()
    return [row | {"metadata": msgspec.Raw(row["metadata"].encode())} for row in rows]
