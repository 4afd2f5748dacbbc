"""A question to page images: candidates from a store, scored exactly by MaxSim on all their vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from typing import Any

from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.embedding.engine import MultiVector, PageEngine
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.search.maxsim import maxsim
from embed_platform.stores.base import Filters, PageRow, PageStore, StoreTable

# Candidates for each page wanted, and at least. Of made-up pages, 100 candidates held 0.995 of the
# ten best of 10,000 by their signs in memory, 0.95 of 1,000 through the index (benchmarks/maxsim.py).
PER_RESULT, LEAST = 10, 100
# Pages that are held and scored at a time: 12 MB of vectors.
PAGES_PER_BLOCK = 64


@dataclass(frozen=True)
class FoundPage:
    """One answer.

    Attributes:
        id: of the document.
        user: whose it is.
        file: name of the file.
        page: its number in it, from 1 on.
        pages: how many the file has.
        score: MaxSim per vector of the question, -1 to 1, higher is better.
        text: what the file says that the page reads; may be empty.
        created_at: of the file, ISO 8601, UTC.
        metadata: everything else that the store keeps.
    """

    id: str
    user: str
    file: str
    page: int
    pages: int
    score: float
    text: str
    created_at: str
    metadata: dict[str, Any]


def search_pages(
    store: PageStore,
    space: EmbeddingSpace,
    engine: PageEngine,
    text: str,
    *,
    filters: Filters | None = None,
    limit: int = 10,
) -> list[FoundPage]:
    """The pages that answer a question best, best first; fewer than `limit` only when no more exist.

    Args:
        store: that holds pages.
        space: of images.
        engine: of that space.
        text: the question, as a person writes it.
        filters: user and dates.
        limit: most results.
    """
    (question,) = engine.embed_questions([text])
    table = StoreTable(space, PAGE_IMAGE)
    wanted = max(LEAST, PER_RESULT * limit)
    ids = store.page_candidates(table, question, wanted, filters or Filters())
    return [
        _found(row, score) for score, row in best_pages(question, _rows(store, table, ids), limit)
    ]


def best_pages(
    question: MultiVector, rows: Iterable[PageRow], limit: int
) -> list[tuple[float, PageRow]]:
    """The `limit` rows with the highest MaxSim, best first, ties by id; rows are read block by block."""
    waiting = iter(rows)
    best: list[tuple[float, PageRow]] = []
    while block := list(islice(waiting, PAGES_PER_BLOCK)):
        scores = maxsim(question, [row.vectors for row in block]).tolist()
        best = nlargest(limit, [*best, *zip(scores, block, strict=True)], key=_rank)
    return best


def _rows(store: PageStore, table: StoreTable, ids: Sequence[str]) -> Iterator[PageRow]:
    return store.page_rows(table, ids) if ids else iter(())


def _rank(pair: tuple[float, PageRow]) -> tuple[float, int]:
    score, row = pair
    return score, -int(row.id, 16)


def _found(row: PageRow, score: float) -> FoundPage:
    kept = dict(row.metadata)
    return FoundPage(
        id=row.id,
        user=kept.pop("user"),
        file=kept.pop("file"),
        page=kept.pop("page"),
        pages=kept.pop("pages"),
        score=round(score, 6),
        text=kept.pop("text"),
        created_at=kept.pop("created_at"),
        metadata=kept,
    )
