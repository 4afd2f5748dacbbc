"""Recall@10 of the indexed stores against the exact scan, with and without a user filter.

Run: `python -m benchmarks.recall [rows]`
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.made_up import clustered, in_batches, rows_of, show, table
from embed_platform.lake.lake import open_lake
from embed_platform.settings import Settings
from embed_platform.stores.base import Filters, Store, StoreTable, Vectors
from embed_platform.stores.milvus.store import MilvusStore
from embed_platform.stores.pgvector.store import PgVectorStore
from embed_platform.stores.publication import S3Store
from embed_platform.stores.servers import stop_servers

QUERIES = 100
LIMIT = 10


def run(count: int = 100_000) -> list[dict[str, object]]:
    """Load three users (20 rows, 5 %, the rest) into each store and compare the answers."""
    middle = count // 20
    vectors = clustered(count)
    people = {
        "small": rows_of("small", vectors[:20]),
        "middle": rows_of("middle", vectors[20 : 20 + middle]),
        "large": rows_of("large", vectors[20 + middle :]),
    }
    noise = np.random.default_rng(1).standard_normal((QUERIES, vectors.shape[1]))
    queries = (vectors[:: count // QUERIES][:QUERIES] + 0.03 * noise).astype(np.float32)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), pg_dsn=None, milvus_uri="", publish_url="")
        place = table("recall")
        yardstick = S3Store(open_lake(settings))
        stores: list[Store] = [PgVectorStore(settings), MilvusStore(settings)]
        try:
            for store in (yardstick, *stores):
                for user, rows in people.items():
                    store.upsert(place, user, in_batches(rows))
                store.finish(place)
            results = []
            for user in (None, *people):
                filters = Filters(user=user)
                exact = [_ids(yardstick, place, query, filters) for query in queries]
                results += [_recall(s, place, queries, exact, filters) for s in stores]
            return results
        finally:
            for store in stores:
                store.close()
            stop_servers(settings)


def _ids(store: Store, place: StoreTable, query: Vectors, filters: Filters) -> set[str]:
    return {hit.id for hit in store.search(place, query, LIMIT, filters)}


def _recall(
    store: Store, place: StoreTable, queries: Vectors, exact: list[set[str]], filters: Filters
) -> dict[str, object]:
    found, seconds = [], []
    for query, expected in zip(queries, exact, strict=True):
        started = time.perf_counter()
        answer = _ids(store, place, query, filters)
        seconds.append(time.perf_counter() - started)
        found.append(len(expected & answer) / len(expected))
    return {
        "store": store.name,
        "user": filters.user or "(all)",
        "recall_at_10": round(float(np.mean(found)), 4),
        "worst": min(found),
        "median_ms": round(1000 * float(np.median(seconds)), 1),
    }


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:2])))
