"""One message file of either export as typed messages; nothing here knows threads, ids or the lake.

The standard export writes `sender_name`, `timestamp_ms`, `content`; the end-to-end encrypted one
`senderName`, `timestamp`, `text`. Both hold an object with `participants` and `messages`.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from embed_platform.errors import BadRecord
from embed_platform.sources.jsonstream import RAW_MAX, Bad
from embed_platform.sources.messenger.text import is_system_line, repaired

# Smaller numbers are seconds: as milliseconds they would lie before March 1973.
FIRST_MS = 100_000_000_000
PERSONAL_TYPES = {None, "Generic", "Share", "text", "link", "media"}
_ENCODINGS = ("cp1252", "latin-1")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"{\x00", "utf-16-le"),
    (b"\x00{", "utf-16-be"),
)
_BEYOND_ASCII = bytes(range(128, 256))
_NO_ATTACHMENTS = (None,) * 5
_NO_EXTRA: dict[str, Any] = {}  # one for all of the many messages that have none
T = TypeVar("T")


class Parsed(NamedTuple):
    """One message.

    Attributes:
        sender: name as the export gives it, repaired; may be empty.
        timestamp_ms: milliseconds since 1970, UTC.
        text: its content, and the text of what it shares on a line of its own; may be empty.
        system: whether the system wrote it.
        unsent: whether its sender took it back; what content is left does not count.
        attachments: file names without folders, which change between exports.
        extra: sticker, call, reactions and link, where there are any.
    """

    sender: str
    timestamp_ms: int
    text: str
    system: bool
    unsent: bool
    attachments: tuple[str, ...]
    extra: dict[str, Any]


class ThreadFile(NamedTuple):
    """What one file holds of a thread.

    Attributes:
        participants: names, repaired.
        title: its title or thread name, repaired; may be empty.
        encrypted: whether it is of the end-to-end encrypted export.
        messages: in the file's order, with what could not be used in its place.
    """

    participants: tuple[str, ...]
    title: str
    encrypted: bool
    messages: list[Parsed | Bad]


class _Media(msgspec.Struct):
    uri: str = ""


class _Share(msgspec.Struct):
    link: str | None = None
    share_text: str | None = None


class _Reaction(msgspec.Struct):
    reaction: str = ""
    actor: str = ""


class _Standard(msgspec.Struct):
    sender_name: str | None = None
    timestamp_ms: int | None = None
    content: str | None = None
    type: str | None = None
    share: _Share | None = None
    sticker: _Media | None = None
    photos: list[_Media] | None = None
    videos: list[_Media] | None = None
    audio_files: list[_Media] | None = None
    gifs: list[_Media] | None = None
    files: list[_Media] | None = None
    reactions: list[_Reaction] | None = None
    call_duration: int | None = None
    missed: bool | None = None
    is_unsent: bool | None = None


class _Encrypted(msgspec.Struct, rename="camel"):
    sender_name: str | None = None
    timestamp: int | None = None
    text: str | None = None
    type: str | None = None
    media: list[_Media] | None = None
    reactions: list[_Reaction] | None = None
    is_unsent: bool | None = None


class _File(msgspec.Struct):
    # whatever else is odd, the messages are what counts
    messages: msgspec.Raw
    participants: Any = None
    title: Any = None
    thread_name: Any = msgspec.field(name="threadName", default=None)


def parse_file(data: bytes, where: str, *, latest_ms: int) -> ThreadFile:
    """Read one message file.

    Args:
        data: its bytes, in whatever encoding.
        where: its name, for errors.
        latest_ms: no message can be younger; milliseconds since 1970.

    Raises:
        BadRecord: it is not JSON, or no message file.
    """
    found = _read(_as_utf8(data), where)
    people = found.participants if isinstance(found.participants, list) else []
    names = [p.get("name", "") if isinstance(p, dict) else p for p in people]
    encrypted = found.thread_name is not None or any(isinstance(p, str) for p in people)
    read: Callable[[Any, int], Parsed] = _from_encrypted if encrypted else _from_standard
    records = _records(found.messages, _Encrypted if encrypted else _Standard, where)
    messages: list[Parsed | Bad] = []
    for index, one in enumerate(records):
        try:
            messages.append(one if isinstance(one, Bad) else read(one, latest_ms))
        except BadRecord as error:
            raw = msgspec.json.encode(one).decode()[:RAW_MAX]
            messages.append(Bad(index, error.what, raw))
    title = found.thread_name if encrypted else found.title
    participants = tuple(clean(name) for name in names if isinstance(name, str))
    return ThreadFile(
        participants, clean(title) if isinstance(title, str) else "", encrypted, messages
    )


def clean(text: str) -> str:
    """A string of the export repaired, without the NUL characters that no store takes."""
    sound = text if text.isascii() else repaired(text)
    return sound.replace("\x00", "") if "\x00" in sound else sound


_name = lru_cache(maxsize=10_000)(clean)  # a thread repeats few names


def _from_standard(record: _Standard, latest_ms: int) -> Parsed:
    # by position and with few calls: this runs once for every message
    content = clean(record.content) if record.content else ""
    text, extra = content, dict[str, Any]()
    if record.share is not None:
        text = _with_shared(content, record.share, extra)
    if record.sticker is not None:
        extra["sticker"] = _file_name(record.sticker)
    if record.call_duration is not None:
        extra["call_seconds"] = record.call_duration
    if record.reactions:
        extra["reactions"] = _reactions(record.reactions)
    structural = (
        record.type not in PERSONAL_TYPES or record.call_duration is not None or bool(record.missed)
    )
    return Parsed(
        _name(record.sender_name or ""),
        _milliseconds(record.timestamp_ms, latest_ms),
        text,
        structural or is_system_line(content),
        bool(record.is_unsent),
        _attachments(record),
        extra or _NO_EXTRA,
    )


def _with_shared(content: str, share: _Share, extra: dict[str, Any]) -> str:
    """The text with that of what is shared on a line of its own; the link goes beside it."""
    if share.link:
        extra["link"] = clean(share.link)
    shared = clean(share.share_text) if share.share_text else ""
    return f"{content}\n{shared}" if content and shared else content or shared


def _from_encrypted(record: _Encrypted, latest_ms: int) -> Parsed:
    text = clean(record.text) if record.text else ""
    return Parsed(
        _name(record.sender_name or ""),
        _milliseconds(record.timestamp, latest_ms),
        text,
        record.type not in PERSONAL_TYPES or is_system_line(text),
        bool(record.is_unsent),
        tuple(_file_name(media) for media in record.media or ()),
        {"reactions": _reactions(record.reactions)} if record.reactions else _NO_EXTRA,
    )


def _milliseconds(value: int | None, latest_ms: int) -> int:
    if value is None:
        raise BadRecord("the message has no time")
    at = value * 1000 if 0 <= value < FIRST_MS else value
    if at < 0:
        raise BadRecord("the message's time is negative")
    if at > latest_ms:
        raise BadRecord("the message's time lies in the future")
    return at


def _reactions(found: list[_Reaction]) -> list[list[str]]:
    return [[clean(one.actor), clean(one.reaction)] for one in found]


def _file_name(media: _Media) -> str:
    return clean(media.uri.rsplit("/", 1)[-1])


def _attachments(record: _Standard) -> tuple[str, ...]:
    lists = (record.photos, record.videos, record.audio_files, record.gifs, record.files)
    if lists == _NO_ATTACHMENTS:
        return ()
    return tuple(_file_name(media) for some in lists if some for media in some)


def _records(raw: msgspec.Raw, kind: type[T], where: str) -> list[T | Bad]:
    """All records; where one does not fit, each by itself."""
    try:
        return list(msgspec.json.decode(raw, type=list[kind]))  # type: ignore[valid-type]
    except msgspec.ValidationError:
        pass
    try:
        pieces = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except msgspec.ValidationError as error:
        raise BadRecord("`messages` is no list", where=where) from error
    found: list[T | Bad] = []
    for index, piece in enumerate(pieces):
        try:
            found.append(msgspec.json.decode(piece, type=kind))
        except msgspec.ValidationError as error:
            found.append(Bad(index, str(error), bytes(piece).decode(errors="replace")[:RAW_MAX]))
    return found


def _read(plain: bytes, where: str) -> _File:
    try:
        try:
            return msgspec.json.decode(plain, type=_File)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            return msgspec.json.decode(_tidied(plain), type=_File)
    except msgspec.ValidationError as error:
        raise BadRecord(f"no message file ({error})", where=where) from error
    except RecursionError as error:
        raise BadRecord("the JSON is nested too deeply", where=where) from error
    except (msgspec.DecodeError, ValueError) as error:
        raise BadRecord("the JSON is cut off or damaged", where=where) from error


def _tidied(plain: bytes) -> bytes:
    """What Python's reader takes and a strict one does not: half surrogate pairs, control characters, NaN."""
    value = json.loads(plain, strict=False, parse_constant=lambda _: None)
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _as_utf8(data: bytes) -> bytes:
    """The encrypted export's encoding varies: by its mark, else the first that fits."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").encode()
    if data.isascii():
        return data
    text = data.decode(errors="replace")
    broken = text.count("\ufffd")
    sound = len(text) - len(data.translate(None, _BEYOND_ASCII)) - broken
    if sound >= broken:  # a stray byte makes no other encoding of it
        return text.encode() if broken else data
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    raise AssertionError("Latin-1 reads every byte")
