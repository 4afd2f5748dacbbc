"""Feeds: items per second with one and two workers, latency, memory over a million items, re-polling.

Run: `python -m benchmarks.live [items [million [unchanged]]]`

"stub" embeds by a function that costs nothing and stores into a SQLite file; "real" embeds with
all-MiniLM-L6-v2 and loads pgvector. Workers are processes; the machine's cores are shared.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_up import peak_mb, show
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.live.changes import Change, Cursor, Everything, Item, Upsert
from embed_platform.live.opening import opened
from embed_platform.live.pipeline import Pipeline
from embed_platform.settings import load_settings
from embed_platform.stores.base import Rows
from embed_platform.stores.servers import stop_servers

SPACE = EmbeddingSpace("bench/live", "1", 32)
COMMAND = Path(sys.executable).with_name("embed-platform")
ROOT = str(Path(__file__).resolve().parents[1])
FILE = """
from benchmarks.live import Numbers, Stub, pipeline_of
pipeline = pipeline_of({count}, {real}, {db!r}, {log!r})
"""


class Numbers:
    """A source of so many short items, in batches of 500; a full snapshot each time."""

    poll_seconds = 0.05

    def __init__(self, count: int, log: str = "") -> None:
        self.count, self.log = count, log

    def poll(self, cursor: Cursor) -> tuple[list[Change], Cursor]:
        """The next 500."""
        start = int(cursor.get("next", 0))
        if self.log:  # a poll begins when the batch before it has been written
            with Path(self.log).open("a") as file:
                file.write(f"{start} {time.time()}\n")
        end = min(start + 500, self.count)
        changes: list[Change] = [
            Upsert(
                Item(
                    str(n),
                    f"{n} a line of about eighty characters, which says nothing",
                )
            )
            for n in range(start, end)
        ]
        if end == self.count:
            return [*changes, Everything()], {"next": 0, "more": False}
        return changes, {"next": end, "more": True}


class Stub:
    """Vectors at no cost, counted."""

    def __init__(self) -> None:
        self.calls = 0
        self._vectors = np.random.default_rng(0).standard_normal((997, SPACE.dimension), np.float32)

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Rows of a fixed matrix."""
        self.calls += len(texts)
        return self._vectors[[(len(text) * 31 + sum(map(ord, text[:8]))) % 997 for text in texts]]


class File:
    """A store in a SQLite file, ids and texts only."""

    name = "file"

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, timeout=60, check_same_thread=False)
        with self._db:
            self._db.execute(
                "create table if not exists rows (id text primary key, text text) without rowid"
            )

    def upsert(self, rows: Rows) -> None:
        """Keep the rows."""
        with self._db:
            self._db.executemany(
                "insert or replace into rows values (?, ?)",
                [(key, row["text"]) for key, row in zip(rows.ids, rows.metadata, strict=True)],
            )

    def delete(self, ids: Sequence[str]) -> None:
        """Remove rows."""
        with self._db:
            self._db.executemany("delete from rows where id = ?", [(key,) for key in ids])


def pipeline_of(count: int, real: bool, db: str, log: str = "") -> Pipeline:
    """The pipeline of one measurement."""
    if real:
        return Pipeline("bench", Numbers(count, log), stores=["pgvector"])
    return Pipeline("bench", Numbers(count, log), [], SPACE, [File(db)], Stub())


