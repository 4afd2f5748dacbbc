"""Vector files in JSON and JSON lines; memory holds a block of records, never a file's numbers."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from embed_platform.embedding.importing.records import (
    BARE,
    ID_NAMES,
    NO_NUMBERS,
    TEXT_NAMES,
    VECTOR_NAMES,
    Gathering,
    Records,
    identifiers,
    made_by_import,
)
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import BadArchive

WRAPPERS = ("embeddings", "records", "data", "results")
# A line longer than this is taken for damage: 32,768 numbers take 0.7 MB.
LINE_MAX = 64 * 2**20
# Larger files are mapped. Smaller ones are not, for whoever still writes to one may cut it, and
# a mapped file that is cut ends the process.
SMALL = 64 * 2**20
_ABSENT = msgspec.Raw()
# Every field stays as it is written until it is wanted; fields of other names are passed over.
_RECORD = msgspec.json.Decoder(
    msgspec.defstruct(
        "VectorRecord",
        [(name, msgspec.Raw, _ABSENT) for name in (*ID_NAMES, *TEXT_NAMES, *VECTOR_NAMES)],
    )
)
_FILE = msgspec.json.Decoder(list[msgspec.Raw] | dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_LINE = msgspec.json.Decoder(msgspec.Raw)
_FLOATS = msgspec.json.Decoder(list[float])
_BOM = b"\xef\xbb\xbf"
# Python writes these though JSON has neither: NaN, Infinity, and half a surrogate pair.
_NOT_JSON = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?(?:NaN|Infinity)', re.DOTALL)
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)

Buffer = bytes | mmap.mmap | memoryview | msgspec.Raw


def json_records(path: Path, file: str, space: EmbeddingSpace) -> Iterator[Records]:
    """Records of a JSON file: a list, a list under one of `WRAPPERS`, or a vector or record by id.

    Raises:
        BadArchive: damaged, or neither a list nor an object.
        SpaceMismatch: a vector of another length.
    """
    gathering = Gathering(file, made_by_import("json", "decimal"), space)
    number = 0
    for number, (key, value) in enumerate(_items(_content(path, file), file), 1):
        try:
            _add(gathering, number, key, value)
        except UnicodeDecodeError:
            _refuse("not UTF-8", f"{file} record {number}")
        if gathering.is_full:
            yield gathering.take()
    yield gathering.take()


def jsonl_records(path: Path, file: str, space: EmbeddingSpace) -> Iterator[Records]:
    """Records of a file with one JSON object a line.

    Raises:
        BadArchive: a line is damaged; names it.
        SpaceMismatch: a vector of another length.
    """
    gathering = Gathering(file, made_by_import("jsonl", "decimal"), space)
    with path.open("rb") as lines:
        number = 0
        while line := lines.readline(LINE_MAX):
            number += 1
            where = f"{file} record {number}"
            if len(line) == LINE_MAX:
                _refuse(f"a line of over {LINE_MAX:,} bytes", where)
            line = line.removeprefix(_BOM) if number == 1 else line
            if not line.strip():
                continue
            try:
                _add(gathering, number, None, _decoded(_LINE, line, where))
            except UnicodeDecodeError:
                _refuse("not UTF-8", where)
            if gathering.is_full:
                yield gathering.take()
    yield gathering.take()


def _items(data: Buffer, file: str) -> Iterator[tuple[str | None, Buffer]]:
    """The records of a file, each with its key where it has one."""
    top = _decoded(_FILE, data, file)
    if isinstance(top, list):
        yield from ((None, value) for value in top)
        return
    for name in WRAPPERS:
        if name in top and (inner := _list_of_records(top[name])) is not None:
            yield from ((None, value) for value in inner)
            return
    if top.keys() & set(VECTOR_NAMES) and top.keys() & {*ID_NAMES, *TEXT_NAMES}:
        yield None, msgspec.Raw(msgspec.json.encode(top))
    else:
        yield from top.items()


def _list_of_records(value: msgspec.Raw) -> list[msgspec.Raw] | None:
    if _first(value) != b"[":
        return None
    found = _LIST.decode(value)
    return found if all(_first(item) == b"{" for item in found[:1]) else None


def _add(gathering: Gathering, number: int, key: str | None, value: Buffer) -> None:
    keys = () if key is None else (key,)
    if _first(value) == b"[" and key is not None:
        gathering.add(number, keys, None, _vector(value))
    elif _first(value) != b"{":
        gathering.add(number, keys, None, BARE)
    else:
        record = _RECORD.decode(value)
        ids = identifiers([*keys, *(_plain(getattr(record, name)) for name in ID_NAMES)])
        texts = [_plain(getattr(record, name)) for name in TEXT_NAMES]
        text = next((text for text in texts if isinstance(text, str) and text), None)
        vectors = [getattr(record, name) for name in VECTOR_NAMES]
        given = next((vector for vector in vectors if vector is not _ABSENT), None)
        gathering.add(number, ids, text, BARE if given is None else _vector(given))


def _vector(raw: Buffer) -> list[float] | str:
    """Numbers of a vector, also where it is the one row of a matrix; else why there are none."""
    try:
        return _FLOATS.decode(raw) or NO_NUMBERS
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        (row,) = _LIST.decode(raw)
        return _FLOATS.decode(row) or NO_NUMBERS
    except (msgspec.DecodeError, RecursionError, ValueError):
        return NO_NUMBERS


def _plain(raw: msgspec.Raw) -> Any:
    """A text or a number; None for anything else."""
    if raw is _ABSENT or _first(raw) in (b"[", b"{"):
        return None
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError:  # a number out of every range
        return None


def _decoded(decoder: msgspec.json.Decoder[Any], data: Buffer, where: str) -> Any:
    """The value of some bytes, also where Python wrote more than JSON allows."""
    try:
        return decoder.decode(data)
    except msgspec.ValidationError:
        _refuse("neither a list of records nor an object", where)
    except UnicodeDecodeError:
        _refuse("not UTF-8", where)
    except RecursionError:
        _refuse("nested too deeply", where)
    except msgspec.DecodeError as error:
        try:
            return decoder.decode(_mended(bytes(data)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            _refuse(f"cut off or no JSON ({error})", where)


def _mended(data: bytes) -> bytes:
    """The same JSON with `null` for what is no number and U+FFFD for half a surrogate pair."""
    return _NOT_JSON.sub(
        lambda token: (
            _ESCAPE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], token[0])
            if token[0].startswith(b'"')
            else b"null"
        ),
        data,
    )


def _content(path: Path, file: str) -> Buffer:
    """The bytes of a file; those of a large one come into memory only as they are looked at."""
    if not (size := path.stat().st_size):
        _refuse("the file is empty", file)
    if size <= SMALL:
        return path.read_bytes().removeprefix(_BOM)
    with path.open("rb") as source:
        data = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
    return memoryview(data)[len(_BOM) :] if data[: len(_BOM)] == _BOM else data


def _first(value: Buffer) -> bytes:
    return bytes(memoryview(value)[:1])


def _refuse(what: str, where: str) -> NoReturn:
    raise BadArchive(what, where=where, remedy="Fetch the file again; nothing was imported")
