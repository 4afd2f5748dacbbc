"""Rows per second into pgvector, Milvus and Qdrant, beside the usual way into each; the same rows.

Run: `python -m benchmarks.load [rows]`
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pymilvus import MilvusClient

from benchmarks.baselines import load_milvus, load_qdrant, load_vecs
from benchmarks.made_up import chunks_of, clustered, in_batches, rows_of, show, table
from embed_platform.corpus.kinds import MESSAGE_CHUNK
from embed_platform.settings import Settings
from embed_platform.stores.base import Rows, StoreTable
from embed_platform.stores.milvus.store import MilvusStore
from embed_platform.stores.pgvector.store import PgVectorStore
from embed_platform.stores.qdrant.store import QdrantStore
from embed_platform.stores.servers import start_milvus, start_postgres, stop_servers

ROUNDS = 3


def run(count: int = 20_000) -> list[dict[str, object]]:
    """Measure; the best of three rounds for each road."""
    rows = rows_of("alice", clustered(count))
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), pg_dsn=None, milvus_uri="", qdrant_url="")
        try:
            return [
                *_pgvector(settings, rows),
                *_milvus(settings, rows),
                *_qdrant(settings, rows),
            ]
        finally:
            stop_servers(settings)


def _pgvector(settings: Settings, rows: Rows) -> list[dict[str, object]]:
    store, place = PgVectorStore(settings), table("bench")
    dsn = start_postgres(settings)
    store.check()

    def first() -> None:
        store.upsert(place, "alice", in_batches(rows))

    def plain() -> None:
        load_vecs.load(dsn, "plain", list(rows.ids), rows.vectors, list(rows.metadata))

    baseline = _rate("pgvector: vecs upsert", plain, rows)
    ours = _rate("pgvector: ours, first load", first, rows, lambda: store.drop(place.name))
    index = _rate("pgvector: ours, index alone", lambda: store.finish(place), rows, rounds=1)
    share = len(rows) // 10
    few = rows_of("alice", rows.vectors[:share], lang="de")
    again = _rate(
        "pgvector: ours, 10 % changed", lambda: store.upsert(place, "alice", [few]), few, rounds=1
    )
    many = rows_of("alice", rows.vectors[: 5 * share], lang="de")
    rebuilt = _rate(
        "pgvector: ours, 50 % changed", lambda: store.upsert(place, "alice", [many]), many, rounds=1
    )
    store.close()
    return [_compared(row, baseline) for row in (baseline, ours, index, again, rebuilt)]


def _milvus(settings: Settings, rows: Rows) -> list[dict[str, object]]:
    store, place = MilvusStore(settings), table("bench")
    uri = start_milvus(settings)
    store.check()

    client = MilvusClient(uri=uri)

    def plain() -> None:
        load_milvus.load(uri, "plain", list(rows.ids), rows.vectors, list(rows.metadata))

    def plain_flushed() -> None:
        plain()
        client.flush("plain")

    def ours() -> None:
        store.upsert(place, "alice", in_batches(rows))
        store.finish(place)

    baseline = _rate("milvus: plain upsert loop, unflushed", plain, rows, rounds=1)
    flushed = _rate("milvus: plain upsert loop, flushed", plain_flushed, rows, rounds=1)
    typed = _rate("milvus: ours, typed fields, flushed", ours, rows, rounds=1)
    chunks = chunks_of("me", rows.vectors)

    def plain_chunks() -> None:
        load_milvus.load(uri, "chunks", list(chunks.ids), chunks.vectors, list(chunks.metadata))
        client.flush("chunks")

    def our_chunks() -> None:
        place = StoreTable(table("bench").space, MESSAGE_CHUNK)
        store.upsert(place, "me", in_batches(chunks))
        store.finish(place)

    plain_talk = _rate(
        "milvus: plain upsert loop, message chunks, flushed", plain_chunks, chunks, rounds=1
    )
    talk = _rate("milvus: ours, message chunks in the guide's schema", our_chunks, chunks, rounds=1)
    client.close()
    store.close()
    return [
        *(_compared(row, baseline) for row in (baseline, flushed, typed)),
        *(_compared(row, plain_talk) for row in (plain_talk, talk)),
    ]


def _qdrant(settings: Settings, rows: Rows) -> list[dict[str, object]]:
    """The embedded one; the client by itself flushes each row to disk, so it gets a tenth of the rows."""
    store, place = QdrantStore(settings), table("bench")
    few = rows_of("alice", rows.vectors[: len(rows) // 10])

    def plain() -> None:
        folder = str(settings.home / "plain")
        load_qdrant.load(folder, "plain", list(few.ids), few.vectors, list(few.metadata))

    baseline = _rate("qdrant: the client's upsert, embedded", plain, few, rounds=1)
    ours = _rate(
        "qdrant: ours, embedded",
        lambda: store.upsert(place, "alice", in_batches(rows)),
        rows,
        lambda: store.drop(place.name),
    )
    store.close()
    return [_compared(row, baseline) for row in (baseline, ours)]


def _rate(
    name: str,
    work: Callable[[], None],
    rows: Rows,
    before: Callable[[], None] = lambda: None,
    rounds: int = ROUNDS,
) -> dict[str, object]:
    seconds = []
    for _ in range(rounds):
        before()
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return {"road": name, "rows": len(rows), "rows_per_second": round(len(rows) / min(seconds))}


def _compared(row: dict[str, object], baseline: dict[str, object]) -> dict[str, object]:
    ratio = float(str(row["rows_per_second"])) / float(str(baseline["rows_per_second"]))
    return row | {"times_baseline": round(ratio, 1)}


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:2])))
