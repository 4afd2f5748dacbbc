"""What `status` counts."""

from __future__ import annotations

from pathlib import Path

from embed_platform.lake.dead_letters import DeadLetter, write_dead_letters
from embed_platform.lake.failures import UserFailure, record_failure
from embed_platform.lake.lake import Lake
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import ingest
from embed_platform.stores.base import Store, StoreTable
from embed_platform.upkeep.status import disk_bytes, status
from embed_platform_tests.sources.exports import members, tweet, write_zip
from embed_platform_tests.upkeep.conftest import bring


def test_documents_vectors_and_rows_are_counted_per_space_and_store(
    lake: Lake, table: StoreTable, stores: list[Store]
) -> None:
    bring(lake, table, stores[2:], ann=["one", "two", "two", "poison"])
    (user,) = status(lake)["users"]
    assert (user["user"], user["documents"], user["dead_letters"]) == ("ann", {"tweet": 4}, 1)
    assert user["spaces"] == [
        {
            "space": table.space.slug,
            "model": table.space.model,
            "dimension": 8,
            "embedded": 2,  # equal texts are embedded once
            "stores": {"s3": 3},
        }
    ]
    assert "failed" not in user


def test_a_failure_and_dead_letters_of_every_step_show(lake: Lake, table: StoreTable) -> None:
    bring(lake, table, [], ann=["one"])
    write_dead_letters(
        lake.storage, "ann", "raw_tweets", [DeadLetter("tweets.js record 3", "no id")]
    )
    record_failure(lake.storage, UserFailure("ann", "run", "documents", "it broke", "2026-01-01"))
    (user,) = status(lake)["users"]
    assert (user["dead_letters"], user["failed"]) == (1, "it broke")


def test_an_archive_that_was_not_parsed_yet_is_stale(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, write_zip(tmp_path / "a.zip", members([tweet(n) for n in range(3)])))
    assert status(lake)["users"][0]["stale"] is True
    publish_raw_tweets(lake, "tilda_m")
    assert "stale" not in status(lake)["users"][0]
    ingest(lake, write_zip(tmp_path / "b.zip", members([tweet(n) for n in range(4)])))
    assert status(lake)["users"][0]["stale"] is True


def test_disk_is_counted_in_blocks(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"x")
    with (tmp_path / "holes").open("wb") as file:
        file.truncate(50_000_000)
    assert 0 < disk_bytes(tmp_path) < 1_000_000
