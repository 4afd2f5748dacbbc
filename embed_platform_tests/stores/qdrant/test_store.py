"""Qdrant: the embedded one between processes and after a kill, a server by address and key."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from embed_platform.errors import StoreUnavailable
from embed_platform.settings import Settings, load_settings
from embed_platform.stores.base import Filters, StoreTable
from embed_platform.stores.qdrant import connection as qdrant_connection
from embed_platform.stores.qdrant.store import QdrantStore
from embed_platform_tests.servers import free_port
from embed_platform_tests.standins.qdrant_server import running_qdrant
from embed_platform_tests.stores.rows import clustered, hashes_of, new_table, rows_of

KEY = "a-key-of-tests"
# another process that loads rows and then does what it is told
OTHER = """
    import sys, time
    from pathlib import Path
    from embed_platform.settings import Settings
    from embed_platform.stores.qdrant.store import QdrantStore
    from embed_platform_tests.stores.rows import clustered, new_table, rows_of
    store = QdrantStore(Settings(home=Path(sys.argv[1])))
    store.upsert(new_table(8), "alice", [rows_of("alice", clustered(40))])
    print("loaded", flush=True)
    until = time.time() + float(sys.argv[2])
    while time.time() < until:
        store.check()
        time.sleep(0.1)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    with running_qdrant(KEY) as running:
        yield running


def other(home: Path, seconds: float) -> subprocess.Popen[str]:
    """Another process that has loaded and stays busy for a while."""
    code = textwrap.dedent(OTHER)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(home), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "loaded\n"
    return process


def first_table() -> StoreTable:
    """The table that the other process loads: its first."""
    table = new_table(8)
    space = type(table.space)("test0", "r" * 40, 8)
    return StoreTable(space, table.kind)


def test_nothing_is_made_before_something_is_written(home: Path) -> None:
    store = QdrantStore(Settings(home=home))
    table = new_table(8)
    assert store.tables() == [] and store.counts(table, ["alice"]) == {"alice": 0}
    store.drop(table.name)
    assert not (home / "qdrant").exists()


def test_a_second_process_gets_its_turn_once_the_first_is_idle(home: Path) -> None:
    process = other(home, 1.5)
    try:
        store = QdrantStore(Settings(home=home))
        assert store.counts(first_table(), ["alice"]) == {"alice": 40}
        store.close()
    finally:
        process.wait(20)


def test_a_process_that_does_not_give_way_is_one_clear_line(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qdrant_connection, "WAIT_SECONDS", 0.5)
    process = other(home, 60)
    try:
        with pytest.raises(StoreUnavailable, match=r"another process.*EMBED_QDRANT_URL"):
            QdrantStore(Settings(home=home)).check()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    # the lock goes with the process, and what was loaded is there
    store = QdrantStore(Settings(home=home))
    assert store.hashes(first_table(), "alice") == hashes_of(rows_of("alice", clustered(40)))
    store.close()


def test_a_table_of_contents_that_was_never_written_is_made_anew(home: Path) -> None:
    (home / "qdrant").mkdir(parents=True)
    (home / "qdrant" / "meta.json").touch()
    store = QdrantStore(Settings(home=home))
    assert store.tables() == []
    store.close()


def test_deleted_texts_are_in_no_file_afterwards(home: Path) -> None:
    store, table = QdrantStore(Settings(home=home)), new_table(8)
    rows = rows_of("alice", clustered(50), text="a sentence to be found nowhere")
    store.upsert(table, "alice", [rows, rows_of("bob", clustered(5))])
    store.delete(table, "alice", rows.ids)
    store.close()
    for path in (home / "qdrant").rglob("*"):
        assert path.is_dir() or b"to be found nowhere" not in path.read_bytes(), path


def test_it_is_given_back_when_nobody_asks(home: Path) -> None:
    store = QdrantStore(Settings(home=home))
    store.upsert(new_table(8), "alice", [rows_of("alice", clustered(3))])
    deadline = time.monotonic() + 15
    while (home / "qdrant").exists() and list((home / "qdrant").rglob("*-wal")):
        assert time.monotonic() < deadline, "a closed SQLite file has no log beside it"
        time.sleep(0.1)
    assert store.counts(new_table(8), ["alice"]) == {"alice": 0}
    store.close()


def test_a_server_is_asked_with_the_key_and_indexes_what_filters_look_at(
    server: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, seen = server
    settings = Settings(home=tmp_path / "home", qdrant_url=url, qdrant_api_key=SecretStr(KEY))
    store, table = QdrantStore(settings), new_table(8)
    rows = rows_of("alice", clustered(600))
    store.upsert(table, "alice", [rows])
    store.upsert(table, "bob", [rows_of("bob", clustered(5))])
    assert seen.count(f"PUT /collections/{table.name}/index") == 2
    assert store.hashes(table, "alice") == hashes_of(rows)
    assert store.counts(table, ["alice", "bob", "eve"]) == {"alice": 600, "bob": 5, "eve": 0}
    assert set(store.vectors(table, "alice", rows.ids[:3])) == set(rows.ids[:3])
    hits = store.search(table, rows.vectors[7], 5, Filters(user="bob"))
    assert len(hits) == 5, "a short answer of the index is made good"
    store.delete(table, "alice", rows.ids)
    assert store.counts(table, ["alice", "bob"]) == {"alice": 0, "bob": 5}
    assert url in store.check() and table.name in store.tables()
    store.drop(table.name)
    assert table.name not in store.tables()
    assert not (tmp_path / "home").exists()


def test_a_wrong_key_is_named_and_shown_nowhere(server: tuple[str, list[str]]) -> None:
    settings = Settings(qdrant_url=server[0], qdrant_api_key=SecretStr("wrong-key"))
    with pytest.raises(StoreUnavailable, match=r"key was refused.*EMBED_QDRANT_API_KEY") as caught:
        QdrantStore(settings).tables()
    assert "wrong-key" not in str(caught.value)
    assert "wrong-key" not in repr(settings)


def test_a_server_that_is_down_is_one_clear_line() -> None:
    settings = load_settings(qdrant_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(StoreUnavailable, match=r"qdrant, http.*EMBED_QDRANT_URL"):
        QdrantStore(settings).tables()
