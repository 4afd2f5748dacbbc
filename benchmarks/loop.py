"""Texts per second through the shard loop when machines answer at once, and how even the work is shared.

Run: `python -m benchmarks.loop [texts]`

"one by one" is a plain loop over the same shards with the same commits; sharing is measured with
eight machines of which one is four times slower, against the time that perfect sharing would take.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.made_up import peak_mb, show
from embed_platform.corpus.documents import Document, documents_table, publish_documents
from embed_platform.embedding.embed import embed_users, embed_with
from embed_platform.embedding.engine import Embedded, Provenance
from embed_platform.embedding.fleet import Machine, OneMachine, Salvaged
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import load_settings

ROUNDS = 3
DIMENSION = 384
SPACE = EmbeddingSpace("bench", "0" * 40, DIMENSION)
SHARD_TOKENS = 50_000


class Instant:
    """An engine that takes as long as it is told; the same text gives the same vector."""

    def __init__(self, seconds_per_shard: float = 0.0) -> None:
        self._seconds = seconds_per_shard
        self._vectors = np.random.default_rng(0).standard_normal((997, DIMENSION), np.float32)

    @property
    def provenance(self) -> Provenance:
        """Nobody's."""
        return Provenance("instant", "1", "float32", "none")

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        """Rows of a fixed matrix."""
        if len(texts) > 20:  # probes and what is asked again are no shards
            time.sleep(self._seconds)
        rows = np.fromiter((len(text) * 31 + ord(text[-1]) for text in texts), np.int64) % 997
        count = len(texts)
        return Embedded(self._vectors[rows], np.ones(count, np.int64), np.zeros(count, bool))


class Several(OneMachine):
    """Machines that are ready at once."""

    def __init__(self, engines: Sequence[Instant]) -> None:
        super().__init__(lambda: engines[0])
        self._waiting = [Machine(f"m{n}", engine) for n, engine in enumerate(engines)]

    def next_machine(self, seconds: float) -> Machine | None:
        """The next."""
        return self._waiting.pop(0) if self._waiting else None

    def salvage(self) -> Iterator[Salvaged[Embedded]]:
        """Nothing."""
        return iter(())


def run(count: int = 200_000) -> list[dict[str, object]]:
    """Measure; the median of three rounds."""
    with tempfile.TemporaryDirectory() as folder:
        lake = open_lake(load_settings(home=Path(folder), shard_tokens=SHARD_TOKENS))
        texts = (
            f"{n} a line of about eighty characters which says nothing but is as long"
            for n in range(count)
        )
        now = datetime.now(UTC)
        table = documents_table(
            Document("me", "tweet", str(n), text, now) for n, text in enumerate(texts)
        )
        publish_documents(lake, "me", "tweet", table)
        one = statistics.median(_seconds(lake, [Instant()]) for _ in range(ROUNDS))
        eight = statistics.median(
            _seconds(lake, [Instant() for _ in range(8)]) for _ in range(ROUNDS)
        )
        shards = -(-sum(len(text) // 4 + 2 for text in table["text"].to_pylist()) // SHARD_TOKENS)
    with tempfile.TemporaryDirectory() as folder:
        lake = open_lake(load_settings(home=Path(folder), shard_tokens=2_000))
        small = table.slice(0, 24_000)
        publish_documents(lake, "me", "tweet", small)
        parts = -(-sum(len(text) // 4 + 2 for text in small["text"].to_pylist()) // 2_000)
        pause = 0.2
        shared = statistics.median(
            _seconds(lake, [Instant(pause) for _ in range(7)] + [Instant(4 * pause)])
            for _ in range(ROUNDS)
        )
        perfect = parts * pause / 7.25
    return [
        {"road": "one machine, texts/s", "shards": shards, "figure": round(count / one)},
        {"road": "eight machines, texts/s", "shards": shards, "figure": round(count / eight)},
        {
            "road": "eight, one 4x slower: seconds / perfect sharing",
            "shards": parts,
            "figure": round(shared / perfect, 3),
        },
        {"road": "peak MB", "figure": round(peak_mb())},
    ]


def _seconds(lake: Lake, engines: Sequence[Instant]) -> float:
    lake.storage.delete_prefix("vectors")
    started = time.perf_counter()
    (result,) = embed_with(lake, SPACE, ["me"], ["tweet"], Several(engines)).values()
    seconds = time.perf_counter() - started
    assert embed_users(lake, SPACE, ["me"], ["tweet"], lambda: Instant())["me"].embedded == 0, (
        result
    )
    return seconds


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:2])))
