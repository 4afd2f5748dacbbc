"""Columns of parsed records; no cleaning happened yet."""

from __future__ import annotations

import pyarrow as pa

LINKS = pa.list_(pa.struct([("url", pa.string()), ("expanded_url", pa.string())]))

RAW_TWEETS = pa.schema(
    [
        ("user", pa.string()),
        ("account_id", pa.string()),
        ("tweet_id", pa.int64()),
        ("created_at", pa.timestamp("us", tz="UTC")),
        ("full_text", pa.string()),
        ("note_text", pa.string()),
        ("reply_to_tweet_id", pa.int64()),
        ("reply_to_user_id", pa.string()),
        ("reply_to_username", pa.string()),
        ("is_retweet", pa.bool_()),
        ("urls", LINKS),
        ("media_urls", pa.list_(pa.string())),
        ("lang", pa.string()),
        ("source", pa.string()),
        ("first_version", pa.int64()),
        ("superseded", pa.bool_()),
        ("archive", pa.string()),
        ("file", pa.string()),
    ]
)
