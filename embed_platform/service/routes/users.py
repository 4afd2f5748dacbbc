"""One user's documents with their vectors; what lacks one is embedded first."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import pyarrow as pa
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from embed_platform.corpus.documents import document_kinds
from embed_platform.corpus.kinds import KINDS
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import EmbedError
from embed_platform.service import formats
from embed_platform.service.auth import Caller, needs
from embed_platform.service.documents import Choice, Found, choose, owing, with_vectors
from embed_platform.service.fields import KindName, Time, known_user, period
from embed_platform.service.problems import ApiError, refusals
from embed_platform.service.state import Service, ServiceOf
from embed_platform.service.waiting import in_thread

router = APIRouter(prefix="/v1", tags=["archives"])
JSON_ROWS = 10_000
FILE_ROWS = 200_000


Id = Annotated[str, Field(min_length=1, max_length=64)]


class EmbedUserRequest(BaseModel):
    """Which documents, in which model's vectors, in which format."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "anyOf": [
                {"required": ["username"], "properties": {"username": {"type": "string"}}},
                {"required": ["ids"], "properties": {"ids": {"type": "array"}}},
            ],
            "examples": [
                {"model_name": "all-MiniLM-L6-v2", "username": "marigold_pellow"},
                {"model_name": "minilm", "ids": ["1790000000000000001"], "format": "json"},
                {"model_name": "minilm", "username": "ann", "since": "2024-01-01", "format": "npz"},
            ],
        },
    )
    model_name: str = Field(description="Name or alias of a model of `GET /v1/models`.")
    username: str | None = Field(
        None, max_length=100, description="Whose; may be left out where `ids` are given."
    )
    ids: list[Id] | None = Field(
        None, min_length=1, max_length=10_000, description="Ids of documents or of tweets."
    )
    kinds: list[KindName] | None = Field(
        None, min_length=1, description="Kinds of document; all that the model embeds if left out."
    )
    since: Time | None = Field(None, description="From this day or time on, UTC.")
    until: Time | None = Field(None, description="Before this day or time, UTC.")
    format: Literal["json", "parquet", "npz"] = "json"

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if self.username is None and self.ids is None:
            raise PydanticCustomError("names_nobody", "give a username, or ids")
        return self


class UserDocument(BaseModel):
    """One document."""

    id: str
    user: str
    kind: str
    created_at: str = Field(description="UTC, ISO 8601.")
    text: str
    metadata: dict[str, Any]
    vector: list[float]


class EmbedUserAnswer(BaseModel):
    """Documents with their vectors, oldest first."""

    model: str
    space: str
    dimension: int
    normalised: bool
    count: int
    without_vector: list[str] = Field(
        description="Ids of documents that no vector came of, or whose stored one is not finite."
    )
    unknown_ids: list[str] = Field(
        description="Ids asked for that no document of these users has, of whatever kind and date."
    )
    data: list[UserDocument]


_BINARY = {"schema": {"type": "string", "format": "binary"}}


@router.post(
    "/embed-user",
    response_class=Response,
    responses={
        200: {
            "model": EmbedUserAnswer,
            "content": {formats.PARQUET: _BINARY, formats.NPZ: _BINARY},
        },
        **refusals(404, 409, 501, 503, 504),
    },
)
async def embed_user(
    body: EmbedUserRequest,
    request: Request,
    service: ServiceOf,
    caller: Annotated[Caller, Depends(needs("read"))],
) -> Response:
    """Documents of a user, or those of a list of ids: ids, metadata and vectors.

    Vectors come from the lake. Where some are missing, the user's texts are embedded and kept first,
    for which the key needs the scope `embed` too; many take long, and `embed-archive` has the time.
    """
    entry = service.models.get(body.model_name, param="model_name")
    data = await in_thread(
        request, lambda: _answer(service, entry, body, caller), hint="what was embedded is kept"
    )
    kind = {"json": formats.JSON, "parquet": formats.PARQUET, "npz": formats.NPZ}[body.format]
    name = f"{entry.space.slug}.{body.format}"
    headers = (
        {} if body.format == "json" else {"Content-Disposition": f'attachment; filename="{name}"'}
    )
    return Response(data, media_type=kind, headers=headers)


def _answer(service: Service, entry: ModelEntry, body: EmbedUserRequest, caller: Caller) -> bytes:
    choice = _choice(service, entry, body)
    documents = choose(service.lake, choice)
    limit = JSON_ROWS if body.format == "json" else FILE_ROWS
    if documents.num_rows > limit:
        raise ApiError(
            400,
            f"{documents.num_rows:,} documents are more than the {limit:,} of one {body.format} answer; "
            "narrow them by since, until, kinds or ids, or ask for parquet",
            code="too_many_documents",
        )
    _embed_missing(service, entry, choice, documents, caller)
    found = with_vectors(service.lake, entry.space, documents, choice)
    return _encoded(entry, found, body.format)


def _choice(service: Service, entry: ModelEntry, body: EmbedUserRequest) -> Choice:
    """What the request means.

    Raises:
        ApiError: 404 for an unknown user, or one without documents; 400 for a kind that the model
            does not embed, or dates with nothing between them.
    """
    for kind in body.kinds or ():
        if KINDS[kind].modality != entry.space.modality:
            raise ApiError(
                400,
                f"{entry.name} embeds no {kind}: it is a model of {entry.space.modality}",
                param="kinds",
                code="wrong_kind",
            )
    user = None if body.username is None else known_user(service.lake, body.username, "username")
    if user is not None and not document_kinds(service.lake, user):
        raise ApiError(
            404,
            "this user has no documents yet; `embed-platform run` makes them",
            param="username",
            code="no_documents",
        )
    return Choice(
        service.lake.users() if user is None else [user],
        [kind for kind in KINDS if kind in (body.kinds or entry.kinds)],
        None if body.ids is None else frozenset(body.ids),
        *period(body.since, body.until),
    )


def _embed_missing(
    service: Service, entry: ModelEntry, choice: Choice, documents: pa.Table, caller: Caller
) -> None:
    """Embed the texts of users of whom a chosen document lacks its vector.

    Raises:
        ApiError: 403 where something is missing and the caller may not embed.
        EmbedError: a user's files cannot be read, or the model not be loaded.
    """
    users = owing(service.lake, entry.space, documents)
    if users:
        caller.must("embed")
        held = set(documents["kind"].to_pylist())
        kinds = [kind for kind in choice.kinds if kind in held]
        for result in service.bulk.embed(entry, users, kinds).values():
            if isinstance(result, EmbedError):
                raise result


def _encoded(entry: ModelEntry, found: Found, name: str) -> bytes:
    if name == "parquet":
        return formats.as_parquet(entry, found)
    return formats.as_npz(entry, found) if name == "npz" else formats.as_json(entry, found)
