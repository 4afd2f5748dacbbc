"""Pages: exact MaxSim in numpy, and candidates by signs with exact re-scoring in PostgreSQL.

Run: `python -m benchmarks.maxsim [pages-in-memory] [pages-in-postgresql]`

Made-up pages of 700 vectors of 128 dimensions in half precision: each page shows 12 of 3,000
subjects, a run of neighbouring patches each, with noise, and half of its patches are paper, like
on every other page. A question has 20 vectors about 4 subjects of one page. Real pages differ.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_up import peak_mb, show
from embed_platform.corpus.documents import document_id
from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.embedding.engine import MultiVector
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.search.maxsim import maxsim
from embed_platform.search.pages import LEAST, best_pages
from embed_platform.settings import Settings
from embed_platform.stores.base import Filters, Rows, StoreTable
from embed_platform.stores.pgvector.pages import run_bits
from embed_platform.stores.pgvector.store import PgVectorStore
from embed_platform.stores.servers import stop_servers

VECTORS, DIMENSION, SUBJECTS, SHOWN = 700, 128, 3_000, 12
QUESTIONS, ASKED, LIMIT = 20, 20, 10
_subjects = np.random.default_rng(0).standard_normal((SUBJECTS, DIMENSION)).astype(np.float32)
_paper = np.random.default_rng(1).standard_normal((8, DIMENSION)).astype(np.float32)


def page(number: int) -> MultiVector:
    """A made-up page, always the same for a number."""
    rng = np.random.default_rng(number + 10)
    shown = rng.choice(SUBJECTS, SHOWN, replace=False)
    run = VECTORS // (2 * SHOWN)
    parts = []
    for subject in shown:
        parts += [np.tile(_subjects[subject], (run, 1)), _paper[rng.integers(0, 8, run)]]
    whole = np.concatenate(parts)
    whole = np.concatenate([whole, _paper[rng.integers(0, 8, VECTORS - len(whole))]])
    return _unit(whole + rng.standard_normal(whole.shape, np.float32))


def question(number: int) -> MultiVector:
    """A question about four subjects of a page."""
    shown = np.random.default_rng(number + 10).choice(SUBJECTS, SHOWN, replace=False)[:4]
    rng = np.random.default_rng(number + 10**6)
    asked = _subjects[rng.choice(shown, ASKED)]
    return _unit(asked + rng.standard_normal(asked.shape, np.float32))


def run(in_memory: int = 10_000, in_postgres: int = 1_000) -> list[dict[str, object]]:
    """Both parts; the first also compares with a loop over pages, and with signs alone."""
    return [*_memory(in_memory), *_postgres(in_postgres)]


def _memory(count: int) -> list[dict[str, object]]:
    pages = [page(n) for n in range(count)]
    asked = [question(n) for n in range(0, count, count // QUESTIONS)][:QUESTIONS]
    runs = [run_bits(one) for one in pages]
    words = np.concatenate([np.packbits(one, axis=1) for one in runs]).view(np.uint64)
    starts = np.cumsum([0, *(len(one) for one in runs)], dtype=np.int64)[:-1]

    def exact(q: MultiVector) -> list[int]:
        return np.argsort(-maxsim(q, pages), kind="stable")[:LIMIT].tolist()

    def by_loop(q: MultiVector) -> list[int]:
        wide = q.astype(np.float32).T
        scores = [float((one.astype(np.float32) @ wide).max(axis=0).mean()) for one in pages]
        return np.argsort(-np.array(scores), kind="stable")[:LIMIT].tolist()

    def by_signs(q: MultiVector) -> list[int]:
        asked_words = np.packbits(q > 0, axis=1).view(np.uint64)
        distance = np.zeros(len(pages), np.int64)
        for word in asked_words:
            apart = np.bitwise_count(words ^ word).sum(axis=1, dtype=np.int64)
            distance += np.minimum.reduceat(apart, starts)
        near = np.argpartition(distance, LEAST)[:LEAST].tolist()
        scores = maxsim(q, [pages[i] for i in near])
        return [near[i] for i in np.argsort(-scores, kind="stable")[:LIMIT]]

    truth = [exact(q) for q in asked]
    rows = _in_turn(
        {
            f"numpy, {count:,} pages: exact MaxSim": exact,
            f"numpy, {count:,} pages: a plain loop over pages": by_loop,
            f"numpy, {count:,} pages: {LEAST} candidates by signs": by_signs,
        },
        asked,
        truth,
    )
    megabytes = sum(one.nbytes for one in pages) / 1e6
    rows[0]["vectors_mb"], rows[2]["vectors_mb"] = round(megabytes), round(words.nbytes / 1e6, 1)
    rows[0]["peak_mb"] = round(peak_mb())
    return rows


def _postgres(count: int) -> list[dict[str, object]]:
    space = EmbeddingSpace("maxsim", "0" * 40, DIMENSION, modality="image", multi_vector=True)
    table = StoreTable(space, PAGE_IMAGE)
    asked = [question(n) for n in range(0, count, count // QUESTIONS)][:QUESTIONS]
    ids = [document_id("ann", PAGE_IMAGE.name, str(n)) for n in range(count)]
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), pg_dsn=None)
        store = PgVectorStore(settings)
        try:
            started = time.perf_counter()
            store.upsert(table, "ann", _batches(ids))
            store.finish(table)
            loading = time.perf_counter() - started

            def search(q: MultiVector) -> list[str]:
                near = store.page_candidates(table, q, LEAST, Filters())
                return [row.id for _, row in best_pages(q, store.page_rows(table, near), LIMIT)]

            pages = [page(n) for n in range(count)]
            truth = [
                [ids[i] for i in np.argsort(-maxsim(q, pages), kind="stable")[:LIMIT]]
                for q in asked
            ]
            road = f"PostgreSQL, {count:,} pages: {LEAST} candidates by signs"
            (row,) = _in_turn({road: search}, asked, truth)
            row["loaded_pages_per_s"] = round(count / loading)
            row["vectors_mb"] = round(_table_mb(store, table))
            return [row]
        finally:
            store.close()
            stop_servers(settings)


def _batches(ids: list[str]) -> Iterator[Rows]:
    for start in range(0, len(ids), 50):
        numbers = range(start, min(start + 50, len(ids)))
        pages = [page(n) for n in numbers]
        yield Rows(
            [ids[n] for n in numbers],
            np.concatenate(pages).astype(np.float32),
            [_metadata(n) for n in numbers],
            [len(one) for one in pages],
        )


def _metadata(number: int) -> dict[str, object]:
    return {
        "user": "ann",
        "kind": PAGE_IMAGE.name,
        "created_at": "2024-05-31T00:00:00+00:00",
        "text": f"page {number} " * 100,
        "text_hash": str(number),
        "row_hash": str(number),
        "file": "made up.pdf",
        "page": number + 1,
        "pages": 1_000,
    }


def _in_turn(
    roads: dict[str, Callable[[MultiVector], list[Any]]],
    asked: list[MultiVector],
    truth: list[list[Any]],
) -> list[dict[str, object]]:
    """Every question by every road, one after the other, so that a busy minute meets all of them."""
    seconds: dict[str, list[float]] = {road: [] for road in roads}
    shares: dict[str, list[float]] = {road: [] for road in roads}
    for q, expected in zip(asked, truth, strict=True):
        for road, search in roads.items():
            started = time.perf_counter()
            found = search(q)
            seconds[road].append(time.perf_counter() - started)
            shares[road].append(len(set(found) & set(expected)) / len(expected))
    return [
        {
            "road": road,
            "p50_ms": round(1000 * float(np.median(seconds[road])), 1),
            "worst_ms": round(1000 * max(seconds[road]), 1),
            "recall_at_10": round(float(np.mean(shares[road])), 3),
        }
        for road in roads
    ]


def _table_mb(store: PgVectorStore, table: StoreTable) -> float:
    with store._connections.session() as connection:
        row = connection.execute(
            "select sum(pg_total_relation_size(format('vecs.%%I', name)::regclass)) / 1e6 "
            "from unnest(%s::text[]) as name",
            ([table.name, f"{table.name}.bits"],),
        ).fetchone()
    return float(row[0]) if row else 0.0


def _unit(vectors: np.ndarray) -> MultiVector:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:3])))
