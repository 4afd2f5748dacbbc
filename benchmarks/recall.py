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
from embed_platform.stores.milvus import MilvusStore
from embed_platform.stores.pgvector import PgVectorStore
from embed_platform.stores.publication import S3Store
from embed_platform.stores.servers import stop_servers

QUERIES = 50
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
            return [
                _recall(store, yardstick, place, queries, user)
                for user in (None, *people)
                for store in stores
            ]
        finally:
            for store in stores:
                store.close()
            stop_servers(settings)


def _recall(
    store: Store, yardstick: Store, place: StoreTable, queries: Vectors, user: str | None
) -> dict[str, object]:
    filters, found, seconds = Filters(user=user), [], []
    for query in queries:
        exact = {hit.id for hit in yardstick.search(place, query, LIMIT, filters)}
        started = time.perf_counter()
        hits = store.search(place, query, LIMIT, filters)
        seconds.append(time.perf_counter() - started)
        found.append(len(exact & {hit.id for hit in hits}) / len(exact))
    return {
        "store": store.name,
        "user": user or "(all)",
        "recall_at_10": round(float(np.mean(found)), 4),
        "worst": min(found),
        "median_ms": round(1000 * float(np.median(seconds)), 1),
    }


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:2])))
