"""What a request is answered when it cannot be served: OpenAI's error form, whatever went wrong."""

from __future__ import annotations

import math
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match

from embed_platform.errors import (
    BadRequest,
    ComputeRefused,
    EmbedError,
    ErasedUser,
    LakeUnavailable,
    ModelUnavailable,
    PartMissing,
    SettingsError,
    SpaceMismatch,
    TransientError,
)

RETRY_SECONDS = 5
_STATUS: tuple[tuple[type[EmbedError], int], ...] = (
    (LakeUnavailable, 503),
    (TransientError, 503),
    (ModelUnavailable, 503),
    (PartMissing, 501),
    (ErasedUser, 404),
    (BadRequest, 400),
    (SettingsError, 400),
    (ComputeRefused, 409),
    (SpaceMismatch, 409),
)


class Problem(BaseModel):
    """What is wrong, as OpenAI's clients read it."""

    message: str = Field(description="One sentence for people.")
    type: str = Field(description="Whose fault: invalid_request_error, server_error, …")
    param: str | None = Field(None, description="The field that it is about.")
    code: str | None = Field(None, description="One word for programs.")


class ProblemBody(BaseModel):
    """Body of every answer of 400 and above."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "message": "input: the list is empty",
                        "type": "invalid_request_error",
                        "param": "input",
                        "code": "empty_list",
                    }
                }
            ]
        }
    )
    error: Problem


class ApiError(Exception):
    """A request that is refused.

    Args:
        status: HTTP status.
        message: one sentence for people; holds nothing of what was sent but short names.
        param: the field that it is about.
        code: one word for programs.
        retry_after: seconds after which another try makes sense.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.status, self.message, self.param, self.code = status, message, param, code
        self.retry_after = retry_after
        super().__init__(message)


def problem_response(error: ApiError) -> JSONResponse:
    """The answer to a refused request."""
    body = {
        "error": {
            "message": _sendable(error.message, 1000),
            "type": _type(error.status),
            "param": _sendable(error.param, 100) if error.param else None,
            "code": error.code,
        }
    }
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, error.status, headers)


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What an endpoint's `responses=` says of these statuses, and of those that all share."""
    shared = (400, 401, 403, 408, 413, 429, 500, 503)
    return {status: {"model": ProblemBody} for status in sorted({*shared, *statuses})}


def as_api_error(error: EmbedError) -> ApiError:
    """An expected error of the domain as an answer.

    Of what is the server's own fault only the short sentence goes out: the rest names its files.
    """
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    return ApiError(
        status,
        str(error) if status < 500 else error.what,
        code=_snake(type(error).__name__),
        retry_after=RETRY_SECONDS if isinstance(error, TransientError) else None,
    )


async def on_api_error(_: Request, error: Exception) -> JSONResponse:
    """Handler of ApiError."""
    assert isinstance(error, ApiError)
    return problem_response(error)


async def on_embed_error(_: Request, error: Exception) -> JSONResponse:
    """Handler of the domain's errors."""
    assert isinstance(error, EmbedError)
    return problem_response(as_api_error(error))


async def on_invalid(_: Request, error: Exception) -> JSONResponse:
    """Handler of bodies and queries that do not fit their schema: 400, as OpenAI answers."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    # the first part says where in the request: body, query, path
    place = [str(part) for part in first["loc"][1:]]
    if first["type"] == "json_invalid":
        return problem_response(ApiError(400, "the body is not JSON", code="invalid_json"))
    param = ".".join(place) or None
    if param is None and first["type"] in ("model_attributes_type", "missing"):
        return problem_response(
            ApiError(
                400,
                "the body is no JSON object, or its Content-Type is not application/json",
                code="invalid_json",
            )
        )
    message = first["msg"].removeprefix("Value error, ")
    return problem_response(
        ApiError(
            400, f"{param}: {message}" if param else message, param=param, code=str(first["type"])
        )
    )


async def on_http_error(request: Request, error: Exception) -> JSONResponse:
    """Handler of what the framework refuses: no such route, no such method, an unreadable body."""
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, UnicodeDecodeError):
        return problem_response(ApiError(400, "the body is not UTF-8", code="invalid_encoding"))
    answer = problem_response(ApiError(error.status_code, str(error.detail).lower()))
    answer.headers.update(error.headers or {})
    if error.status_code == 405:
        answer.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return answer


def _methods(request: Request) -> set[str]:
    """The methods of every route of a path; the framework tells those of the first.

    The application's own list shows the routers that were included, not their routes.
    """
    return {
        method
        for route in (*request.app.routes, *request.app.state.routes)
        if route.matches(request.scope)[0] is not Match.NONE
        for method in getattr(route, "methods", None) or ()
    }


def _type(status: int) -> str:
    if status in (401, 403):
        return "authentication_error" if status == 401 else "permission_error"
    if status == 429:
        return "rate_limit_error"
    return "invalid_request_error" if status < 500 else "server_error"


def _sendable(text: str, length: int) -> str:
    """A text without halves of characters, which JSON can carry and UTF-8 cannot."""
    return text[:length].encode("utf-8", "replace").decode()


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
