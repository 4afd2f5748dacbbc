"""Arrays of JSON records as a stream: blocks in, typed records out, memory bounded.

A block is cut at the last boundary between two records. The boundary is a byte pattern that no
JSON string can hold, since a quote inside a string is escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

import msgspec

from embed_platform.errors import BadArchive

R = TypeVar("R", bound=msgspec.Struct)

BLOCK = 8 * 2**20
# One record larger than this is taken for damage, not for a tweet.
RECORD_MAX = 64 * 2**20
_HEADER = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:window\.YTD\.[A-Za-z0-9_]+\.part\d+\s*=\s*)?\[")
_HEADER_MAX = 200
_BOUNDARY = re.compile(rb"\}(\s*,\s*)\{\s*\"(?:tweet|noteTweet)\"\s*:")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Bad:
    """A record that does not fit its type: position from 0, reason, and the record's text."""

    index: int
    reason: str
    raw: str


def records(
    file: BinaryIO, kind: type[R], where: str, block: int = BLOCK
) -> Iterator[tuple[int, R | Bad]]:
    """Records of a JSON array, each with its position; a YTD header before the array is passed over.

    Args:
        file: the bytes.
        kind: msgspec struct of one record.
        where: file and member, for messages.
        block: bytes read at a time.

    Raises:
        BadArchive: wrong header, not UTF-8, or JSON that is cut or damaged.
    """
    index = 0
    for chunk, offset in _chunks(file, where, block):
        for record in _decode(chunk, kind, where, offset, index):
            yield index, record
            index += 1


def _chunks(file: BinaryIO, where: str, block: int) -> Iterator[tuple[bytes, int]]:
    """Pieces of the array, each a whole number of records between brackets, with their offset."""
    buffer = file.read(max(block, _HEADER_MAX))
    header = _HEADER.match(buffer)
    if header is None:
        found = buffer[:40].decode("utf-8", "replace").strip()
        raise BadArchive(
            "not UTF-8"
            if not _is_utf8(buffer[:4096])
            else f"expected `window.YTD.<name>.part0 = [`, found {found[:24]!r}…",
            where=where,
            remedy="The export has another form than any known; nothing was kept",
        )
    offset, buffer = header.end(), buffer[header.end() :]
    while True:
        data = file.read(block)
        if not data:
            yield b"[" + buffer, offset
            return
        searched_from = max(0, len(buffer) - _HEADER_MAX)
        buffer += data
        cut = _last_boundary(buffer, searched_from)
        if cut is not None:
            yield b"[" + buffer[: cut[0]] + b"]", offset
            offset += cut[1]
            buffer = buffer[cut[1] :]
        elif len(buffer) > RECORD_MAX + block:
            # records without the known boundary: let the general reader take what is whole
            whole, rest = _whole_prefix(buffer)
            if not whole:
                raise BadArchive(
                    f"a record of over {RECORD_MAX:,} bytes", where=f"{where}, byte {offset}"
                )
            yield whole, offset
            offset += len(buffer) - len(rest)
            buffer = rest


def _last_boundary(buffer: bytes, start: int) -> tuple[int, int] | None:
    """End of the last whole record and start of the next, looking back from the end in steps."""
    size = len(buffer)
    for reach in (64 * 1024, 1024 * 1024, size):
        last = None
        for match in _BOUNDARY.finditer(buffer, max(start if reach == size else size - reach, 0)):
            last = match
        if last is not None:
            return last.start(1), last.end(1)
    return None


def _whole_prefix(buffer: bytes) -> tuple[bytes, bytes]:
    """The records at the front of a buffer that are whole, as an array, and what follows them."""
    text = buffer.decode("utf-8", "surrogateescape")
    decoder = json.JSONDecoder()
    position, parts = 0, []
    while True:
        position = len(text) - len(text[position:].lstrip(" \t\r\n,"))
        try:
            _, end = decoder.raw_decode(text, position)
        except ValueError:
            break
        parts.append(text[position:end])
        position = end
    rest = text[position:].encode("utf-8", "surrogateescape")
    return (f"[{','.join(parts)}]".encode("utf-8", "surrogateescape") if parts else b""), rest


