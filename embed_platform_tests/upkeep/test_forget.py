"""Forgetting: gone from the lake and every store, kept out, and nobody else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.errors import ErasedUser, StoreUnavailable
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings
from embed_platform.sources.current import publish_raw_tweets
from embed_platform.sources.ingest import ingest
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.milvus import MilvusStore
from embed_platform.upkeep.audit import audit
from embed_platform.upkeep.forget import forget, user_files
from embed_platform_tests.servers import free_port
from embed_platform_tests.sources.exports import members, tweet, write_zip
from embed_platform_tests.upkeep.conftest import bring


@pytest.fixture
def export(lake: Lake, tmp_path: Path) -> Path:
    """An export of `tilda_m`, taken in and parsed."""
    path = write_zip(tmp_path / "a.zip", members([tweet(n) for n in range(5)]))
    ingest(lake, path)
    publish_raw_tweets(lake, "tilda_m")
    return path


def test_nothing_of_a_person_is_left_and_nothing_of_others_is_lost(
    lake: Lake, table: StoreTable, stores: list[Store], export: Path
) -> None:
    bring(lake, table, stores, tilda_m=["one", "two"], bob=["one", "three"])
    others = {
        e.path: lake.storage.get(e.path) for e in lake.storage.list() if "tilda_m" not in e.path
    }
    done = forget(lake, "tilda_m", stores)
    assert done.rows == {"pgvector": 2, "milvus": 2, "s3": 2} and done.files > 4
    for store in stores:
        assert store.counts(table, ["tilda_m", "bob"]) == {"tilda_m": 0, "bob": 2}
        assert store.hashes(table, "tilda_m") == {}
    assert user_files(lake.storage, "tilda_m") == user_files(lake.published, "tilda_m") == []
    assert [p for p in lake.settings.home.rglob("*tilda_m*") if "locks" not in p.parts] == []
    left = {e.path: lake.storage.get(e.path) for e in lake.storage.list()}
    assert others.items() <= left.items()
    assert audit(lake, stores) == []


def test_the_same_account_is_refused_afterwards_under_any_name(lake: Lake, export: Path) -> None:
    forget(lake, "tilda_m", [])
    for name in (None, "somebody"):
        with pytest.raises(ErasedUser, match=r"a\.zip.*--after-forget"):
            ingest(lake, export, name)
    assert ingest(lake, export, restore=True).user == "tilda_m"


def test_a_store_that_is_down_keeps_the_lake_so_that_the_next_try_can_finish(
    lake: Lake, table: StoreTable, stores: list[Store], export: Path
) -> None:
    bring(lake, table, stores, tilda_m=["one"])
    before = user_files(lake.storage, "tilda_m")
    settings = Settings(home=lake.settings.home, milvus_uri=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(StoreUnavailable):
        forget(lake, "tilda_m", [stores[0], MilvusStore(settings), stores[2]])
    assert user_files(lake.storage, "tilda_m") == before
    with pytest.raises(ErasedUser):
        ingest(lake, export)
    forget(lake, "tilda_m", stores)
    assert user_files(lake.storage, "tilda_m") == []
    assert [store.counts(table, ["tilda_m"]) for store in stores] == [{"tilda_m": 0}] * 3


def test_a_name_that_begins_like_another_is_another(
    lake: Lake, table: StoreTable, stores: list[Store]
) -> None:
    bring(lake, table, stores, ann=["one"], anna=["two"])
    forget(lake, "ann", stores)
    assert user_files(lake.storage, "ann") == [] and user_files(lake.storage, "anna")
    assert [store.counts(table, ["anna"]) for store in stores] == [{"anna": 1}] * 3
