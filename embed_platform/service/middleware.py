"""Around every request: its id, who may send a body and how large, one log line, the counters."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from embed_platform.service.auth import bearer, identify
from embed_platform.service.keys import KeyFile
from embed_platform.service.logs import log_error, log_event
from embed_platform.service.metrics import Metrics
from embed_platform.service.problems import RETRY_SECONDS, ApiError, problem_response
from embed_platform.settings import Settings

BODY_SECONDS = 30.0
MOST_REQUESTS = 256
# of all requests together that are being read or answered
BODIES_BYTES = 256 * 2**20
# A body that is too large is read on to here and thrown away, so that its sender reads the answer.
DRAINED_BYTES = 32 * 2**20
_IMAGES = ("/", "/embeddings")
_QUIET = ("/healthz", "/readyz", "/metrics")
# whatever else a client calls its method must not become a label
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")


class Around:
    """ASGI middleware; the body is whole before the application begins, and read from callers only."""

    def __init__(self, app: ASGIApp, settings: Settings, keys: KeyFile, metrics: Metrics) -> None:
        self._app, self._settings, self._keys, self._metrics = app, settings, keys, metrics
        self._requests = 0
        self.held_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        state = scope.setdefault("state", {})
        request_id = _id_of(scope)
        state["request_id"] = request_id
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-id", request_id.encode()),
                ]
            await send(message)

        self._metrics.in_flight.inc()
        self._requests += 1
        body = _Body(self)
        try:
            try:
                if scope["path"] not in _QUIET:
                    await self._admit(scope)
                    await body.read(receive, self._limit(scope))
            except ApiError as error:
                await problem_response(error)(scope, receive, answer)
            else:
                await self._app(scope, _again(body.messages, receive), answer)
        except Exception as error:  # noqa: BLE001 - the last one that could answer
            log_error("request", error, id=request_id, route=_route(scope))
            if not status:
                problem = ApiError(
                    500, f"an unexpected error; request {request_id}", code="internal"
                )
                await problem_response(problem)(scope, receive, answer)
        finally:
            body.close()
            self._requests -= 1
            self._metrics.in_flight.dec()
            self._done(scope, status, time.perf_counter() - started)

    async def _admit(self, scope: Scope) -> None:
        """Refuse a request before its body is read.

        Raises:
            ApiError: 503 for one too many, 401 or 403 for a body of somebody who may not ask.
        """
        if self._requests > MOST_REQUESTS:
            raise _busy(f"more than {MOST_REQUESTS} requests at a time")
        request = Request(scope)
        if _has_body(request):
            identify(request, self._keys, await bearer(request))

    def _limit(self, scope: Scope) -> int:
        """Most bytes of a body: images are larger than texts."""
        if scope["path"] in _IMAGES:
            return self._settings.serve_page_bytes
        return self._settings.serve_max_bytes

    def _done(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(route, method, status).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        if route not in _QUIET:
            log_event(
                "request",
                id=scope["state"]["request_id"],
                method=method,
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
                caller=scope["state"].get("caller"),
            )


def _id_of(scope: Scope) -> str:
    """The id that the client gave, where it is one; else a new one."""
    given = next((v for k, v in scope["headers"] if k == b"x-request-id"), b"").decode("latin-1")
    return given if _REQUEST_ID.match(given) else uuid.uuid4().hex


class _Body:
    """The messages of a request's body, counted among those of all requests until it is closed."""

    def __init__(self, around: Around) -> None:
        self.messages: list[Message] = []
        self._around, self._kept = around, 0

    async def read(self, receive: Receive, limit: int) -> None:
        """Read it whole.

        Raises:
            ApiError: 413 for one that is too large, 408 for one that takes too long, 503 where it
                and those of other requests are too large together.
        """
        size = 0
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while size <= DRAINED_BYTES:
                    message = await receive()
                    size += len(message.get("body", b""))
                    if size <= limit:
                        self._keep(message, limit)
                    if message["type"] != "http.request" or not message.get("more_body"):
                        break
        except TimeoutError:
            raise ApiError(
                408, f"the body took longer than {BODY_SECONDS:g} s", code="body_too_slow"
            ) from None
        if size > limit:
            raise ApiError(
                413,
                f"the body is larger than {limit:,} bytes; send fewer or shorter texts at a time",
                code="body_too_large",
            )

    def close(self) -> None:
        """Make room for others."""
        self._around.held_bytes -= self._kept
        self._kept = 0

    def _keep(self, message: Message, limit: int) -> None:
        length = len(message.get("body", b""))
        if self._around.held_bytes + length > max(BODIES_BYTES, limit):
            raise _busy("the bodies of all requests together are too large")
        self._around.held_bytes += length
        self._kept += length
        self.messages.append(message)


def _has_body(request: Request) -> bool:
    """Whether a body follows the headers."""
    return request.headers.get("content-length", "0") != "0" or (
        "transfer-encoding" in request.headers
    )


def _busy(reason: str) -> ApiError:
    return ApiError(503, f"{reason}; come again", code="overloaded", retry_after=RETRY_SECONDS)


def _again(messages: list[Message], receive: Receive) -> Receive:
    """A `receive` that gives the body that was read, then what comes."""
    waiting = iter(messages)

    async def replay() -> Message:
        return next(waiting, None) or await receive()

    return replay


def _route(scope: Scope) -> str:
    """The route's template; the path itself may name somebody."""
    route: Any = scope.get("route")
    return str(getattr(route, "path", "unknown"))
