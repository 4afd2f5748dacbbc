"""What a source tells: items that are there, items that are gone, and what could not be read.

A source is anything with `poll(cursor) -> (changes, cursor)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Protocol, TypedDict

Cursor = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One thing that a source knows: a page, an entry, a comment, a file, a row.

    Attributes:
        key: names it within the source, for good.
        text: what it says; may be HTML where a processor cleans it.
        url: where a person finds it.
        title: for people, and the beginning of what is embedded.
        author: who wrote it.
        created_at: when; None for the moment it was first seen.
        context: what it belongs to (the story of a comment), put before each of its pieces.
    """

    key: str
    text: str
    url: str = ""
    title: str = ""
    author: str = ""
    created_at: datetime | None = None
    context: str = ""


@dataclass(frozen=True)
class Upsert:
    """An item is there, new, changed or as before: whether it changed is found out by its content."""

    item: Item

    @property
    def key(self) -> str:
        """The item's."""
        return self.item.key


@dataclass(frozen=True)
class Delete:
    """The source says that an item is no more: deleted, 404, 410, a tombstone."""

    key: str


@dataclass(frozen=True)
class Failed:
    """An item could not be read this time; what is known of it stays. It becomes a dead letter."""

    key: str
    reason: str


@dataclass(frozen=True)
class Everything:
    """A full snapshot has ended: whatever did not come since the one before is no more.

    Attributes:
        round: number of the snapshot, which whoever polls fills in: the end of a snapshot that
            has ended already, told again after a crash, means nothing.
    """

    round: int | None = None


Change = Upsert | Delete | Failed | Everything


class Source(Protocol):
    """Something that changes, asked again and again.

    It may have `fetch(keys) -> changes` as well, which asks for items by their keys, listed or not;
    without it dead letters are replayed from what a poll from the beginning lists.
    """

    poll_seconds: float

    def poll(self, cursor: Cursor) -> tuple[Sequence[Change], Cursor]:
        """What changed since a cursor, at most a few hundred changes, and where to go on.

        Args:
            cursor: what the last poll returned, any JSON; empty at the beginning. A cursor whose
                `more` is true is polled again at once.

        Raises:
            SourceUnavailable: it does not answer; asked again later.
            SourceRefused: it is not what it should be, or says no.
        """


class Position(TypedDict):
    """Where a feed stands: the source's cursor, and the full snapshot that it is in the middle of."""

    cursor: Cursor
    round: int | None


def in_the_middle(position: Position) -> bool:
    """Whether the source has more that it did not say yet, and is polled again at once."""
    return bool(position["cursor"].get("more"))


def poll(
    source: Source, position: Position, current_round: Callable[[], int]
) -> tuple[list[Change], Position]:
    """Poll a source; returns its changes, and the position once they have been brought in.

    Args:
        source: which.
        position: where it stands.
        current_round: of the state; asked when a full snapshot may begin.
    """
    number = position["round"]
    if number is None:
        number = current_round()
    changes, cursor = source.poll(position["cursor"])
    told = [Everything(number) if isinstance(c, Everything) else c for c in changes]
    ended = any(isinstance(change, Everything) for change in told)
    return told, {"cursor": cursor, "round": None if ended else number}


def content_hash(item: Item, recipe: str) -> str:
    """32 hex digits over all that an item says and over the recipe that makes documents of it."""
    when = "" if item.created_at is None else as_utc(item.created_at).isoformat()
    parts = (recipe, item.text, item.url, item.title, item.author, item.context, when)
    return blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


def as_utc(when: datetime) -> datetime:
    """A time in UTC; one without a zone is taken as UTC."""
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
