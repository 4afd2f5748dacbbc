"""The loading loop: what the lake holds is what each store holds."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.corpus.documents import document_id, text_hash
from embed_platform.errors import StoreUnavailable, VerificationFailed
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.stores.base import Store, StoreTable, Vectors
from embed_platform.stores.loads import digest, loaded_rows
from embed_platform.stores.publication import S3Store
from embed_platform.stores.sync import Loaded, difference, sync_space, wanted_rows
from embed_platform_tests.stores.rows import new_table, write_and_embed, write_tweets

Hashes = st.dictionaries(
    st.text(string.hexdigits, min_size=4, max_size=4),
    st.text(string.hexdigits, min_size=2, max_size=2),
)


def sync(
    lake: Lake, store: Store, table: StoreTable, *users: str, full: bool = False
) -> dict[str, Any]:
    return dict(sync_space(lake, store, [table], users, full=full))


@given(Hashes, Hashes)
def test_applying_the_difference_gives_what_is_wanted(
    wanted: dict[str, str], present: dict[str, str]
) -> None:
    change = difference(wanted, present)
    result = {key: value for key, value in present.items() if key not in set(change.delete)}
    result |= {key: wanted[key] for key in change.write}
    assert result == wanted
    assert not set(change.write) & set(change.delete)


@given(Hashes)
def test_nothing_differs_from_itself(rows: dict[str, str]) -> None:
    assert difference(rows, rows) == difference({}, {})


@given(Hashes, Hashes)
def test_digests_are_equal_just_when_the_rows_are(a: dict[str, str], b: dict[str, str]) -> None:
    assert (digest(a) == digest(b)) == (a == b)
    assert digest(a) == digest(dict(reversed(a.items())))


def test_a_load_makes_the_store_hold_what_the_lake_holds(
    lake: Lake, store: Store, table: StoreTable
) -> None:
    write_and_embed(lake, table, "alice", ["one", "two", "three"])
    outcome = sync(lake, store, table, "alice", "nobody")
    assert (outcome["alice"].rows, outcome["alice"].written) == (3, 3)
    assert outcome["nobody"].rows == 0
    assert store.hashes(table, "alice") == wanted_rows(lake, store, table, "alice")
    assert loaded_rows(lake, table.space.slug, "alice") == {store.name: 3}


def test_an_unchanged_user_is_neither_read_back_nor_written(
    lake: Lake, store: Store, table: StoreTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_and_embed(lake, table, "alice", ["one", "two", "three"])
    sync(lake, store, table, "alice")
    for name in ("hashes", "upsert", "delete"):
        monkeypatch.setattr(store, name, forbidden)
    monkeypatch.setattr(lake.storage, "put", forbidden)
    again = sync(lake, store, table, "alice")["alice"]
    assert (again.rows, again.written, again.deleted) == (3, 0, 0)


def test_only_what_changed_is_written(lake: Lake, store: Store, table: StoreTable) -> None:
    write_and_embed(lake, table, "alice", ["one", "two", "three"])
    sync(lake, store, table, "alice")
    write_and_embed(lake, table, "alice", ["one", "2", "three", "four"])
    outcome = sync(lake, store, table, "alice")["alice"]
    assert (outcome.written, outcome.deleted, outcome.rows) == (2, 0, 4)


def test_changed_metadata_rewrites_the_row(lake: Lake, store: Store, table: StoreTable) -> None:
    write_and_embed(lake, table, "alice", ["one", "two"])
    sync(lake, store, table, "alice")
    write_tweets(lake, "alice", ["one", "two"], url="https://x.test/1")
    outcome = sync(lake, store, table, "alice")["alice"]
    assert outcome.written == 2
    assert store.hashes(table, "alice") == wanted_rows(lake, store, table, "alice")


def test_documents_that_are_gone_leave_the_store(
    lake: Lake, store: Store, table: StoreTable
) -> None:
    write_and_embed(lake, table, "alice", ["one", "two", "three"])
    sync(lake, store, table, "alice")
    write_tweets(lake, "alice", ["one"])
    assert sync(lake, store, table, "alice")["alice"].deleted == 2
    write_tweets(lake, "alice", [])
    assert sync(lake, store, table, "alice")["alice"].deleted == 1
    assert store.counts(table, ["alice"]) == {"alice": 0}
    assert loaded_rows(lake, table.space.slug, "alice") == {}


def test_a_document_without_a_vector_is_left_out(
    lake: Lake, store: Store, table: StoreTable
) -> None:
    write_and_embed(lake, table, "alice", ["one"])
    write_tweets(lake, "alice", ["one", "a dead letter"])
    assert sync(lake, store, table, "alice")["alice"].rows == 1


def test_rows_lost_by_the_store_are_noticed_by_their_count(
    lake: Lake, store: Store, table: StoreTable
) -> None:
    write_and_embed(lake, table, "alice", ["one", "two", "three"])
    sync(lake, store, table, "alice")
    store.delete(table, "alice", [document_id("alice", "tweet", "1")])
    assert sync(lake, store, table, "alice")["alice"].written == 1


def test_a_full_sync_mends_rows_that_somebody_changed(
    lake: Lake, store: Store, table: StoreTable
) -> None:
    write_and_embed(lake, table, "alice", ["one", "two"])
    sync(lake, store, table, "alice")
    spoil(store, table, "alice")
    assert sync(lake, store, table, "alice")["alice"].written == 0
    assert sync(lake, store, table, "alice", full=True)["alice"].written == 1
    assert store.hashes(table, "alice") == wanted_rows(lake, store, table, "alice")


def test_one_user_that_fails_stops_nobody_else(
    lake: Lake, store: Store, table: StoreTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in ("alice", "bob", "carol"):
        write_and_embed(lake, table, user, ["one", "two"])
    read = store.hashes

    def forgetful(of: StoreTable, user: str) -> dict[str, str]:
        found = read(of, user)
        return dict(list(found.items())[1:]) if user == "bob" else found

    monkeypatch.setattr(store, "hashes", forgetful)
    outcomes = sync(lake, store, table, "alice", "bob", "carol")
    assert isinstance(outcomes["bob"], VerificationFailed)
    for word in (store.name, "bob", "1 of 2"):
        assert word in str(outcomes["bob"])
    assert all(isinstance(outcomes[user], Loaded) for user in ("alice", "carol"))
    assert loaded_rows(lake, table.space.slug, "bob") == {}
    monkeypatch.undo()
    again = sync(lake, store, table, "alice", "bob", "carol")
    assert (again["alice"].written, again["bob"].rows) == (0, 2)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (np.zeros(8), "constant"),
        (np.full(8, np.nan), "finite"),
        (np.ones(4), "has shape"),
        (np.arange(8) - 3.3, "differs"),
    ],
)
def test_vectors_that_came_back_wrong_are_refused(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, wrong: Vectors, word: str
) -> None:
    store, table = S3Store(lake), new_table(8)
    write_and_embed(lake, table, "alice", ["one"])
    key = document_id("alice", "tweet", "0")
    monkeypatch.setattr(store, "vectors", lambda *_: {key: wrong.astype(np.float32)})
    outcome = sync(lake, store, table, "alice")["alice"]
    assert isinstance(outcome, VerificationFailed)
    assert word in str(outcome)


def test_a_store_that_goes_away_leaves_the_record_as_it_was(
    lake: Lake, table: StoreTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = S3Store(lake)
    write_and_embed(lake, table, "alice", ["one"])
    monkeypatch.setattr(store, "upsert", unavailable)
    with pytest.raises(StoreUnavailable):
        sync(lake, store, table, "alice")
    assert lake.storage.list(layout.loads()) == []


@pytest.mark.slow
def test_two_hundred_small_users_load_in_one_go(lake: Lake, store: Store) -> None:
    table, users = new_table(64), [f"user{i}" for i in range(200)]
    for user in users:
        write_and_embed(lake, table, user, [f"{user} says {i}" for i in range(20)])
    outcomes = sync(lake, store, table, *users)
    assert all(outcome.rows == 20 for outcome in outcomes.values())
    assert not any(outcome.written for outcome in sync(lake, store, table, *users).values())
    store.drop(table.name)


def forbidden(*_: object, **__: object) -> None:
    raise AssertionError("an unchanged user was touched")


def unavailable(*_: object) -> int:
    raise StoreUnavailable("gone")


def spoil(store: Store, table: StoreTable, user: str) -> None:
    """Write one row with another hash, as somebody else might."""
    key = sorted(store.hashes(table, user))[0]
    from embed_platform.stores.base import Rows
    from embed_platform_tests.stores.rows import metadata

    vector: Sequence[Vectors] = list(store.vectors(table, user, [key]).values())
    row = metadata(user, "0", text="spoilt", text_hash=text_hash("spoilt"))
    store.upsert(table, user, [Rows([key], np.stack(vector), [row])])
