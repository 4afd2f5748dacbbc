"""The audit finds whatever differs, and repair mends just that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embed_platform.corpus.documents import document_id
from embed_platform.embedding.embed import embed_users
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.milvus.store import MilvusStore
from embed_platform.upkeep.audit import Embed, Finding, audit, repair, write_plan
from embed_platform.upkeep.spaces import HeldSpace
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.servers import free_port
from embed_platform_tests.stores.rows import write_tweets
from embed_platform_tests.upkeep.conftest import bring, embed, load


@pytest.fixture
def again(lake: Lake) -> Embed:
    """Embeds what a repair asks for."""

    def embed(held: HeldSpace, users: list[str]) -> Any:
        return embed_users(lake, held.space, users, held.kinds, lambda: HashEngine(8))

    return embed


def test_what_agrees_gives_no_finding(lake: Lake, table: StoreTable, stores: list[Store]) -> None:
    bring(lake, table, stores, ann=["one", "two"], bob=["three"])
    assert audit(lake, stores) == []


def test_missing_and_surplus_rows_are_counted_per_store_and_user_and_mended(
    lake: Lake, table: StoreTable, stores: list[Store], again: Embed
) -> None:
    bring(lake, table, stores, ann=["one", "two", "three"], bob=["four"])
    pgvector = stores[0]
    pgvector.delete(table, "ann", [document_id("ann", "tweet", "0")])
    write_tweets(lake, "bob", [])
    found = audit(lake, stores)
    slug = table.space.slug
    assert Finding("load", slug, "ann", "pgvector", missing=1) in found
    surplus = {f.store: f.surplus for f in found if f.user == "bob"}
    assert surplus == {"pgvector": 1, "milvus": 1, "s3": 1}
    assert repair(lake, found, stores, again) == []
    assert audit(lake, stores) == []
    assert [store.counts(table, ["ann", "bob"]) for store in stores] == [{"ann": 3, "bob": 0}] * 3


def test_a_lost_vector_is_embedded_again_before_the_stores_are_loaded(
    lake: Lake, table: StoreTable, stores: list[Store], again: Embed
) -> None:
    bring(lake, table, stores, ann=["one", "two"])
    write_tweets(lake, "ann", ["one", "two", "three"])
    (finding,) = [f for f in audit(lake, stores) if f.repair == "embed"]
    assert (finding.user, finding.missing, finding.store) == ("ann", 1, "")
    assert repair(lake, [finding], stores, again) == []
    assert audit(lake, stores) == []
    assert stores[2].counts(table, ["ann"]) == {"ann": 3}


def test_a_text_that_was_set_aside_is_no_finding(
    lake: Lake, table: StoreTable, stores: list[Store]
) -> None:
    bring(lake, table, stores, ann=["one", "poison"])
    assert audit(lake, stores) == []


def test_a_user_whom_a_space_was_never_asked_for_is_no_finding(
    lake: Lake, table: StoreTable, stores: list[Store]
) -> None:
    bring(lake, table, stores, ann=["one"])
    write_tweets(lake, "bob", ["two"])
    assert audit(lake, stores) == []


def test_a_store_that_is_down_is_a_finding_not_an_error(
    lake: Lake, table: StoreTable, stores: list[Store], again: Embed
) -> None:
    bring(lake, table, stores, ann=["one"])
    settings = Settings(home=lake.settings.home, milvus_uri=f"http://127.0.0.1:{free_port()}")
    down = MilvusStore(settings)
    (finding,) = audit(lake, [stores[0], down])
    assert (finding.user, finding.store) == ("*", "milvus") and finding.note
    (problem,) = repair(lake, [finding], [down], again)
    assert "milvus" in problem
    assert repair(lake, [finding], [stores[1]], again) == [], "it is back"


def test_a_damaged_file_is_named_and_the_rest_is_mended(
    lake: Lake, table: StoreTable, stores: list[Store], again: Embed
) -> None:
    bring(lake, table, stores, ann=["one"], bob=["two"])
    pgvector = stores[0]
    for user in ("ann", "bob"):
        pgvector.delete(table, user, [document_id(user, "tweet", "0")])
    (path,) = [e.path for e in lake.storage.list(layout.vectors(table.space.slug, "ann"))]
    lake.storage.put(path, b"not Parquet at all")
    found = audit(lake, [pgvector])
    assert {(f.repair, f.user) for f in found} == {("embed", "ann"), ("load", "bob")}
    problems = repair(lake, found, [pgvector], again)
    assert problems and all(path in line and "delete this file" in line for line in problems)
    assert pgvector.counts(table, ["ann", "bob"]) == {"ann": 0, "bob": 1}
    lake.storage.delete([path])
    embed(lake, table, "ann")
    load(lake, table, [pgvector], "ann")
    assert pgvector.counts(table, ["ann"]) == {"ann": 1}


def test_the_plan_is_kept_readable_and_the_last_thirty_stay(lake: Lake) -> None:
    finding = Finding("load", "space_0", "ann", "s3", missing=2)
    for number in range(35):
        lake.storage.put(f"plans/20200101T0000{number:02}.json", b"{}")
    path = write_plan(lake, [finding])
    content = json.loads(lake.storage.get(path))
    assert content["findings"] == [
        {
            "repair": "load",
            "space": "space_0",
            "user": "ann",
            "store": "s3",
            "missing": 2,
            "surplus": 0,
            "note": "",
        }
    ]
    kept = [entry.path for entry in lake.storage.list("plans")]
    assert len(kept) == 30 and path in kept
