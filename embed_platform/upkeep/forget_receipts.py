"""The receipt of an erasure: written before anything is removed, kept without content once it is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import hidden

# Among what is owed: the partition key and the runs, which Dagster's own processes remove.
DAGSTER = "dagster"


class Receipt(msgspec.Struct):
    """What was asked, what was removed where, and what is still owed.

    Attributes:
        user: whom it is about.
        asked_at: UTC, ISO 8601.
        finished_at: when everything was read back as gone; empty while something is owed.
        stores: rows removed from each store that was read back.
        owed: stores that have not been reached yet, and `dagster` while its runs name the user.
        files: files removed, by the place they were in.
        runs: runs of Dagster that were deleted.
        aliases: names by which others' messages know the person; gone from a finished receipt.
        including_quotes: whether what others' messages quote goes too.
        quotes: how many pieces of others' conversations quoted the person and were made anew.
        quoted_by: users whose conversations those are, and those where the person only reacted.
        originals: kept exports of those users. They are those people's own, and were not altered:
            what the person said to them is still in there, and is left out whenever they are parsed.
        note: what else there is to know.
    """

    user: str
    asked_at: str
    finished_at: str = ""
    stores: dict[str, int] = {}
    owed: list[str] = []
    files: dict[str, int] = {}
    runs: int = 0
    aliases: list[str] = []
    including_quotes: bool = False
    quotes: int = 0
    quoted_by: list[str] = []
    originals: int = 0
    note: str = ""
    schema_version: int = layout.SCHEMA_VERSION

    @property
    def id(self) -> str:
        """16 hex digits that stand for the user's name where that is not said."""
        return hidden(self.user)[:16]

    def pay(self, name: str) -> None:
        """Nothing is owed there any more."""
        self.owed = [one for one in self.owed if one != name]
        self.note = self.note if self.owed else ""


def begin(
    lake: Lake,
    user: str,
    stores: Sequence[str],
    aliases: Sequence[str] = (),
    *,
    including_quotes: bool = False,
) -> Receipt:
    """Open the receipt of an erasure, or widen the one that is open already."""
    known = find(lake, user, finished=False)
    receipt = known or Receipt(user, _now())
    receipt.owed = sorted({*receipt.owed, *stores})
    receipt.aliases = sorted({*receipt.aliases, *aliases})
    receipt.including_quotes = receipt.including_quotes or including_quotes
    save(lake, receipt)
    return receipt


def save(lake: Lake, receipt: Receipt) -> None:
    """Write down how far an erasure is."""
    lake.storage.put(_path(receipt.user, finished=False), _encoded(receipt))


def finish(lake: Lake, receipt: Receipt) -> None:
    """Close a receipt: nothing is owed, and no name is kept but the user's own."""
    receipt.aliases, receipt.owed, receipt.finished_at = [], [], _now()
    lake.storage.put(_path(receipt.user, finished=True), _encoded(receipt))
    lake.storage.delete([_path(receipt.user, finished=False)])


def find(lake: Lake, user: str, *, finished: bool) -> Receipt | None:
    """The receipt of a user, or None."""
    try:
        return _read(lake, _path(user, finished=finished))
    except FileNotFoundError:
        return None


def receipts(lake: Lake, *, finished: bool) -> list[Receipt]:
    """All receipts of erasures that are done, or of those that are under way or owed, by user."""
    found = []
    for entry in lake.storage.list(layout.erasures(finished=finished)):
        try:
            found.append(_read(lake, entry.path))
        except FileNotFoundError:  # finished in the meantime
            continue
    return sorted(found, key=lambda receipt: receipt.user)


def _path(user: str, *, finished: bool) -> str:
    return layout.erasures(finished=finished, name=hidden(user))


def _read(lake: Lake, path: str) -> Receipt:
    return msgspec.json.decode(lake.storage.get(path), type=Receipt)


def _encoded(receipt: Receipt) -> bytes:
    return msgspec.json.format(msgspec.json.encode(receipt), indent=2)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
