"""One writer per user: among the processes of a machine, and among machines that share a lake."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from embed_platform.errors import LakeUnavailable, PartMissing
from embed_platform.lake.locks import user_lock
from embed_platform.settings import Settings, load_settings
from embed_platform.stores.servers import start_postgres
from embed_platform_tests.servers import free_port
from embed_platform_tests.servers import servers_home as servers_home

HOLD = """
import sys, time
from embed_platform.lake.locks import user_lock
from embed_platform.settings import load_settings
home, lake_url, dsn = sys.argv[1:]
with user_lock(load_settings(home=home, lake_url=lake_url, pg_dsn=dsn or None), "ann"):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def holding(settings: Settings, home: Path) -> Iterator[None]:
    """Another process, in a home that may be another machine's, holds ann's lock; killed at the end."""
    dsn = settings.pg_dsn.get_secret_value() if settings.pg_dsn else ""
    words = [sys.executable, "-c", HOLD, str(home), settings.lake_url, dsn]
    holder = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        yield
    finally:
        holder.kill()
        holder.wait()


@pytest.fixture
def here(clean_environment: None, tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "here")


@pytest.fixture
def shared(here: Settings, servers_home: Path) -> Settings:
    dsn = start_postgres(load_settings(home=servers_home))
    return load_settings(home=here.home, lake_url="s3://bucket/lake", pg_dsn=SecretStr(dsn))


def assert_held(settings: Settings, by: str) -> None:
    with (
        pytest.raises(LakeUnavailable, match=f"{by} has been writing 'ann'"),
        user_lock(settings, "ann", timeout_seconds=0.3),
    ):
        pass
    with user_lock(settings, "bob", timeout_seconds=0.3):
        pass


def test_a_writer_waits_for_another_process_and_a_killed_one_blocks_nobody(here: Settings) -> None:
    with holding(here, here.home):
        assert_held(here, "another process")
    with user_lock(here, "ann", timeout_seconds=5):
        pass


def test_machines_that_share_a_lake_wait_for_one_another(shared: Settings, tmp_path: Path) -> None:
    with holding(shared, tmp_path / "elsewhere"):
        assert_held(shared, "another machine")
    with user_lock(shared, "ann", timeout_seconds=5):
        pass


def test_a_lock_server_that_is_down_is_named(shared: Settings) -> None:
    dsn = SecretStr(f"postgresql://127.0.0.1:{free_port()}/none")
    with (
        pytest.raises(LakeUnavailable, match="EMBED_PG_DSN"),
        user_lock(shared.model_copy(update={"pg_dsn": dsn}), "ann"),
    ):
        pass


def test_a_lock_in_a_home_that_is_nobody_elses_is_none(tmp_path: Path) -> None:
    alone = load_settings(home=tmp_path, lake_url="s3://bucket/lake", embedded_parts=False)
    with pytest.raises(PartMissing, match="EMBED_PG_DSN"), user_lock(alone, "ann"):
        pass
