"""Long tweets: which note belongs to which cut text."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from embed_platform.lake.lake import Lake
from embed_platform.sources.times import to_micros
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import ingest
from embed_platform.sources.twitter.notes import Note, belongs
from embed_platform_tests.sources.exports import START, members, tweet, write_zip, ytd
from embed_platform_tests.sources.snapshots import rows_of

LONG = "Fish & chips. " + " ".join(f"word{n}" for n in range(100))
ESCAPED = LONG.replace("&", "&amp;")
NOTE = Note(START, LONG)
AT = to_micros(START)


@pytest.mark.parametrize(
    "text", [ESCAPED[:270] + "… https://t.co/abc", ESCAPED[:275] + "…", "Fish &amp; chips…", LONG]
)
def test_a_cut_text_belongs_to_its_note(text: str) -> None:
    assert belongs(NOTE, AT, text)


@pytest.mark.parametrize("text", ["Another beginning…", "https://t.co/abc", "…", LONG[1:]])
def test_another_beginning_does_not(text: str) -> None:
    assert not belongs(NOTE, AT, text)


def test_a_second_apart_does_not() -> None:
    assert belongs(NOTE, AT + 999_999, ESCAPED)
    assert not belongs(NOTE, AT + 1_000_000, ESCAPED)


def test_the_long_text_stands_beside_the_unchanged_short_one(lake: Lake, tmp_path: Path) -> None:
    cut = ESCAPED[:270] + "… https://t.co/abc"
    late = START + timedelta(hours=1, milliseconds=400)
    notes = [
        {
            "noteTweet": {
                "noteTweetId": "77",
                "createdAt": f"{late:%Y-%m-%dT%H:%M:%S}.400Z",
                "core": {"text": LONG},
            }
        },
        {"noteTweet": {"noteTweetId": "78", "createdAt": "no date", "core": {"text": "x"}}},
    ]
    files = members([tweet(n) for n in range(200)] + [tweet(1, id_str="1999", full_text=cut)])
    ingest(
        lake,
        write_zip(tmp_path / "a.zip", files | {"data/note-tweet.js": ytd("note-tweet", notes)}),
    )
    found = publish_raw_tweets(lake, "tilda_m")
    rows = {row["tweet_id"]: row for row in rows_of(lake, "tilda_m")}
    assert rows[1999]["full_text"] == cut
    assert rows[1999]["note_text"] == LONG
    assert [row["tweet_id"] for row in rows.values() if row["note_text"]] == [1999]
    assert found.dead_letters == 1


def test_links_past_the_cut_are_written_out(lake: Lake, tmp_path: Path) -> None:
    text = f"{LONG} More at https://t.co/abc and https://t.co/unknown"
    note = {
        "createdAt": f"{START + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}.000Z",
        "core": {
            "text": text,
            "urls": [
                {"shortUrl": "https://t.co/abc", "expandedUrl": "https://example.org/the-map"},
                {"shortUrl": "", "expandedUrl": "https://example.org/nothing"},
            ],
        },
    }
    cut = tweet(1, id_str="1999", full_text=ESCAPED[:270] + "…")
    files = members([cut]) | {"data/note-tweet.js": ytd("note-tweet", [{"noteTweet": note}])}
    ingest(lake, write_zip(tmp_path / "a.zip", files))
    publish_raw_tweets(lake, "tilda_m")
    (row,) = rows_of(lake, "tilda_m")
    assert row["note_text"] == text.replace("https://t.co/abc", "https://example.org/the-map")
