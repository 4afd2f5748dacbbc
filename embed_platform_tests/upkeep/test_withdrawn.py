"""A tweet that was withdrawn, and one that vanished, leave every store, Qdrant included, at the next run."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.corpus.build import build_documents, build_threads
from embed_platform.corpus.clean import TWEETS, clean
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.lake.lake import Lake
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import ingest
from embed_platform.sources.withdrawn import note_withdrawn
from embed_platform.stores.base import Store, StoreTable
from embed_platform.upkeep.audit import audit
from embed_platform_tests.sources.exports import ACCOUNT_ID, tweet, write_export
from embed_platform_tests.sources.supabase.projects import FIRST_ID
from embed_platform_tests.stores.conftest import qdrant as qdrant
from embed_platform_tests.upkeep.conftest import embed, load

USER = "tilda_m"


def run(lake: Lake, table: StoreTable, stores: list[Store]) -> None:
    """From the kept archives to every store."""
    publish_raw_tweets(lake, USER)
    clean(lake, TWEETS, [USER])
    build_threads(lake, USER)
    build_documents(lake, USER)
    embed(lake, table, USER)
    load(lake, table, stores, USER)


@pytest.mark.slow
def test_withdrawn_and_vanished_tweets_leave_every_store(
    lake: Lake, table: StoreTable, stores: list[Store], qdrant: Store, tmp_path: Path
) -> None:
    everywhere = [*stores, qdrant]
    said = [tweet(n, full_text=f"a sentence with the number {n} in it") for n in range(4)]
    ingest(lake, write_export(tmp_path / "a.zip", said))
    run(lake, table, everywhere)
    before = [store.hashes(table, USER) for store in everywhere]
    assert [len(held) for held in before] == [4] * 4

    note_withdrawn(lake, [USER], ACCOUNT_ID, {FIRST_ID + 1})
    run(lake, table, everywhere)
    after = [store.hashes(table, USER) for store in everywhere]
    assert [len(held) for held in after] == [3] * 4 and len(set(map(frozenset, after))) == 1

    # a later archive of the same person in which another one is not any more
    ingest(
        lake, write_export(tmp_path / "b.zip", [said[1], said[3], tweet(9, full_text="later on")])
    )
    run(lake, table, everywhere)
    left = [store.hashes(table, USER) for store in everywhere]
    assert [len(held) for held in left] == [2] * 4
    assert not set(left[0]) & (set(before[0]) - set(after[0])), "deriving again resurrects nothing"
    assert audit(lake, everywhere) == []
    assert embedded_hashes(lake, table.space.slug, USER)