def run(
    items: int = 20_000, million: int = 1_000_000, unchanged: int = 100_000
) -> list[dict[str, Any]]:
    """Measure."""
    rows: list[dict[str, Any]] = []
    for real, count in ((False, items), (True, items // 10)):
        for workers in (1, 2):
            speed = _with_workers(count, workers, real=real)
            name = "real model, pgvector" if real else "stub"
            rows.append(
                {
                    "road": f"{name}, {workers} worker{'s' * (workers > 1)}, items/s",
                    "items": count,
                    "figure": round(speed),
                }
            )
    latencies = _latencies()
    for share in (50, 99):
        rows.append(
            {
                "road": f"poll to searchable in pgvector, p{share}, s",
                "items": len(latencies),
                "figure": round(float(np.percentile(latencies, share)), 3),
            }
        )
    rows += _again(unchanged)
    rows += _memory(million)
    return rows


def _with_workers(count: int, workers: int, *, real: bool) -> float:
    """Items per second of a run with so many processes, from its second poll to its last."""
    with tempfile.TemporaryDirectory() as folder:
        home, log = Path(folder), Path(folder) / "polls"
        path = home / "bench.py"
        path.write_text(
            FILE.format(count=count, real=real, db=str(home / "store.sqlite"), log=str(log))
        )
        environment = os.environ | {
            "EMBED_HOME": folder,
            "PYTHONPATH": ROOT,
            "OMP_NUM_THREADS": "1",
        }
        subprocess.run(
            [str(COMMAND), "live", "run", "--once", "--workers", str(workers), str(path)],
            env=environment,
            check=True,
            capture_output=True,
        )
        stop_servers(load_settings(home=home))
        polls = [tuple(map(float, line.split())) for line in log.read_text().splitlines()]
    (first, began), (last, ended) = polls[1], polls[-1]
    return (last - first) / (ended - began)


def _latencies(rounds: int = 100) -> list[float]:
    """Seconds from the return of a poll to the moment in which a search finds the new item."""
    from embed_platform.compute.engines import open_engine
    from embed_platform.embedding.registry import load_registry
    from embed_platform.search.retrieve import Query, search
    from embed_platform.stores.base import Filters
    from embed_platform.stores.open import open_store

    found = []
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(home=Path(folder))
        lake = open_lake(settings)
        entry = load_registry(settings).wanted()[0]
        store = open_store("pgvector", settings, lake)
        engine = open_engine(entry, settings)
        with opened(lake, pipeline_of(5000, True, "")) as feed:
            feed.run_due()
            for n in range(rounds):
                text = f"Message {n}: a balloon of colour number {n} has landed in field {n * 7}"
                started = time.perf_counter()
                feed.apply([Upsert(Item(f"new{n}", text))])
                done = time.perf_counter()
                query = Query(text, ["web_page"], Filters(user="feed.bench"), limit=1)
                assert search(store, entry.space, engine, query)[0].text == text
                found.append(done - started)
        stop_servers(settings)
    return found


def _again(count: int) -> list[dict[str, Any]]:
    """The same items a second time."""
    with tempfile.TemporaryDirectory() as folder:
        lake = open_lake(load_settings(home=Path(folder)))
        made = pipeline_of(count, False, f"{folder}/store.sqlite")
        stub = made.embed
        assert isinstance(stub, Stub)
        _run(lake, made)
        calls = stub.calls
        started = time.perf_counter()
        done = _run(lake, made)
        seconds = time.perf_counter() - started
        assert done == 0
    return [
        {
            "road": "polled again unchanged, items/s",
            "items": count,
            "figure": round(count / seconds),
        },
        {
            "road": "polled again unchanged, texts embedded",
            "items": count,
            "figure": stub.calls - calls,
        },
    ]


def _memory(count: int) -> list[dict[str, Any]]:
    """Resident memory while so many items go through, at a tenth of them and at the end."""
    import psutil

    sizes = []
    with tempfile.TemporaryDirectory() as folder:
        lake = open_lake(load_settings(home=Path(folder)))
        made = pipeline_of(count, False, f"{folder}/store.sqlite")
        started = time.perf_counter()
        with opened(lake, made) as feed:

            def stop(done: Any) -> bool:
                if done.items % (count // 10) < 500:
                    sizes.append(psutil.Process().memory_info().rss / 2**20)
                return False

            feed.run_due(stop=stop)
        seconds = time.perf_counter() - started
        files = len(lake.storage.list("documents")) + len(lake.storage.list("vectors"))
    return [
        {"road": "memory at a tenth, MB", "items": count // 10, "figure": round(sizes[0])},
        {"road": "memory at the end, MB", "items": count, "figure": round(sizes[-1])},
        {"road": "peak MB", "items": count, "figure": round(peak_mb())},
        {
            "road": "one process, stub, items/s over all of them",
            "items": count,
            "figure": round(count / seconds),
        },
        {"road": "files in the lake", "items": count, "figure": files},
    ]


def _run(lake: Lake, made: Pipeline) -> int:
    with opened(lake, made) as feed:
        return feed.run_due().changed


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:4])))
