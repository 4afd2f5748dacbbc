"""Tweets as Arrow columns: whole batches at once where all is regular, row by row where not."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embed_platform.errors import BadRecord
from embed_platform.sources.jsonstream import Bad
from embed_platform.sources.times import parse_times
from embed_platform.sources.twitter.schema import LINKS, RAW_TWEETS
from embed_platform.sources.twitter.tweets import (
    RETWEET,
    Text,
    Tweet,
    TweetRecord,
    first_version,
    links,
    media_urls,
    tweet_row,
)

# What one record says by itself; `first_version` names the first of an edited tweet's versions.
PARSED = pa.schema(
    [
        RAW_TWEETS.field(name)
        for name in (
            "tweet_id",
            "created_at",
            "full_text",
            "reply_to_tweet_id",
            "reply_to_user_id",
            "reply_to_username",
            "is_retweet",
            "urls",
            "media_urls",
            "lang",
            "first_version",
        )
    ]
)


def to_columns(
    records: Sequence[TweetRecord], first: int, *, regular: bool
) -> tuple[pa.RecordBatch, list[Bad]]:
    """Records as one batch of `PARSED`, and what could not be used.

    Args:
        records: typed records, in order.
        first: position of the first of them in its member, from 0.
        regular: whether they are known to hold no NUL characters.
    """
    tweets = [record.unwrapped() for record in records]
    batch = _at_once(tweets) if regular and tweets else None
    return (batch, []) if batch is not None else _one_by_one(tweets, first)


def _one_by_one(tweets: Sequence[Tweet], first: int) -> tuple[pa.RecordBatch, list[Bad]]:
    rows, bad = [], []
    for index, tweet in enumerate(tweets, first):
        try:
            rows.append(tweet_row(tweet))
        except BadRecord as error:
            bad.append(Bad(index, error.what, msgspec.json.encode(tweet).decode()[:10_000]))
    return pa.RecordBatch.from_pylist(rows, schema=PARSED), bad


def _at_once(tweets: Sequence[Tweet]) -> pa.RecordBatch | None:
    """The same columns that `tweet_row` gives row by row; None when some tweet is irregular."""
    ids = _numbers([t.id_str or t.id for t in tweets])
    replies = _numbers([t.in_reply_to_status_id_str or t.in_reply_to_status_id for t in tweets])
    texts = [t.full_text or t.text for t in tweets]
    dates = [t.created_at for t in tweets]
    if ids is None or ids.null_count or replies is None or not all(texts) or None in dates:
        return None
    micros = parse_times([date for date in dates if date])
    users = [t.in_reply_to_user_id_str or t.in_reply_to_user_id or None for t in tweets]
    if micros is None or len(micros) != len(tweets) or any(type(user) is int for user in users):
        return None
    columns = [
        ids,
        pa.array(micros, pa.int64()).cast(PARSED.field("created_at").type),
        pa.array(texts, pa.string()),
        replies,
        pa.array(users, pa.string()),
        pa.array([t.in_reply_to_screen_name for t in tweets], pa.string()),
        pa.array([_is_retweet(text) for text in texts if text], pa.bool_()),
        _links(tweets),
        _lists([media_urls(t) if _has_media(t) else [] for t in tweets]),
        pa.array([t.lang for t in tweets], pa.string()),
        pa.array([first_version(t) for t in tweets], pa.int64()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=PARSED)


def _numbers(values: list[Text]) -> pa.Int64Array | None:
    """Positive ids as numbers, without floats on the way; None when one is no plain decimal."""
    texts = [value or None for value in values]
    given = [text for text in texts if text is not None]
    if any(type(text) is int for text in given):
        return None
    joined = "".join(map(str, given))
    if given and not (joined.isascii() and joined.isdigit()):
        return None
    try:
        numbers = pa.array(texts, pa.string()).cast(pa.int64())
    except pa.ArrowInvalid:  # above 2**63
        return None
    return numbers if not given or pc.min(numbers).as_py() > 0 else None


def _is_retweet(text: str) -> bool:
    return text.startswith("RT @") and RETWEET.match(text) is not None


def _has_media(tweet: Tweet) -> bool:
    return tweet.extended_entities is not None or (
        tweet.entities is not None and tweet.entities.media is not None
    )


def _links(tweets: Sequence[Tweet]) -> pa.ListArray:
    found = [links(t) if t.entities is not None and t.entities.urls else () for t in tweets]
    flat = list(itertools.chain.from_iterable(found))
    values = pa.StructArray.from_arrays(
        [
            pa.array([link.url for link in flat], pa.string()),
            pa.array([link.expanded_url or link.url for link in flat], pa.string()),
        ],
        fields=list(LINKS.value_type),
    )
    return pa.ListArray.from_arrays(_offsets(found), values, type=LINKS)


def _lists(found: list[list[str]]) -> pa.ListArray:
    flat = list(itertools.chain.from_iterable(found))
    return pa.ListArray.from_arrays(_offsets(found), pa.array(flat, pa.string()))


def _offsets(found: Sequence[Sequence[object]]) -> pa.Int32Array:
    ends = np.cumsum(np.fromiter(map(len, found), dtype=np.int32, count=len(found)))
    return pa.array(np.concatenate(([0], ends)).astype(np.int32))
