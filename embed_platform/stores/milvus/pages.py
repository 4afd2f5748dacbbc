"""Pages in Milvus: a row per page whose vectors are an embedding list, searched by MaxSim in the server.

Embedding lists (an array of structs with a vector in each, https://milvus.io/docs/array-of-structs.md)
came with Milvus 2.6.4; milvus-lite refuses them. Beside the list lies the mean of the page's
vectors, so that a page's collection has the fields of every other one. Which page answers best is
decided outside, on the full vectors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from embed_platform.embedding.engine import MultiVector
from embed_platform.embedding.page_probe import mean_vector
from embed_platform.stores.base import Filters, PageRow, Rows, StoreTable, Vectors
from embed_platform.stores.milvus import rows as milvus_rows
from embed_platform.stores.milvus.client import MilvusConnection

LEAST_VERSION = (2, 6, 4)
REFUSED = (
    "page images are in pgvector; this Milvus keeps one vector a document "
    "(embedding lists need a server of version 2.6.4 or later in EMBED_MILVUS_URI)"
)
LIST, VECTOR = "patches", "vector"
PATH = f"{LIST}[{VECTOR}]"
METRIC = "MAX_SIM_COSINE"
# The most that Milvus takes in an array; ColPali has 1,030 vectors a page, ColQwen2.5 some 780.
MOST_VECTORS = 4_096
# 700 vectors of 128 dimensions are 360 KB a page in single precision.
PAGES_PER_REQUEST = 32
# Up to so many pages under the filters all are candidates.
EXACT_PAGES = 200


def has_lists(version: str) -> bool:
    """Whether a server of that version has embedding lists; one that does not say is asked for them."""
    if "lite" in version.lower():
        return False
    numbers = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version.strip())
    return numbers is None or tuple(map(int, numbers.groups())) >= LEAST_VERSION


def add_list(schema: Any, dimension: int) -> None:
    """Add the list's field to a schema of the client."""
    from pymilvus import DataType, MilvusClient

    patch = MilvusClient.create_struct_field_schema()
    patch.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dimension)
    schema.add_field(
        LIST,
        datatype=DataType.ARRAY,
        element_type=DataType.STRUCT,
        struct_schema=patch,
        max_capacity=MOST_VECTORS,
    )


def records(rows: Rows, table: StoreTable) -> Iterator[list[dict[str, Any]]]:
    """Rows of pages as the client takes them, a request at a time.

    Raises:
        SpaceMismatch: a page has another dimension, or no vector.
    """
    batch: list[dict[str, Any]] = []
    pages = rows.pages(table.space.dimension)
    for key, page, metadata in zip(rows.ids, pages, rows.metadata, strict=True):
        item = milvus_rows.record(key, mean_vector(page), metadata, table.kind)
        batch.append(item | {LIST: [{VECTOR: vector} for vector in page.astype(np.float32)]})
        if len(batch) == PAGES_PER_REQUEST:
            yield batch
            batch = []
    if batch:
        yield batch


def vectors(milvus: MilvusConnection, table: StoreTable, ids: Sequence[str]) -> dict[str, Vectors]:
    """Stored vectors by id, each of shape (vectors, dimension)."""
    key = milvus_rows.names(table.kind).key
    return {row[key]: _matrix(row) for row in _rows(milvus, table, ids, [key, PATH])}


def page_rows(milvus: MilvusConnection, table: StoreTable, ids: Sequence[str]) -> Iterator[PageRow]:
    """Pages by id; ids that are not there do not come."""
    key = milvus_rows.names(table.kind).key
    for row in _rows(milvus, table, ids, [*milvus_rows.output_fields(table.kind), PATH]):
        kept = {name: value for name, value in row.items() if name != LIST}
        metadata = milvus_rows.metadata_of(kept, table.kind)
        yield PageRow(row[key], _matrix(row).astype(np.float16), metadata)


def nearest(
    milvus: MilvusConnection, table: StoreTable, question: MultiVector, limit: int, filters: Filters
) -> list[str]:
    """Ids of the pages with the highest MaxSim, best first, as the server's index finds them."""
    from pymilvus.client.embedding_list import EmbeddingList

    (found,) = milvus.call(
        "search",
        table.name,
        data=[EmbeddingList(question.astype(np.float32))],
        anns_field=PATH,
        limit=limit,
        filter=milvus_rows.expression(filters),
        search_params={"metric_type": METRIC, "params": {"ef": max(400, 2 * limit)}},
    )
    key = milvus_rows.names(table.kind).key
    return [hit[key] for hit in found]


def _rows(
    milvus: MilvusConnection, table: StoreTable, ids: Sequence[str], fields: list[str]
) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), PAGES_PER_REQUEST):
        part = list(ids[start : start + PAGES_PER_REQUEST])
        yield from milvus.call("get", table.name, ids=part, output_fields=fields)


def _matrix(row: dict[str, Any]) -> Vectors:
    return np.array([patch[VECTOR] for patch in row[LIST]], np.float32)
