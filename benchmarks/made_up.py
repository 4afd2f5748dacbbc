"""Rows for the store benchmarks: clustered vectors and metadata of a tweet's size."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from embed_platform.corpus.documents import document_id
from embed_platform.corpus.kinds import TWEET
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.stores.base import Rows, StoreTable, Vectors

DIMENSION = 384
BATCH = 10_000


def peak_mb() -> float:
    """Most memory that this process ever held, in MB; elsewhere than on Linux the parent's counts too."""
    status = Path("/proc/self/status")
    if status.exists():
        kilobytes = re.search(r"VmHWM:\s+(\d+)", status.read_text())
        if kilobytes:
            return int(kilobytes[1]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def table(name: str) -> StoreTable:
    """A table of a made-up space."""
    return StoreTable(EmbeddingSpace(name, "0" * 40, DIMENSION), TWEET)


def clustered(rows: int, seed: int = 0) -> Vectors:
    """Unit vectors in clusters of about two hundred; float32, shape (rows, 384)."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((max(8, rows // 200), DIMENSION), dtype=np.float32)
    noise = random.standard_normal((rows, DIMENSION), dtype=np.float32)
    found = centres[random.integers(0, len(centres), rows)] + 0.6 * noise
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def rows_of(user: str, vectors: Vectors, lang: str = "en") -> Rows:
    """A tweet of about a hundred characters for each vector."""
    ids = [document_id(user, "tweet", str(i)) for i in range(len(vectors))]
    metadata = [
        {
            "tweet_id": str(i),
            "conversation_id": str(i),
            "url": f"https://x.com/{user}/status/{i}",
            "is_retweet": False,
            "is_reply": False,
            "lang": lang,
            "user": user,
            "kind": "tweet",
            "created_at": f"{2010 + i % 15}-01-01T00:00:00+00:00",
            "text": f"number {i}: about a hundred characters that say nothing but go on for a while, "
            "as people do",
            "text_hash": key,
            "row_hash": key[::-1] if lang == "en" else key,
        }
        for i, key in enumerate(ids)
    ]
    return Rows(ids, vectors, metadata)


def chunks_of(user: str, vectors: Vectors) -> Rows:
    """A conversation chunk of about 1,300 characters and 25 messages for each vector."""
    ids = [document_id(user, "message_chunk", str(i)) for i in range(len(vectors))]
    talk = "\n".join(
        f"[{'Ann' if n % 2 else 'Me'}]: line {n} of what two people say" for n in range(40)
    )
    metadata = [
        {
            "thread_id": i % 300,
            "thread_name": "Ann",
            "session_idx": i,
            "chunk_idx": 0,
            "participant_ids": [2**62 + 1, 2**62 + 2],
            "participant_names": ["Ann", "Me"],
            "message_ids": [f"{key[:30]}{n:02d}" for n in range(25)],
            "start_timestamp_ms": 1_500_000_000_000 + i,
            "end_timestamp_ms": 1_500_000_060_000 + i,
            "message_count": 25,
            "user": user,
            "kind": "message_chunk",
            "created_at": f"{2010 + i % 15}-01-01T00:00:00+00:00",
            "text": f"{talk}\n[Me]: number {i}",
            "text_hash": key,
            "row_hash": key[::-1],
        }
        for i, key in enumerate(ids)
    ]
    return Rows(ids, vectors, metadata)


def in_batches(rows: Rows) -> Iterator[Rows]:
    """The same rows, ten thousand at a time."""
    for start in range(0, len(rows), BATCH):
        end = start + BATCH
        yield Rows(rows.ids[start:end], rows.vectors[start:end], rows.metadata[start:end])


def show(results: list[dict[str, object]]) -> None:
    """Print a table."""
    widths = {k: max(len(k), *(len(str(r.get(k, ""))) for r in results)) for k in results[0]}
    for row in [dict(zip(widths, widths, strict=True)), *results]:
        print("  ".join(str(row.get(name, "")).ljust(width) for name, width in widths.items()))
