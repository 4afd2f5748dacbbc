"""The snapshot of raw tweets: complete, sorted, each id once, the same every time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from embed_platform.errors import BadArchive, TooManyDeadLetters
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings
from embed_platform.sources.records import list_archives, require_archive
from embed_platform.sources.twitter import assemble
from embed_platform.sources.twitter.current import RawTweets, publish_raw_tweets, read_tweets
from embed_platform.sources.twitter.ingest import ingest
from embed_platform.sources.twitter.schema import RAW_TWEETS
from embed_platform_tests.sources.exports import (
    ACCOUNT_ID,
    members,
    tweet,
    wrapped,
    write_export,
    write_zip,
    ytd,
)
from embed_platform_tests.sources.snapshots import files_of, rows_of, texts_of

USER = "tilda_m"


def publish(lake: Lake, path: Path, tweets: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    ingest(lake, write_export(path, tweets))
    publish_raw_tweets(lake, USER)
    return {row["tweet_id"]: row for row in rows_of(lake, USER)}


def test_rows_are_sorted_by_id_and_have_every_column(lake: Lake, tmp_path: Path) -> None:
    rows = publish(lake, tmp_path / "a.zip", [tweet(n) for n in (5, 1, 9, 3)])
    assert list(rows) == sorted(rows)
    row = rows_of(lake, USER)[0]
    assert list(row) == RAW_TWEETS.names
    assert row["user"] == USER
    assert row["account_id"] == ACCOUNT_ID
    assert row["source"] == "tweet"
    assert row["file"] == "tweets.js"
    assert row["archive"] == list_archives(lake, USER)[0].archive_id
    assert row["reply_to_tweet_id"] is row["note_text"] is None
    assert row["superseded"] is False and row["first_version"] == row["tweet_id"]
    assert row["urls"] == row["media_urls"] == []


def test_publishing_again_changes_nothing(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, write_export(tmp_path / "a.zip", [tweet(n) for n in range(50)]))
    assert publish_raw_tweets(lake, USER).changed
    before = files_of(lake)
    again = publish_raw_tweets(lake, USER)
    assert not again.changed
    assert again.rows == 50
    assert files_of(lake) == before


def test_a_changed_archive_leaves_one_snapshot(lake: Lake, tmp_path: Path) -> None:
    publish(lake, tmp_path / "a.zip", [tweet(1)])
    rows = publish(lake, tmp_path / "b.zip", [tweet(1), tweet(2)])
    assert len(rows) == 2
    assert len(lake.storage.list(layout.records(USER, "twitter"))) == 1


def test_tweets_and_replies_spread_over_batches_come_out_whole(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        tweet(n, in_reply_to_status_id_str=str(1626900000000000000 + n - 1)) for n in range(100)
    ]
    monkeypatch.setattr(assemble, "ROWS_PER_BATCH", 7)
    rows = publish(lake, tmp_path / "a.zip", found)
    assert len(rows) == 100
    answered = [row["reply_to_user_id"] for row in rows.values()]
    assert answered == [None] + [ACCOUNT_ID] * 99, "the parent of the first is not in the archive"


def test_a_reply_keeps_the_user_that_it_names(lake: Lake, tmp_path: Path) -> None:
    parent = tweet(1)
    reply = tweet(
        2,
        in_reply_to_status_id=int(parent["id"]),
        in_reply_to_user_id=42,
        in_reply_to_screen_name="other",
    )
    row = publish(lake, tmp_path / "a.zip", [parent, reply])[int(reply["id"])]
    assert row["reply_to_user_id"] == "42"
    assert row["reply_to_username"] == "other"
    assert row["reply_to_tweet_id"] == int(parent["id"])


def test_numbers_that_are_no_strings_are_read_alike(lake: Lake, tmp_path: Path) -> None:
    found = [tweet(n, id_str=None, id=10_000_000 + n) for n in range(3)]
    assert sorted(publish(lake, tmp_path / "a.zip", found)) == [10_000_000, 10_000_001, 10_000_002]


def test_bare_tweets_of_an_older_export_are_read(lake: Lake, tmp_path: Path) -> None:
    files = members([])
    del files["data/tweets.js"]
    old = [tweet(n, full_text=None, text=f"old {n}") for n in range(3)]
    ingest(lake, write_zip(tmp_path / "a.zip", files | {"data/tweet.js": ytd("tweet", old)}))
    publish_raw_tweets(lake, USER)
    assert texts_of(lake, USER) == {0: "old 0", 1: "old 1", 2: "old 2"}


def test_parts_are_read_in_their_order_and_the_later_row_of_one_id_counts(
    lake: Lake, tmp_path: Path
) -> None:
    files = members([tweet(0, full_text="part 0"), tweet(0, full_text="part 0 again"), tweet(1)])
    for part in (1, 2, 10):
        found = [tweet(0, full_text=f"part {part}"), tweet(100 + part)]
        files[f"data/tweets-part{part}.js"] = ytd("tweets", wrapped(found))
    ingest(lake, write_zip(tmp_path / "a.zip", files))
    assert publish_raw_tweets(lake, USER).rows == 5
    assert texts_of(lake, USER)[0] == "part 10"


def test_community_tweets_say_what_they_are(lake: Lake, tmp_path: Path) -> None:
    files = members([tweet(1)])
    files["data/community-tweet.js"] = ytd("community-tweet", wrapped([tweet(2)]))
    ingest(lake, write_zip(tmp_path / "a.zip", files))
    publish_raw_tweets(lake, USER)
    assert [row["source"] for row in rows_of(lake, USER)] == ["tweet", "community_tweet"]


def edited(number: int, versions: list[int], *, first: bool) -> dict[str, Any]:
    ids = [str(1626900000000000000 + n) for n in versions]
    control = {"editTweetIds": ids}
    info = (
        {"initial": control}
        if first
        else {"edit": {"initialTweetId": ids[0], "editControlInitial": control}}
    )
    return tweet(number, edit_info=info)


def superseded(lake: Lake, path: Path, tweets: list[dict[str, Any]]) -> list[int]:
    rows = publish(lake, path, tweets)
    return [key % 10**6 for key, row in rows.items() if row["superseded"]]


def test_earlier_versions_of_an_edited_tweet_are_marked_and_kept(
    lake: Lake, tmp_path: Path
) -> None:
    versions = [1, 2, 3]
    found = [edited(1, versions, first=True), edited(2, versions, first=False)]
    assert superseded(lake, tmp_path / "a.zip", [*found, tweet(7)]) == [1]
    found.append(edited(3, versions, first=False))
    assert superseded(lake, tmp_path / "b.zip", [*found, tweet(7), tweet(8)]) == [1, 2]


def test_a_first_version_alone_is_not_superseded(lake: Lake, tmp_path: Path) -> None:
    assert superseded(lake, tmp_path / "a.zip", [edited(1, [1, 2], first=True)]) == []


def test_a_first_version_that_knows_of_no_edit_is_marked_by_the_later_one(
    lake: Lake, tmp_path: Path
) -> None:
    found = [tweet(1), edited(2, [1, 2], first=False)]
    assert superseded(lake, tmp_path / "a.zip", found) == [1]


def test_a_record_that_cannot_be_read_is_set_aside_with_its_place(
    lake: Lake, tmp_path: Path
) -> None:
    found = [tweet(n) for n in range(200)]
    found[17]["created_at"] = "never"
    ingest(lake, write_export(tmp_path / "a.zip", found))
    result = publish_raw_tweets(lake, USER)
    assert (result.rows, result.dead_letters) == (199, 1)
    (letter,) = read_dead_letters(lake.storage, USER)["raw_tweets"]
    assert letter.where == "data/tweets.js record 17"
    assert "date" in letter.reason
    assert "text number 17" in letter.raw
    ingest(lake, write_export(tmp_path / "b.zip", [tweet(n) for n in range(201)]))
    publish_raw_tweets(lake, USER)
    assert read_dead_letters(lake.storage, USER) == {}


def test_too_many_broken_records_leave_the_earlier_snapshot(lake: Lake, tmp_path: Path) -> None:
    found = [tweet(n, full_text=None if n % 50 == 0 else "fine") for n in range(200)]
    tolerant = open_lake(lake.settings.model_copy(update={"dead_letter_limit": 0.5}))
    ingest(tolerant, write_export(tmp_path / "a.zip", found))
    with pytest.raises(TooManyDeadLetters, match="4 of 200"):
        publish_raw_tweets(lake, USER)
    assert not lake.storage.list(layout.records(USER, "twitter"))
    assert len(read_dead_letters(lake.storage, USER)["raw_tweets"]) == 4
    assert publish_raw_tweets(tolerant, USER).rows == 196


def test_a_user_without_tweets_has_no_records_of_them(lake: Lake) -> None:
    with pytest.raises(BadArchive, match="no archive"):
        require_archive(lake, USER)
    assert publish_raw_tweets(lake, USER) == RawTweets(0, 0, 0, changed=False)


def test_a_kept_member_that_is_gone_is_an_error_that_says_what_to_do(
    lake: Lake, tmp_path: Path
) -> None:
    ingest(lake, write_export(tmp_path / "a.zip", [tweet(1)]))
    lake.storage.delete_prefix(layout.members(USER))
    with pytest.raises(BadArchive, match="gone"):
        read_tweets(lake, USER)


def test_texts_hold_no_nul_and_no_half_characters(lake: Lake, tmp_path: Path) -> None:
    data = ytd("tweets", wrapped([tweet(1, full_text="HERE")]))
    data = data.replace(b"HERE", rb"a\u0000b\ud83dc \ud83d\ude00 &amp; \n")
    files = members([]) | {"data/tweets.js": data}
    ingest(lake, write_zip(tmp_path / "a.zip", files))
    publish_raw_tweets(lake, USER)
    assert texts_of(lake, USER) == {1: "ab\ufffdc 😀 &amp; \n"}


def test_settings_of_the_home_decide_where_temporary_files_lie(tmp_path: Path) -> None:
    lake = open_lake(Settings(home=tmp_path / "other", _env_file=None))  # type: ignore[call-arg]
    publish(lake, tmp_path / "a.zip", [tweet(1)])
    assert not list((tmp_path / "other" / "tmp").iterdir())
