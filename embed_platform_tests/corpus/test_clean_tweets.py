"""What dbt makes of raw tweets: clean text, the reason for what is left out, conversations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from embed_platform.corpus.clean import (
    TWEETS,
    excluded_counts,
    publish_clean,
    read_clean,
    write_raw,
)
from embed_platform.corpus.dbt_run import run_dbt, scratch_folder
from embed_platform.errors import PermanentError
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform_tests.corpus.cases import ACCOUNTS, CASES, FIRST_ID, OF_BOB
from embed_platform_tests.road import REAL

Rows = dict[int, dict[str, Any]]


def rows(lake: Lake, user: str) -> Rows:
    table = read_clean(lake, TWEETS, user)
    assert table is not None
    return {row["tweet_id"] % 10**6: row for row in table.to_pylist()}


@pytest.mark.parametrize("number", CASES)
def test_a_tweet_becomes_clean_text_and_keeps_the_original(cleaned: Lake, number: int) -> None:
    case, row = CASES[number], rows(cleaned, "ann")[number]
    assert row["text"] == case.text
    assert row["original_text"] == case.fields["full_text"]
    assert row["excluded"] == case.excluded
    conversation = number if case.conversation is None else case.conversation
    assert row["conversation_id"] == FIRST_ID + conversation


def test_every_tweet_is_there_once_and_says_whose_it_is(cleaned: Lake) -> None:
    for user, numbers in (("ann", list(CASES)), ("bob", list(OF_BOB))):
        found = read_clean(cleaned, TWEETS, user)
        assert found is not None
        assert [key % 10**6 for key in found["tweet_id"].to_pylist()] == sorted(numbers)
        assert set(found["user"].to_pylist()) == {user}
        assert set(found["account_id"].to_pylist()) == {ACCOUNTS[user]}


def test_the_same_tweet_of_another_person_is_judged_by_that_persons_archive(cleaned: Lake) -> None:
    bob = rows(cleaned, "bob")
    assert bob[22]["is_reply_to_other"], "it answers ann's account"
    assert bob[22]["conversation_id"] == FIRST_ID + 1
    assert bob[31]["excluded"] is None


def test_exclusions_are_counted_by_reason(cleaned: Lake) -> None:
    wanted = Counter(case.excluded for case in CASES.values() if case.excluded)
    assert excluded_counts(cleaned, "ann") == wanted
    assert excluded_counts(cleaned, "nobody") == {}


@pytest.mark.parametrize(
    ("folded", "reason"),
    [("include_retweets", "retweet"), ("include_replies", "reply_to_others")],
)
def test_each_fold_in_setting_takes_in_just_its_own_kind(
    select: Callable[..., Rows], folded: str, reason: str
) -> None:
    for number, row in select(folded).items():
        before = CASES[number].excluded
        assert row["excluded"] == (None if before == reason else before), number


def test_folded_in_tweets_are_still_marked(select: Callable[..., Rows]) -> None:
    assert select("include_retweets")[8]["is_retweet"]
    assert select("include_replies")[20]["is_reply_to_other"]


def test_no_link_that_says_nothing_is_left_in_a_document(cleaned: Lake) -> None:
    for user in cleaned.users():
        for row in rows(cleaned, user).values():
            assert row["excluded"] or "https://t.co/" not in row["text"]
            assert row["excluded"] or row["text"].strip()


def test_publishing_the_same_result_again_changes_no_file(cleaned: Lake) -> None:
    before = cleaned.storage.list("corpus")
    with scratch_folder(cleaned) as scratch:
        write_raw(cleaned, TWEETS, cleaned.users(), scratch)
        faults = run_dbt("tweets", scratch, {"scratch": str(scratch)})
        assert set(faults.values()) == {""} and len(faults) >= 4
        counts = publish_clean(cleaned, TWEETS, [*cleaned.users(), "nobody"], scratch)
    assert counts["ann"] == len(CASES) and counts["nobody"] == 0
    assert cleaned.storage.list("corpus") == before
    assert not list((cleaned.settings.home / "scratch").iterdir())


def test_a_user_without_tweets_loses_the_earlier_snapshot(cleaned: Lake, lake: Lake) -> None:
    path = f"{layout.corpus('tweets', 'gone')}/base-00000001.parquet"
    lake.storage.put(path, b"")
    with scratch_folder(lake) as scratch:
        assert write_raw(lake, TWEETS, ["gone"], scratch) == 0
        run_dbt("tweets", scratch, {"scratch": str(scratch)})
        assert publish_clean(lake, TWEETS, ["gone"], scratch) == {"gone": 0}
    assert lake.storage.list("corpus") == []


def test_a_model_that_does_not_build_is_one_line(lake: Lake) -> None:
    with scratch_folder(lake) as scratch, pytest.raises(PermanentError, match="tweets") as caught:
        run_dbt("tweets", scratch, {"scratch": str(scratch / "nowhere")})
    assert "Traceback" not in str(caught.value)


@pytest.mark.skipif(not REAL.exists(), reason="the real export is not at hand")
def test_the_default_selection_of_the_real_export(cleaned: Lake) -> None:
    table = read_clean(cleaned, TWEETS, "milahu104")
    assert table is not None
    from_tweets = [row for row in table.to_pylist() if row["source"] == "tweet"]
    assert len(from_tweets) == 2045
    assert len([row for row in from_tweets if row["excluded"] is None]) == 55
