"""Arrays of JSON records as a stream: blocks in, batches of typed records out, memory bounded.

A block is cut at the last boundary between two records, a byte pattern that no JSON string can
hold since a quote inside a string is escaped. Where a piece is odd in any way (a record of
another type, half a surrogate pair, a boundary that was none), its records are read one at a time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, TypeVar

import msgspec
import pyarrow as pa

from embed_platform.sources.jsonarray import ArrayReader

R = TypeVar("R", bound=msgspec.Struct)

# Decoding is fastest when the piece and its records fit the processor's cache.
BLOCK = 2**20
RAW_MAX = 10_000
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Bad:
    """A record that does not fit its type: position from 0, reason, and the record's text."""

    index: int
    reason: str
    raw: str


@dataclass(frozen=True)
class Batch(Generic[R]):
    """Typed records that follow each other.

    Attributes:
        first: position of the first of them, from 0.
        records: the records.
        regular: known to hold no NUL characters.
    """

    first: int
    records: list[R]
    regular: bool


def batches(
    file: BinaryIO, kind: type[R], where: str, block: int = BLOCK
) -> Iterator[Batch[R] | Bad]:
    """Records of a JSON array; a YTD header before the array is passed over.

    Args:
        file: the bytes.
        kind: msgspec struct of one record.
        where: file and member, for messages.
        block: bytes read at a time.

    Raises:
        BadArchive: empty, another header, not UTF-8, or JSON that is cut or damaged.
    """
    array = ArrayReader(file, where, block)
    decoder = msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]
    index = 0
    while (piece := array.piece()) is not None:
        try:
            _check_utf8(piece)
            found = decoder.decode(piece)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, pa.ArrowInvalid):
            values = array.values_instead()
            yield from _judged(values, kind, index)
            index += len(values)
        else:
            if found:
                yield Batch(index, found, b"\\u0000" not in piece)
            index += len(found)


def records(file: BinaryIO, kind: type[R], where: str, block: int = BLOCK) -> Iterator[R | Bad]:
    """The records of a member one by one; for small members."""
    for batch in batches(file, kind, where, block):
        if isinstance(batch, Bad):
            yield batch
        else:
            yield from batch.records


def _check_utf8(piece: bytes) -> None:
    """Raise ArrowInvalid for bytes that are not UTF-8; the decoder looks only at fields it reads."""
    ends = pa.array([0, len(piece)], pa.int32()).buffers()[1]
    pa.Array.from_buffers(pa.binary(), 1, [None, ends, pa.py_buffer(piece)]).cast(pa.string())


def _judged(values: list[Any], kind: type[R], first: int) -> Iterator[Batch[R] | Bad]:
    good: list[R] = []
    for index, value in enumerate(values, first):
        clean = _without_surrogates(value)
        try:
            good.append(msgspec.convert(clean, kind))
        except msgspec.ValidationError as error:
            if good:
                yield Batch(index - len(good), good, regular=False)
                good = []
            yield Bad(index, str(error), json.dumps(clean, ensure_ascii=False)[:RAW_MAX])
    if good:
        yield Batch(first + len(values) - len(good), good, regular=False)


def _without_surrogates(value: Any) -> Any:
    """Half of a surrogate pair is no character; it becomes U+FFFD."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value
