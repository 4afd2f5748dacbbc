"""Feeds: items per second with one and two workers, latency, memory over a million items, re-polling.

Run: `python -m benchmarks.live [items [million [unchanged]]]`

"stub" embeds by a function that costs nothing and stores into a SQLite file; "real" embeds with
all-MiniLM-L6-v2 and loads pgvector. Workers are processes; the machine's cores are shared.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.live_parts import Stub, message, pipeline_of
from benchmarks.made_up import peak_mb, show
from embed_platform.compute.engines import open_engine
from embed_platform.embedding.registry import load_registry
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.live.opening import opened
from embed_platform.live.pipeline import Pipeline
from embed_platform.search.retrieve import Query, search
from embed_platform.settings import load_settings
from embed_platform.stores.base import Filters
from embed_platform.stores.open import open_store
from embed_platform.stores.servers import stop_servers

COMMAND = Path(sys.executable).with_name("embed-platform")
ROOT = str(Path(__file__).resolve().parents[1])
FILE = "from benchmarks.live_parts import pipeline_of\npipeline = pipeline_of({count}, {real}, {db!r}, {log!r})\n"
ARRIVALS = (
    "from benchmarks.live_parts import Arrivals\nfrom embed_platform.live.pipeline import Pipeline\n"
    "pipeline = Pipeline('bench', Arrivals({base}, {log!r}), stores=['pgvector'])\n"
)


def run(
    items: int = 20_000, million: int = 1_000_000, unchanged: int = 100_000
) -> list[dict[str, Any]]:
    """Measure."""
    # the resident memory first: what the others load stays in this process
    rows = [*_memory(million), *_again(unchanged)]
    for real, count in ((False, items), (True, items // 10)):
        for workers in (1, 2):
            speed = _with_workers(count, workers, real=real)
            name = "real model, pgvector" if real else "stub"
            rows.append(
                _row(f"{name}, {workers} worker{'s' * (workers > 1)}, items/s", count, round(speed))
            )
    latencies = _latencies()
    for share in (50, 99):
        figure = round(float(np.percentile(latencies, share)), 3)
        rows.append(_row(f"poll to found in pgvector, p{share}, s", len(latencies), figure))
    return rows


def _row(road: str, items: int, figure: float) -> dict[str, Any]:
    return {"road": road, "items": items, "figure": figure}


def _with_workers(count: int, workers: int, *, real: bool) -> float:
    """Items per second of a run with so many processes, from its second poll to its last."""
    with tempfile.TemporaryDirectory() as folder:
        home, log = Path(folder), Path(folder) / "polls"
        path = home / "bench.py"
        path.write_text(
            FILE.format(count=count, real=real, db=str(home / "store.sqlite"), log=str(log))
        )
        with _running(path, "--once", "--workers", str(workers)) as process:
            if process.wait():
                raise SystemExit(f"the run with {workers} workers failed")
        stop_servers(load_settings(home=home))
        polls = [tuple(map(float, line.split())) for line in log.read_text().splitlines()]
    (first, began), (last, ended) = polls[1], polls[-1]
    return (last - first) / (ended - began)


@contextmanager
def _running(path: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """`live run` of a pipeline, whose folder is its home."""
    environment = os.environ | {
        "EMBED_HOME": str(path.parent),
        "PYTHONPATH": ROOT,
        "OMP_NUM_THREADS": "1",
    }
    command = [str(COMMAND), "live", "run", *options, str(path)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _latencies(base: int = 5000, rounds: int = 100) -> list[float]:
    """Seconds from the return of a poll to the answer of a search that has the poll's new item.

    The feed runs continuously beside the searches, over so many items that are there before.
    """
    found: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(home=Path(folder))
        lake = open_lake(settings)
        entry = load_registry(settings).wanted()[0]
        store, engine = open_store("pgvector", settings, lake), open_engine(entry, settings)
        log, path = Path(folder) / "polls", Path(folder) / "bench.py"
        path.write_text(ARRIVALS.format(base=base, log=str(log)))
        with _running(path) as process:
            while len(found) < rounds:
                assert process.poll() is None, "the feed has ended"
                wanted = base + len(found)
                query = Query(message(wanted), ["web_page"], Filters(user="feed.bench"), limit=1)
                hits = search(store, entry.space, engine, query) if log.exists() else []
                if hits and hits[0].text == message(wanted):
                    found.append(time.time() - _polled(log)[wanted])
        store.close()
        stop_servers(settings)
    return found


def _polled(log: Path) -> dict[int, float]:
    """When the poll returned that brought each item."""
    return {int(n): float(at) for n, at in map(str.split, log.read_text().splitlines())}


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
        _row("polled again unchanged, items/s", count, round(count / seconds)),
        _row("polled again unchanged, texts embedded", count, stub.calls - calls),
    ]


def _memory(count: int) -> list[dict[str, Any]]:
    """Resident memory and speed while so many items go through, tenth by tenth."""
    import psutil

    tenths: list[tuple[float, float]] = []  # seconds, MB
    with tempfile.TemporaryDirectory() as folder:
        lake = open_lake(load_settings(home=Path(folder)))
        made = pipeline_of(count, False, f"{folder}/store.sqlite")
        started = time.perf_counter()
        with opened(lake, made) as feed:

            def stop(done: Any) -> bool:
                if done.items >= (len(tenths) + 1) * count // 10:
                    size = psutil.Process().memory_info().rss / 2**20
                    tenths.append((time.perf_counter() - started, size))
                return False

            feed.run_due(stop=stop)
        files = len(lake.storage.list("documents")) + len(lake.storage.list("vectors"))
    if len(tenths) < 10:  # the last poll ends the run before it is asked
        tenths.append((time.perf_counter() - started, psutil.Process().memory_info().rss / 2**20))
    return [
        *(
            _row(f"stub, resident MB after {10 * n} %", count * n // 10, round(tenths[n - 1][1]))
            for n in (1, 2, 5, 10)
        ),
        _row("stub, peak MB", count, round(peak_mb())),
        _row("stub, items/s of the second tenth", count // 10, _speed(tenths, 1, count)),
        _row("stub, items/s of the last tenth", count // 10, _speed(tenths, 9, count)),
        _row("stub, items/s over all of them", count, round(count / tenths[-1][0])),
        _row("files in the lake", count, files),
    ]


def _speed(tenths: list[tuple[float, float]], n: int, count: int) -> int:
    return round(count / 10 / (tenths[n][0] - tenths[n - 1][0]))


def _run(lake: Lake, made: Pipeline) -> int:
    with opened(lake, made) as feed:
        return feed.run_due().changed


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:4])))
