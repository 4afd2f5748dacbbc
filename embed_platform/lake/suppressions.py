"""Who asked to be forgotten: kept as a hash, so that a later ingest brings nobody back by accident."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import UTC, datetime

import msgspec

from embed_platform.errors import ErasedUser
from embed_platform.lake.storage import Storage


def suppress(storage: Storage, *names: str) -> None:
    """Remember that these people (user keys, account ids) were erased."""
    for name in names:
        storage.put(
            _path(name),
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
    """All who were erased, read once: for questions about many names."""

    def __init__(self, storage: Storage) -> None:
        self._paths = {entry.path for entry in storage.list("suppressions")}

    def __contains__(self, name: object) -> bool:
        return bool(self._paths) and _path(str(name)) in self._paths


def sender(name: str) -> str:
    """The name of a person as a sender of messages, however it is written in an export."""
    return f"sender:{' '.join(unicodedata.normalize('NFKC', name).casefold().split())}"


def hidden(name: str) -> str:
    """64 hex digits that stand for a name in the names of files."""
    return hashlib.sha256(f"embed_platform:{name}".encode()).hexdigest()


def _path(name: str) -> str:
    return f"suppressions/{hidden(name)}.json"
