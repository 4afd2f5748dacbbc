"""An archive file without the tweets that were withdrawn since it was made: they are not even kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

from embed_platform.errors import BadArchive, BadRecord
from embed_platform.sources.jsonobject import split_object
from embed_platform.sources.times import parse_time, to_micros
from embed_platform.sources.twitter.members import JSON_KEYS
from embed_platform.sources.twitter.notes import NoteRecord
from embed_platform.sources.twitter.tweets import TweetRecord, to_id

_TWEETS, _NOTES = ("tweets", "community-tweet"), "note-tweet"
# A note tweet has an id of its own; it is known by its time.
_SECOND = 1_000_000


def without(source: Path, gone: Collection[int], target: Path, where: str) -> int:
    """Copy an archive.json without some tweets and their long texts; returns how many tweets are left.

    Args:
        source: the file as it came.
        gone: ids of tweets to leave out.
        target: the file to write; its parts lie beside it meanwhile.
        where: for messages.

    Raises:
        BadArchive: it is no archive.json.
    """
    files = {key: target.with_name(f"{key}.part") for key in JSON_KEYS}
    with ExitStack() as stack:
        targets: dict[str, Any] = {
            key: stack.enter_context(file.open("wb")) for key, file in files.items()
        }
        split_object(stack.enter_context(source.open("rb")), targets, where)
    times: list[int] = []
    left = 0
    with target.open("wb") as out:
        out.write(b"{")
        first = True
        for key in (*(k for k in JSON_KEYS if k != _NOTES), _NOTES):
            data = files[key].read_bytes()
            files[key].unlink()
            if not data:
                continue
            if key in _TWEETS:
                kept = list(_standing(_parsed(data, where), gone, times))
                left += len(kept)
                data = b"[" + b",\n".join(kept) + b"]"
            elif key == _NOTES:
                data = b"[" + b",\n".join(_other_notes(_parsed(data, where), times)) + b"]"
            out.write((b"" if first else b",\n") + msgspec.json.encode(key) + b":" + data)
            first = False
        out.write(b"}\n")
    return left


def _standing(records: list[Any], gone: Collection[int], times: list[int]) -> Iterator[bytes]:
    """Records that are not gone; notes the times of those that are."""
    for raw in records:
        tweet = _decoded(raw, TweetRecord)
        own = tweet.unwrapped() if tweet else None
        if own is None or to_id(own.id_str or own.id) not in gone:
            yield bytes(raw)
        elif (at := _micros(own.created_at)) is not None:
            times.append(at)


def _other_notes(records: list[Any], times: list[int]) -> Iterator[bytes]:
    for raw in records:
        note = _decoded(raw, NoteRecord)
        at = _micros(note.note_tweet.created_at if note and note.note_tweet else None)
        if at is None or all(abs(at - time) >= _SECOND for time in times):
            yield bytes(raw)


def _parsed(data: bytes, where: str) -> list[Any]:
    try:
        found: list[Any] = msgspec.json.decode(data, type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        raise BadArchive(
            f"its tweets are no list ({error})", where=where, remedy="Nothing was kept"
        ) from None
    return found


def _decoded(raw: Any, kind: Any) -> Any:
    """A record that cannot be read stays: it becomes a dead letter where it is parsed."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.DecodeError:
        return None


def _micros(text: str | None) -> int | None:
    try:
        return to_micros(parse_time(text)) if text else None
    except BadRecord:
        return None
