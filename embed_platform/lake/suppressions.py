"""Who asked to be forgotten: kept as a hash, so that a later ingest brings nobody back by accident."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import UTC, datetime

import msgspec

from embed_platform.errors import ErasedUser
from embed_platform.lake.storage import Storage


def suppress(storage: Storage, *names: str, of: str = "") -> None:
    """Remember that these people (user keys, account ids, senders of messages) were erased.

    Args:
        storage: of the lake.
        names: what to know them by.
        of: the user who asked, where the names are what other people call that user.
    """
    for name in names:
        storage.put(
            _path(name, of),
            msgspec.json.encode({"erased_at": datetime.now(UTC).isoformat(timespec="seconds")}),
        )


def lift(storage: Storage, *names: str) -> None:
    """Let these people be ingested again, at their own wish."""
    storage.delete(_path(name) for name in names)


def is_suppressed(storage: Storage, *names: str) -> bool:
    """Whether any of these names was erased."""
    return any(storage.exists(_path(name)) for name in names)


def refuse_erased(storage: Storage, *names: str, where: str) -> None:
    """Raise ErasedUser when one of the names was erased."""
    if is_suppressed(storage, *names):
        raise ErasedUser(
            "this user was erased and stays so",
            where=where,
            remedy="Pass --after-forget if the owner wants to be ingested again",
        )


class Suppressed:
    """All who were erased, read once: for questions about many names.

    Args:
        storage: of the lake.
        owner: whose own data are read: what that user asked of others' does not count there, for
            somebody who came back is no stranger in the own conversations.
    """

    def __init__(self, storage: Storage, owner: str = "") -> None:
        own = f"/{_of(owner)}/" if owner else None
        found = [entry.path for entry in storage.list("suppressions")]
        self._hidden = {path.rsplit("/", 1)[-1] for path in found if own is None or own not in path}

    def __contains__(self, name: object) -> bool:
        return bool(self._hidden) and f"{hidden(str(name))}.json" in self._hidden


def sender(name: str) -> str:
    """The name of a person as a sender of messages, however it is written in an export."""
    return f"sender:{' '.join(unicodedata.normalize('NFKC', name).casefold().split())}"


def hidden(name: str) -> str:
    """64 hex digits that stand for a name in the names of files."""
    return hashlib.sha256(f"embed_platform:{name}".encode()).hexdigest()


def _path(name: str, of: str = "") -> str:
    folder = f"suppressions/{_of(of)}" if of else "suppressions"
    return f"{folder}/{hidden(name)}.json"


def _of(user: str) -> str:
    return f"of={hidden(user)}"
