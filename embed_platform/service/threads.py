"""Threads for what blocks: each route has few of its own, so that one that hangs holds up no other."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from embed_platform.service.problems import RETRY_SECONDS, ApiError

T = TypeVar("T")

# both of one route
THREADS = 8
WAITING = 32


class Threads:
    """The threads of every route, by its template; made when one is first asked for."""

    def __init__(self) -> None:
        self._routes: defaultdict[str, _Route] = defaultdict(_Route)

    async def run(self, route: str, work: Callable[[], T]) -> T:
        """What `work` gives, in a thread of the route; cancelled, what has not begun never does.

        Raises:
            ApiError: 429 when too many requests of the route wait for a thread.
        """
        return await self._routes[route].run(work)

    def close(self) -> None:
        """Begin nothing more; what has begun goes on."""
        for route in self._routes.values():
            route.pool.shutdown(wait=False, cancel_futures=True)


class _Route:
    """The threads of one route. Who waits for one waits here, where a cancelled wait leaves nothing."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="service")
        self._free = asyncio.Semaphore(THREADS)
        self._waiting = 0

    async def run(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise ApiError(
                429,
                "too many requests of this kind wait already",
                code="queue_full",
                retry_after=RETRY_SECONDS,
            )
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        loop = asyncio.get_running_loop()

        def release(_: Future[T]) -> None:
            with suppress(RuntimeError):  # the server ended first
                loop.call_soon_threadsafe(self._free.release)

        running = self.pool.submit(work)
        running.add_done_callback(release)
        return await asyncio.wrap_future(running)
