"""Archives that others replace stay until the replacement has verified."""

from __future__ import annotations

from pathlib import Path

from embed_platform.lake.lake import Lake
from embed_platform.sources.records import list_archives
from embed_platform.sources.twitter.ingest import ingest
from embed_platform.stores.base import Store, StoreTable
from embed_platform.upkeep.superseded import prune_verified
from embed_platform_tests.sources.exports import members, tweet, write_zip
from embed_platform_tests.upkeep.conftest import bring


def test_a_replaced_archive_goes_once_a_store_holds_a_verified_load(
    lake: Lake, table: StoreTable, stores: list[Store], tmp_path: Path
) -> None:
    old = ingest(lake, write_zip(tmp_path / "a.zip", members([tweet(n) for n in range(3)])))
    assert prune_verified(lake, old.user) == [], "nothing replaces it"
    ingest(lake, write_zip(tmp_path / "b.zip", members([tweet(n) for n in range(5)])))
    bring(lake, table, [], tilda_m=["one"])
    assert prune_verified(lake, old.user) == [], "nothing is loaded yet"
    bring(lake, table, stores[2:], tilda_m=["one"])
    (gone,) = prune_verified(lake, old.user)
    (kept,) = list_archives(lake, old.user)
    assert kept.archive_id != gone and kept.records == 5
    assert len(lake.storage.list("members")) == len(kept.members)
