"""A time by which whatever a thread reads of the network has ended, headers and each byte of a body."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore2

_ends: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(at: float) -> Iterator[None]:
    """Until a moment of `time.monotonic` this thread may wait for the network."""
    before = _ends.set(at)
    try:
        yield
    finally:
        _ends.reset(before)


def left(seconds: float | None) -> float | None:
    """The shorter of some seconds and those until the deadline; None where neither ends.

    Raises:
        ReadTimeout: the deadline is over.
    """
    end = _ends.get()
    if end is None:
        return seconds
    remaining = end - time.monotonic()
    if remaining <= 0:
        raise httpcore2.ReadTimeout("the deadline is over")
    return remaining if seconds is None else min(seconds, remaining)


class TimelyStream(httpcore2.NetworkStream):
    """A connection that keeps to the deadline of the thread that uses it."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Bytes that have come, at most so many."""
        return self._stream.read(max_bytes, left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._stream.write(buffer, left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """The same connection, encrypted."""
        return TimelyStream(self._stream.start_tls(ssl_context, server_hostname, left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)
