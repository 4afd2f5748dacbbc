"""Whether it lives, whether it is ready, and what it counts."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

from embed_platform.errors import EmbedError, PartMissing
from embed_platform.service.auth import needs
from embed_platform.service.problems import ApiError, refusals
from embed_platform.service.state import Service, ServiceOf
from embed_platform.service.waiting import in_thread

router = APIRouter(tags=["health"])
READY_SECONDS = 10


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """Whether requests can be served."""

    ready: bool
    model: str = Field(description="`ok`, `loading`, or why the first model cannot be loaded.")
    lake: str = Field(
        description="`ok`, `none` where only the models are served, or why it cannot be read."
    )


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", responses={400: refusals()[400], 413: refusals()[413]})
async def healthz() -> Alive:
    """The process answers."""
    return Alive()


@router.head("/readyz", include_in_schema=False)
@router.get(
    "/readyz",
    responses={
        503: {"model": Readiness, "description": "Not yet, or no longer."},
        **{status: refusals()[status] for status in (400, 413)},
    },
)
async def readyz(request: Request, response: Response, service: ServiceOf) -> Readiness:
    """Requests can be served: the lake, if there is one, can be read, and the first model is in memory."""
    model = service.models.readiness()
    try:
        lake = await in_thread(request, lambda: _lake(service), seconds=READY_SECONDS)
    except ApiError as error:
        lake = error.message
    ready = model == "ok" and lake in ("ok", "none")
    response.status_code = 200 if ready else 503
    return Readiness(ready=ready, model=model, lake=lake)


@router.get(
    "/metrics",
    dependencies=[Depends(needs("read", "embed"))],
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **refusals()},
)
async def metrics(service: ServiceOf) -> Response:
    """Counters in Prometheus' text format."""
    return Response(service.metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _lake(service: Service) -> str:
    try:
        service.lake.storage.folders()
    except PartMissing:
        return "none"
    except EmbedError as error:
        return error.what
    return "ok"
