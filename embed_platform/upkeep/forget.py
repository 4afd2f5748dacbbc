"""Forgetting a person: out of the lake and of every store, read back, and kept out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from embed_platform.errors import VerificationFailed
from embed_platform.lake.lake import Lake
from embed_platform.lake.storage import Storage
from embed_platform.lake.suppressions import suppress
from embed_platform.sources.records import list_archives
from embed_platform.stores.base import Store
from embed_platform.upkeep.spaces import held_spaces


@dataclass(frozen=True)
class Forgotten:
    """What was removed: rows by store, and files of the lake."""

    rows: dict[str, int]
    files: int


def forget(lake: Lake, user: str, stores: Iterable[Store]) -> Forgotten:
    """Erase a user everywhere and check that nothing is left.

    The suppression comes first: whatever fails afterwards, no later ingest brings the person
    back, and running it again completes the rest.

    Raises:
        StoreUnavailable: a store did not answer; nothing was removed from the lake yet.
        VerificationFailed: something is still there.
    """
    with lake.writing(user):
        accounts = {record.account_id for record in list_archives(lake, user)} - {""}
        suppress(lake.storage, user, *(f"account:{account}" for account in sorted(accounts)))
        rows = {store.name: _empty_store(lake, store, user) for store in stores}
        files = sum(_remove_files(storage, user) for storage in (lake.storage, lake.published))
    left = [*user_files(lake.storage, user), *user_files(lake.published, user)]
    if left:
        raise VerificationFailed(
            f"{len(left)} files of {user!r} are still in the lake", where=left[0]
        )
    return Forgotten(rows, files)


def user_files(storage: Storage, user: str) -> list[str]:
    """Every file that belongs to one user alone."""
    marks = (f"/user={user}/", f"/user={user}.json")
    return [
        entry.path for entry in storage.list() if any(mark in f"/{entry.path}" for mark in marks)
    ]


def _remove_files(storage: Storage, user: str) -> int:
    mark = f"/user={user}/"
    files = user_files(storage, user)
    folders = {path[: path.index(mark) + len(mark) - 1] for path in files if mark in path}
    for folder in sorted(folders):
        storage.delete_prefix(folder)
    storage.delete(path for path in files if mark not in path)
    storage.prune_folders(f"user={user}")
    return len(files)


def _empty_store(lake: Lake, store: Store, user: str) -> int:
    removed = 0
    for held in held_spaces(lake):
        for table in held.tables():
            ids = list(store.hashes(table, user))
            store.delete(table, user, ids)
            removed += len(ids)
            left = store.counts(table, [user]).get(user, 0)
            if left:
                raise VerificationFailed(
                    f"{left} rows of {user!r} are still there", where=f"{store.name}, {table.name}"
                )
            if ids:
                store.finish(table)
    return removed
