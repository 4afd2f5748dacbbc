"""Made-up rows, documents and vectors."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import numpy as np

from embed_platform.corpus.documents import (
    Document,
    document_id,
    documents_table,
    publish_documents,
    text_hash,
)
from embed_platform.corpus.kinds import TWEET
from embed_platform.embedding.engine import Provenance
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import append_vectors, embedded_hashes
from embed_platform.lake.lake import Lake
from embed_platform.stores.base import Rows, StoreTable, Vectors

_numbers = itertools.count()


def new_table(dimension: int) -> StoreTable:
    """A table in a space that was never used."""
    space = EmbeddingSpace(f"test{next(_numbers)}", "r" * 40, dimension)
    return StoreTable(space, TWEET)


def clustered(rows: int, dimension: int = 8, seed: int = 0) -> Vectors:
    """Unit vectors in clusters of about two hundred, float32."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((max(4, rows // 200), dimension), dtype=np.float32)
    noise = random.standard_normal((rows, dimension), dtype=np.float32)
    found = centres[random.integers(0, len(centres), rows)] + 0.6 * noise
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def metadata(user: str, key: str, **changes: Any) -> dict[str, Any]:
    """What a store keeps of a made-up tweet."""
    text = str(changes.get("text", f"tweet {key} of {user}"))
    values = {
        "user": user,
        "kind": "tweet",
        "created_at": f"2020-01-{1 + int(key) % 28:02d}T00:00:00+00:00",
        "text": text,
        "text_hash": text_hash(text),
        "row_hash": blake2b(f"{key}{sorted(changes.items())}".encode(), digest_size=16).hexdigest(),
        "tweet_id": key,
        "conversation_id": key,
        "url": f"https://x.com/{user}/status/{key}",
        "reply_to_tweet_id": None,
        "is_retweet": False,
        "is_reply": int(key) % 2 == 0,
        "lang": "en",
    }
    return values | changes


def rows_of(user: str, vectors: Vectors, start: int = 0, **changes: Any) -> Rows:
    """One row per vector."""
    keys = [str(start + i) for i in range(len(vectors))]
    ids = [document_id(user, "tweet", key) for key in keys]
    return Rows(ids, vectors, [metadata(user, key, **changes) for key in keys])


def in_batches(rows: Rows, size: int = 5000) -> Iterator[Rows]:
    """The same rows, some at a time."""
    for start in range(0, len(rows), size):
        end = start + size
        yield Rows(rows.ids[start:end], rows.vectors[start:end], rows.metadata[start:end])


def hashes_of(rows: Rows) -> dict[str, str]:
    """`{id: row_hash}` of rows."""
    return {key: m["row_hash"] for key, m in zip(rows.ids, rows.metadata, strict=True)}


def vector_of(text_digest: str, dimension: int) -> Vectors:
    """A unit vector that follows from a text's hash."""
    seed = int(text_digest[:8], 16)
    found = np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
    return np.asarray(found / np.linalg.norm(found), dtype=np.float32)


def write_tweets(lake: Lake, user: str, texts: Sequence[str], **extra: Any) -> None:
    """Make these texts the user's tweets, numbered from zero."""
    at = datetime(2020, 1, 1, tzinfo=UTC)
    documents = [
        Document(user, "tweet", str(i), text, at, {"tweet_id": str(i), "lang": "en", **extra})
        for i, text in enumerate(texts)
    ]
    publish_documents(lake, user, "tweet", documents_table(documents))


def embed(lake: Lake, table: StoreTable, user: str, texts: Collection[str]) -> None:
    """Give texts that have none a vector in the lake."""
    present = embedded_hashes(lake, table.space.slug, user)
    missing = sorted({text_hash(text) for text in texts} - present)
    if missing:
        dimension = table.space.dimension
        vectors = np.stack([vector_of(digest, dimension) for digest in missing])
        maker = Provenance("test", "1", "float32", "cpu")
        append_vectors(lake, table.space, user, missing, vectors, [maker])


def write_and_embed(
    lake: Lake, table: StoreTable, user: str, texts: Sequence[str], **extra: Any
) -> None:
    """Tweets and their vectors."""
    write_tweets(lake, user, texts, **extra)
    embed(lake, table, user, texts)
