"""Reranking in Cohere's shape, as Jina's, vLLM's and Infinity's clients send it too."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from embed_platform.embedding.rerankers import (
    MOST_DOCUMENTS,
    MOST_QUERY_CHARS,
    RerankerEntry,
    Rerankers,
    Scale,
    load_rerankers,
)
from embed_platform.search.rerank import open_reranker
from embed_platform.service.auth import needs
from embed_platform.service.fields import Question, Whole, no_such_model
from embed_platform.service.problems import refusals
from embed_platform.service.state import Service, ServiceOf
from embed_platform.service.waiting import in_thread
from embed_platform.settings import Settings

router = APIRouter(prefix="/v1", tags=["rerank"], dependencies=[Depends(needs("embed"))])


def _text(value: Any) -> Any:
    """The text of a document, which clients also send as `{"text": …}`."""
    return value.get("text") if isinstance(value, dict) else value


_STRING = {"type": "string"}
Document = Annotated[
    str,
    BeforeValidator(_text),
    WithJsonSchema(
        {
            "anyOf": [
                _STRING,
                {"type": "object", "properties": {"text": _STRING}, "required": ["text"]},
            ]
        }
    ),
]


class RerankRequest(BaseModel):
    """A query and the documents to put in order."""

    model_config = ConfigDict(
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "query": "What helps against jet lag?",
                    "documents": ["Light in the morning.", "The ferry leaves at nine."],
                    "top_n": 1,
                }
            ]
        },
    )
    query: Question = Field(max_length=MOST_QUERY_CHARS)
    documents: list[Document] = Field(min_length=1, max_length=MOST_DOCUMENTS)
    model: str | None = Field(
        None, max_length=200, description="Name or alias; the one of the settings if left out."
    )
    top_n: Whole | None = Field(None, ge=1, description="So many of the best; all if left out.")
    return_documents: bool = Field(False, description="Whether the texts come back too.")


class RerankResult(BaseModel):
    """One document."""

    index: int = Field(description="Its place in the request.")
    relevance_score: float = Field(description="On the model's own scale; higher fits better.")
    document: dict[str, str] | None = None


class RerankAnswer(BaseModel):
    """The documents in order, best first."""

    id: str
    model: str
    scale: Scale | None = Field(
        None,
        description="What the scores are: any number, or 0 to 1; not there where a function or "
        "server elsewhere reranks, whose scale is not known.",
    )
    results: list[RerankResult]


@router.post("/rerank", responses=refusals(404, 409, 504), response_model_exclude_none=True)
async def rerank(body: RerankRequest, service: ServiceOf, request: Request) -> RerankAnswer:
    """Documents in the order in which they answer a query."""
    settings, model, scale = _chosen(service, body.model)
    scores = await in_thread(
        request, lambda: open_reranker(settings).get_scores(body.query, body.documents)
    )
    order = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
    results = [
        RerankResult(
            index=place,
            relevance_score=scores[place],
            document={"text": body.documents[place]} if body.return_documents else None,
        )
        for place in order[: body.top_n]
    ]
    return RerankAnswer(id=str(uuid.uuid4()), model=model, scale=scale, results=results)


def _chosen(service: Service, name: str | None) -> tuple[Settings, str, Scale | None]:
    """Settings of the reranker that a request names, its name, and the scale of its scores.

    Only this machine's reranker can be chosen by a request, and only from the registry.
    """
    settings = service.settings
    args = settings.reranker_args
    if settings.reranker_service != "crossencoder":
        return settings, str(args.get("model_name_or_path") or settings.reranker_service), None
    known = load_rerankers(settings)
    if name is None:
        entry = known.get(str(args.get("model_name_or_path", "")))
        return settings, entry.name, entry.scale
    found = _registered(known, name)
    if found is None:
        raise no_such_model("reranker", name, known.models)
    return (
        settings.model_copy(update={"reranker_args": args | {"model_name_or_path": found.name}}),
        found.name,
        found.scale,
    )


def _registered(known: Rerankers, name: str) -> RerankerEntry | None:
    wanted = name.lower()
    for entry in known.models.values():
        if wanted in (entry.name.lower(), *entry.aliases):
            return entry
    return None
