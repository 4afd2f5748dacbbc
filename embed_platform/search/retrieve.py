"""A question to one store: embed it, ask every kind's table, keep the best piece per conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from embed_platform.corpus.kinds import KINDS
from embed_platform.embedding.engine import Engine
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.stores.base import Filters, Hit, Store, StoreTable

# Pieces fetched per result wanted, before pieces of one conversation fall together.
OVERSAMPLING = 4


@dataclass(frozen=True)
class Query:
    """What is asked.

    Attributes:
        text: the question, without any prompt.
        kinds: kinds of document to look at.
        filters: user and dates.
        limit: results wanted.
        collapse: one result per conversation.
    """

    text: str
    kinds: Sequence[str]
    filters: Filters = field(default_factory=Filters)
    limit: int = 10
    collapse: bool = True


@dataclass(frozen=True)
class Result:
    """One answer; `score` is the cosine similarity."""

    id: str
    user: str
    kind: str
    text: str
    score: float
    created_at: str
    url: str | None
    metadata: dict[str, Any]


def search(store: Store, space: EmbeddingSpace, engine: Engine, query: Query) -> list[Result]:
    """The nearest documents, best first; fewer than `limit` only when no more exist."""
    vector = engine.embed([query.text], space.query_prompt).vectors[0]
    wanted = query.limit
    while True:
        hits = _nearest(store, space, vector, query, wanted)
        results = collapse(hits) if query.collapse else hits
        if len(results) >= query.limit or len(hits) < wanted:
            return [_result(hit) for hit in results[: query.limit]]
        wanted *= OVERSAMPLING


def collapse(hits: Sequence[Hit]) -> list[Hit]:
    """The best hit of each user's conversation; hits without a conversation stay."""
    best: dict[tuple[str, ...], Hit] = {}
    for hit in hits:
        best.setdefault(_conversation(hit), hit)
    return list(best.values())


def _conversation(hit: Hit) -> tuple[str, ...]:
    """What the pieces of one conversation have in common, whatever kind they are of."""
    kind = KINDS[hit.metadata["kind"]]
    named = [hit.metadata.get(field) for field in kind.conversation]
    known = any(value not in (None, "") for value in named)
    return (str(hit.metadata["user"]), *map(str, named)) if known else (hit.id,)


def _nearest(
    store: Store, space: EmbeddingSpace, vector: Any, query: Query, wanted: int
) -> list[Hit]:
    tables = [StoreTable(space, KINDS[kind]) for kind in query.kinds]
    hits = [hit for table in tables for hit in store.search(table, vector, wanted, query.filters)]
    return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:wanted]


def _result(hit: Hit) -> Result:
    kept = dict(hit.metadata)
    return Result(
        id=hit.id,
        user=kept.pop("user"),
        kind=kept.pop("kind"),
        text=kept.pop("text"),
        score=round(float(hit.score), 6),
        created_at=kept.pop("created_at"),
        url=kept.get("url"),
        metadata=kept,
    )
