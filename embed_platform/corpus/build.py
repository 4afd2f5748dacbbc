"""Clean records to documents: threads of tweets, and every kind's snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from embed_platform.corpus.clean import TWEETS, read_clean, read_clean_batches
from embed_platform.corpus.documents import Document, documents_table, publish_documents
from embed_platform.corpus.kinds import MESSAGE, MESSAGE_CHUNK, PAGE_IMAGE, THREAD, TWEET
from embed_platform.corpus.messages import chunk_documents, message_documents
from embed_platform.corpus.pages import page_documents
from embed_platform.corpus.threads import ThreadPart, Tweet, linked, thread_parts
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import drop_snapshot, read_snapshot_batches, write_snapshot

THREADS = "threads"
_THREAD_SCHEMA = pa.schema(
    [
        ("root", pa.int64()),
        ("part", pa.int32()),
        ("parts", pa.int32()),
        ("tweet_ids", pa.list_(pa.int64())),
        ("conversation_id", pa.int64()),
        ("text", pa.string()),
        ("created_at", pa.timestamp("us", tz="UTC")),
        ("archive", pa.string()),
        ("file", pa.string()),
    ]
)
_BOTH = ("tweet_id", "conversation_id", "created_at", "text", "excluded", "archive", "file")
_THREAD_COLUMNS = [*_BOTH, "first_version", "reply_to_version"]
_DOCUMENT_COLUMNS = [*_BOTH, "reply_to_tweet_id", "is_retweet", "is_reply_to_other", "lang"]


@dataclass(frozen=True)
class Built:
    """Rows by kind, and whether anything differs from what the lake held."""

    rows: dict[str, int]
    changed: bool


def tweet_url(tweet_id: int | str) -> str:
    """Address of a tweet that stays valid when its author's handle changes."""
    return f"https://x.com/i/status/{tweet_id}"


def build_threads(lake: Lake, user: str) -> int:
    """Publish the user's threads; returns how many parts there are."""
    tweets = read_clean(lake, TWEETS, user, _THREAD_COLUMNS)
    parts = (
        thread_parts(linked(tweets).to_pylist(), lake.settings.document_max_chars)
        if tweets is not None
        else []
    )
    folder = layout.corpus(THREADS, user)
    with lake.writing(user):
        if parts:
            write_snapshot(
                lake.storage,
                folder,
                pa.Table.from_pylist([_thread_row(p) for p in parts], _THREAD_SCHEMA),
            )
        else:
            drop_snapshot(lake.storage, folder)
    return len(parts)


def build_documents(lake: Lake, user: str) -> Built:
    """Publish the user's documents of every kind, one kind after the other."""
    sources = {
        TWEET.name: tweet_documents,
        THREAD.name: thread_documents,
        MESSAGE_CHUNK.name: chunk_documents,
        MESSAGE.name: message_documents,
        PAGE_IMAGE.name: page_documents,
    }
    rows, changed = {}, False
    for kind, documents in sources.items():
        table = documents_table(documents(lake, user))
        with lake.writing(user):
            changed |= publish_documents(lake, user, kind, table)
        if table.num_rows:
            rows[kind] = table.num_rows
    return Built(rows, changed)


def tweet_documents(lake: Lake, user: str) -> Iterator[Document]:
    """The clean tweets that are selected, as documents."""
    for batch in read_clean_batches(lake, TWEETS, user, _DOCUMENT_COLUMNS):
        for row in batch.to_pylist():
            if row["excluded"] is None:
                yield tweet_document(user, row)


def thread_documents(lake: Lake, user: str) -> Iterator[Document]:
    """The parts of threads as documents."""
    for batch in read_snapshot_batches(lake.storage, layout.corpus(THREADS, user)):
        for row in batch.to_pylist():
            yield thread_document(user, row)


def tweet_document(user: str, tweet: Tweet) -> Document:
    """One tweet as a document."""
    parent = tweet["reply_to_tweet_id"]
    return Document(
        user=user,
        kind=TWEET.name,
        key=str(tweet["tweet_id"]),
        text=tweet["text"],
        created_at=tweet["created_at"],
        metadata={
            "tweet_id": str(tweet["tweet_id"]),
            "conversation_id": str(tweet["conversation_id"]),
            "url": tweet_url(tweet["tweet_id"]),
            "reply_to_tweet_id": None if parent is None else str(parent),
            "is_retweet": tweet["is_retweet"],
            "is_reply": tweet["is_reply_to_other"],
            "lang": tweet["lang"],
        },
        archive=tweet["archive"],
        file=tweet["file"],
    )


def thread_document(user: str, thread: Tweet) -> Document:
    """One part of a thread as a document; its time is its first tweet's."""
    first = str(thread["tweet_ids"][0])
    return Document(
        user=user,
        kind=THREAD.name,
        key=str(thread["root"]),
        part=thread["part"],
        text=thread["text"],
        created_at=thread["created_at"],
        metadata={
            "tweet_id": first,
            "conversation_id": str(thread["conversation_id"]),
            "url": tweet_url(first),
            "tweet_ids": ",".join(map(str, thread["tweet_ids"])),
            "tweet_count": len(thread["tweet_ids"]),
            "part": thread["part"],
            "parts": thread["parts"],
        },
        archive=thread["archive"],
        file=thread["file"],
    )


def _thread_row(part: ThreadPart) -> dict[str, Any]:
    first = part.tweets[0]
    return {
        "root": part.root,
        "part": part.part,
        "parts": part.parts,
        "tweet_ids": [tweet["tweet_id"] for tweet in part.tweets],
        "conversation_id": first["conversation_id"],
        "text": part.text,
        "created_at": first["created_at"],
        "archive": first["archive"],
        "file": first["file"],
    }
