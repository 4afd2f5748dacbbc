"""Forgetting: gone from the lake and every store, kept out, and nobody else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.errors import ErasedUser
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import ingest
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.milvus.store import MilvusStore
from embed_platform.upkeep.audit import audit
from embed_platform.upkeep.forget import Around, Dropped, forget, settle_all
from embed_platform.upkeep.forget_files import user_files
from embed_platform.upkeep.forget_receipts import find, receipts
from embed_platform.upkeep.status import status
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
    done = forget(lake, "tilda_m", Around(stores))
    assert done.stores == {"pgvector": 2, "milvus": 2, "s3": 2} and done.files["lake"] > 4
    assert find(lake, "tilda_m", finished=True) == done and not done.owed and done.finished_at
    for store in stores:
        assert store.counts(table, ["tilda_m", "bob"]) == {"tilda_m": 0, "bob": 2}
        assert store.hashes(table, "tilda_m") == {}
    assert user_files(lake.storage, "tilda_m") == user_files(lake.published, "tilda_m") == []
    assert [p for p in lake.settings.home.rglob("*tilda_m*") if "locks" not in p.parts] == []
    left = {e.path: lake.storage.get(e.path) for e in lake.storage.list()}
    assert [path for path, data in left.items() if b"tilda_m" in data] == [
        entry.path for entry in lake.storage.list("erasures")
    ]
    assert others.items() <= left.items()
    assert audit(lake, stores) == []


def test_the_same_account_is_refused_afterwards_under_any_name(lake: Lake, export: Path) -> None:
    forget(lake, "tilda_m", Around([]))
    for name in (None, "somebody"):
        with pytest.raises(ErasedUser, match=r"a\.zip.*--after-forget"):
            ingest(lake, export, name)
    assert ingest(lake, export, restore=True).user == "tilda_m"


def test_what_dagster_knows_is_owed_where_it_is_out_of_reach_or_a_run_has_not_ended(
    lake: Lake, export: Path
) -> None:
    receipt = forget(lake, "tilda_m", Around([], drop_runs=None))
    assert (receipt.owed, receipt.finished_at) == (["dagster"], "")
    assert user_files(lake.storage, "tilda_m") == []
    with pytest.raises(ErasedUser):
        ingest(lake, export)
    assert settle_all(lake, lambda: Around([], drop_runs=lambda user: Dropped(2, 1))) == [
        "forgetting tilda_m: still in dagster"
    ]
    (owed,) = status(lake)["erasures"]
    assert owed["owed"] == ["dagster"] and "has not ended" in owed["note"]
    assert settle_all(lake, lambda: Around([], drop_runs=lambda user: Dropped(1))) == []
    (done,) = receipts(lake, finished=True)
    assert (done.runs, done.owed, done.note) == (3, [], "")


def test_a_store_that_is_down_is_owed_and_paid_once_it_answers(
    lake: Lake, table: StoreTable, stores: list[Store], export: Path
) -> None:
    bring(lake, table, stores, tilda_m=["one"])
    settings = Settings(home=lake.settings.home, milvus_uri=f"http://127.0.0.1:{free_port()}")
    down = Around([stores[0], MilvusStore(settings), stores[2]])
    receipt = forget(lake, "tilda_m", down)
    assert (receipt.owed, receipt.finished_at) == (["milvus"], "") and "milvus" in receipt.note
    assert user_files(lake.storage, "tilda_m") == []
    assert [store.counts(table, ["tilda_m"])["tilda_m"] for store in stores] == [0, 1, 0]
    (owed,) = status(lake)["erasures"]
    assert (owed["user"], owed["owed"]) == ("tilda_m", ["milvus"])
    with pytest.raises(ErasedUser):
        ingest(lake, export)
    assert settle_all(lake, lambda: down) == ["forgetting tilda_m: still in milvus"]
    assert settle_all(lake, lambda: Around(stores)) == []
    assert [store.counts(table, ["tilda_m"]) for store in stores] == [{"tilda_m": 0}] * 3
    (done,) = receipts(lake, finished=True)
    assert done.stores == {"pgvector": 1, "milvus": 1, "s3": 1}
    assert status(lake)["erasures"] == receipts(lake, finished=False) == []


def test_whoever_came_back_before_a_debt_was_paid_keeps_what_came_then(
    lake: Lake, table: StoreTable, stores: list[Store], export: Path
) -> None:
    bring(lake, table, stores, tilda_m=["one", "two"])
    settings = Settings(home=lake.settings.home, milvus_uri=f"http://127.0.0.1:{free_port()}")
    forget(lake, "tilda_m", Around([stores[0], MilvusStore(settings), stores[2]]))
    ingest(lake, export, restore=True)
    bring(lake, table, stores, tilda_m=["three"])
    assert settle_all(lake, lambda: Around(stores)) == []
    assert [store.counts(table, ["tilda_m"])["tilda_m"] for store in stores] == [1, 1, 1]
    assert user_files(lake.storage, "tilda_m")


def test_nothing_is_opened_where_nothing_is_owed(lake: Lake) -> None:
    def never() -> Around:
        raise AssertionError("a server would be started")

    assert settle_all(lake, never) == []


def test_a_name_that_begins_like_another_is_another(
    lake: Lake, table: StoreTable, stores: list[Store]
) -> None:
    bring(lake, table, stores, ann=["one"], anna=["two"])
    forget(lake, "ann", Around(stores))
    assert user_files(lake.storage, "ann") == [] and user_files(lake.storage, "anna")
    assert [store.counts(table, ["anna"]) for store in stores] == [{"anna": 1}] * 3
