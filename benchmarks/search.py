"""How long an answer takes over 100,000 documents: by meaning, by words, by both, reranked; the whole road.

Questions are embedded by MiniLM; the documents' texts are made up and their vectors are chance, so
that nothing lies near and the index has its hardest work. Half of the questions' words are common.

Run: `python -m benchmarks.search [documents]`
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.made_up import BATCH, DIMENSION, in_batches, rows_of, show
from benchmarks.rerank import write_minilm
from embed_platform.compute.engines import open_engine
from embed_platform.corpus.kinds import TWEET
from embed_platform.embedding.probe import admit
from embed_platform.embedding.registry import load_registry
from embed_platform.lake.lake import open_lake
from embed_platform.search.pipeline import Request, Searcher
from embed_platform.settings import Settings
from embed_platform.stores.base import Rows, StoreTable, Vectors
from embed_platform.stores.pgvector.store import PgVectorStore
from embed_platform.stores.servers import stop_servers

VOCABULARY = 20_000
WORDS_PER_TEXT = 20
WORDS_PER_QUESTION = 6
QUESTIONS = 100
RERANKED_QUESTIONS = 10
ROADS: dict[str, Request] = {
    "dense": Request(""),
    "lexical": Request("", by="lexical"),
    "hybrid": Request("", by="hybrid"),
    "hybrid, 50 reranked": Request("", by="hybrid", rerank=True),
}


def run(count: int = 100_000) -> list[dict[str, object]]:
    """Load the documents, then ask each road the same questions."""
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as model:
        write_minilm(Path(model))
        settings = Settings(
            home=Path(home), pg_dsn=None, reranker_args={"model_name_or_path": model}
        )
        lake, entry = open_lake(settings), load_registry(settings).get("minilm")
        admit(lake, entry.space, open_engine(entry, settings), ["tweet"])
        store = PgVectorStore(settings)
        try:
            load_seconds = _load(store, StoreTable(entry.space, TWEET), count)
            with Searcher(lake, settings) as searcher:
                return [_timed(searcher, name, count, load_seconds) for name in ROADS]
        finally:
            store.close()
            stop_servers(settings)


def questions(count: int, seed: int = 3) -> list[str]:
    """Questions in the words of the texts, without any that all of them have."""
    chance = np.random.default_rng(seed)
    rare = chance.integers(200, VOCABULARY, (count, WORDS_PER_QUESTION // 2))
    common = chance.integers(0, 200, (count, WORDS_PER_QUESTION // 2))
    return [" ".join(f"w{number}" for number in row) for row in np.hstack([rare, common]).tolist()]


def _load(store: PgVectorStore, table: StoreTable, count: int) -> float:
    """Write all rows and build both indexes; returns how long that took."""
    started = time.perf_counter()
    store.upsert(table, "ann", _rows(count))
    store.finish(table)
    return time.perf_counter() - started


def _rows(count: int) -> Iterator[Rows]:
    chance = np.random.default_rng(0)
    vectors: Vectors = chance.standard_normal((count, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    # Zipf's law, as words have it
    words = np.minimum(chance.zipf(1.2, (count, WORDS_PER_TEXT)), VOCABULARY) - 1
    for part, start in zip(
        in_batches(rows_of("ann", vectors)), range(0, count, BATCH), strict=True
    ):
        texts = words[start : start + BATCH].tolist()
        yield replace(
            part,
            metadata=[
                row | {"text": " ".join(f"w{number}" for number in text)}
                for row, text in zip(part.metadata, texts, strict=True)
            ],
        )


def _timed(searcher: Searcher, name: str, count: int, load_seconds: float) -> dict[str, object]:
    request = ROADS[name]
    asked = questions(RERANKED_QUESTIONS if request.rerank else QUESTIONS)
    searcher.answer(replace(request, text="warm up everything"))
    seconds, results = [], 0
    for text in asked:
        started = time.perf_counter()
        results += len(searcher.answer(replace(request, text=text)))
        seconds.append(time.perf_counter() - started)
    milliseconds = 1000 * np.array(seconds)
    return {
        "search": name,
        "documents": count,
        "questions": len(asked),
        "results": round(results / len(asked), 1),
        "p50_ms": round(float(np.median(milliseconds)), 1),
        "p99_ms": round(float(np.percentile(milliseconds, 99)), 1),
        "loaded_and_indexed_s": round(load_seconds),
    }


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:2])))
