"""Exports as they really come: odd texts, doubled rows, records that must not stop the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from embed_platform.errors import ErasedUser, TooManyDeadLetters
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import is_suppressed, suppress
from embed_platform.sources.records import list_archives, prune_superseded
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import ingest
from embed_platform_tests.road import SAMPLE
from embed_platform_tests.sources.exports import (
    ACCOUNT_ID,
    archive_json,
    members,
    tweet,
    wrapped,
    write_export,
    write_folder,
    write_json,
    write_zip,
    ytd,
)
from embed_platform_tests.sources.snapshots import files_of, rows_of, texts_of

USER = "tilda_m"
SURVIVORS = [
    "x" * 100_000,
    "שלום עולם \u202eמרחבא\u202c مرحبا",
    "👩‍👩‍👧‍👦 🇩🇪 e\u0301 \U0001f9ff",
    'quote " back \\ slash \\u0041 </script> \u2028 line',
    "line\nbreak\r\n\ttab \u00a0",
    "&lt;b&gt; &amp;amp; are kept as they are",
    "window.YTD.tweets.part0 = [ { ] } , \n  {\n    \"tweet\" : {",
    "' ; drop table tweets --",
]  # fmt: skip


def taken_in(lake: Lake, path: Path) -> list[dict[str, Any]]:
    ingest(lake, path)
    publish_raw_tweets(lake, USER)
    return rows_of(lake, USER)


@pytest.mark.parametrize("form", ["zip", "folder", "json", "compact"])
def test_texts_arrive_as_they_were_written(lake: Lake, tmp_path: Path, form: str) -> None:
    found = [tweet(n, full_text=text) for n, text in enumerate(SURVIVORS)]
    if form == "json":
        path = write_json(tmp_path / "archive.json", archive_json(found))
    elif form == "folder":
        path = write_folder(tmp_path / "export", members(found))
    else:
        tweets = ytd("tweets", wrapped(found), compact=form == "compact")
        path = write_zip(tmp_path / "a.zip", members(found) | {"data/tweets.js": tweets})
    assert [row["full_text"] for row in taken_in(lake, path)] == SURVIVORS


def test_a_tweet_that_occurs_twice_is_one_row_with_the_later_text(
    lake: Lake, tmp_path: Path
) -> None:
    found = [tweet(1, full_text="old"), tweet(2), tweet(1, full_text="new")]
    rows = taken_in(lake, write_export(tmp_path / "a.zip", found))
    assert [row["full_text"] for row in rows] == ["new", "text number 2"]


def test_the_single_tweets_file_of_older_exports_is_read(lake: Lake, tmp_path: Path) -> None:
    files = members([tweet(3)])
    files["data/tweet.js"] = files.pop("data/tweets.js").replace(b"YTD.tweets", b"YTD.tweet")
    (row,) = taken_in(lake, write_zip(tmp_path / "a.zip", files))
    assert (row["tweet_id"] % 10**6, row["file"]) == (3, "tweet.js")


def test_an_export_zipped_with_its_folder_is_read(lake: Lake, tmp_path: Path) -> None:
    files = members([tweet(3)])
    first = ingest(lake, write_zip(tmp_path / "a.zip", files, prefix="twitter-2023/"))
    assert ingest(lake, write_zip(tmp_path / "b.zip", files)).archive_id == first.archive_id


def test_only_retweets_of_somebody_are_retweets(lake: Lake, tmp_path: Path) -> None:
    texts = ["RT @bob: hi", "RTX 4090", "RT if you can", "rt @bob: hi", "I say RT @bob: hi", "RT @"]
    found = [tweet(n, full_text=text) for n, text in enumerate(texts)]
    rows = taken_in(lake, write_export(tmp_path / "a.zip", found))
    assert [row["is_retweet"] for row in rows] == [True] + [False] * 5


BROKEN: list[dict[str, Any]] = [
    {"id_str": None, "id": None},
    {"id_str": "12a", "id": None},
    {"id_str": "0", "id": None},
    {"id_str": str(2**63), "id": None},
    {"full_text": None},
    {"full_text": ""},
    {"full_text": "\x00"},
    {"full_text": 7},
    {"created_at": None},
    {"created_at": "Sat Feb 31 12:00:00 +0000 2023"},
    {"created_at": "2023"},
]


@pytest.mark.parametrize("fields", BROKEN)
def test_one_record_in_a_hundred_may_be_broken_and_the_rest_goes_on(
    lake: Lake, tmp_path: Path, fields: dict[str, Any]
) -> None:
    found = [tweet(n) for n in range(99)] + [tweet(99, **fields)]
    taken = ingest(lake, write_export(tmp_path / "a.zip", found))
    assert (taken.records, taken.dead_letters) == (99, 1)
    publish_raw_tweets(lake, USER)
    assert len(rows_of(lake, USER)) == 99
    (letter,) = read_dead_letters(lake.storage, USER)["raw_tweets"]
    assert letter.where == "data/tweets.js record 99" and letter.reason and letter.raw
    broken = [tweet(99, **fields), tweet(98, **fields)]
    with pytest.raises(TooManyDeadLetters, match=r"2 of 100 records .*2\.0%, the limit is 1\.0%"):
        ingest(lake, write_export(tmp_path / "b.zip", [tweet(n) for n in range(98)] + broken))


def test_a_missing_reply_user_is_found_among_the_own_tweets(lake: Lake, tmp_path: Path) -> None:
    parent = tweet(1)
    own = tweet(2, in_reply_to_status_id_str=parent["id_str"])
    foreign = tweet(3, in_reply_to_status_id_str="99")
    rows = taken_in(lake, write_export(tmp_path / "a.zip", [own, foreign, parent]))
    assert [row["reply_to_user_id"] for row in rows] == [None, ACCOUNT_ID, None]
    assert [row["reply_to_tweet_id"] for row in rows] == [None, int(parent["id_str"]), 99]


def test_tweets_that_vanished_from_a_newer_export_vanish(lake: Lake, tmp_path: Path) -> None:
    taken_in(lake, write_export(tmp_path / "a.zip", [tweet(n) for n in range(5)]))
    taken_in(lake, write_export(tmp_path / "b.zip", [tweet(n) for n in (0, 3, 4, 5)]))
    assert sorted(texts_of(lake, USER)) == [0, 3, 4, 5]
    assert len(prune_superseded(lake, USER)) == 1
    publish_raw_tweets(lake, USER)
    assert sorted(texts_of(lake, USER)) == [0, 3, 4, 5]
    assert prune_superseded(lake, USER) == []


@pytest.mark.parametrize("name", [USER, f"account:{ACCOUNT_ID}"])
def test_whoever_was_erased_stays_so_until_restored(lake: Lake, tmp_path: Path, name: str) -> None:
    suppress(lake.storage, name)
    before = files_of(lake)
    path = write_export(tmp_path / "a.zip", [tweet(1)])
    for force in (False, True):
        with pytest.raises(ErasedUser, match=r"a\.zip"):
            ingest(lake, path, force=force)
    assert files_of(lake) == before
    ingest(lake, path, restore=True)
    assert not is_suppressed(lake.storage, name)
    assert not ingest(lake, path).is_new


def test_the_samples_private_parts_are_nowhere_on_the_disk(lake: Lake) -> None:
    private = b"".join(p.read_bytes() for p in (SAMPLE / "data").glob("d*.js"))
    assert b"CANARY-DM" in private and b"CANARY-DELETED" in private
    user = ingest(lake, SAMPLE).user
    publish_raw_tweets(lake, user)
    (record,) = list_archives(lake, user)
    assert {member.path for member in record.members} == {
        "account.js", "profile.js", "tweets.js", "note-tweet.js", "community-tweet.js",
    }  # fmt: skip
    for path in lake.settings.home.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert b"CANARY" not in data and b"tilda.marrowby@" not in data, path
    texts = [row["full_text"] for row in rows_of(lake, user)]
    assert len(texts) == 278 and not [text for text in texts if "CANARY" in text]


def test_the_samples_long_tweet_is_there_in_full(lake: Lake) -> None:
    user = ingest(lake, SAMPLE).user
    publish_raw_tweets(lake, user)
    (row,) = [row for row in rows_of(lake, user) if row["note_text"]]
    assert row["note_text"].endswith("Be home before dark.") and len(row["note_text"]) > 600
    assert lake.storage.list(layout.records(user, "twitter"))
