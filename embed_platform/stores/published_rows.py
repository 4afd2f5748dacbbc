"""Rows as the publication has them: one Arrow schema per space, and what is read out of it."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embed_platform.errors import SpaceMismatch
from embed_platform.stores.base import Filters, Rows, StoreTable, Vectors

_COLUMNS = ("id", "user", "kind", "created_at", "text", "text_hash", "row_hash")
# Columns of a hit.
KEPT = [*_COLUMNS, "metadata"]


def schema_of(table: StoreTable) -> pa.Schema:
    """Columns of a published file; metadata that has none of its own is in `metadata` as JSON."""
    vector = pa.list_(pa.float32(), table.space.dimension)
    return pa.schema([*((name, pa.string()) for name in KEPT), ("vector", vector)])


def as_table(rows: Rows, table: StoreTable, user: str) -> pa.Table:
    """Rows of a user as they are published.

    Raises:
        SpaceMismatch: the vectors are of another number or dimension.
    """
    if rows.vectors.shape != (len(rows), table.space.dimension):
        raise SpaceMismatch(
            f"{rows.vectors.shape} vectors for {len(rows)} rows of {table.space.dimension} dimensions",
            where=table.name,
        )
    columns: dict[str, Any] = {"id": list(rows.ids)}
    for name in _COLUMNS[1:]:
        columns[name] = [
            metadata.get(name, user if name == "user" else None) for metadata in rows.metadata
        ]
    rest = [{k: v for k, v in metadata.items() if k not in _COLUMNS} for metadata in rows.metadata]
    columns["metadata"] = [msgspec.json.encode(metadata).decode() for metadata in rest]
    flat = pa.array(np.ascontiguousarray(rows.vectors, dtype=np.float32).reshape(-1))
    columns["vector"] = pa.FixedSizeListArray.from_arrays(flat, table.space.dimension)
    return pa.table(columns, schema=schema_of(table))


def matrix(data: pa.Table, table: StoreTable) -> Vectors:
    """The vectors, float32, shape (rows, dimension)."""
    flat = data["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return np.asarray(flat, dtype=np.float32).reshape(data.num_rows, table.space.dimension)


def unit_rows(matrix: Vectors) -> Vectors:
    """Each row at length one; a row of zeros stays."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def narrow(data: pa.Table, filters: Filters) -> pa.Table:
    """Rows within the dates of the filters."""
    if filters.since is not None:
        data = data.filter(pc.greater_equal(data["created_at"], filters.since))
    if filters.until is not None:
        data = data.filter(pc.less(data["created_at"], filters.until))
    return data
