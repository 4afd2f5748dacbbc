"""The publication's files, listed and handed out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from embed_platform.service.auth import needs
from embed_platform.service.formats import PARQUET
from embed_platform.service.problems import ApiError, refusals
from embed_platform.service.state import Service, ServiceOf
from embed_platform.service.waiting import in_thread

router = APIRouter(prefix="/v1/exports", tags=["exports"], dependencies=[Depends(needs("read"))])


class ExportFile(BaseModel):
    """One Parquet file: ids, texts, metadata and vectors of a user's documents of a kind."""

    path: str = Field(description="Under the publication's root: space=/kind=/user=/.")
    kind: str
    user: str
    rows: int
    bytes: int
    sha256: str
    oldest: str | None = Field(description="Time of the oldest document in it, UTC.")
    newest: str | None = Field(description="Time of the newest.")
    url: str = Field(description="Where it can be fetched.")


class ExportList(BaseModel):
    """Files of a space in the order of their paths."""

    space: str
    model: str
    dimension: int
    normalised: bool
    rows: int = Field(description="In all files of the space.")
    files: list[ExportFile]
    after: str | None = Field(description="For the next page; null on the last one.")


class SpaceList(BaseModel):
    """Slugs of the spaces that are published."""

    data: list[str]


@router.get("", responses=refusals(501, 503, 504))
async def list_spaces(request: Request, service: ServiceOf) -> SpaceList:
    """The spaces that are published."""
    return SpaceList(data=await in_thread(request, service.exports.spaces))


@router.get("/{space}", responses=refusals(404, 501, 503, 504))
async def list_files(
    space: str,
    request: Request,
    service: ServiceOf,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    after: Annotated[str, Query(max_length=500, description="`after` of the page before.")] = "",
) -> ExportList:
    """The published files of a space, named by its slug or its model's alias."""
    return await in_thread(request, lambda: _listed(service, space, after, limit))


@router.get(
    "/{space}/{kind}/{user}/{name}",
    response_class=StreamingResponse,
    responses={
        200: {"content": {PARQUET: {"schema": {"type": "string", "format": "binary"}}}},
        **refusals(404, 501, 503, 504),
    },
)
async def get_file(
    space: str, kind: str, user: str, name: str, request: Request, service: ServiceOf
) -> StreamingResponse:
    """One published file."""
    found = await in_thread(request, lambda: service.exports.stream(space, kind, user, name))
    if found is None:
        raise ApiError(404, "there is no such file; list them again", code="file_not_found")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(found, media_type=PARQUET, headers=headers)


def _listed(service: Service, name: str, after: str, limit: int) -> ExportList:
    known = {entry.space.slug: entry for entry in service.models.entries()}
    slug = next((s for s, e in known.items() if name.lower() in e.aliases), name)
    manifest = service.exports.manifest(slug)
    if manifest is None:
        published = ", ".join(service.exports.spaces()) or "none"
        raise ApiError(
            404,
            f"nothing is published under this name; these are: {published}",
            code="space_not_found",
        )
    files, last = service.exports.page(slug, after, limit)
    return ExportList(
        space=slug,
        model=manifest["identity"]["model"],
        dimension=manifest["dimension"],
        normalised=manifest["normalised"],
        rows=manifest["rows"],
        files=[ExportFile(**file) for file in files],
        after=last,
    )
