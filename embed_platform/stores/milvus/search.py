"""Nearest neighbours in a Milvus collection: through the index, or by comparing each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from embed_platform.stores.base import Hit, StoreTable, Vectors
from embed_platform.stores.milvus import rows as milvus_rows
from embed_platform.stores.milvus.client import MilvusConnection

VECTORS_PER_REQUEST = 1_000
MIN_EF = 100
# rows of other users take part in the graph search and are thrown away afterwards
MIN_EF_FILTERED = 400


def through_index(
    milvus: MilvusConnection, table: StoreTable, vector: Vectors, limit: int, condition: str
) -> list[Hit]:
    """The nearest rows that the index finds, best first."""
    (found,) = milvus.call(
        "search",
        table.name,
        data=[vector.astype(np.float32)],
        anns_field=milvus_rows.names(table.kind).vector,
        limit=limit,
        filter=condition,
        search_params={"metric_type": "COSINE", "params": {"ef": candidates(limit, condition)}},
        output_fields=milvus_rows.output_fields(table.kind),
    )
    # the client calls the key in an answer by its own name, whatever the field is called
    hits = [_hit(table, hit["entity"], hit[key_of(table)], hit["distance"]) for hit in found]
    return sorted(hits, key=lambda hit: (-hit.score, hit.id))


def ids(milvus: MilvusConnection, table: StoreTable, condition: str, limit: int) -> list[str]:
    """Ids of up to `limit` rows under a condition."""
    rows = milvus.call(
        "query", table.name, filter=condition, output_fields=[key_of(table)], limit=limit
    )
    return [row[key_of(table)] for row in rows]


def fetch(milvus: MilvusConnection, table: StoreTable, ids: Sequence[str]) -> dict[str, Vectors]:
    """Stored vectors by id."""
    found: dict[str, Vectors] = {}
    own = milvus_rows.names(table.kind)
    for start in range(0, len(ids), VECTORS_PER_REQUEST):
        part = list(ids[start : start + VECTORS_PER_REQUEST])
        rows = milvus.call("get", table.name, ids=part, output_fields=[own.key, own.vector])
        found.update((row[own.key], np.asarray(row[own.vector], np.float32)) for row in rows)
    return found


def exact(
    milvus: MilvusConnection, table: StoreTable, vector: Vectors, limit: int, ids: Sequence[str]
) -> list[Hit]:
    """The best of these rows, each compared, a page at a time."""
    scores: dict[str, float] = {}
    for start in range(0, len(ids), VECTORS_PER_REQUEST):
        part = fetch(milvus, table, ids[start : start + VECTORS_PER_REQUEST])
        if not part:
            continue
        matrix = np.stack(list(part.values()))
        lengths = np.linalg.norm(matrix, axis=1) * np.linalg.norm(vector)
        cosines = (matrix @ vector) / np.where(lengths == 0, 1, lengths)
        scores.update(zip(part, cosines.tolist(), strict=True))
    best = sorted(scores, key=lambda key: (-scores[key], key))[:limit]
    if not best:
        return []
    kept = milvus.call(
        "get", table.name, ids=best, output_fields=milvus_rows.output_fields(table.kind)
    )
    rows = {row[key_of(table)]: row for row in kept}
    return [_hit(table, rows[key], key, scores[key]) for key in best if key in rows]


def candidates(limit: int, condition: str) -> int:
    """The `ef` of a search: how many rows the graph search keeps in view."""
    return max(MIN_EF_FILTERED if condition else MIN_EF, 2 * limit)


def key_of(table: StoreTable) -> str:
    """Name of the field that holds a row's id."""
    return milvus_rows.names(table.kind).key


def _hit(table: StoreTable, entity: dict[str, Any], key: str, score: float) -> Hit:
    return Hit(key, float(score), milvus_rows.metadata_of(entity, table.kind))
