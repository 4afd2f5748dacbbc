"""What every store promises, asked of each over its real server."""

from __future__ import annotations

import numpy as np
import pytest

from embed_platform.corpus.kinds import TWEET
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import SpaceMismatch
from embed_platform.stores.base import Filters, Rows, Store, StoreTable
from embed_platform_tests.stores.rows import clustered, hashes_of, in_batches, new_table, rows_of


def load(store: Store, table: StoreTable, *many: Rows) -> None:
    for rows in many:
        store.upsert(table, rows.metadata[0]["user"], in_batches(rows))
    store.finish(table)


def test_rows_come_back_with_their_hashes_counts_and_vectors(
    store: Store, table: StoreTable
) -> None:
    alice, bob = rows_of("alice", clustered(30)), rows_of("bob", clustered(7, seed=1))
    load(store, table, alice, bob)
    assert store.hashes(table, "alice") == hashes_of(alice)
    assert store.counts(table, ["alice", "bob", "nobody"]) == {"alice": 30, "bob": 7, "nobody": 0}
    found = store.vectors(table, "alice", alice.ids)
    assert np.allclose([found[key] for key in alice.ids], alice.vectors, atol=1e-6)
    assert table.name in store.tables()


def test_a_table_that_was_never_made_is_empty(store: Store) -> None:
    table = new_table(8)
    assert store.hashes(table, "alice") == {}
    assert store.counts(table, ["alice"]) == {"alice": 0}
    assert store.vectors(table, "alice", ["0" * 32]) == {}
    assert store.search(table, clustered(1)[0], 5, Filters()) == []
    store.delete(table, "alice", ["0" * 32])
    store.finish(table)
    store.drop(table.name)
    assert table.name not in store.tables()


def test_a_second_upsert_replaces_rows_and_adds_none(store: Store, table: StoreTable) -> None:
    load(store, table, rows_of("alice", clustered(30)))
    changed = rows_of("alice", clustered(10), lang="de")
    load(store, table, changed)
    found = store.hashes(table, "alice")
    assert len(found) == 30
    assert {key: found[key] for key in changed.ids} == hashes_of(changed)


def test_deleted_rows_are_gone_for_counts_and_searches(store: Store, table: StoreTable) -> None:
    rows = rows_of("alice", clustered(30))
    load(store, table, rows)
    store.delete(table, "alice", [*rows.ids[:25], "0" * 32])
    assert store.counts(table, ["alice"]) == {"alice": 5}
    hits = store.search(table, rows.vectors[0], 10, Filters(user="alice"))
    assert sorted(hit.id for hit in hits) == sorted(rows.ids[25:])


def test_a_search_answers_with_cosines_best_first_and_what_was_kept(
    store: Store, table: StoreTable
) -> None:
    rows = rows_of("alice", clustered(50))
    load(store, table, rows)
    hits = store.search(table, 3 * rows.vectors[4], 5, Filters())
    assert hits[0].id == rows.ids[4]
    assert hits[0].score == pytest.approx(1, abs=1e-5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    kept = hits[0].metadata
    assert {name: kept[name] for name in rows.metadata[4]} == rows.metadata[4]


def test_filters_keep_to_the_user_and_leave_out_the_end_of_a_period(
    store: Store, table: StoreTable
) -> None:
    load(store, table, rows_of("alice", clustered(28)), rows_of("bob", clustered(28)))
    narrow = Filters(user="bob", since="2020-01-03", until="2020-01-05T00:00:00+00:00")
    hits = store.search(table, clustered(1)[0], 50, narrow)
    assert {hit.metadata["user"] for hit in hits} == {"bob"}
    assert sorted(hit.metadata["tweet_id"] for hit in hits) == ["2", "3"]


@pytest.mark.parametrize(
    "text", ["", "'; drop table x; --", "ж" * 10_000, '"\\"{}%s', "🙏\u2028\\u0000"]
)
def test_any_text_survives(store: Store, table: StoreTable, text: str) -> None:
    rows = rows_of("alice", clustered(1), text=text)
    load(store, table, rows)
    (hit,) = store.search(table, rows.vectors[0], 1, Filters())
    assert hit.metadata["text"] == text


def test_another_dimension_is_refused(store: Store, table: StoreTable) -> None:
    load(store, table, rows_of("alice", clustered(3)))
    with pytest.raises(SpaceMismatch):
        store.upsert(table, "alice", [rows_of("alice", clustered(3, dimension=4))])
    assert store.counts(table, ["alice"]) == {"alice": 3}


def test_a_dropped_table_is_gone(store: Store, table: StoreTable) -> None:
    load(store, table, rows_of("alice", clustered(3)))
    store.drop(table.name)
    assert table.name not in store.tables()
    assert store.counts(table, ["alice"]) == {"alice": 0}


def test_check_names_the_server(store: Store) -> None:
    assert "\n" not in store.check()
    assert store.check()


@pytest.mark.slow
def test_a_user_of_twenty_rows_is_found_whole_among_twenty_thousand(store: Store) -> None:
    table = StoreTable(EmbeddingSpace(f"crowd_{store.name}", "r" * 40, 64), TWEET)
    crowd, small = clustered(20_000, 64), clustered(20, 64, seed=9)
    load(store, table, rows_of("crowd", crowd), rows_of("small", small))
    for query in crowd[:5]:
        hits = store.search(table, query, 20, Filters(user="small"))
        assert len({hit.id for hit in hits}) == 20
        assert [hit.score for hit in hits] == pytest.approx(
            sorted(small @ query, reverse=True), abs=1e-4
        )
    store.drop(table.name)
