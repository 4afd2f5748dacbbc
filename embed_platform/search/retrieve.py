"""A question to one store: embed it, ask every kind's table, keep the best piece per conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from embed_platform.corpus.kinds import KINDS
from embed_platform.embedding.engine import Engine
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import BadRequest
from embed_platform.stores.base import Filters, Hit, Store, StoreTable, Vectors

T = TypeVar("T")

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
    """One answer; a higher score is better, and what it is depends on the search."""

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

    def fetch(wanted: int) -> tuple[list[Hit], bool]:
        hits = nearest(store, space, vector, query.kinds, query.filters, wanted)
        return hits, len(hits) >= wanted

    hits = enough(fetch, collapse if query.collapse else list, query.limit)
    return [result_of(hit) for hit in hits]


def check_filters(filters: Filters) -> None:
    """Refuse dates that nothing lies between.

    Raises:
        BadRequest: the end is not after the beginning.
    """
    if filters.since and filters.until and filters.until <= filters.since:
        raise BadRequest(f"nothing lies from {filters.since} until {filters.until}")


def enough(
    fetch: Callable[[int], tuple[list[T], bool]], pick: Callable[[list[T]], list[T]], limit: int
) -> list[T]:
    """The first `limit` of what is picked, fetching ever more until that many are left of it.

    Args:
        fetch: gives the best so many, and whether there may be more.
        pick: leaves some out, in the same order.
        limit: wanted.
    """
    wanted = limit
    while True:
        found, more = fetch(wanted)
        picked = pick(found)
        if len(picked) >= limit or not more:
            return picked[:limit]
        wanted *= OVERSAMPLING


def nearest(
    store: Store,
    space: EmbeddingSpace,
    vector: Vectors,
    kinds: Sequence[str],
    filters: Filters,
    wanted: int,
) -> list[Hit]:
    """The nearest rows of several kinds together, best first."""
    tables = [StoreTable(space, KINDS[kind]) for kind in kinds]
    hits = [hit for table in tables for hit in store.search(table, vector, wanted, filters)]
    return best(hits, wanted)


def best(hits: Sequence[Hit], wanted: int) -> list[Hit]:
    """Hits of several tables in one order: by score, equal ones by id."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:wanted]


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


def result_of(hit: Hit) -> Result:
    """A hit as an answer: what every document has apart from what only its kind has."""
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
