"""A question to page images: candidates from a store, scored exactly by MaxSim on all their vectors."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from math import isfinite
from typing import Any, cast

from embed_platform.compute.local.page_images import open_page_engine
from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.embedding.engine import MultiVector, PageEngine
from embed_platform.embedding.probe import read_space_file
from embed_platform.embedding.registry import ModelEntry, Registry, load_registry
from embed_platform.embedding.rerankers import check_query
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import BadRequest, SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.search.maxsim import maxsim
from embed_platform.search.retrieve import check_filters
from embed_platform.settings import Settings
from embed_platform.stores.base import Filters, PageRow, PageStore, StoreTable
from embed_platform.stores.open import open_store

# Candidates for each page wanted, and at least. Of made-up pages, 100 candidates held 0.995 of the
# ten best of 10,000 by their signs in memory, 0.95 of 1,000 through the index (benchmarks/maxsim.py).
PER_RESULT, LEAST = 10, 100
# Pages that are held and scored at a time: 12 MB of vectors.
PAGES_PER_BLOCK = 64

_log = logging.getLogger(__name__)


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


def answer_pages(
    lake: Lake,
    settings: Settings,
    text: str,
    *,
    filters: Filters,
    limit: int,
    model: str | None = None,
    store: str | None = None,
) -> list[FoundPage]:
    """As `search_pages`, with everything opened that the settings name.

    Raises:
        BadRequest: the question is empty or endless, or nothing lies between the dates.
        SettingsError: nothing is embedded, or the store holds no pages.
    """
    check_query(text)
    check_filters(filters)
    entry = page_model(lake, load_registry(settings), model)
    name = store or next((s for s in entry.stores if s in settings.stores), entry.stores[0])
    backend = open_store(name, settings, lake)
    try:
        if reason := backend.refuses(StoreTable(entry.space, PAGE_IMAGE)):
            raise SettingsError(reason, where=f"--store {name}")
        engine = open_page_engine(entry, settings)
        pages = cast(PageStore, backend)
        return search_pages(pages, entry.space, engine, text, filters=filters, limit=limit)
    finally:
        backend.close()


def refuse_for_pages(
    kinds: Sequence[str], *, by: str, rerank: bool, explain: bool, context: int
) -> None:
    """Refuse what is asked of texts only: pages are found by MaxSim and nothing else.

    Raises:
        BadRequest: one of these is asked for, or another kind beside pages.
    """
    if set(kinds) != {PAGE_IMAGE.name}:
        raise BadRequest("pages have other vectors than texts; ask for them alone")
    asked = {f"by {by}": by != "dense", "rerank": rerank, "explain": explain, "context": context}
    for name in (name for name, wanted in asked.items() if wanted):
        raise BadRequest(f"{name} is for texts; pages are found by what they look like alone")


def page_model(lake: Lake, registry: Registry, model: str | None) -> ModelEntry:
    """The model of a search over pages: the one named, else the first that has embedded any.

    Raises:
        SettingsError: it does not embed pages, or has not yet.
    """
    serving = [entry for entry in registry.models.values() if PAGE_IMAGE.name in entry.kinds]
    names = ", ".join(entry.name for entry in serving)
    if model:
        entry = registry.get(model)
        if entry not in serving:
            raise SettingsError(
                f"{entry.name} does not embed page images",
                where="--model",
                remedy=f"These do: {names}",
            )
        serving = [entry]
    used = [entry for entry in serving if read_space_file(lake, entry.space.slug) is not None]
    if not used:
        raise SettingsError(
            "no page images are embedded yet",
            # a model that somebody added comes after the product's
            remedy=f"`embed-platform run --model {serving[-1].name}` does it",
        )
    return used[0]


def best_pages(
    question: MultiVector, rows: Iterable[PageRow], limit: int
) -> list[tuple[float, PageRow]]:
    """The `limit` rows with the highest MaxSim, best first, ties by id; rows are read block by block.

    One whose vectors hold no numbers is no answer; the log names it.
    """
    waiting = iter(rows)
    best: list[tuple[float, PageRow]] = []
    while block := list(islice(waiting, PAGES_PER_BLOCK)):
        scores = maxsim(question, [row.vectors for row in block]).tolist()
        scored = list(zip(scores, block, strict=True))
        for row in (row for score, row in scored if not isfinite(score)):
            _log.warning(
                "the stored vectors of %s hold no numbers and are left out; "
                "`embed-platform stores rebuild` loads them anew",
                row.id,
            )
        scored = [pair for pair in scored if isfinite(pair[0])]
        best = nlargest(limit, [*best, *scored], key=_rank)
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
