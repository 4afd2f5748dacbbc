"""Every store of the platform as a feed's store: it holds just the lake's rows, whatever happened."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from embed_platform.corpus.documents import read_documents
from embed_platform.corpus.kinds import WEB_PAGE
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.live.changes import Change, Delete, Everything
from embed_platform.live.opening import opened
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.processors import chunk
from embed_platform.settings import STORE_NAMES, Settings, load_settings
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.open import open_store
from embed_platform.stores.servers import stop_servers
from embed_platform.stores.sync import wanted_rows
from embed_platform_tests.live.kit import SPACE, Counting, Told, up, write
from embed_platform_tests.road import COMMAND, Home

TABLE = StoreTable(SPACE, WEB_PAGE)
WORDS = " ".join(f"word{n}" for n in range(60))
BATCHES: list[list[Change]] = [
    [up("a", WORDS), up("b"), up("c")],
    [
        up("a", WORDS[:200]),
        up("b", "other words"),
        up("d"),
    ],  # fewer pieces, another text, a new one
    [Delete("c"), up("b", "other words", author="ann")],  # gone; the same text by somebody else
    [up("a", WORDS), up("b", "other words"), Everything()],
    [up("a", WORDS), up("b", "other words"), Everything()],  # a snapshot without d
]


def held_and_wanted(lake: Lake, store: Store, user: str) -> tuple[dict[str, str], dict[str, str]]:
    """Row hashes by id: as the store itself says, and as the lake has them."""
    return store.hashes(TABLE, user), wanted_rows(lake, store, TABLE, user)


@pytest.mark.parametrize("name", STORE_NAMES)
def test_a_store_holds_the_lakes_rows_after_upserts_changes_and_deletes(
    servers_home: Path, name: str
) -> None:
    lake = open_lake(Settings(home=servers_home))
    made = Pipeline(
        f"t{uuid4().hex[:8]}", Told(), [chunk(max_tokens=16)], SPACE, [name], Counting()
    )
    counts = []
    for batch in BATCHES:
        made.source.batches.append(batch)  # type: ignore[attr-defined]
        with opened(lake, made) as feed:
            feed.run_due()
        store = open_store(name, lake.settings, lake)
        held, wanted = held_and_wanted(lake, store, made.user)
        store.close()
        texts = read_documents(lake, made.user, "web_page", ["id"])["id"].to_pylist()
        assert held == wanted and held.keys() == set(texts)
        counts.append(len(held))
    pieces = counts[0] - 2
    assert pieces > 5 and counts[-1] == pieces + 1 and counts[1] < counts[0]


FILE = """
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.sources.folder import Folder
from embed_platform_tests.live.kit import SPACE, Counting

pipeline = Pipeline("notes", Folder({docs!r}, poll_seconds=0.3, files_per_poll=20), [], SPACE, [{store!r}],
                    Counting())
"""


@pytest.fixture(params=["pgvector", "milvus"])
def killed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Home, Path, str]]:
    """A home, its folder of notes, and a store."""
    home = Home(tmp_path / "home")
    yield home, tmp_path / "docs", request.param
    stop_servers(load_settings(home=home.path))


@pytest.mark.slow
def test_a_run_of_two_workers_killed_in_the_middle_loses_and_doubles_nothing(
    killed: tuple[Home, Path, str], tmp_path: Path
) -> None:
    home, docs, name = killed
    write(docs, **{f"n{n}": f"note {n}" for n in range(300)})
    path = tmp_path / "notes.py"
    path.write_text(FILE.format(docs=str(docs), store=name))
    tests = str(Path(__file__).resolve().parents[2])
    command = [str(COMMAND), "live", "run", str(path), "--workers", "2"]
    environment = home.environment(PYTHONPATH=tests, OMP_NUM_THREADS="1")
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    lake = open_lake(load_settings(home=home.path))
    workers: list[psutil.Process] = []
    try:
        deadline = time.monotonic() + 90
        while len(lake.storage.list("vectors")) < 4:  # some batches are done, others not
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        workers = psutil.Process(process.pid).children()
        assert sum("worker" in child.cmdline() for child in workers) == 2
    finally:
        process.kill()
        for child in workers:
            if "worker" in child.cmdline():
                os.kill(child.pid, signal.SIGKILL)
        process.wait(10)
    begun = read_documents(lake, "feed.notes", "web_page", ["id"]).num_rows
    assert 0 < begun < 300, "it was killed in the middle"
    rest = home.json("live", "run", "--once", path, PYTHONPATH=tests)
    assert 300 < rest["items"] < 600, "it goes on where it was, and then looks at all"
    write(docs, n5="changed", new="new")
    (docs / "n6.md").unlink()
    done = home.json("live", "run", "--once", path, PYTHONPATH=tests)
    assert done["items"] == 300 + 1 and done["embedded"] == 2
    store = open_store(name, lake.settings, lake)
    held, wanted = held_and_wanted(lake, store, "feed.notes")
    store.close()
    assert held == wanted and len(held) == 300
    texts = read_documents(lake, "feed.notes", "web_page", ["text"])["text"].to_pylist()
    assert sorted(texts) == sorted(file.read_text() for file in docs.iterdir())
    again = home.json("live", "run", "--once", path, PYTHONPATH=tests)
    assert again["changed"] == again["embedded"] == again["deleted"] == 0
