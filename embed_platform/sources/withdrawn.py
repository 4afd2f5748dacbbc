"""Tweets that their author withdrew where archives live: left out of every archive that is kept here.

A project marks them (`is_tombstone`); a zip that its owner handed over knows nothing of that. What
the last pull saw is kept beside the archives, by account, and applied whenever tweets are parsed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import replace

import msgspec

from embed_platform.lake import layout
from embed_platform.lake.dead_letters import DeadLetter
from embed_platform.lake.lake import Lake

_ID = re.compile(r'"id(?:_str)?"\s*:\s*"?(\d+)')
_ByAccount = dict[str, list[int]]


def note_withdrawn(lake: Lake, users: Iterable[str], account_id: str, ids: Collection[int]) -> None:
    """Remember which tweets of an account are withdrawn at present; what was offered again counts again.

    Args:
        lake: where.
        users: those under whose keys the account is kept.
        account_id: whose tweets.
        ids: all that are withdrawn.
    """
    for user in sorted(set(users)):
        known = _read(lake, user)
        found = {key: value for key, value in known.items() if key != account_id}
        if ids:
            found[account_id] = sorted(ids)
        if found and found != known:
            lake.storage.put(layout.withdrawn(user), msgspec.json.encode(found))
        elif not found and known:
            lake.storage.delete([layout.withdrawn(user)])


def withdrawn(lake: Lake, user: str) -> frozenset[int]:
    """Ids of the user's tweets that are withdrawn, of whatever account."""
    return frozenset(one for ids in _read(lake, user).values() for one in ids)


def digest(ids: Collection[int]) -> str:
    """16 hex digits over a set of ids; empty for none."""
    return hashlib.sha256(repr(sorted(ids)).encode()).hexdigest()[:16] if ids else ""


def unsaid(letter: DeadLetter, gone: Collection[int]) -> DeadLetter:
    """The same letter, without the record itself where that is of a withdrawn tweet."""
    ids = {int(number) for number in _ID.findall(letter.raw)}
    return replace(letter, raw="") if ids & set(gone) else letter


def _read(lake: Lake, user: str) -> _ByAccount:
    try:
        return msgspec.json.decode(lake.storage.get(layout.withdrawn(user)), type=_ByAccount)
    except FileNotFoundError:
        return {}
