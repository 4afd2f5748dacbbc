"""Questions to what is there: documents by meaning and words, pages by what they look like."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.embedding.registry import load_registry
from embed_platform.embedding.rerankers import MOST_QUERY_CHARS
from embed_platform.search import pages, pipeline
from embed_platform.service.auth import needs
from embed_platform.service.fields import (
    KindName,
    Question,
    Time,
    Whole,
    known_user,
    no_such_model,
    period,
)
from embed_platform.service.problems import refusals
from embed_platform.service.state import Service, ServiceOf
from embed_platform.service.waiting import in_thread
from embed_platform.settings import StoreName
from embed_platform.stores.base import Filters

MOST_ADDRESS_CHARS = 2000
router = APIRouter(prefix="/v1", tags=["search"], dependencies=[Depends(needs("read"))])


class Search(BaseModel):
    """A question, and where to look."""

    model_config = ConfigDict(extra="forbid")
    query: Question = Field(max_length=MOST_QUERY_CHARS, description="The question.")
    kinds: list[KindName] | None = Field(
        None, min_length=1, description="Kinds of document; all text if left out."
    )
    user: str | None = Field(None, max_length=100, description="Only this user's.")
    since: Time | None = Field(None, description="From this day or time on, UTC.")
    until: Time | None = Field(None, description="Before this day or time, UTC.")
    limit: Whole = Field(10, ge=1, le=100, description="Most results.")
    by: Literal["dense", "lexical", "hybrid"] = Field(
        "dense", description="By meaning, by words, or both fused; pages by meaning only."
    )
    rerank: bool = Field(
        False, description="Whether the reranker reads the best again; not for pages."
    )
    explain: bool = Field(
        False, description="Rank and score of each stage with each result; not for pages."
    )
    context: Whole = Field(
        0, ge=0, le=20, description="Pieces before and after each result; not for pages."
    )
    collapse: bool = Field(True, description="The best piece of each conversation only.")
    model: str | None = Field(None, max_length=200, description="Model whose space is searched.")
    store: StoreName | None = Field(None, description="Store that is asked.")


class SearchRequest(Search):
    """As a body."""

    model_config = ConfigDict(
        strict=True,
        json_schema_extra={
            "examples": [
                {"query": "when did we plan the trip"},
                {"query": "sleep", "by": "hybrid", "rerank": True, "explain": True, "limit": 5},
                {"query": "invoice from May", "kinds": ["page_image"]},
            ]
        },
    )


class SearchAddress(Search):
    """As an address, which holds less and knows no types."""

    query: Question = Field(max_length=MOST_ADDRESS_CHARS, description="The question.")


class SearchResult(BaseModel):
    """One document or page; what else it has depends on its kind and on what was asked."""

    model_config = ConfigDict(extra="allow")
    id: str
    user: str
    kind: str
    text: str
    score: float
    created_at: str


class SearchAnswer(BaseModel):
    """The results, best first."""

    results: list[SearchResult]


@router.post("/search", responses=refusals(404, 409, 501, 504))
async def search(body: SearchRequest, service: ServiceOf, request: Request) -> SearchAnswer:
    """The documents that answer a question best, best first."""
    return await _answer(body, service, request)


@router.get("/search", responses=refusals(404, 409, 501, 504))
async def search_by_address(
    asked: Annotated[SearchAddress, Query()], service: ServiceOf, request: Request
) -> SearchAnswer:
    """As POST, with the fields as the address's parameters."""
    return await _answer(asked, service, request)


async def _answer(body: Search, service: Service, request: Request) -> SearchAnswer:
    found = await in_thread(request, lambda: _found(service, body))
    return SearchAnswer(results=[SearchResult.model_validate(row) for row in found])


def _found(service: Service, body: Search) -> list[dict[str, Any]]:
    user = None if body.user is None else known_user(service.lake, body.user, "user")
    dates = (time.isoformat() if time else None for time in period(body.since, body.until))
    filters = Filters(user, *dates)
    kinds = tuple(body.kinds or ())
    if PAGE_IMAGE.name in kinds:
        return _pages(service, body, filters)
    model = service.models.get(body.model).name if body.model else ""
    rows = []
    for one in pipeline.answer(
        service.lake,
        service.settings,
        pipeline.Request(
            body.query,
            kinds,
            filters,
            body.limit,
            collapse=body.collapse,
            by=body.by,
            rerank=body.rerank,
            context=body.context,
            model=model,
            store=body.store or "",
        ),
        lambda lake, entry, settings: service.models.engine(entry),
    ):
        row = one.as_json()
        if not body.explain:
            del row["stages"]
        if not body.context:
            del row["context"]
        rows.append(row)
    return rows


def _pages(service: Service, body: Search, filters: Filters) -> list[dict[str, Any]]:
    pages.refuse_for_pages(
        body.kinds or (),
        by=body.by,
        rerank=body.rerank,
        explain=body.explain,
        context=body.context,
    )
    found = pages.answer_pages(
        service.lake,
        service.settings,
        body.query,
        filters=filters,
        limit=body.limit,
        model=_page_model(service, body.model) if body.model else None,
        store=body.store,
    )
    return [{"kind": PAGE_IMAGE.name} | asdict(page) for page in found]


def _page_model(service: Service, name: str) -> str:
    """The page model of a name.

    Raises:
        ApiError: 404, with the names that are known.
    """
    models = load_registry(service.settings).models.values()
    known = [entry for entry in models if PAGE_IMAGE.name in entry.kinds]
    for entry in known:
        if name.lower() in (entry.name.lower(), entry.space.slug, *entry.aliases):
            return entry.name
    raise no_such_model("model of page images", name, [entry.name for entry in known])
