"""Waiting for an answer on behalf of a client who may go away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fastapi import Request

from embed_platform.service.problems import ApiError

T = TypeVar("T")

# nginx's status for a client that went away; nobody reads it but the log
CLIENT_GONE = 499


async def answer(request: Request, work: Awaitable[T], seconds: float) -> T:
    """What `work` gives; it is cancelled when the client goes away or the time is over.

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
        raise ApiError(
            504, f"no answer within {seconds:g} s; what was embedded is kept", code="timeout"
        )
    finally:
        task.cancel()
        gone.cancel()


async def in_thread(
    request: Request, threads: ThreadPoolExecutor, work: Callable[[], T], seconds: float
) -> T:
    """As `answer`, of a function that blocks; one that has begun goes on when nobody waits any more."""
    running = asyncio.get_running_loop().run_in_executor(threads, work)
    return await answer(request, running, seconds)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
