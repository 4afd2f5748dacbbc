"""OpenAI's embeddings endpoint over the models' queues."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from embed_platform.embedding.engine import Embedded, Matrix
from embed_platform.embedding.registry import ModelEntry
from embed_platform.service.auth import needs
from embed_platform.service.batching import QueueFull, estimate
from embed_platform.service.fields import Whole
from embed_platform.service.formats import shortened, vector_values
from embed_platform.service.problems import ApiError, refusals
from embed_platform.service.state import Service, ServiceOf
from embed_platform.service.waiting import answer

router = APIRouter(prefix="/v1", tags=["embeddings"])
# both as OpenAI's
MAX_INPUTS = 2048
MAX_TOKENS = 300_000


def texts_of(value: Any) -> list[str]:
    """The texts of a request's `input`.

    Raises:
        PydanticCustomError: it is neither a text nor a list of texts, or too much.
    """
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list):
        raise _wrong("input_type", "expected a text or a list of texts")
    if not texts:
        raise _wrong("empty_list", "the list is empty")
    if len(texts) > MAX_INPUTS:
        raise _wrong(
            "too_many_inputs", f"{len(texts):,} texts; at most {MAX_INPUTS:,} in a request"
        )
    if all(isinstance(item, int | list) for item in texts):
        raise _wrong(
            "token_ids",
            "token ids come from another model's tokenizer and mean nothing here; send texts "
            "(LangChain: OpenAIEmbeddings(check_embedding_ctx_length=False))",
        )
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise _wrong("input_type", f"item {place} is no text")
        if not text:
            raise _wrong("empty_string", f"item {place} is an empty text")
        if not _is_unicode(text):
            raise _wrong("input_type", f"item {place} holds half a character (a lone surrogate)")
    if estimate(texts) > MAX_TOKENS + 2 * len(texts):
        raise _wrong(
            "too_many_tokens",
            f"about {estimate(texts):,} tokens; at most {MAX_TOKENS:,} in a request",
        )
    return texts


Texts = Annotated[
    list[str],
    BeforeValidator(texts_of),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1},
                    "minItems": 1,
                    "maxItems": MAX_INPUTS,
                },
            ],
            "title": "Input",
        }
    ),
]


class EmbeddingsRequest(BaseModel):
    """As OpenAI's; `input_type` and `truncate` are additions (`extra_body=` of its client)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"model": "all-MiniLM-L6-v2", "input": ["a text", "another one"]},
                {"model": "minilm", "input": "a text", "encoding_format": "base64"},
            ]
        },
    )
    model: str = Field(description="Name or alias of a model of `GET /v1/models`.")
    input: Texts = Field(description="A text or a list of texts; no token ids.")
    encoding_format: Literal["float", "base64"] | None = Field(
        "float", description="Numbers, which null means too, or base64 of little-endian float32."
    )
    dimensions: Whole | None = Field(
        None, ge=1, strict=True, description="Shorter vectors; Matryoshka models only."
    )
    user: str | None = Field(None, description="Taken for OpenAI's sake; not used.")
    input_type: Literal["document", "query"] | None = Field(
        None,
        description="Put the model's prompt for documents or for queries before each text; without it none.",
    )
    truncate: bool = Field(
        False,
        strict=True,
        description="Leave out what of a text is longer than the model reads, instead of refusing it.",
    )


class Embedding(BaseModel):
    """One vector."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class Usage(BaseModel):
    """Tokens that the model read."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingsAnswer(BaseModel):
    """Vectors in the order of the texts."""

    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: Usage


@router.post(
    "/embeddings",
    response_class=Response,
    responses={200: {"model": EmbeddingsAnswer}, **refusals(404, 409, 503, 504)},
    dependencies=[Depends(needs("embed"))],
)
async def create_embeddings(
    body: EmbeddingsRequest, request: Request, service: ServiceOf
) -> Response:
    """Vectors of texts. Requests that come at the same time share a pass of the model."""
    entry = service.models.get(body.model)
    check_dimensions(entry, body.dimensions)
    work = embed_texts(service, entry, body.input, body.input_type)
    found = await answer(request, work, service.settings.serve_timeout)
    refuse_unfit(entry, found, truncate=body.truncate)
    vectors: Matrix = found.vectors
    if body.dimensions:
        vectors = shortened(vectors, body.dimensions, normalised=entry.space.normalised)
    tokens = int(found.tokens.sum())
    content = {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": value}
            for index, value in enumerate(vector_values(vectors, body.encoding_format or "float"))
        ],
        "model": entry.name,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }
    return Response(msgspec.json.encode(content), media_type="application/json")


async def embed_texts(
    service: Service, entry: ModelEntry, texts: list[str], input_type: str | None
) -> Embedded:
    """Vectors of texts through the model's queue.

    Raises:
        ApiError: 429 when too much waits.
    """
    space = entry.space
    prompts = {"document": space.document_prompt, "query": space.query_prompt}
    try:
        return await service.models.batcher(entry).embed(texts, prompts.get(input_type or "", ""))
    except QueueFull as error:
        service.models.count_refusal(entry)
        raise ApiError(
            429,
            f"too many texts wait for {entry.name}",
            code="queue_full",
            retry_after=error.retry_after,
        ) from None


def check_dimensions(entry: ModelEntry, dimensions: int | None) -> None:
    """Refuse lengths that a model's vectors have no meaning in.

    Raises:
        ApiError: 400.
    """
    whole = entry.space.dimension
    if dimensions is None or dimensions == whole:
        return
    if not entry.space.matryoshka:
        problem = f"{entry.name} is no Matryoshka model: its vectors have {whole} dimensions"
    elif dimensions > whole:
        problem = f"vectors of {entry.name} have {whole} dimensions at most"
    else:
        return
    raise ApiError(400, f"dimensions: {problem}", param="dimensions", code="invalid_dimensions")


def refuse_unfit(entry: ModelEntry, found: Embedded, *, truncate: bool) -> None:
    """Refuse a request with a text that is too long or that no vector came of.

    Raises:
        ApiError: 400, with the text's place.
    """
    if found.truncated.any() and not truncate:
        place = int(np.flatnonzero(found.truncated)[0])
        raise ApiError(
            400,
            f"input: item {place} has more than the {entry.space.max_tokens} tokens that {entry.name} "
            "reads; split it, or send truncate=true to have the rest left out",
            param="input",
            code="context_length_exceeded",
        )
    if found.failed:
        place = min(found.failed)
        raise ApiError(
            400,
            f"input: no vector could be made of item {place}",
            param="input",
            code="not_embeddable",
        )


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _wrong(code: str, message: str) -> PydanticCustomError:
    # braces would be read as places for values
    return PydanticCustomError(code, "{message}", {"message": message})
