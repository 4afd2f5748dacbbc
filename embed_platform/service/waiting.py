"""Waiting for an answer on behalf of a client who may go away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import Request

from embed_platform.service.problems import ApiError
from embed_platform.service.state import service_of

T = TypeVar("T")

# nginx's status for a client that went away; nobody reads it but the log
CLIENT_GONE = 499


async def answer(request: Request, work: Awaitable[T], seconds: float, *, hint: str = "") -> T:
    """What `work` gives; it is cancelled when the client goes away or the time is over.

    Args:
        request: of the client.
        work: to be waited for.
        seconds: so long.
        hint: what the client should know when the time is over.

    Raises:
        ApiError: 504 when the time is over; 499, which nobody receives.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        if gone.done():
            raise ApiError(CLIENT_GONE, "the client went away")
        raise ApiError(504, f"no answer within {seconds:g} s{hint and '; '}{hint}", code="timeout")
    finally:
        task.cancel()
        gone.cancel()


async def in_thread(
    request: Request, work: Callable[[], T], *, seconds: float | None = None, hint: str = ""
) -> T:
    """As `answer`, of a function that blocks; one that has begun goes on when nobody waits any more.

    Args:
        request: of the client.
        work: runs in a thread of the request's route.
        seconds: so long; EMBED_SERVE_TIMEOUT when None.
        hint: what the client should know when the time is over.

    Raises:
        ApiError: as `answer`; 429 when too many requests of the route wait for a thread.
    """
    service, route = service_of(request), request.scope["route"]
    wait = service.settings.serve_timeout if seconds is None else seconds
    return await answer(request, service.threads.run(route.path, work), wait, hint=hint)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
