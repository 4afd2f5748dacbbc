"""From the zips of a Messenger export to chunks as Parquet, beside json.loads and a loop; the same chunks.

Run: `python -m benchmarks.chunk [messages]`

Each measurement is a process of its own, the roads in turn. "one pass" reads, unites, names and
chunks; "by its steps" is what the product does around it: members kept, messages as a snapshot,
dbt with its tests, chunks as a snapshot.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.baselines import chunk_loop
from benchmarks.generate_messages import MESSAGES, write_export
from benchmarks.made_up import peak_mb, show

ROUNDS = 3
COMPARED = ["thread_name", "start_timestamp_ms", "end_timestamp_ms", "text", "message_count"]
GUIDE_RATIO = 18.4


def run(count: int = MESSAGES) -> list[dict[str, object]]:
    """Measure; the median of three rounds for each road."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        zips = write_export(place / "zips", count)
        found: dict[str, list[dict[str, float]]] = {road: [] for road in ROADS}
        for _ in range(ROUNDS):
            for number, road in enumerate(ROADS):
                found[road].append(_measured(number, zips, place / f"{number}.parquet"))
        tables = [_sorted(place / f"{number}.parquet") for number in range(len(ROADS))]
        assert all(table.equals(tables[0]) for table in tables), "the roads give other chunks"
        chunks = tables[0].num_rows
    baseline = statistics.median(one["seconds"] for one in found[next(iter(ROADS))])
    rows: list[dict[str, object]] = []
    for road, measured in found.items():
        seconds = statistics.median(one["seconds"] for one in measured)
        rows.append(
            {
                "road": road,
                "messages": count,
                "chunks": chunks,
                "messages_per_chunk": round(measured[0]["with_text"] / chunks, 1)
                if measured[0].get("with_text")
                else "",
                "the_guides": GUIDE_RATIO if measured[0].get("with_text") else "",
                "seconds": round(seconds, 2),
                "peak_mb": round(statistics.median(one["peak_mb"] for one in measured)),
                "times_baseline": round(baseline / seconds, 2),
            }
        )
    return rows


def one_pass(zips: list[Path], out: Path) -> int:
    """Our reader, union, ids and chunking, with nothing kept."""
    from embed_platform import collector
    from embed_platform.corpus.chunking import ChunkRules, Message, thread_chunks
    from embed_platform.corpus.messages import CHUNK_SCHEMA, Thread, chunk_batch
    from embed_platform.lake.snapshots import write_parquet_file
    from embed_platform.sources.messenger.archive import member_name, read_copy
    from embed_platform.sources.messenger.export import open_exports
    from embed_platform.sources.messenger.ids import first_pair, new_thread, number
    from embed_platform.sources.messenger.publish import thread_name
    from embed_platform.sources.messenger.unite import unite
    from embed_platform.sources.zips import Limits

    limits = Limits(2**36, 200.0)
    (export,) = open_exports(zips, limits)
    latest = int(time.time() * 1000)

    def batches() -> Iterator[pa.RecordBatch]:
        for name, files in export.threads().items():
            members = {}
            for file in files:
                opened = readers[file.upload.path](file.member)
                members[member_name(name, file.number, encrypted=False)] = opened.read()
            copy = read_copy(name, reversed(members), members.__getitem__, latest)
            identity = new_thread("me", first_pair(copy.messages), name)
            messages = [
                Message(m.id, m.sender_id, m.sender_name, m.timestamp_ms, m.text, m.system)
                for m in unite("me", identity, [copy.messages])
                if not m.unsent
            ]
            thread = Thread(number(identity), thread_name([copy]), "", messages)
            yield chunk_batch(thread, thread_chunks(messages, ChunkRules()))

    uploads = {file.upload.path: file.upload for file in export.files}
    with collector.paused(), ExitStack() as stack:
        readers = {
            path: stack.enter_context(upload.reading(limits)) for path, upload in uploads.items()
        }
        return write_parquet_file(out, CHUNK_SCHEMA, batches())


def by_steps(zips: list[Path], out: Path) -> int:
    """The product's own steps, in a home that is thrown away."""
    from embed_platform.corpus.clean import MESSAGES as TABLE
    from embed_platform.corpus.clean import clean
    from embed_platform.corpus.messages import CHUNKS, build_message_chunks
    from embed_platform.lake import layout
    from embed_platform.lake.lake import open_lake
    from embed_platform.lake.snapshots import current_snapshot
    from embed_platform.settings import load_settings
    from embed_platform.sources.intake import Choices, handovers, take_in
    from embed_platform.sources.messenger.publish import publish_raw_messages

    with tempfile.TemporaryDirectory() as home:
        lake = open_lake(load_settings(home=Path(home)))
        for given in handovers(lake, zips):
            list(take_in(lake, given, Choices(user="me")))
        publish_raw_messages(lake, "me")
        clean(lake, TABLE, ["me"])
        rows = build_message_chunks(lake, "me")
        path = current_snapshot(lake.storage, layout.corpus(CHUNKS, "me"))
        assert path is not None
        out.write_bytes(lake.storage.get(path))
    return rows


ROADS: dict[str, Callable[[list[Path], Path], int]] = {
    "json.loads and a loop": chunk_loop.chunk,
    "ours, one pass": one_pass,
    "ours, by its steps": by_steps,
}


def _measured(road: int, zips: list[Path], out: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.chunk", str(road), str(out), *map(str, zips)]
    root = Path(__file__).resolve().parents[1]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EMBED_")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root, env=kept)
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def _measure(road: int, out: Path, zips: list[Path]) -> None:
    """Go one road and print seconds, peak memory, and messages with a text where that is known."""
    started = time.perf_counter()
    list(ROADS.values())[road](zips, out)
    seconds = time.perf_counter() - started
    found: dict[str, float] = {"seconds": seconds, "peak_mb": peak_mb()}
    if road:
        found["with_text"] = _with_text(zips)
    print(json.dumps(found))


def _with_text(zips: list[Path]) -> int:
    """Messages that have a text, counted plainly."""
    import zipfile

    count = 0
    for path in zips:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                count += sum("content" in m for m in json.loads(archive.read(name))["messages"])
    return count


def _sorted(path: Path) -> pa.Table:
    table = pq.read_table(path, columns=COMPARED)
    counted = table.column("message_count").cast(pa.int32())
    table = table.set_column(len(COMPARED) - 1, "message_count", counted)
    ordered = table.sort_by([(name, "ascending") for name in COMPARED]).combine_chunks()
    return ordered.replace_schema_metadata(None)


if __name__ == "__main__":
    if len(sys.argv) > 3:
        _measure(int(sys.argv[1]), Path(sys.argv[2]), [Path(path) for path in sys.argv[3:]])
    else:
        show(run(*map(int, sys.argv[1:2])))
