"""What failed for one user in a run over many: recorded, skipped by later steps, re-run alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import msgspec

from embed_platform.lake import layout
from embed_platform.lake.storage import Storage


@dataclass(frozen=True)
class UserFailure:
    """One user's failure; `error` is the one line that a person reads."""

    user: str
    run_id: str
    step: str
    error: str
    at: str


def record_failure(storage: Storage, failure: UserFailure) -> None:
    """Remember the failure; a later one of the same user replaces it."""
    storage.put(layout.failures(failure.user), msgspec.json.encode(asdict(failure)))


def clear_failure(storage: Storage, user: str) -> None:
    """Forget it, once the step has succeeded for the user."""
    storage.delete([layout.failures(user)])


def read_failures(storage: Storage) -> dict[str, UserFailure]:
    """All failures by user."""
    found = {}
    for entry in storage.list("failures"):
        failure = msgspec.json.decode(storage.get(entry.path), type=UserFailure)
        found[failure.user] = failure
    return found
