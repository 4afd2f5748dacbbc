"""Questions to what is there: documents by meaning and words, pages by what they look like."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.embedding.rerankers import MOST_QUERY_CHARS
from embed_platform.search import pages, pipeline
from embed_platform.service.auth import needs
from embed_platform.service.problems import ApiError, refusals
from embed_platform.service.routes.users import KindName, Time
from embed_platform.service.state import Service, ServiceOf
from embed_platform.service.waiting import in_thread
from embed_platform.settings import StoreName
from embed_platform.stores.base import Filters

MOST_ADDRESS_CHARS = 2000
router = APIRouter(prefix="/v1", tags=["search"], dependencies=[Depends(needs("read"))])


class SearchRequest(BaseModel):
    """A question, and where to look."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"query": "when did we plan the trip"},
                {"query": "sleep", "by": "hybrid", "rerank": True, "explain": True, "limit": 5},
                {"query": "invoice from May", "kinds": ["page_image"]},
            ]
        },
    )
    query: str = Field(min_length=1, max_length=MOST_QUERY_CHARS, description="The question.")
    kinds: list[KindName] | None = Field(
        None, min_length=1, description="Kinds of document; all text if left out."
    )
    user: str | None = Field(None, max_length=100, description="Only this user's.")
    since: Time | None = Field(None, description="From this day or time on, UTC.")
    until: Time | None = Field(None, description="Before this day or time, UTC.")
    limit: int = Field(10, ge=1, le=100, description="Most results.")
    by: Literal["dense", "lexical", "hybrid"] = Field(
        "dense", description="By meaning, by words, or both fused."
    )
    rerank: bool = Field(False, description="Whether the reranker reads the best again.")
    explain: bool = Field(False, description="Rank and score of each stage with each result.")
    context: int = Field(0, ge=0, le=20, description="Pieces before and after each result.")
    collapse: bool = Field(True, description="The best piece of each conversation only.")
    model: str | None = Field(None, max_length=200, description="Model whose space is searched.")
    store: StoreName | None = Field(None, description="Store that is asked.")


class SearchAddress(SearchRequest):
    """As SearchRequest; an address holds less than a body."""

    query: str = Field(min_length=1, max_length=MOST_ADDRESS_CHARS, description="The question.")


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


@router.post("/search", responses=refusals(404, 409, 504))
async def search(body: SearchRequest, service: ServiceOf, request: Request) -> SearchAnswer:
    """The documents that answer a question best, best first."""
    settings = service.settings
    found = await in_thread(
        request, service.threads, lambda: _found(service, body), settings.serve_timeout
    )
    return SearchAnswer(results=[SearchResult.model_validate(row) for row in found])


@router.get("/search", responses=refusals(404, 409, 504))
async def search_by_address(
    asked: Annotated[SearchAddress, Query()], service: ServiceOf, request: Request
) -> SearchAnswer:
    """As POST, with the fields as the address's parameters."""
    return await search(asked, service, request)


def _found(service: Service, body: SearchRequest) -> list[dict[str, Any]]:
    filters = Filters(body.user, body.since, body.until)
    kinds = tuple(body.kinds or ())
    if PAGE_IMAGE.name in kinds:
        return _pages(service, body, filters)
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
            model=body.model or "",
            store=body.store or "",
        ),
    ):
        row = one.as_json()
        if not body.explain:
            del row["stages"]
        if not body.context:
            del row["context"]
        rows.append(row)
    return rows


def _pages(service: Service, body: SearchRequest, filters: Filters) -> list[dict[str, Any]]:
    if body.kinds != [PAGE_IMAGE.name]:
        raise ApiError(
            400, "pages have other vectors than texts; ask for them alone", param="kinds"
        )
    found = pages.answer_pages(
        service.lake,
        service.settings,
        body.query,
        filters=filters,
        limit=body.limit,
        model=body.model,
        store=body.store,
    )
    return [{"kind": PAGE_IMAGE.name} | asdict(page) for page in found]
