"""Dead letters of an import: which text lacks its vector, for which record of which file."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.lake.dead_letters import DeadLetter, read_dead_letters, write_dead_letters
from embed_platform.lake.lake import Lake


class _Raw(msgspec.Struct):
    """What a letter keeps of its record; the vector stays in the file."""

    text_hash: str


def import_step(slug: str) -> str:
    """Name under which the dead letters of imports into a space are kept."""
    return f"import_{slug}"


def import_letter(where: str, reason: str, text_hash: str) -> DeadLetter:
    """The letter of one record: its file and number, and the text whose vector it should be."""
    return DeadLetter(where, reason, msgspec.json.encode(_Raw(text_hash)).decode())


def set_letters(lake: Lake, slug: str, user: str, fresh: Sequence[DeadLetter]) -> None:
    """Add letters to those of earlier imports, in place of those of the same texts.

    The user's lock is held.
    """
    again = set(map(_text_hash, fresh))
    kept = [item for item in _letters(lake, slug, user) if _text_hash(item) not in again]
    write_dead_letters(lake.storage, user, import_step(slug), [*kept, *fresh])


def settle_letters(lake: Lake, slug: str, user: str, wanted: set[str]) -> None:
    """Drop letters of texts that are gone or have a vector by now; the user's lock is held."""
    earlier = _letters(lake, slug, user)
    if earlier:
        owed = wanted - embedded_hashes(lake, slug, user)
        kept = [letter for letter in earlier if _text_hash(letter) in owed]
        if len(kept) < len(earlier):
            write_dead_letters(lake.storage, user, import_step(slug), kept)


def _letters(lake: Lake, slug: str, user: str) -> list[DeadLetter]:
    return read_dead_letters(lake.storage, user).get(import_step(slug), [])


def _text_hash(letter: DeadLetter) -> str:
    return msgspec.json.decode(letter.raw, type=_Raw).text_hash
