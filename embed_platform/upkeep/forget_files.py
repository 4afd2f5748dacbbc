"""A person's files: found, removed from the lake, the publication and the home, and read back."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from embed_platform.errors import VerificationFailed
from embed_platform.lake.lake import Lake
from embed_platform.lake.storage import Storage
from embed_platform.upkeep.forget_receipts import Receipt, save


def user_files(storage: Storage, user: str) -> list[str]:
    """Every file that belongs to one user alone."""
    marks = (f"/user={user}/", f"/user={user}.json")
    return [
        entry.path for entry in storage.list() if any(mark in f"/{entry.path}" for mark in marks)
    ]


def drop_files(lake: Lake, receipt: Receipt) -> None:
    """Remove the user's files from the lake and the publication, and read that back."""
    user = receipt.user
    places = {"lake": lake.storage, "publication": lake.published}
    for name, storage in places.items():
        files = user_files(storage, user)
        if files:
            receipt.files[name] = max(receipt.files.get(name, 0), len(files))
            save(lake, receipt)
            _remove(storage, user, files)
        storage.prune_folders(f"user={user}")
    _drop_plans(lake, user)
    _drop_local(lake.settings.home, user)
    left = [path for storage in places.values() for path in user_files(storage, user)]
    if left:
        raise VerificationFailed(
            f"{len(left)} files of {user!r} are still in the lake", where=left[0]
        )


def _drop_local(home: Path, user: str) -> None:
    """Downloads that broke off, and what a feed remembers of its items."""
    for folder in (home / "pulls" / f"user={user}", home / "feeds" / f"{user}.recovery"):
        shutil.rmtree(folder, ignore_errors=True)
    for end in ("", "-wal", "-shm"):
        (home / "feeds" / f"{user}.sqlite{end}").unlink(missing_ok=True)


def _remove(storage: Storage, user: str, files: Iterable[str]) -> None:
    mark = f"/user={user}/"
    folders = {path[: path.index(mark) + len(mark) - 1] for path in files if mark in path}
    for folder in sorted(folders):
        storage.delete_prefix(folder)
    storage.delete(path for path in files if mark not in path)


def _drop_plans(lake: Lake, user: str) -> None:
    """Remove repair plans that name the user; the next audit writes a new one."""
    named = f'"{user}"'.encode()
    plans = [entry.path for entry in lake.storage.list("plans")]
    lake.storage.delete(path for path in plans if named in lake.storage.get(path))


def drop_lock(lake: Lake, user: str) -> None:
    """Remove the file that the user's writers wait at: its name is the person's."""
    (lake.settings.home / "locks" / f"user-{user}.lock").unlink(missing_ok=True)
