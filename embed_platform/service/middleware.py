"""Around every request: its id, the limits of its body, one log line, the counters."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from embed_platform.service.logs import log_error, log_event
from embed_platform.service.metrics import Metrics
from embed_platform.service.problems import ApiError, problem_response
from embed_platform.settings import Settings

BODY_SECONDS = 30.0
# A body that is too large is read on to here and thrown away, so that its sender reads the answer.
DRAINED_BYTES = 32 * 2**20
_IMAGES = ("/", "/embeddings")
_QUIET = ("/healthz", "/readyz", "/metrics")
# whatever else a client calls its method must not become a label
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")


class Around:
    """ASGI middleware; the body is whole before the application begins."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app, self._settings, self._metrics = app, settings, metrics

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
        try:
            try:
                body = await _body(receive, self._limit(scope))
            except ApiError as error:
                await problem_response(error)(scope, receive, answer)
            else:
                await self._app(scope, _again(body, receive), answer)
        except Exception as error:  # noqa: BLE001 - the last one that could answer
            log_error("request", error, id=request_id, route=_route(scope))
            if not status:
                problem = ApiError(
                    500, f"an unexpected error; request {request_id}", code="internal"
                )
                await problem_response(problem)(scope, receive, answer)
        finally:
            self._metrics.in_flight.dec()
            self._done(scope, status, time.perf_counter() - started)

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


async def _body(receive: Receive, limit: int) -> list[Message]:
    """The messages of a request's body.

    Raises:
        ApiError: 413 for one that is too large, 408 for one that takes too long.
    """
    messages: list[Message] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while size <= DRAINED_BYTES:
                message = await receive()
                size += len(message.get("body", b""))
                if size <= limit:
                    messages.append(message)
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
    return messages


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
