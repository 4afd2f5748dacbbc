"""A question from its words to its answers: candidates, fusion, conversations, reranking, context.

The command line and the HTTP API both call `answer`, or keep a `Searcher` open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from types import TracebackType
from typing import Any, Literal

from embed_platform.compute.queries import open_query_engine
from embed_platform.corpus.kinds import KINDS
from embed_platform.embedding.engine import Engine
from embed_platform.embedding.probe import read_space_file
from embed_platform.embedding.registry import ModelEntry, load_registry
from embed_platform.embedding.rerankers import check_query
from embed_platform.errors import BadRequest, SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.search.context import Context, contexts
from embed_platform.search.fuse import (
    Ranked,
    Stage,
    best_of_conversations,
    fuse,
    ranking,
    reorder,
)
from embed_platform.search.rerank import Reranker, open_reranker
from embed_platform.search.retrieve import Result, best, check_filters, enough, nearest, result_of
from embed_platform.settings import STORE_NAMES, Settings
from embed_platform.stores.base import Filters, Hit, Store, StoreTable, WordStore
from embed_platform.stores.open import open_store, open_word_store

OpenEngine = Callable[[Lake, ModelEntry, Settings], Engine]
By = Literal["dense", "lexical", "hybrid"]

# Rows that fusion takes from each ranking at least: what is tenth in both may be the best of all.
FUSED_AT_LEAST = 100
MOST_RESULTS = 1000
MOST_CONTEXT = 100


@dataclass(frozen=True)
class Request:
    """What is asked.

    Attributes:
        text: the question, without any prompt.
        kinds: kinds of document to look at; empty for all that the model serves.
        filters: user and dates.
        limit: results wanted.
        collapse: one result per conversation.
        by: meaning (dense), words (lexical), or both fused (hybrid).
        rerank: whether a reranker reads the best of them again.
        context: pieces of the conversation wanted before and after each result.
        model: whose space is searched; empty for the first that `run` uses.
        store: that is asked by meaning; empty for the first of the settings.
    """

    text: str
    kinds: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    limit: int = 10
    collapse: bool = True
    by: By = "dense"
    rerank: bool = False
    context: int = 0
    model: str = ""
    store: str = ""


@dataclass(frozen=True)
class Found:
    """One answer: the document, what each stage said of it, and what stands around it."""

    result: Result
    stages: tuple[Stage, ...]
    context: Context = field(default_factory=Context)

    def as_json(self) -> dict[str, Any]:
        """All of it as JSON values: the document's fields, `stages` by name, `context`."""
        stages = {stage.name: {"rank": stage.rank, "score": stage.score} for stage in self.stages}
        return {**asdict(self.result), "stages": stages, "context": asdict(self.context)}


def answer(
    lake: Lake, settings: Settings, request: Request, open_engine: OpenEngine = open_query_engine
) -> list[Found]:
    """The best documents for a request, best first; fewer than its limit only when no more exist.

    Args:
        lake: whose documents.
        settings: stores, models, reranker.
        request: what is asked.
        open_engine: gives what embeds the question.

    Raises:
        BadRequest: the question is empty or endless, or a number is out of bounds.
        SettingsError: model, kind or store are unknown or do not fit together.
        EmbedError: a store, whoever embeds the question, or the reranker does not answer.
    """
    with Searcher(lake, settings, open_engine) as searcher:
        return searcher.answer(request)


