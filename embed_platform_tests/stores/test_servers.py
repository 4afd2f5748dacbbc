"""The embedded servers: started once, shared, found again, restarted after a crash."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from embed_platform.errors import PartMissing
from embed_platform.lake.lake import open_lake
from embed_platform.settings import Settings
from embed_platform.stores.base import Filters
from embed_platform.stores.milvus import server as milvus_server
from embed_platform.stores.open import open_store
from embed_platform.stores.pgvector import server as postgres_server
from embed_platform.stores.processes import is_alive
from embed_platform.stores.servers import (
    running_servers,
    start_milvus,
    start_postgres,
    stop_servers,
)
from embed_platform_tests.stores.rows import new_table

USE_BOTH = """
import sys
from embed_platform.settings import Settings
from embed_platform.stores.milvus.store import MilvusStore
from embed_platform.stores.pgvector.store import PgVectorStore
settings = Settings(home=sys.argv[1])
print(PgVectorStore(settings).check(), MilvusStore(settings).check())
"""


@pytest.mark.slow
def test_processes_share_both_servers_and_leave_them_running(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    command = [sys.executable, "-c", USE_BOTH, str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate(timeout=90)[0] for process in processes]
    try:
        assert [process.returncode for process in processes] == [0, 0]
        assert answers[0] == answers[1]
        running = running_servers(settings)
        assert set(running) == {"postgres", "milvus"}
        assert start_postgres(settings) == running["postgres"].address
        assert start_milvus(settings) == running["milvus"].address
    finally:
        assert stop_servers(settings) == ["postgres", "milvus"]
    assert running_servers(settings) == {}
    assert stop_servers(settings) == []


@pytest.mark.slow
def test_a_killed_server_is_started_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    start_postgres(settings)
    start_milvus(settings)
    before = running_servers(settings)
    try:
        for server in before.values():
            os.kill(server.pid, signal.SIGKILL)
            psutil.Process(server.pid).wait(10) if psutil.pid_exists(server.pid) else None
        assert running_servers(settings) == {}
        start_postgres(settings)
        start_milvus(settings)
        after = running_servers(settings)
        assert {name: after[name].pid != before[name].pid for name in after} == {
            "postgres": True,
            "milvus": True,
        }
    finally:
        stop_servers(settings)


def test_a_note_whose_pid_belongs_to_another_program_is_no_server(tmp_path: Path) -> None:
    note = {"pid": os.getpid(), "address": "http://127.0.0.1:1", "started_at": 1.0}
    (tmp_path / "server.json").write_text(json.dumps(note))
    assert milvus_server.running(tmp_path) is None
    lines = [str(os.getpid()), str(tmp_path), "1", "5432", str(tmp_path), "", "0 0", "ready"]
    (tmp_path / "postmaster.pid").write_text("\n".join(lines))
    assert postgres_server.running(tmp_path) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}'])
def test_a_note_that_cannot_be_read_is_no_server(tmp_path: Path, content: str) -> None:
    (tmp_path / "server.json").write_text(content)
    assert milvus_server.running(tmp_path) is None


def test_a_process_is_known_by_its_start_time_and_its_words() -> None:
    process = psutil.Process()
    started = process.create_time()
    assert is_alive(process.pid, started)
    assert not is_alive(process.pid, started - 60)
    assert not is_alive(process.pid, started, "no such word in any command line")


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as another user")
def test_a_private_home_stays_unreadable_for_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    settings = Settings(home=home)
    start_postgres(settings)
    try:
        assert not stat.S_IMODE(home.stat().st_mode) & stat.S_IROTH
    finally:
        stop_servers(settings)


@pytest.mark.slow
def test_a_milvus_whose_starter_was_killed_before_it_noted_it_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "milvus"
    (folder / "data").mkdir(parents=True)
    left = milvus_server._spawn(folder)
    deadline = time.monotonic() + 60
    while not milvus_server.answers(left.address) and time.monotonic() < deadline:
        time.sleep(0.1)
    address = milvus_server.start(folder)
    assert address != left.address and milvus_server.answers(address)
    assert milvus_server.stop(folder)


def test_no_server_is_started_where_the_home_is_thrown_away(tmp_path: Path) -> None:
    home = tmp_path / "container"
    lake = open_lake(Settings(home=home, embedded_parts=False))
    table = new_table(8)
    for name, setting in (
        ("pgvector", "EMBED_PG_DSN"),
        ("milvus", "EMBED_MILVUS_URI"),
        ("qdrant", "EMBED_QDRANT_URL"),
        ("s3", "EMBED_PUBLISH_URL"),
    ):
        with pytest.raises(PartMissing, match=setting):
            open_store(name, lake.settings, lake).search(
                table, np.ones(8, np.float32), 1, Filters()
            )
    assert not home.exists()
