"""What is particular to the Milvus store."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.corpus.kinds import THREAD, TWEET
from embed_platform.errors import SettingsError, StoreUnavailable
from embed_platform.settings import Settings
from embed_platform.stores.base import Filters, StoreTable
from embed_platform.stores.milvus import rows as milvus_rows
from embed_platform.stores.milvus.store import MilvusStore
from embed_platform.stores.servers import running_milvus
from embed_platform_tests.servers import free_port
from embed_platform_tests.stores.rows import (
    clustered,
    hashes_of,
    in_batches,
    metadata,
    new_table,
    rows_of,
)


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_a_cut_text_is_the_longest_beginning_that_fits(text: str, size: int) -> None:
    found = milvus_rows.cut(text, size)
    assert text.startswith(found)
    assert len(found.encode()) <= size
    if found != text:
        assert len(text[: len(found) + 1].encode()) > size


@given(st.text())
def test_a_filter_value_never_ends_its_own_string(value: str) -> None:
    try:
        quoted = milvus_rows.quoted(value)
    except SettingsError:
        return
    assert quoted == f'"{value}"'
    assert not set(value) & set('"\\\n')


def test_a_text_longer_than_milvus_holds_is_cut_between_characters(
    milvus: MilvusStore, table: StoreTable
) -> None:
    rows = rows_of("alice", clustered(1), text="a" + "ж" * 40_000)
    milvus.upsert(table, "alice", [rows])
    (hit,) = milvus.search(table, rows.vectors[0], 1, Filters())
    assert hit.metadata["text"] == "a" + "ж" * 32_767
    assert milvus.hashes(table, "alice") == hashes_of(rows)


def test_fields_keep_their_types_and_missing_ones_stay_missing() -> None:
    values = {"tweet_count": 3, "tweet_ids": ["1", "2"], "part": None}
    found = milvus_rows.record("x" * 32, [1.0], metadata("alice", "1") | values, THREAD)
    assert (found["tweet_count"], found["part"], found["parts"]) == (3, None, None)
    assert found["tweet_ids"] == '["1","2"]'
    assert set(found) == {"vector", *milvus_rows.output_fields(THREAD)}


def test_requests_stay_below_the_limits_of_rows_and_bytes() -> None:
    rows = rows_of("alice", clustered(5000), text="x" * 60_000)
    sizes = [len(batch) for batch in milvus_rows.batches(rows, TWEET)]
    assert sum(sizes) == 5000
    assert max(sizes) * 60_000 < milvus_rows.BATCH_BYTES
    small = rows_of("alice", clustered(5000))
    assert [len(b) for b in milvus_rows.batches(small, TWEET)] == [2000, 2000, 1000]


def test_a_server_killed_in_between_is_restarted_with_all_its_rows(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    store, table = MilvusStore(settings), new_table(8)
    rows = rows_of("alice", clustered(30))
    try:
        store.upsert(table, "alice", [rows])
        first = running_milvus(settings)
        assert first is not None
        os.kill(first.pid, signal.SIGKILL)
        assert store.hashes(table, "alice") == hashes_of(rows)
        assert store.upsert(table, "bob", [rows_of("bob", clustered(2))]) == 2
        assert len(store.search(table, rows.vectors[0], 5, Filters())) == 5
    finally:
        store.close()
        from embed_platform.stores.servers import stop_servers

        assert stop_servers(settings) == ["milvus"]


def test_a_server_that_is_down_is_reported_in_bounded_time(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, milvus_uri=f"http://127.0.0.1:{free_port()}")
    started = time.monotonic()
    with pytest.raises(StoreUnavailable, match="EMBED_MILVUS_URI"):
        MilvusStore(settings).check()
    assert time.monotonic() - started < 12


def test_an_address_without_a_scheme_is_a_setting_to_correct(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="EMBED_MILVUS_URI"):
        MilvusStore(Settings(home=tmp_path, milvus_uri="localhost")).check()


def test_a_filter_that_tries_to_reach_other_users_is_refused(
    milvus: MilvusStore, table: StoreTable
) -> None:
    milvus.upsert(table, "alice", [rows_of("alice", clustered(2))])
    with pytest.raises(SettingsError):
        milvus.search(table, clustered(1)[0], 5, Filters(user='bob" or user != "bob'))


@pytest.mark.slow
def test_no_id_is_lost_or_doubled_among_forty_thousand(milvus: MilvusStore) -> None:
    table = new_table(8)
    rows = rows_of("alice", clustered(40_000))
    milvus.upsert(table, "alice", in_batches(rows))
    milvus.upsert(table, "bob", [rows_of("bob", clustered(10))])
    assert milvus.hashes(table, "alice") == hashes_of(rows)
    assert milvus.counts(table, ["alice", "bob"]) == {"alice": 40_000, "bob": 10}
    milvus.drop(table.name)
