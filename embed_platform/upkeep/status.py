"""What is where: users, documents, what was left out and why, vectors, stores, disk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from embed_platform.corpus.clean import excluded_counts
from embed_platform.corpus.documents import document_kinds, read_documents
from embed_platform.corpus.kinds import KINDS
from embed_platform.corpus.privacy import why_private
from embed_platform.embedding.debts import wanted_hashes
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.failures import read_failures
from embed_platform.lake.lake import Lake
from embed_platform.sources.records import is_stale, list_archives
from embed_platform.stores.loads import loaded_rows
from embed_platform.upkeep.cadence import overdue, read_cadences
from embed_platform.upkeep.forget_receipts import receipts
from embed_platform.upkeep.spaces import HeldSpace, held_spaces


def status(lake: Lake) -> dict[str, Any]:
    """The whole installation as plain values, in the form that `status --json` prints.

    A user of whom an archive waits to be run is `stale`. Rows in stores are those of the last
    verified load; `audit` asks the stores themselves.
    """
    spaces = held_spaces(lake)
    failures = read_failures(lake.storage)
    cadences = read_cadences(lake)
    late = overdue(cadences, datetime.now(UTC))
    return {
        "home": str(lake.settings.home),
        "disk_bytes": disk_bytes(lake.settings.home),
        "erasures": [
            {"user": open_.user, "asked_at": open_.asked_at, "owed": open_.owed, "note": open_.note}
            for open_ in receipts(lake, finished=False)
        ],
        "users": [
            _user(lake, user, spaces)
            | ({"stale": True} if is_stale(lake, user) else {})
            | ({"every": cadences[user].every} if user in cadences else {})
            | ({"overdue": True} if user in late else {})
            | ({"failed": failures[user].error} if user in failures else {})
            for user in lake.users()
        ],
    }


def disk_bytes(folder: Path) -> int:
    """Bytes that a folder takes on disk, as the file system counts its blocks."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_blocks * 512
        except OSError:  # a server may remove its files while we look
            continue
    return total


def _user(lake: Lake, user: str, spaces: list[HeldSpace]) -> dict[str, Any]:
    letters = read_dead_letters(lake.storage, user)
    held = [_space(lake, user, space) for space in spaces]
    return {
        "user": user,
        "archives": len(list_archives(lake, user)),
        "excluded": excluded_counts(lake, user),
        "documents": {
            kind: read_documents(lake, user, kind, ["id"]).num_rows
            for kind in document_kinds(lake, user)
        },
        "private": [
            kind
            for kind in document_kinds(lake, user)
            if kind in KINDS and why_private(lake, user, KINDS[kind])
        ],
        "dead_letters": sum(len(step) for step in letters.values()),
        "spaces": [space for space in held if space is not None],
    }


def _space(lake: Lake, user: str, held: HeldSpace) -> dict[str, Any] | None:
    slug = held.space.slug
    present = embedded_hashes(lake, slug, user)
    if not present:
        return None
    return {
        "space": slug,
        "model": held.space.model,
        "dimension": held.space.dimension,
        "embedded": len(present & wanted_hashes(lake, user, held.kinds)),
        "stores": loaded_rows(lake, slug, user),
    }
