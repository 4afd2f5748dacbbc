"""A kept member's chunks as a file object."""

from __future__ import annotations

import io
from collections.abc import Iterator


class MemberStream(io.RawIOBase):
    """Reads from an iterator of byte chunks; holds one chunk at a time."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes; fewer only at the end."""
        parts = [self._rest]
        length = len(self._rest)
        while size is None or size < 0 or length < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            parts.append(chunk)
            length += len(chunk)
        data = b"".join(parts)
        if size is None or size < 0:
            self._rest = b""
            return data
        self._rest = data[size:]
        return data[:size]
