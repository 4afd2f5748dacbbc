"""Who asked to be forgotten: kept as a hash, so that a later ingest brings nobody back by accident."""

from __future__ import annotations

import hashlib
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
            remedy="Pass --restore if the owner wants to be ingested again",
        )


def _path(name: str) -> str:
    return f"suppressions/{hashlib.sha256(f'embed_platform:{name}'.encode()).hexdigest()}.json"