def _decode(chunk: bytes, kind: type[R], where: str, offset: int, first: int) -> Iterator[R | Bad]:
    try:
        yield from msgspec.json.decode(
            chunk.rstrip().removesuffix(b";"),
            type=list[kind],  # type: ignore[valid-type]
            strict=False,
        )
        return
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    for n, raw in enumerate(_one_by_one(chunk, where, offset)):
        yield _convert(raw, kind, first + n)


def _one_by_one(chunk: bytes, where: str, offset: int) -> list[Any]:
    """The slow road for a piece that holds something odd: plain values, judged one at a time."""
    try:
        text = chunk.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadArchive(
            "not UTF-8",
            where=f"{where}, byte {offset + error.start - 1}",
            remedy="Download the archive again",
        ) from None
    try:
        return list(json.loads(text.rstrip().removesuffix(";")))
    except ValueError as error:
        position = offset + len(text[: getattr(error, "pos", 0)].encode()) - 1
        raise BadArchive(
            "the JSON is cut off or damaged",
            where=f"{where}, byte {position}",
            remedy="Download the archive again; nothing was kept",
        ) from None


def _convert(raw: Any, kind: type[R], index: int) -> R | Bad:
    clean = _without_surrogates(raw)
    try:
        return msgspec.convert(clean, kind, strict=False)
    except msgspec.ValidationError as error:
        return Bad(index, str(error), json.dumps(clean, ensure_ascii=False)[:10_000])


def _without_surrogates(value: Any) -> Any:
    """Half of a surrogate pair is no character; it becomes U+FFFD."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_surrogates(item) for key, item in value.items()}
    return value


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
_KEY = re.compile(rb'\s*,?\s*"((?:[^"\\]|\\.)*)"\s*:\s*', re.DOTALL)


def split_object(
    file: BinaryIO, wanted: dict[str, BinaryIO], where: str, block: int = BLOCK
) -> None:
    """Copy the values of some top-level keys of one large JSON object, each to a file of its own.

    Values of other keys are passed over without being kept. Memory stays at a few blocks.

    Args:
        file: the object's bytes.
        wanted: an open file for each key to copy.
        where: for messages.
        block: bytes read at a time.

    Raises:
        BadArchive: it is no JSON object, or it is cut off.
    """
    buffer = file.read(block).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not buffer.startswith(b"{"):
        raise BadArchive("expected a JSON object, as the Community Archive writes it", where=where)
    buffer = buffer[1:]
    while True:
        match = _KEY.match(buffer)
        if match is None:
            if buffer.lstrip().startswith(b"}"):
                return
            more = file.read(block)
            if not more:
                raise BadArchive(
                    "the JSON is cut off or damaged",
                    where=where,
                    remedy="Download the archive again; nothing was kept",
                )
            buffer += more
            continue
        buffer = _copy_value(
            file,
            buffer[match.end() :],
            wanted.get(match[1].decode("utf-8", "replace")),
            where,
            block,
        )


def _copy_value(
    file: BinaryIO, buffer: bytes, target: BinaryIO | None, where: str, block: int
) -> bytes:
    """Copy one value from the front of the buffer on; returns the buffer behind it."""
    depth, position = 0, 0
    while True:
        for match in _TOKEN.finditer(buffer, position):
            token = buffer[match.start()]
            if token in b"{[":
                depth += 1
            elif token in b"}]":
                depth -= 1
            position = match.end()
            if depth <= 0:
                end = position if depth == 0 else match.start()
                if target is not None:
                    target.write(buffer[:end])
                return buffer[end:]
        if depth == 0 and (scalar := re.match(rb"[^\s,}\"\[{]+(?=[\s,}])", buffer)):
            if target is not None:
                target.write(scalar[0])
            return buffer[scalar.end() :]
        if target is not None:
            target.write(buffer[:position])
        more = file.read(block)
        if not more:
            raise BadArchive(
                "the JSON is cut off or damaged",
                where=where,
                remedy="Download the archive again; nothing was kept",
            )
        buffer, position = buffer[position:] + more, 0
