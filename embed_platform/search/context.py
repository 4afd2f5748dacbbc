"""What stands around a hit: the tweets of its conversation, or the messages before and after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from embed_platform.corpus.clean import MESSAGES, TWEETS, CleanTable, read_clean_batches
from embed_platform.corpus.kinds import MESSAGE, MESSAGE_CHUNK, THREAD, TWEET
from embed_platform.lake.lake import Lake
from embed_platform.stores.base import Hit


@dataclass(frozen=True)
class Piece:
    """A tweet or a message near a hit; times are UTC ISO 8601 text."""

    id: str
    created_at: str
    who: str
    text: str


@dataclass(frozen=True)
class Context:
    """The pieces before and after a hit, each in time order."""

    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class _Source:
    """Where the pieces around documents of a kind are found.

    Attributes:
        table: of the corpus.
        columns: that a piece is made of.
        conversation: column that all pieces of a conversation share.
        told: the conversation of a hit, from its metadata.
        ids: the pieces that a hit itself consists of.
        piece: made of a row; nobody's name where all are the user's own.
        shown: reasons for leaving a piece out of the documents that do not hide it here.
    """

    table: CleanTable
    columns: tuple[str, ...]
    conversation: str
    told: Callable[[Hit], int | None]
    ids: Callable[[Hit], set[str]]
    piece: Callable[[dict[str, Any]], Piece]
    shown: tuple[str, ...] = ()


def contexts(lake: Lake, hits: Sequence[Hit], count: int) -> dict[str, Context]:
    """The `count` pieces before and after each hit, by its id; kinds without any have none.

    Each user's corpus is read once, however many hits are from it.
    """
    asked: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        source = _SOURCES.get(hit.metadata["kind"])
        if source is not None and source.told(hit) is not None:
            asked[hit.metadata["kind"], hit.metadata["user"]].append(hit)
    found: dict[str, Context] = {}
    for (kind, user), theirs in asked.items():
        source = _SOURCES[kind]
        talks = _conversations(lake, source, user, {source.told(hit) for hit in theirs})
        for hit in theirs:
            found[hit.id] = around(talks.get(source.told(hit), []), source.ids(hit), count)
    return found


def around(pieces: Sequence[Piece], ids: set[str], count: int) -> Context:
    """Of a conversation in time order, what comes before the first and after the last of `ids`."""
    places = [place for place, piece in enumerate(pieces) if piece.id in ids]
    if not places:
        return Context()
    before = pieces[max(0, places[0] - count) : places[0]]
    after = pieces[places[-1] + 1 : places[-1] + 1 + count]
    return Context(tuple(before), tuple(after))


def _conversations(
    lake: Lake, source: _Source, user: str, wanted: set[int | None]
) -> dict[int | None, list[Piece]]:
    """The wanted conversations of a user, each in time order."""
    found: dict[int | None, list[Piece]] = defaultdict(list)
    columns = [*source.columns, source.conversation, "excluded"]
    numbers = pa.array(sorted(number for number in wanted if number is not None), pa.int64())
    for batch in read_clean_batches(lake, source.table, user, columns):
        inside = pc.is_in(batch[source.conversation].cast(pa.int64()), numbers)
        for row in batch.filter(inside).to_pylist():
            if row["excluded"] is None or row["excluded"] in source.shown:
                piece = source.piece(row)
                found[int(row[source.conversation])].append(replace(piece, who=piece.who or user))
    return {key: sorted(talk, key=lambda p: (p.created_at, p.id)) for key, talk in found.items()}


def _number(value: object) -> int | None:
    """A number as metadata holds it: itself, or written out."""
    text = str(value if value is not None else "")
    return int(text) if text.removeprefix("-").isdecimal() else None


def _tweet(row: dict[str, Any]) -> Piece:
    at = row["created_at"].astimezone(UTC).isoformat()
    return Piece(str(row["tweet_id"]), at, "", row["text"])


def _message(row: dict[str, Any]) -> Piece:
    at = datetime.fromtimestamp(row["timestamp_ms"] / 1000, UTC).isoformat(timespec="milliseconds")
    return Piece(row["message_id"], at, row["sender_name"], row["text"])


def _tweets(ids: Callable[[Hit], set[str]]) -> _Source:
    return _Source(
        table=TWEETS,
        columns=("tweet_id", "created_at", "text"),
        conversation="conversation_id",
        told=lambda hit: _number(hit.metadata.get("conversation_id")),
        ids=ids,
        piece=_tweet,
        # a conversation without its answers is hard to follow
        shown=("reply_to_others",),
    )


def _messages(ids: Callable[[Hit], set[str]]) -> _Source:
    return _Source(
        table=MESSAGES,
        columns=("message_id", "timestamp_ms", "sender_name", "text"),
        conversation="thread_id",
        told=lambda hit: _number(hit.metadata.get("thread_id")),
        ids=ids,
        piece=_message,
    )


_SOURCES = {
    TWEET.name: _tweets(lambda hit: {str(hit.metadata.get("tweet_id"))}),
    THREAD.name: _tweets(lambda hit: set(str(hit.metadata.get("tweet_ids") or "").split(","))),
    MESSAGE_CHUNK.name: _messages(lambda hit: set(hit.metadata.get("message_ids") or ())),
    MESSAGE.name: _messages(lambda hit: {hit.id}),
}
