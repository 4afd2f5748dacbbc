"""The bytes of a JSON array, piece by piece; knows brackets and commas, not what a record means."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any, BinaryIO, NoReturn

from embed_platform.errors import BadArchive

# One record larger than this is taken for damage, not for a tweet.
RECORD_MAX = 64 * 2**20
HEADER_MAX = 200
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:window\.YTD\.\w{1,50}\.part\d{1,5}\s*=\s*)?\[")
_FIRST_KEY = re.compile(rb'\s*\{\s*("[^"\\]{1,100}")\s*:')
_BEFORE_KEY = re.compile(rb"\}(\s*,\s*)\{\s*\Z")
_COLON = re.compile(rb"\s*:")
_SPACE = re.compile(r"[ \t\r\n]*")
_AFTER_END = re.compile(rb"[\s;]*")
# What a cut can leave unread before the end: the longest literal or escape, `\ud83d\ude00`.
_TOKEN_MAX = 16
# Not strict: a control character in a string is no reason to refuse a whole archive.
_DECODER = json.JSONDecoder(strict=False)


class ArrayReader:
    """Pieces of an array that are arrays of whole records themselves.

    Args:
        file: the bytes, a YTD header or a byte order mark allowed before the array.
        where: file and member, for messages.
        block: bytes read at a time.

    Raises:
        BadArchive: from any call; names the byte.
    """

    def __init__(self, file: BinaryIO, where: str, block: int) -> None:
        self._file, self._where, self._block = file, where, block
        self._ended = False
        self._closed = False
        self._buffer = b""
        self._fill(max(block, HEADER_MAX))
        header = _HEADER.match(self._buffer)
        if header is None:
            self._refuse_header()
        self._offset = header.end()
        self._buffer = self._buffer[header.end() :]
        self._key: bytes | None = None
        self._last = b""

    def piece(self) -> bytes | None:
        """The next records as an array of their own; None at the end.

        The bytes are not checked. When they do not decode, call `values_instead`.
        """
        if self._closed:
            return None
        wanted = self._block
        while True:
            self._fill(wanted)
            if self._ended:
                self._closed = True
                self._last, self._buffer = self._buffer, b""
                self._offset += len(self._last)
                return b"[" + self._last.rstrip(b"; \t\r\n")
            cut = self._cut()
            if cut is not None:
                end, start = cut
                self._last, self._buffer = self._buffer[:start], self._buffer[start:]
                self._offset += start
                return b"[" + self._last[:end] + b"]"
            if wanted >= 8 * self._block:  # no boundary of the usual kind: one record at a time
                self._key = None
                self._last, self._buffer = self._buffer, b""
                self._offset += len(self._last)
                return b""
            wanted *= 2

    def values_instead(self) -> list[Any]:
        """The records of the last piece as plain values; some more where it was cut wrongly.

        Raises:
            BadArchive: not UTF-8, cut off or damaged, with the byte.
        """
        self._offset -= len(self._last)
        self._buffer = self._last + self._buffer
        self._closed = False
        window = max(len(self._last), 1)
        while True:
            self._fill(window)
            text = self._text(window)
            whole = self._ended and window >= len(self._buffer)
            values, position, problem = _read_values(text)
            if problem is None:
                self._consume(text[: position + 1])
                self._finish()
                return values
            if whole or _certain(problem, text):
                self._refuse("the JSON is cut off or damaged", _bytes(text[: problem.pos]))
            if values:
                self._consume(text[:position])
                return values
            if window > RECORD_MAX:
                self._refuse(f"a record of over {RECORD_MAX:,} bytes", 0)
            window *= 2

    def _fill(self, wanted: int) -> None:
        parts, length = [self._buffer], len(self._buffer)
        while length < wanted and not self._ended:
            data = self._file.read(max(self._block, wanted - length))
            self._ended = not data
            parts.append(data)
            length += len(data)
        self._buffer = b"".join(parts)

    def _cut(self) -> tuple[int, int] | None:
        """End of the last whole record and start of the next one, searched from the back."""
        if self._key is None:
            first = _FIRST_KEY.match(self._buffer)
            if first is None:
                return None
            self._key = first[1]
        at = len(self._buffer)
        while (at := self._buffer.rfind(self._key, 0, at)) > 0:
            from_byte = max(0, at - HEADER_MAX)
            before = _BEFORE_KEY.search(self._buffer[from_byte:at])
            if before and _COLON.match(self._buffer, at + len(self._key)):
                return from_byte + before.start(1), from_byte + before.end(1)
        return None

    def _text(self, window: int) -> str:
        """The first `window` bytes of the buffer as text, less a character that is cut."""
        try:
            last = self._ended and window >= len(self._buffer)
            return codecs.utf_8_decode(self._buffer[:window], "strict", last)[0]
        except UnicodeDecodeError as error:
            self._refuse("not UTF-8", error.start)

    def _consume(self, text: str) -> None:
        size = _bytes(text)
        self._buffer, self._last = self._buffer[size:], b""
        self._offset += size

    def _finish(self) -> None:
        while True:
            rest = _AFTER_END.match(self._buffer)
            if rest is None or rest.end() < len(self._buffer):
                self._refuse("something follows the end of the JSON", rest.end() if rest else 0)
            self._offset += len(self._buffer)
            self._buffer = b""
            if self._ended:
                break
            self._fill(self._block)
        self._closed = True

    def _refuse(self, what: str, position: int) -> NoReturn:
        raise BadArchive(
            what,
            where=f"{self._where}, byte {self._offset + position}",
            remedy="Download the archive again; nothing was kept",
        )

    def _refuse_header(self) -> NoReturn:
        if not self._buffer.strip():
            what = "the file is empty"
        elif self._buffer.startswith((b"\xff\xfe", b"\xfe\xff")) or not _is_utf8(self._buffer):
            what = "not UTF-8"
        else:
            what = "it does not begin with `window.YTD.<name>.part0 = [`"
        raise BadArchive(
            what,
            where=self._where,
            remedy="Download the archive again; nothing was kept",
        )


def _read_values(text: str) -> tuple[list[Any], int, json.JSONDecodeError | None]:
    """Whole records at the front of a text, each with the comma after it.

    Returns the values, how far they reach (to the closing bracket where it comes), and why the
    next one could not be read (perhaps as the text ends there); None at the closing bracket.
    """
    values: list[Any] = []
    done, position = 0, _skip(text, 0)
    if text.startswith("]", position):
        return values, position, None
    while True:
        try:
            value, position = _DECODER.raw_decode(text, position)
        except json.JSONDecodeError as error:
            return values, done, error
        except RecursionError:
            return values, done, json.JSONDecodeError("nested too deeply", text, position)
        position = _skip(text, position)
        if text.startswith("]", position):
            return [*values, value], position, None
        if not text.startswith(",", position):
            return values, done, json.JSONDecodeError("Expecting ',' delimiter", text, position)
        values.append(value)
        done = position = _skip(text, position + 1)


def _certain(problem: json.JSONDecodeError, text: str) -> bool:
    """Whether more text would not help."""
    unfinished = problem.msg.startswith("Unterminated string")
    return not unfinished and problem.pos + _TOKEN_MAX < len(text)


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _bytes(text: str) -> int:
    return len(text.encode("utf-8"))


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.utf_8_decode(data, "strict", False)
    except UnicodeDecodeError:
        return False
    return True
