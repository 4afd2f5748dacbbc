"""Feeds on the stream engine: several processes, a kill in the middle, a store that is slow."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest

from embed_platform.corpus.documents import read_documents
from embed_platform.errors import StoreUnavailable
from embed_platform.lake.failures import UserFailure, read_failures, record_failure
from embed_platform.lake.lake import Lake
from embed_platform.live import flow
from embed_platform.live.changes import Change, Cursor
from embed_platform.live.definitions import load_pipeline
from embed_platform.live.flow import PolledSource, dataflow, prepare_recovery, run_flow
from embed_platform.live.opening import open_feed
from embed_platform.live.running import recovery_folder, run_once, run_worker
from embed_platform.stores.base import Rows
from embed_platform_tests.live.kit import Counting, Memory, Told, pipeline, up, write
from embed_platform_tests.road import COMMAND, Home

FILE = """
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.processors import chunk
from embed_platform.live.sources.folder import Folder
from embed_platform_tests.live.kit import SPACE, Counting, SqliteStore

pipeline = Pipeline("notes", Folder({docs!r}, poll_seconds=0.3, files_per_poll=20),
                    [chunk(max_tokens=64)], SPACE, [SqliteStore({db!r})], Counting())
"""

# where pipelines of these tests find `embed_platform_tests`
TESTS = str(Path(__file__).resolve().parents[2])


class Notes:
    """A folder of notes, its pipeline, and the file that it is written to."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root / "home")
        self.docs = root / "docs"
        self.docs.mkdir()
        self.db = root / "store.sqlite"
        self.path = root / "notes.py"
        self.path.write_text(FILE.format(docs=str(self.docs), db=str(self.db)))

    def start(self, *options: str) -> subprocess.Popen[str]:
        environment = self.home.environment(PYTHONPATH=TESTS, OMP_NUM_THREADS="1")
        return subprocess.Popen(
            [str(COMMAND), "live", "run", str(self.path), *options],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def once(self, *options: str) -> dict[str, int]:
        """What a run of two workers says it did."""
        run = ("live", "run", "--once", "--workers", "2", self.path, *options)
        done: dict[str, int] = self.home.json(*run, PYTHONPATH=TESTS)
        return done

    def held(self) -> dict[str, str]:
        if not self.db.exists():
            return {}
        with sqlite3.connect(self.db, timeout=60) as db:
            try:
                rows = db.execute("select item, text from rows").fetchall()
            except sqlite3.OperationalError:
                return {}
        assert len(rows) == len(dict(rows)), "an item is there twice"
        return dict(rows)

    @property
    def wanted(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in self.docs.iterdir()}

    def wait(self, seconds: float = 120) -> float:
        """Until the store holds the folder; how long it took."""
        started = time.monotonic()
        while self.held() != self.wanted:
            assert time.monotonic() - started < seconds, (len(self.held()), len(self.wanted))
            time.sleep(0.05)
        return time.monotonic() - started


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    return Notes(tmp_path)


def end(process: subprocess.Popen[str]) -> None:
    """End a run and its workers: it has a session of its own."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(5)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def children(process: subprocess.Popen[str]) -> list[int]:
    import psutil

    return [child.pid for child in psutil.Process(process.pid).children()]


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(notes: Notes) -> None:
    write(notes.docs, **{f"n{n}": f"note {n}" for n in range(400)})
    process = notes.start("--workers", "2")
    try:
        while len(notes.held()) < 60:
            assert process.poll() is None, process.stderr.read()  # type: ignore[union-attr]
            time.sleep(0.02)
        os.kill(children(process)[1], signal.SIGKILL)
        assert process.wait(30) == 1
        assert "worker" in process.stderr.read()  # type: ignore[union-attr]
    finally:
        end(process)
    assert 60 <= len(notes.held()) < 400
    # more happens while nobody looks; another number of workers goes on
    write(notes.docs, n5="changed", new="new")
    (notes.docs / "n6.md").unlink()
    process = notes.start("--workers", "1")
    try:
        notes.wait()
    finally:
        end(process)
    done = notes.home.json(
        "live", "run", "--once", notes.path, PYTHONPATH=str(Path(__file__).resolve().parents[2])
    )
    assert done["changed"] == done["embedded"] == 0
    assert done["items"] >= 400, "the look that was cut short is ended, then all is looked at"
    lines = notes.home.run("documents", "--kind", "web_page", "--json").stdout.splitlines()
    assert len(lines) == 400


@pytest.mark.slow
def test_what_changes_is_in_the_store_within_five_seconds(notes: Notes) -> None:
    write(notes.docs, a="one", b="two")
    process = notes.start()
    try:
        notes.wait()
        for n in range(3):
            write(notes.docs, a=f"one, edition {n}", **{f"c{n}": "three"})
            (notes.docs / "b.md").unlink(missing_ok=True)
            assert notes.wait() < 5
        second = notes.start()
        assert second.wait(30) == 1 and "another process runs this feed" in second.stderr.read()  # type: ignore[union-attr]
    finally:
        end(process)


@pytest.mark.parametrize("once", [True, False])
def test_a_look_that_was_begun_is_ended_and_then_the_source_is_looked_at_anew(once: bool) -> None:
    class Two:
        poll_seconds = 60.0

        def poll(self, cursor: Cursor) -> tuple[list[Change], Cursor]:
            page = int(cursor.get("page", 0))
            return [up(f"p{page}")], {"page": 1 - page, "more": page == 0}

    handed: list[str] = []
    part = PolledSource(Two(), once=once).build_part(
        "", "", {"cursor": {"page": 1, "more": True}, "round": 1}
    )
    with contextlib.suppress(StopIteration):
        for _ in range(20):
            handed += [change.key for _, change in part.next_batch()]
    assert handed == ["p1", "p0", "p1"]


@pytest.mark.slow
def test_once_with_two_workers_ends_and_deletes_what_a_snapshot_lacks(notes: Notes) -> None:
    write(notes.docs, **{f"n{n}": f"note {n}" for n in range(90)})
    first = notes.start("--workers", "2", "--once")
    assert first.wait(60) == 0
    assert notes.held() == notes.wanted
    assert "90 items, 90 changed" in first.stderr.read()  # type: ignore[union-attr]
    for n in range(30):
        (notes.docs / f"n{n}.md").unlink()
    assert notes.once()["deleted"] == 30
    assert notes.held() == notes.wanted


@pytest.mark.slow
def test_once_with_two_workers_believes_an_empty_source_only_when_told_to(notes: Notes) -> None:
    write(notes.docs, a="one", b="two")
    assert notes.once()["written"] == 2
    for path in notes.docs.iterdir():
        path.unlink()
    refused = notes.start("--workers", "2", "--once")
    assert refused.wait(60) == 1
    assert "the source is empty" in refused.stderr.read()  # type: ignore[union-attr]
    assert len(notes.held()) == 2
    assert notes.once("--allow-empty")["deleted"] == 2
    assert notes.held() == {}


@pytest.mark.slow
def test_ctrl_c_with_two_workers_is_no_error(notes: Notes) -> None:
    write(notes.docs, a="one")
    process = notes.start("--workers", "2")
    try:
        notes.wait()
        (row,) = notes.home.json("live", "list", PYTHONPATH=TESTS)["feeds"]
        assert row["running"]
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        assert process.wait(30) == 130
        said = process.stderr.read()  # type: ignore[union-attr]
        assert "Stopped." in said and "error" not in said.lower(), said
    finally:
        end(process)
    (row,) = notes.home.json("live", "list", PYTHONPATH=TESTS)["feeds"]
    assert not row["running"]


def test_a_slow_store_slows_the_poll_and_one_that_is_down_is_waited_for(
    lake: Lake, tmp_path: Path
) -> None:
    class Slow(Memory):
        ahead = 0

        def upsert(self, rows: object) -> None:
            Slow.ahead = max(Slow.ahead, polled[0] - len(self.rows))
            time.sleep(0.05)
            super().upsert(rows)  # type: ignore[arg-type]

    class Endless(Told):
        def poll(self, cursor: dict) -> tuple[list, dict]:
            polled[0] += 1
            number = cursor.get("n", 0)
            return [up(str(number))], {"n": number + 1, "more": number < 15}

    polled = [0]
    store = Slow()
    store.down = True
    threading.Timer(0.7, lambda: setattr(store, "down", False)).start()
    made = pipeline(Endless(), store)
    committed: list[int] = []
    source = PolledSource(
        made.source, committed=lambda p: committed.append(p["cursor"]["n"]), once=True
    )
    prepare_recovery(tmp_path / "recovery")
    run_flow(dataflow(lambda: open_feed(lake, made), source), tmp_path / "recovery", [], 0)
    assert len(store.rows) == 16 and Slow.ahead == 1
    assert committed == list(range(1, 17))
    assert read_documents(lake, "feed.t", "web_page", ["id"]).num_rows == 16


class Flaky(Memory):
    """A store that fails at its first writes."""

    failures = 3

    def upsert(self, rows: Rows) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("down", where="flaky")
        super().upsert(rows)


def test_a_store_that_was_down_has_no_text_embedded_twice(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "_FIRST_PAUSE", 0.01)
    store, embed = Flaky(), Counting()
    made = pipeline(Told([up(str(n)) for n in range(5)]), store, embed=embed)
    prepare_recovery(tmp_path / "recovery")
    source = PolledSource(made.source, once=True)
    run_flow(dataflow(lambda: open_feed(lake, made), source), tmp_path / "recovery", [], 0)
    assert len(store.rows) == len(embed.texts) == 5
    assert read_failures(lake.storage) == {}, "an outage that is over is no failure any more"


def test_a_failure_of_an_earlier_run_is_over_when_a_run_went_well(lake: Lake, notes: Notes) -> None:
    write(notes.docs, a="one")
    failure = UserFailure("feed.notes", "live", "live", "shelf: down", "2026-01-01")
    record_failure(lake.storage, failure)
    run_once(lake, notes.path)
    assert read_failures(lake.storage) == {}
    record_failure(lake.storage, failure)
    prepare_recovery(recovery_folder(lake, "feed.notes"))
    run_worker(lake, notes.path, [], 0, once=True)  # nothing is new: the poll itself went well
    assert read_failures(lake.storage) == {}


def test_a_run_goes_on_from_the_engines_snapshot(lake: Lake, tmp_path: Path) -> None:
    seen: list[int] = []

    class Numbers(Told):
        def poll(self, cursor: dict) -> tuple[list, dict]:
            number = cursor.get("n", 0)
            seen.append(number)
            return [up(str(number))], {"n": number + 1, "more": (number + 1) % 3 != 0}

    made = pipeline(Numbers())
    prepare_recovery(tmp_path / "recovery")
    for _ in range(2):
        source = PolledSource(made.source, once=True)
        run_flow(dataflow(lambda: open_feed(lake, made), source), tmp_path / "recovery", [], 0)
    assert seen == list(range(6))


def test_the_pipeline_of_these_tests_can_be_read(notes: Notes) -> None:
    assert load_pipeline(notes.path).user == "feed.notes"
