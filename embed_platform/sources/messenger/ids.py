"""Stable ids where the export has none: of threads, senders and messages; pure functions.

Folders, titles and display names change between exports, so that nothing of them is in an id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from embed_platform.sources.messenger.records import Parsed

# What Messenger calls everybody whose account is gone.
DELETED_ACCOUNTS = {"Facebook user", "Facebook User", ""}
Pair = tuple[int, bytes]


def pair(message: Parsed) -> Pair:
    """Time and content of a message: what two copies of a thread have in common."""
    return message.timestamp_ms, _content(message)


def pairs(messages: Iterable[Parsed]) -> set[Pair]:
    """Time and content of messages that hold some; an empty one proves nothing."""
    return {pair(message) for message in messages if message.text or message.attachments}


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
        name: its folder or file, which tells apart threads that begin alike, or hold nothing.
    """
    return _digest(user, name, str(first[0]), first[1].hex())


def same_threads(copies: Mapping[str, set[Pair]], known: Mapping[str, set[Pair]]) -> dict[str, str]:
    """Which copies of threads are which known threads, by what they have in common.

    A pair that several known threads hold, a message sent to many at once, decides nothing. Of
    the threads that share others with a copy, the one that shares most is it.

    Args:
        copies: for each copy, by its name, its pairs.
        known: for each identity its pairs.

    Returns:
        Identity by the copy's name, for those that were found.
    """
    holders: dict[Pair, list[str]] = {}
    for identity, held in known.items():
        for one in held:
            holders.setdefault(one, []).append(identity)
    found = {}
    for name, own in copies.items():
        shared = Counter(
            holders[one][0] for one in own if one in holders and len(holders[one]) == 1
        )
        if shared:
            most = max(shared.values())
            found[name] = min(identity for identity, count in shared.items() if count == most)
    return found


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