class Searcher:
    """Answers requests; what they need is opened when first needed and kept until it is closed."""

    def __init__(
        self, lake: Lake, settings: Settings, open_engine: OpenEngine = open_query_engine
    ) -> None:
        self._lake, self._settings, self._open_engine = lake, settings, open_engine
        self._stores: dict[str, Store] = {}

    def __enter__(self) -> Searcher:
        """Nothing is opened yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the stores; their servers go on."""
        for store in self._stores.values():
            store.close()
        self._stores.clear()

    def answer(self, request: Request) -> list[Found]:
        """See `answer`."""
        check_request(request)
        # first of all: a reranker that is not known should not take a search to say so
        reranker = self._reranker if request.rerank else None
        found = self._candidates(request)
        if reranker is not None:
            texts = [item.hit.metadata["text"] for item in found]
            scores = reranker.get_scores(request.text, texts)
            found = reorder("rerank", found, scores)
        found = found[: request.limit]
        hits = [item.hit for item in found]
        near = contexts(self._lake, hits, request.context) if request.context else {}
        return [
            Found(result_of(item.hit), item.stages, near.get(item.hit.id, Context()))
            for item in found
        ]

    def _candidates(self, request: Request) -> list[Ranked]:
        """The best before anybody reads them again: as many as are wanted or reranked."""
        entry = self._entry(request)
        kinds = request.kinds or entry.kinds
        legs: list[Callable[[int], list[Ranked]]] = []
        if request.by != "lexical":
            legs.append(self._dense(request, entry, kinds))
        if request.by != "dense":
            legs.append(self._lexical(request, entry, kinds))

        def fetch(wanted: int) -> tuple[list[Ranked], bool]:
            depth = max(wanted, FUSED_AT_LEAST) if len(legs) > 1 else wanted
            found = [leg(depth) for leg in legs]
            more = any(len(part) >= depth for part in found)
            return (fuse(found) if len(found) > 1 else found[0]), more

        limit = request.limit
        if request.rerank:
            limit = max(limit, self._settings.rerank_candidates)
        return enough(fetch, best_of_conversations if request.collapse else list, limit)

    def _dense(
        self, request: Request, entry: ModelEntry, kinds: tuple[str, ...]
    ) -> Callable[[int], list[Ranked]]:
        """The nearest by meaning; the question is embedded once, however often more are fetched."""
        store = self._store(request.store or self._settings.stores[0])
        _check_held(store, entry, kinds)
        engine = self._open_engine(self._lake, entry, self._settings)
        vector = engine.embed([request.text], entry.space.query_prompt).vectors[0]

        def leg(wanted: int) -> list[Ranked]:
            hits = nearest(store, entry.space, vector, kinds, request.filters, wanted)
            if not hits and request.store:
                _check_loaded(store, entry, kinds)
            return ranking("dense", hits)

        return leg

    def _lexical(
        self, request: Request, entry: ModelEntry, kinds: tuple[str, ...]
    ) -> Callable[[int], list[Ranked]]:
        """The best by words."""
        if request.by == "lexical" and request.store not in ("", "pgvector"):
            raise SettingsError(
                f"{request.store} does not find by words, pgvector does",
                where="--store",
                remedy="Leave the store out, or search with `--by dense`",
            )
        store = self._words
        tables = [StoreTable(entry.space, KINDS[kind]) for kind in kinds]

        def leg(wanted: int) -> list[Ranked]:
            hits: list[Hit] = []
            for table in tables:
                hits += store.search_words(table, request.text, wanted, request.filters)
            return ranking("lexical", best(hits, wanted))

        return leg

    def _entry(self, request: Request) -> ModelEntry:
        registry = load_registry(self._settings)
        entry = (
            registry.get(request.model)
            if request.model
            else registry.wanted(self._settings.models)[0]
        )
        if read_space_file(self._lake, entry.space.slug) is None:
            raise SettingsError(
                f"nothing is embedded with {entry.name} yet",
                remedy=f"`embed-platform run --model {entry.name}` does it",
            )
        return entry

    def _store(self, name: str) -> Store:
        if name not in self._stores:
            self._stores[name] = open_store(name, self._settings, self._lake)
        return self._stores[name]

    @property
    def _words(self) -> WordStore:
        if "words" not in self._stores:
            self._stores["words"] = open_word_store(self._settings)
        return self._stores["words"]  # type: ignore[return-value]

    @cached_property
    def _reranker(self) -> Reranker:
        return open_reranker(self._settings)


def check_request(request: Request) -> None:
    """Refuse what makes no sense before anything is opened.

    Raises:
        BadRequest: the question is empty or endless, a number is out of bounds, or nothing lies
            between the dates.
        SettingsError: a kind or the store is unknown.
    """
    check_query(request.text)
    check_filters(request.filters)
    bounds = {"limit": (1, MOST_RESULTS), "context": (0, MOST_CONTEXT)}
    for name, (low, high) in bounds.items():
        if not low <= getattr(request, name) <= high:
            raise BadRequest(f"{name} is {low} to {high:,}")
    unknown = [kind for kind in request.kinds if kind not in KINDS]
    if unknown:
        raise SettingsError(f"unknown kind {unknown[0]!r}; the kinds are {', '.join(KINDS)}")
    if request.store and request.store not in STORE_NAMES:
        raise SettingsError(
            f"unknown store {request.store!r}; the stores are {', '.join(STORE_NAMES)}"
        )


def _check_held(store: Store, entry: ModelEntry, kinds: tuple[str, ...]) -> None:
    """Say so where a store may hold none of the kinds."""
    reasons = {store.refuses(StoreTable(entry.space, KINDS[kind])) for kind in kinds}
    if "" not in reasons:
        raise SettingsError(
            f"{store.name} does not hold {', '.join(kinds)}: {reasons.pop()}",
            remedy="`--store` names another store",
        )


def _check_loaded(store: Store, entry: ModelEntry, kinds: tuple[str, ...]) -> None:
    """Say so where a store that was named holds nothing that could have been found."""
    if not {StoreTable(entry.space, KINDS[kind]).name for kind in kinds} & set(store.tables()):
        raise SettingsError(
            f"{store.name} holds nothing of {entry.name}",
            remedy=f"`embed-platform run --store {store.name}` loads it",
        )
