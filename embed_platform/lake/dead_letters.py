"""Records that were set aside with a reason: counted, readable, replaced when their step runs again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from hashlib import blake2b

import msgspec

from embed_platform.errors import TooManyDeadLetters
from embed_platform.lake import layout
from embed_platform.lake.storage import Storage


@dataclass(frozen=True)
class DeadLetter:
    """One record that could not be used.

    `raw` holds the record itself (JSON text, cut at 10,000 characters), so that it can be
    looked at and replayed; it stays in the lake and is never logged.
    """

    where: str
    reason: str
    raw: str = ""


def write_dead_letters(storage: Storage, user: str, step: str, letters: list[DeadLetter]) -> None:
    """Replace the dead letters of a step; an empty list removes the file."""
    path = layout.dead_letters(user, step)
    if letters:
        storage.put(path, msgspec.json.encode([asdict(letter) for letter in letters]))
    elif storage.exists(path):
        storage.delete([path])


def read_dead_letters(storage: Storage, user: str) -> dict[str, list[DeadLetter]]:
    """All dead letters of a user by step."""
    found = {}
    for entry in storage.list(layout.dead_letters(user)):
        step = entry.path.rsplit("/", 1)[-1].removesuffix(".json")
        found[step] = msgspec.json.decode(storage.get(entry.path), type=list[DeadLetter])
    return found


@dataclass(frozen=True)
class Filed:
    """A dead letter with whose it is and which step set it aside."""

    user: str
    step: str
    letter: DeadLetter

    @property
    def id(self) -> str:
        """12 hex digits that stay the same while the letter does."""
        parts = (self.user, self.step, self.letter.where, self.letter.reason)
        return blake2b("\x1f".join(parts).encode(), digest_size=6).hexdigest()


def filed_letters(storage: Storage, users: Collection[str] | None = None) -> list[Filed]:
    """The dead letters of all sources, of some users or of everybody, live feeds included."""
    found = []
    for folder in storage.folders(layout.dead_letters()):
        user = layout.partition_value(folder, "user")
        if user is not None and (users is None or user in users):
            found += [
                Filed(user, step, letter)
                for step, letters in sorted(read_dead_letters(storage, user).items())
                for letter in letters
            ]
    return found


def remove_letters(storage: Storage, gone: Iterable[Filed]) -> None:
    """Take some letters out of their files, so that the next run tries their records again."""
    files: dict[tuple[str, str], set[str]] = defaultdict(set)
    for filed in gone:
        files[filed.user, filed.step].add(filed.id)
    for (user, step), ids in files.items():
        letters = read_dead_letters(storage, user).get(step, [])
        left = [letter for letter in letters if Filed(user, step, letter).id not in ids]
        write_dead_letters(storage, user, step, left)


def check_limit(letters: int, records: int, limit: float, *, where: str) -> None:
    """Refuse when more than `limit` (a share, 0 to 1) of a source's records were set aside.

    Raises:
        TooManyDeadLetters: with the count and the share.
    """
    if letters > limit * max(records, 1):
        raise TooManyDeadLetters(
            f"{letters} of {records} records could not be used ({letters / max(records, 1):.1%}, the limit is {limit:.1%})",
            where=where,
            remedy="`embed-platform dead-letters` shows them; EMBED_DEAD_LETTER_LIMIT moves the limit",
        )
