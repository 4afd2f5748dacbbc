"""Stable ids where the export has none: of threads, senders and messages; pure functions.

Folders, titles and display names change between exports, so that nothing of them is in an id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embed_platform.sources.messenger.records import Parsed

# What Messenger calls everybody whose account is gone.
DELETED_ACCOUNTS = {"Facebook user", "Facebook User", ""}
Pair = tuple[int, bytes]
# 2**64 divided by the golden ratio: spreads times over all bits of a key.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class Pairs(NamedTuple):
    """Time and content of messages, in columns, each pair once.

    Attributes:
        keys: 64 bits over both, sorted, shape (pairs,).
        times: milliseconds since 1970, in step with `keys`.
    """

    keys: NDArray[np.uint64]
    times: NDArray[np.int64]

    def within(self, other: Pairs) -> int:
        """How many of them lie in the time that others span."""
        if not len(other.times):
            return 0
        since, until = other.times.min(), other.times.max()
        return int(np.count_nonzero((self.times >= since) & (self.times <= until)))


def pair(message: Parsed) -> Pair:
    """Time and content of a message: what two copies of a thread have in common."""
    return message.timestamp_ms, _content(message)


def pairs(messages: Iterable[Parsed]) -> Pairs:
    """The pairs of messages that hold something; an empty one proves nothing."""
    held = [message for message in messages if message.text or message.attachments]
    times = np.fromiter((message.timestamp_ms for message in held), np.int64, len(held))
    contents = np.frombuffer(b"".join(map(_content, held)), np.uint64)
    return _once(contents ^ (times.astype(np.uint64) * _SPREAD), times)


def all_pairs(copies: Iterable[Pairs]) -> Pairs:
    """The pairs of several copies of a thread."""
    own = list(copies)
    if len(own) == 1:
        return own[0]
    none = pairs(())
    return _once(*(np.concatenate(columns) for columns in zip(none, *own, strict=True)))


def first_pair(messages: Sequence[Parsed]) -> Pair:
    """The pair of the oldest message that holds some; zero and nothing where none does."""
    held = [message for message in messages if message.text or message.attachments]
    oldest = min((message.timestamp_ms for message in held), default=0)
    return min(
        (pair(message) for message in held if message.timestamp_ms == oldest), default=(0, b"")
    )


def new_thread(user: str, first: Pair, name: str) -> str:
    """Identity of a thread that is seen for the first time, 32 hex digits.

    Args:
        user: partition key.
        first: time and content of its oldest message.
        name: its folder or file, where it is needed to tell apart threads that begin alike, or
            hold nothing; else empty, for it changes between exports.
    """
    return _digest(user, name, str(first[0]), first[1].hex())


def same_threads(copies: Mapping[str, Pairs], known: Mapping[str, Pairs]) -> dict[str, list[str]]:
    """Which copies of threads are which known threads, by what they have in common.

    A pair that several known threads or several copies hold, a message sent to many at once,
    decides nothing. Of the threads that share others with a copy, the one that shares most is it.
    Several are named where a copy holds at least half of each, of what either has of the common
    time: it spans the gap between exports that had nothing in common, and shows them to be one.

    Args:
        copies: for each copy, by its name, its pairs.
        known: for each identity its pairs.

    Returns:
        Identities by the copy's name, for those that were found.
    """
    most: dict[str, list[str]] = {}
    whole: dict[str, list[str]] = {}
    for (name, identity), count in _shared(copies, known):
        most.setdefault(name, [identity])
        own, other = copies[name], known[identity]
        if 2 * count >= min(own.within(other), other.within(own)):
            whole.setdefault(name, []).append(identity)
    return most | whole


def _shared(
    copies: Mapping[str, Pairs], known: Mapping[str, Pairs]
) -> list[tuple[tuple[str, str], int]]:
    """Names of copies with identities and how many pairs both alone hold, the most first."""
    names, identities = list(copies), list(known)
    mine, of_copy = _held_once([copies[name].keys for name in names])
    theirs, of_known = _held_once([known[identity].keys for identity in identities])
    _, at, where = np.intersect1d(mine, theirs, assume_unique=True, return_indices=True)
    both = np.stack([of_copy[at], of_known[where]], axis=1)
    places, counts = np.unique(both, axis=0, return_counts=True)
    found = [
        ((names[i], identities[j]), int(count))
        for (i, j), count in zip(places.tolist(), counts.tolist(), strict=True)
    ]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _held_once(
    columns: Sequence[NDArray[np.uint64]],
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Keys that just one column holds, sorted, and the place of that column."""
    keys = np.concatenate([np.empty(0, np.uint64), *columns])
    places = np.repeat(np.arange(len(columns)), [len(column) for column in columns])
    alone, at, counts = np.unique(keys, return_index=True, return_counts=True)
    return alone[counts == 1], places[at[counts == 1]]


def _once(keys: NDArray[np.uint64], times: NDArray[np.int64]) -> Pairs:
    alone, at = np.unique(keys, return_index=True)
    return Pairs(alone, times[at])


def message_ids(user: str, thread: str, messages: Sequence[Parsed]) -> list[str]:
    """32 hex digits for each message of one copy of a thread.

    Identical messages of one millisecond are told apart by their number within the copy, so that
    the set of ids is the same however the copy is split into files, and copies can be united.

    Args:
        user: partition key.
        thread: identity of the thread.
        messages: all messages of the copy, in any order.
    """
    seen: dict[tuple[int, str, tuple[str, ...]], int] = {}
    begun = blake2b(f"{user}\x1f{thread}\x1f".encode(), digest_size=16)
    ids = []
    for message in messages:
        at, text, names = message.timestamp_ms, message.text, message.attachments
        key = (at, text, names)
        ordinal = seen.get(key, 0)
        seen[key] = ordinal + 1
        digest = begun.copy()
        digest.update(f"{at}\x1f{ordinal}\x1f{chr(31).join(names)}\x1e{text}".encode())
        ids.append(digest.hexdigest())
    return ids


def sender_number(user: str, thread: str, name: str) -> int:
    """63-bit number of a sender; deleted accounts are one sender per thread."""
    where = thread if name in DELETED_ACCOUNTS else ""
    return number(_digest(user, "sender", where, name))


def number(identity: str) -> int:
    """The first 63 bits of an identity, for columns of INT64."""
    return int(identity[:16], 16) >> 1


def _content(message: Parsed) -> bytes:
    names = message.attachments
    content = f"{message.text}\x1e{chr(31).join(names)}" if names else message.text
    return blake2b(content.encode(), digest_size=8).digest()


def _digest(*parts: str) -> str:
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
