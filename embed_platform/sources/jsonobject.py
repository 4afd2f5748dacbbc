"""One large JSON object, taken apart by its top-level keys without being held in memory."""

from __future__ import annotations

import json
import re
from typing import BinaryIO, NoReturn

import numpy as np

from embed_platform.errors import BadArchive

BLOCK = 2**20
KEY_MAX = 10_000
# Up to here brackets are followed one by one; longer values are passed over by the block.
SMALL = 2**15
_SPACE = re.compile(rb"[ \t\r\n]*")
_KEY = re.compile(rb'"((?:[^"\\]|\\.)*)"[ \t\r\n]*:', re.DOTALL)
_SCALAR = re.compile(rb"[^ \t\r\n,}\]]+")
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("|\Z)|[{}\[\]]', re.DOTALL)
_REST_OF_STRING = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_BRACKETS = b"{}[]"
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in _BRACKETS)
_STEP = np.zeros(256, dtype=np.int8)
_STEP[list(b"{[")], _STEP[list(b"}]")] = 1, -1


def split_object(
    file: BinaryIO,
    wanted: dict[str, BinaryIO],
    where: str,
    block: int = BLOCK,
    *,
    whole: bool = True,
) -> None:
    """Copy the arrays and objects under some top-level keys of one object, each to a file of its own.

    Values of other keys are passed over without being kept. Memory stays at a few blocks.

    Args:
        file: the object's bytes.
        wanted: an open file for each key to copy.
        where: for messages.
        block: bytes read at a time.
        whole: read to the end, which finds damage and keys that occur twice; else stop as soon as
            every wanted key was seen.

    Raises:
        BadArchive: it is no JSON object, it is cut off, or a wanted key occurs twice.
    """
    reader = _ObjectReader(file, where, block)
    reader.open()
    seen: set[str] = set()
    while (key := reader.key()) is not None:
        if key in wanted and key in seen:
            reader.refuse(f"the key {key!r} occurs twice")
        seen.add(key)
        reader.value(wanted.get(key))
        if not whole and wanted.keys() <= seen:
            return


class _ObjectReader:
    def __init__(self, file: BinaryIO, where: str, block: int) -> None:
        self._file, self._where, self._block = file, where, block
        self._buffer, self._at, self._offset = b"", 0, 0
        self._is_first = True

    def open(self) -> None:
        """Pass over the opening bracket."""
        while len(self._buffer) < 3 and self._more():
            pass
        if self._buffer.startswith(b"\xef\xbb\xbf"):
            self._at = 3
        first = self._peek()
        if first is None:
            self.refuse("the file is empty")
        if first != b"{":
            self.refuse("expected a JSON object, as the Community Archive writes it")
        self._at += 1

    def key(self) -> str | None:
        """The next key; None after the closing bracket, which nothing may follow."""
        following = self._peek()
        if following == b"}":
            self._at += 1
            if self._peek() is not None:
                self.refuse("something follows the end of the JSON")
            return None
        if not self._is_first:
            if following != b",":
                self._refuse_damage()
            self._at += 1
            self._peek()
        self._is_first = False
        while (match := _KEY.match(self._buffer, self._at)) is None:
            if len(self._buffer) - self._at > KEY_MAX or not self._more():
                self._refuse_damage()
        self._at = match.end()
        try:
            return str(json.loads(b'"' + match[1] + b'"', strict=False))
        except ValueError:
            self._refuse_damage()

    def value(self, target: BinaryIO | None) -> None:
        """Pass over the next value, copying it to `target` if it is an array or an object."""
        first = self._peek()
        if first is None:
            self._refuse_damage()
        if first in b"{[":
            self._nested(target, depth=0, in_string=False)
        elif first == b'"':
            self._at += 1
            self._nested(None, depth=0, in_string=True)
        else:
            while (match := _SCALAR.match(self._buffer, self._at)) and match.end() == len(
                self._buffer
            ):
                if len(match[0]) > KEY_MAX or not self._more():
                    self._refuse_damage()
            if match is None:
                self._refuse_damage()
            self._at = match.end()

    def _nested(self, target: BinaryIO | None, depth: int, in_string: bool) -> None:
        while True:
            data = self._buffer[self._at :]
            data = data[: whole_escapes(data, len(data))]
            end, depth, in_string = end_of_value(data, depth, in_string)
            taken = len(data) if end is None else end
            if target is not None:
                target.write(data[:taken])
            self._at += taken
            if end is not None:
                return
            if not self._more():
                self._refuse_damage()

    def _peek(self) -> bytes | None:
        """The next byte that is no white space, or None at the end."""
        while True:
            match = _SPACE.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more():
                return None

    def _more(self) -> bool:
        data = self._file.read(self._block)
        self._offset += self._at
        self._buffer, self._at = self._buffer[self._at :] + data, 0
        return bool(data)

    def _refuse_damage(self) -> NoReturn:
        self.refuse("the JSON is cut off or damaged")

    def refuse(self, what: str) -> NoReturn:
        """Raise, naming the byte that was reached."""
        raise BadArchive(
            what,
            where=f"{self._where}, byte {self._offset + self._at}",
            remedy="Download the archive again; nothing was kept",
        )


def end_of_value(data: bytes, depth: int, in_string: bool) -> tuple[int | None, int, bool]:
    """Where the value that is open at the start of `data` ends, or None and the state at the end.

    Args:
        data: bytes that do not end within an escape.
        depth: brackets that are open before them.
        in_string: whether they begin within a string.
    """
    near = whole_escapes(data, min(SMALL, len(data)))
    end, depth, in_string = _followed(data[:near], depth, in_string)
    if end is not None or near == len(data):
        return end, depth, in_string
    rest = data[near:]
    passed = _passed(rest, depth, in_string)
    if passed is not None:
        return None, *passed
    end, depth, in_string = _followed(rest, depth, in_string)
    return (None if end is None else near + end), depth, in_string


def whole_escapes(data: bytes, size: int) -> int:
    """`size`, or one less where that would part a backslash from what it escapes."""
    backslashes = size - len(data[:size].rstrip(b"\\"))
    return size - backslashes % 2


def _followed(data: bytes, depth: int, in_string: bool) -> tuple[int | None, int, bool]:
    """Bracket by bracket."""
    start = 0
    if in_string:
        rest = _REST_OF_STRING.match(data)
        if rest is None:
            return None, depth, True
        start = rest.end()
        if depth == 0:
            return start, 0, False
    for match in _TOKEN.finditer(data, start):
        token = match[0]
        if token[0] == 0x22:
            if match[1] != b'"':
                return None, depth, True
        elif token in b"{[":
            depth += 1
        else:
            depth -= 1
            if depth <= 0:
                return match.end(), 0, False
    return None, depth, False


def _passed(data: bytes, depth: int, in_string: bool) -> tuple[int, bool] | None:
    """The state after a block in which no bracket closes the value; None when one may."""
    parts = _ESCAPE.sub(b"", data).split(b'"')
    brackets = b"".join(parts[in_string::2]).translate(None, _NO_BRACKETS)
    depths = np.cumsum(_STEP[np.frombuffer(brackets, dtype=np.uint8)], dtype=np.int64) + depth
    if depth == 0 or (depths.size and depths.min() <= 0):
        return None
    ends_in_string = in_string != (len(parts) % 2 == 0)
    return (int(depths[-1]) if depths.size else depth), ends_in_string
