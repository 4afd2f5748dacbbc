"""Tweets that were withdrawn elsewhere are left out of archives that were handed over here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from embed_platform.errors import OlderArchive
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import read_snapshot
from embed_platform.sources.pulling import pull_in
from embed_platform.sources.records import is_stale, users_of_account
from embed_platform.sources.supabase.project import Project
from embed_platform.sources.supabase.pull import pull
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import ingest
from embed_platform.sources.withdrawn import note_withdrawn, withdrawn
from embed_platform_tests.sources.exports import ACCOUNT_ID, START, tweet, write_export, x_time
from embed_platform_tests.sources.supabase.projects import FIRST_ID, Made, made_project, tilda

USER = "tilda_m"


@pytest.fixture
def made() -> Iterator[Made]:
    with made_project() as one:
        yield one


@pytest.fixture
def lake(made: Made, tmp_path: Path) -> Lake:
    return made.lake(tmp_path / "home", dead_letter_limit=1.0)


@pytest.fixture
def hand_over(lake: Lake, tmp_path: Path) -> Callable[..., None]:
    """Takes in and parses a zip with these tweets."""

    def take(*tweets: dict[str, Any]) -> None:
        ingest(lake, write_export(tmp_path / "own.zip", tweets))
        publish_raw_tweets(lake, USER)

    return take


def parsed(lake: Lake) -> list[int]:
    """Numbers of the parsed tweets."""
    publish_raw_tweets(lake, USER)
    found = read_snapshot(lake.storage, layout.records(USER, "twitter"), ["tweet_id"])
    return [] if found is None else [one - FIRST_ID for one in found["tweet_id"].to_pylist()]


def test_tombstones_of_the_project_are_obeyed_by_the_owners_own_newer_zip(
    made: Made, lake: Lake, hand_over: Callable[..., None]
) -> None:
    hand_over(*(tweet(n) for n in range(9)))
    made.account()
    for number in range(3):
        made.tweet(number)
    made.store(range(3))
    made.withdraw(1)
    assert parsed(lake) == list(range(9)) and not is_stale(lake, USER)
    with closing(Project(lake.settings)) as project, pytest.raises(OlderArchive):
        pull(lake, project, tilda(lake))
    assert withdrawn(lake, USER) == {FIRST_ID + 1}
    assert is_stale(lake, USER), "`status` and the nightly check say so until the next run"
    assert parsed(lake) == [0, 2, 3, 4, 5, 6, 7, 8]
    assert not is_stale(lake, USER) and publish_raw_tweets(lake, USER).changed is False
    # a run, which the sensor starts, goes on with what the owner handed over
    made.withdraw(2)
    pull_in(lake, USER, [f"supabase:{ACCOUNT_ID}"])
    assert parsed(lake) == [0, 3, 4, 5, 6, 7, 8]
    # and whoever offers tweets again has them back
    for row in made.tweets:
        row |= {"is_tombstone": False, "full_text": "text"}
    pull_in(lake, USER, [f"supabase:{ACCOUNT_ID}"])
    assert parsed(lake) == list(range(9)) and withdrawn(lake, USER) == frozenset()


def test_a_zip_that_comes_after_the_tweets_were_withdrawn_obeys_too_under_whatever_name(
    lake: Lake, tmp_path: Path
) -> None:
    ingest(lake, write_export(tmp_path / "a.zip", [tweet(0), tweet(1)]), "somebody")
    users = users_of_account(lake, ACCOUNT_ID)
    note_withdrawn(lake, {USER, *users}, ACCOUNT_ID, {FIRST_ID})
    ingest(lake, write_export(tmp_path / "b.zip", [tweet(0), tweet(1), tweet(2)]), USER)
    assert parsed(lake) == [1, 2] and withdrawn(lake, "somebody") == {FIRST_ID}


def test_of_an_edited_tweet_no_version_is_left_where_one_was_withdrawn(
    lake: Lake, hand_over: Callable[..., None]
) -> None:
    ids = [str(FIRST_ID + n) for n in (0, 1)]
    first = tweet(0, edit_info={"initial": {"editTweetIds": ids}})
    info = {"initialTweetId": ids[0], "editControlInitial": {"editTweetIds": ids}}
    later = tweet(1, created_at=x_time(START), edit_info={"edit": info})
    hand_over(first, later, tweet(2))
    for gone in ids:
        note_withdrawn(lake, [USER], ACCOUNT_ID, {int(gone)})
        assert parsed(lake) == [2]


def test_where_every_tweet_is_withdrawn_none_is_left(
    lake: Lake, hand_over: Callable[..., None]
) -> None:
    hand_over(tweet(0), tweet(1))
    note_withdrawn(lake, [USER], ACCOUNT_ID, {FIRST_ID, FIRST_ID + 1})
    assert parsed(lake) == []


def test_a_withdrawn_tweet_that_could_not_be_read_leaves_no_text_among_the_dead_letters(
    lake: Lake, hand_over: Callable[..., None]
) -> None:
    hand_over(tweet(0, created_at="at no time", full_text="CANARY"), tweet(1))
    assert "CANARY" in str(read_dead_letters(lake.storage, USER))
    note_withdrawn(lake, [USER], ACCOUNT_ID, {FIRST_ID})
    assert parsed(lake) == [1]
    (letter,) = read_dead_letters(lake.storage, USER)["raw_tweets"]
    assert letter.raw == "" and letter.reason
