"""MB per second from the files of an export to typed tweets, beside json.load and a loop.

Run: `python -m benchmarks.parse [tweets]`

Each measurement is a process of its own, the two roads in turn, so that peak memory is its own.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.baselines import parse_json_load
from benchmarks.generate import write_folder
from benchmarks.made_up import peak_mb, show

ROUNDS = 3
ROADS = ("json.load and a loop", "ours")


def run(count: int = 180_000) -> list[dict[str, object]]:
    """Measure; the median of three rounds for each road."""
    with tempfile.TemporaryDirectory() as folder:
        write_folder(folder, count)
        megabytes = sum(path.stat().st_size for path in _parts(Path(folder))) / 1e6
        found = [(road, _measured(road, Path(folder))) for _ in range(ROUNDS) for road in ROADS]
    rates, peaks = {}, {}
    for road in ROADS:
        mine = [one for name, one in found if name == road]
        assert {one["tweets"] for one in mine} == {count}
        rates[road] = megabytes / statistics.median(one["seconds"] for one in mine)
        peaks[road] = statistics.median(one["peak_mb"] for one in mine)
    return [
        {
            "road": road,
            "mb": round(megabytes),
            "mb_per_second": round(rates[road]),
            "peak_mb": round(peaks[road]),
            "times_baseline": round(rates[road] / rates[ROADS[0]], 1),
        }
        for road in ROADS
    ]


def _measured(road: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.parse", road, str(folder)]
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _measure(road: str, folder: Path) -> None:
    """Parse all parts by one road and print seconds, peak memory and the number of tweets."""
    from embed_platform.sources.jsonstream import Bad, batches
    from embed_platform.sources.twitter.columns import to_columns
    from embed_platform.sources.twitter.tweets import TweetRecord

    rows = 0
    kept: list[object] = []
    started = time.perf_counter()
    for path in _parts(folder):
        if road == ROADS[0]:
            found = parse_json_load.parse(path)
            kept.append(found)
            rows += len(found)
            continue
        with path.open("rb") as file:
            for batch in batches(file, TweetRecord, path.name):
                assert not isinstance(batch, Bad)
                columns, _ = to_columns(batch.records, batch.first, regular=batch.regular)
                kept.append(columns)
                rows += columns.num_rows
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "peak_mb": peak_mb(), "tweets": rows}))


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("data/tweets*.js"))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _measure(sys.argv[1], Path(sys.argv[2]))
    else:
        show(run(*map(int, sys.argv[1:2])))
