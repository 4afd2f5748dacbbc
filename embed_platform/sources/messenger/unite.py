"""Copies of one thread from several exports as one thread; pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from embed_platform.sources.messenger.ids import message_ids, sender_number
from embed_platform.sources.messenger.records import Parsed


class United(NamedTuple):
    """One message of a thread, from whichever copies hold it.

    Attributes:
        id: stable id.
        sender_id: 63-bit number of the sender, from the name in the oldest copy.
        sender_name: name in the newest copy.
        timestamp_ms: milliseconds since 1970, UTC.
        text: may be empty.
        system: whether the system wrote it.
        unsent: whether its sender took it back in any copy.
        attachments: file names.
        extra: sticker, call, reactions, link.
        copy: the newest copy that holds it, by its place in the list.
    """

    id: str
    sender_id: int
    sender_name: str
    timestamp_ms: int
    text: str
    system: bool
    unsent: bool
    attachments: tuple[str, ...]
    extra: dict[str, Any]
    copy: int


def unite(user: str, thread: str, copies: Sequence[Sequence[Parsed]]) -> list[United]:
    """All messages of a thread once, in time order, ties in the order of the newest export.

    Args:
        user: partition key.
        thread: identity of the thread.
        copies: its messages in each export, oldest export first, each in the export's order.
    """
    numbers: dict[str, int] = {}

    def sender(name: str) -> int:
        if name not in numbers:
            numbers[name] = sender_number(user, thread, name)
        return numbers[name]

    ids = [message_ids(user, thread, copy) for copy in copies]
    if len(copies) == 1:
        alone = [
            United(key, sender(one.sender), one.sender, *one[1:], 0)
            for key, one in zip(ids[0], copies[0], strict=True)
        ]
        alone.sort(key=_time)  # stable: ties stay in the export's order
        return alone
    now, first = _renamed(copies, ids)
    unsent = [
        (key, one)
        for own, copy in zip(ids, copies, strict=True)
        for key, one in zip(own, copy, strict=True)
        if one.unsent
    ]
    # by its id; and by its sender and time, for a copy may have lost the text that is in the id
    taken_back = {key for key, _ in unsent}
    silenced = {(one.timestamp_ms, now.get(one.sender, one.sender)) for _, one in unsent}
    newest: dict[str, tuple[int, Parsed]] = {}
    for place in reversed(range(len(copies))):
        for key, one in zip(ids[place], copies[place], strict=True):
            newest.setdefault(key, (place, one))
    found = []
    for key, (place, one) in newest.items():
        name = now.get(one.sender, one.sender)
        found.append(
            United(
                key,
                sender(first.get(name, name)),
                name,
                one.timestamp_ms,
                one.text,
                one.system,
                key in taken_back or (one.timestamp_ms, name) in silenced,
                one.attachments,
                one.extra,
                place,
            )
        )
    found.sort(key=_time)  # stable: ties stay in the newest export's order
    return found


_time = attrgetter("timestamp_ms")


def _renamed(
    copies: Sequence[Sequence[Parsed]], ids: Sequence[Sequence[str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """How people are called now, and how they were called first, where that differs.

    Two copies name the sender of one message differently when that person was renamed in between.
    """
    now: dict[str, str] = {}
    first: dict[str, str] = {}
    for (older, keys), (newer, newer_keys) in pairwise(zip(copies, ids, strict=True)):
        called = {key: one.sender for key, one in zip(newer_keys, newer, strict=True)}
        changes: dict[str, Counter[str]] = {}
        for key, one in zip(keys, older, strict=True):
            if key in called:
                changes.setdefault(one.sender, Counter())[called[key]] += 1
        for before, after in changes.items():
            name = max(sorted(after), key=after.__getitem__)
            if name != before:
                first[name] = first.get(before, before)
                now = {old: name if new == before else new for old, new in now.items()}
                now[before] = name
    return now, first
