"""A real export, where it is at hand: every tweet arrives, with the text that was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from embed_platform.lake.lake import Lake
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import ingest
from embed_platform_tests.sources.snapshots import rows_of

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "twitter-milahu104"

pytestmark = pytest.mark.skipif(
    not (REAL / "data" / "tweets.js").exists(), reason="the real export is not at hand"
)


def test_every_tweet_of_a_real_export_arrives_unchanged(lake: Lake) -> None:
    found = ingest(lake, REAL)
    assert (found.user, found.dead_letters) == ("milahu104", 0)
    assert publish_raw_tweets(lake, found.user).dead_letters == 0
    rows = {row["tweet_id"]: row for row in rows_of(lake, found.user)}
    whole = {}
    for name in ("community-tweet", "tweets"):
        text = (REAL / "data" / f"{name}.js").read_text(encoding="utf-8")
        whole |= {
            int(r["tweet"]["id_str"]): r["tweet"] for r in json.loads(text[text.index("[") :])
        }
    assert rows.keys() == whole.keys()
    assert found.records == len(rows)
    for key, one in whole.items():
        row = rows[key]
        assert row["full_text"] == one["full_text"]
        assert f"{row['created_at']:%a %b %d %H:%M:%S +0000 %Y}" == one["created_at"]
        assert [link["url"] for link in row["urls"]] == [u["url"] for u in one["entities"]["urls"]]
        assert row["reply_to_user_id"] == one.get("in_reply_to_user_id_str")
        assert row["is_retweet"] == one["full_text"].startswith("RT @")
