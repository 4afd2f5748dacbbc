"""A feed: unchanged items cost nothing, changed ones replace their pieces, a crash loses and doubles nothing."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embed_platform.corpus.documents import read_documents
from embed_platform.embedding.vectors import read_vectors
from embed_platform.errors import (
    ErasedUser,
    SettingsError,
    SourceRefused,
    StoreUnavailable,
    TooManyDeadLetters,
)
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.suppressions import suppress
from embed_platform.live.changes import Delete, Everything, Failed, Item, content_hash
from embed_platform.live.feed import Done
from embed_platform.live.opening import FeedBusy, opened, take_back
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.plan import documents_of
from embed_platform.live.processors import chunk
from embed_platform.live.sources.folder import Folder
from embed_platform.live.state import state_path
from embed_platform.settings import Settings
from embed_platform_tests.live.kit import SPACE, Counting, Memory, Told, pipeline, up, write

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def go(lake: Lake, made: Pipeline, *batches: list, **options: Any) -> Done:
    made.source.batches += batches  # type: ignore[attr-defined]
    with opened(lake, made) as feed:
        return feed.run_due(**options)


def documents(lake: Lake, user: str = "feed.t") -> list[str]:
    return sorted(read_documents(lake, user, "web_page", ["text"])["text"].to_pylist())


def letters(lake: Lake) -> dict[str, str]:
    return {x.where: x.reason for x in read_dead_letters(lake.storage, "feed.t").get("live", [])}


def test_an_item_that_is_as_before_costs_no_embedding_and_no_write(lake: Lake) -> None:
    made = pipeline(Told(), Memory())
    first = go(lake, made, [up("a"), up("b")])
    assert (first.written, first.embedded) == (2, 2)
    again = go(lake, made, [up("a"), up("b")])
    assert vars(again) == vars(Done(items=2))
    assert len(made.embed.texts) == 2  # type: ignore[union-attr]


def test_a_changed_item_replaces_its_pieces_and_embeds_only_what_differs(lake: Lake) -> None:
    store, embed = Memory(), Counting()
    made = pipeline(Told(), store, embed=embed, processors=[chunk(max_tokens=16)])
    words = [f"word{n}" for n in range(60)]
    go(lake, made, [up("a", " ".join(words))])
    before = len(store.rows)
    assert before > 3 and documents(lake) == store.texts
    embed.texts.clear()
    done = go(lake, made, [up("a", " ".join(words[:30]))])
    assert len(store.rows) < before and documents(lake) == store.texts
    assert done.deleted == before - len(store.rows)
    assert len(embed.texts) <= 1  # the last piece, which is shorter now


def test_what_the_source_deletes_goes_everywhere_and_what_scrolls_off_stays(lake: Lake) -> None:
    store = Memory()
    made = pipeline(Told(), store)
    go(lake, made, [up("a"), up("b"), up("c")])
    go(lake, made, [up("c"), Delete("a"), Delete("never seen")])
    assert store.texts == documents(lake) == ["text of b", "text of c"]
    hashes, _ = read_vectors(lake, SPACE, "feed.t")
    assert len(hashes) == 2
    assert not any(b"text of a" in lake.storage.get(e.path) for e in lake.storage.list("documents"))


def test_what_a_full_snapshot_lacks_is_deleted(lake: Lake) -> None:
    store = Memory()
    made = pipeline(Told(), store)
    go(lake, made, [up("a"), up("b")], [up("c"), Everything()])
    assert len(store.rows) == 3
    go(lake, made, [up("a")], [up("c"), Everything()])
    assert store.texts == ["text of a", "text of c"]


def test_an_item_that_cannot_be_read_is_not_an_item_that_is_gone(lake: Lake) -> None:
    store = Memory()
    made = pipeline(Told(), store)
    go(lake, made, [up("a"), up("b"), Everything()])
    done = go(lake, made, [up("a"), Failed("b", "no rights"), Everything()])
    assert len(store.rows) == 2 and done.dead_letters == 1 and letters(lake) == {"b": "no rights"}
    go(lake, made, [up("a"), up("b"), Everything()])
    assert letters(lake) == {}


def test_a_snapshot_that_is_suddenly_empty_is_an_error_until_it_is_allowed(lake: Lake) -> None:
    store = Memory()
    made = pipeline(Told(), store)
    go(lake, made, [up("a"), Everything()])
    with pytest.raises(SourceRefused, match="1 items were there before"):
        go(lake, made, [Everything()])
    assert len(store.rows) == 1
    go(lake, made, [Everything()], allow_empty=True)
    assert store.rows == {} and documents(lake) == []


def test_the_end_of_a_snapshot_told_twice_after_a_crash_deletes_nothing(lake: Lake) -> None:
    store = Memory()
    made = pipeline(Told(), store)
    with opened(lake, made) as feed:
        feed.apply([up("a")])
        feed.apply([up("b"), Everything(1)])
        feed.apply([up("b"), Everything(1)])
    assert len(store.rows) == 2


def test_a_store_that_fails_keeps_the_cursor_back_and_the_next_run_makes_it_whole(
    lake: Lake,
) -> None:
    store = Memory()
    made = pipeline(Told(), store)
    go(lake, made, [up("a")])
    store.down = True
    with pytest.raises(StoreUnavailable):
        go(lake, made, [up("a", "new words"), up("b")])
    store.down = False
    done = go(lake, made, [up("a", "new words"), up("b")])
    assert store.texts == documents(lake) == ["new words", "text of b"]
    assert done.embedded == 0  # put_right has embedded what the batch left


def test_a_batch_cut_short_leaves_nothing_behind_when_its_item_is_deleted_next(lake: Lake) -> None:
    store = Memory()
    made = pipeline(Told(), store)
    store.down = True
    with pytest.raises(StoreUnavailable):
        go(lake, made, [up("a")])
    store.down = False
    go(lake, made, [Delete("a")])
    assert store.rows == {} and documents(lake) == []


def test_a_lost_state_is_taken_from_the_lake_and_nothing_is_embedded_again(lake: Lake) -> None:
    store, embed = Memory(), Counting()
    made = pipeline(Told(), store, embed=embed)
    go(lake, made, [up("a"), up("b")])
    state_path(lake.settings, "feed.t").unlink()
    embed.texts.clear()
    done = go(lake, made, [up("a"), up("b"), up("c")])
    assert embed.texts == ["text of c"] and done.written == 1
    go(lake, made, [Delete("a")])
    assert store.texts == ["text of b", "text of c"]


def test_a_new_store_gets_what_the_lake_holds(lake: Lake) -> None:
    go(lake, pipeline(Told(), Memory()), [up("a"), up("b")])
    other = Memory()
    other.name = "other"
    go(lake, pipeline(Told(), other), [])
    assert len(other.rows) == 2


def test_a_state_of_a_newer_version_is_refused_with_a_remedy(lake: Lake) -> None:
    path = state_path(lake.settings, "feed.t")
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as db:
        db.execute("pragma user_version = 99")
    with pytest.raises(SettingsError, match="newer version"):
        go(lake, pipeline(Told()), [up("a")])


def test_another_recipe_makes_items_anew_and_the_same_one_does_not(lake: Lake) -> None:
    store = Memory()
    text = " ".join(f"w{n}" for n in range(100))
    go(lake, pipeline(Told(), store, processors=[chunk(max_tokens=64)]), [up("a", text)])
    few = len(store.rows)
    assert (
        go(
            lake, pipeline(Told(), store, processors=[chunk(max_tokens=64)]), [up("a", text)]
        ).changed
        == 0
    )
    go(lake, pipeline(Told(), store, processors=[chunk(max_tokens=16)]), [up("a", text)])
    assert len(store.rows) > few


def test_an_item_that_breaks_a_processor_is_set_aside_and_the_rest_goes_on(lake: Lake) -> None:
    def fussy(item: Item) -> Item:
        if "bad" in item.text:
            raise ValueError("secret words")
        return item

    store = Memory()
    made = pipeline(Told(), store, processors=[fussy])
    go(lake, made, [up("a"), up("b", "bad")])
    assert store.texts == ["text of a"]
    assert letters(lake) == {"b": "ValueError in a processor"}
    assert go(lake, made, [up("b", "bad")]).changed == 0 and letters(lake)
    go(lake, made, [up("b", "good")])
    assert letters(lake) == {} and len(store.rows) == 2


def test_a_source_of_which_too_much_fails_says_so(lake: Lake) -> None:
    with pytest.raises(TooManyDeadLetters, match="10 items could not be used"):
        go(lake, pipeline(Told()), [up("a"), *(Failed(str(n), "broken") for n in range(10))])


def test_a_feed_that_fails_too_much_at_its_beginning_is_read_to_its_end_all_the_same(
    lake: Lake,
) -> None:
    store = Memory()
    made = pipeline(Told(), store)
    bad = [Failed(str(n), "broken") for n in range(12)]
    with pytest.raises(TooManyDeadLetters, match="12 items could not be used, 300 could"):
        go(lake, made, [up("gone"), Everything()], bad, [up(f"i{n}") for n in range(300)]
           + [Everything()])  # fmt: skip
    assert len(store.rows) == 300, "also the end of the snapshot was brought in"
    with opened(lake, made) as feed:
        assert feed.state.position["cursor"]["n"] == 3


def test_letters_at_the_beginning_are_measured_by_all_that_came(lake: Lake) -> None:
    bad = [Failed(str(n), "broken") for n in range(12)]
    done = go(lake, pipeline(Told()), bad, [up(f"i{n}") for n in range(1300)])
    assert done.dead_letters == 12


def test_an_item_that_changes_every_poll_leaves_one_document(lake: Lake) -> None:
    store = Memory()
    made = pipeline(Told(), store)
    go(lake, made, *[[up("a", f"it is {n} o'clock")] for n in range(40)])
    assert store.texts == documents(lake) == ["it is 39 o'clock"]
    assert len(lake.storage.list("vectors")) <= 33 and len(lake.storage.list("documents")) <= 17


def test_the_same_key_of_two_feeds_is_two_documents(lake: Lake) -> None:
    store = Memory()
    go(lake, pipeline(Told(), store, name="one"), [up("a")])
    go(lake, pipeline(Told(), store, name="two"), [up("a")])
    assert {row["user"] for row in store.rows.values()} == {"feed.one", "feed.two"}
    go(lake, pipeline(Told(), store, name="two"), [Delete("a")])
    assert [row["user"] for row in store.rows.values()] == ["feed.one"]


def test_of_a_key_that_comes_twice_in_a_batch_the_last_word_counts(lake: Lake) -> None:
    store = Memory()
    go(lake, pipeline(Told(), store), [up("a", "old"), up("b"), up("a", "new"), Delete("b")])
    assert store.texts == ["new"]


def test_a_feed_runs_in_one_process_at_a_time(lake: Lake) -> None:
    made = pipeline(Told())
    with opened(lake, made), pytest.raises(FeedBusy), opened(lake, made):
        pass


def test_an_erased_feed_stays_erased(lake: Lake) -> None:
    made = pipeline(Told())
    go(lake, made, [up("a")])
    suppress(lake.storage, "feed.t")
    with pytest.raises(ErasedUser):
        go(lake, made, [up("a")])
    assert not state_path(lake.settings, "feed.t").exists()
    take_back(lake, made)
    assert go(lake, made, [up("b")]).written == 1


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (None, NOW - timedelta(days=1)),
        (NOW + timedelta(days=3), NOW - timedelta(days=1)),
        (NOW + timedelta(minutes=1), NOW + timedelta(minutes=1)),
        (datetime(2025, 5, 5, 12), datetime(2025, 5, 5, 12, tzinfo=UTC)),
    ],
)
def test_a_time_that_is_still_to_come_is_nobodys(told: datetime | None, kept: datetime) -> None:
    (made,) = documents_of(
        "feed.t", Item("a", "x", created_at=told), [], NOW - timedelta(days=1), NOW
    )
    assert made.created_at == kept


def test_every_field_of_an_item_is_part_of_its_content() -> None:
    items = [
        Item("k", "a"),
        Item("k", "b"),
        Item("k", "a", url="u"),
        Item("k", "a", title="u"),
        Item("k", "a", context="u"),
    ]
    assert len({content_hash(item, "r") for item in items} | {content_hash(items[0], "s")}) == 6


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from("abcd"), st.sampled_from(["x", "y", "z z z", None])),
            max_size=4,
        ),
        max_size=6,
    ),
    st.data(),
)
def test_lake_and_store_hold_the_last_word_whatever_fails_in_between(
    tmp_path_factory: pytest.TempPathFactory, batches: list, data: st.DataObject
) -> None:
    lake = open_lake(Settings(home=tmp_path_factory.mktemp("home")))
    store, expected = Memory(), {}
    for batch in batches:
        changes = [Delete(k) if t is None else up(k, f"{k} {t}") for k, t in batch]
        store.down = data.draw(st.booleans())
        for _ in range(2):
            with contextlib.suppress(StoreUnavailable):
                go(lake, pipeline(Told(), store), changes)
            store.down = False
        for key, text in batch:
            expected[key] = text
    wanted = sorted(f"{k} {t}" for k, t in expected.items() if t is not None)
    assert store.texts == documents(lake) == wanted


def test_a_run_after_a_look_that_was_cut_short_sees_what_changed_behind_it(
    lake: Lake, tmp_path: Path
) -> None:
    docs = write(tmp_path / "docs", a="one", b="two", c="three")
    store = Memory()
    made = pipeline(Folder(docs, files_per_poll=2), store)
    with opened(lake, made) as feed:
        feed.run_due(stop=lambda done: done.items == 2)
    assert store.texts == ["one", "two"]
    write(docs, a="changed")
    with opened(lake, made) as feed:
        done = feed.run_due()
    assert store.texts == ["changed", "three", "two"] and done.changed == 2
    with opened(lake, made) as feed:
        assert vars(feed.run_due()) == vars(Done(items=3))
