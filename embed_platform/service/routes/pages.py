"""Page images and questions as multi-vectors, in the contract of ColPali's existing clients."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import numpy as np
from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from embed_platform.embedding.engine import MultiVector
from embed_platform.service.auth import Caller, needs
from embed_platform.service.pages import InputType
from embed_platform.service.problems import ApiError, refusals
from embed_platform.service.state import ServiceOf
from embed_platform.service.waiting import in_thread

router = APIRouter(tags=["page images"])
# Clients send half as many after a 413.
MOST_INPUTS = {"text": 1024, "image": 32}
NPZ = "application/octet-stream"
JSON = "application/json"
# one white pixel
_PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4nGNoAAAAggCBd81y"
    "tgAAAABJRU5ErkJggg=="
)


class PagesRequest(BaseModel):
    """Questions, or images in base64 (data URIs too)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"input_type": "text", "inputs": ["invoice from May"]},
                {"input_type": "image", "inputs": [_PIXEL]},
            ]
        }
    )
    input_type: InputType
    inputs: list[str]


class PagesAnswer(BaseModel):
    """Vectors of each input, in their order."""

    embeddings: list[list[list[float]]] = Field(description="(inputs, vectors, dimension)")


@router.post(
    "/embeddings",
    response_model=PagesAnswer,
    responses=refusals(409, 504) | {200: {"content": {NPZ: {}}, "description": "Vectors"}},
)
@router.post("/", response_model=PagesAnswer, include_in_schema=False)
async def embed_pages(
    body: PagesRequest,
    service: ServiceOf,
    request: Request,
    caller: Annotated[Caller, Depends(needs("embed"))],
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Several vectors for each text or image, without padding; JSON or `.npz`, as `Accept` says."""
    if caller.key is None:
        raise ApiError(
            401,
            "this endpoint always wants a key; `embed-platform keys add` makes one",
            code="missing_key",
        )
    if len(body.inputs) > MOST_INPUTS[body.input_type]:
        raise ApiError(
            413,
            f"{len(body.inputs)} inputs; at most {MOST_INPUTS[body.input_type]} at a time",
            param="inputs",
            code="too_many_inputs",
        )
    gone = threading.Event()
    try:
        found = await in_thread(
            request, lambda: service.pages.embed(body.input_type, body.inputs, gone)
        )
    finally:
        gone.set()
    if _wants_npz(accept, service.settings.serve_page_format):
        return Response(as_npz(found, body.input_type), media_type=NPZ)
    return Response(as_json(found), media_type=JSON)


def as_json(found: Sequence[MultiVector]) -> bytes:
    """`{"embeddings": [[[float]]]}`."""
    return msgspec.json.encode(
        {"embeddings": [vectors.astype(np.float32).tolist() for vectors in found]}
    )


def as_npz(found: Sequence[MultiVector], kind: InputType) -> bytes:
    """`count`, `input_type`, and `emb_0` to `emb_{count - 1}` in float32; read without pickle."""
    arrays: dict[str, Any] = {"count": np.array(len(found)), "input_type": np.array(kind)}
    arrays |= {f"emb_{place}": vectors.astype(np.float32) for place, vectors in enumerate(found)}
    sink = io.BytesIO()
    np.savez_compressed(sink, **arrays)
    return sink.getvalue()


def _wants_npz(accept: str, default: str) -> bool:
    """What the client asks for; clients that say nothing, or `*/*`, get what the setting names."""
    asked = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    for kind in asked:
        if kind == JSON:
            return False
        if kind in (NPZ, "application/x-npz", "application/zip"):
            return True
    return default == "npz"
