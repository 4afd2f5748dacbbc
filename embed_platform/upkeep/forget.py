"""Forgetting a person: out of every store and of the lake, read back, and kept out.

Each step can be repeated, so that an erasure that was killed, or that could not reach a store,
goes on from its receipt.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from embed_platform.errors import EmbedError, StoreUnavailable, VerificationFailed
from embed_platform.lake.lake import Lake
from embed_platform.lake.scratch import drop_leftovers
from embed_platform.lake.storage import Storage
from embed_platform.lake.suppressions import is_suppressed, suppress
from embed_platform.sources.records import list_archives
from embed_platform.stores.base import Store
from embed_platform.stores.sync import loaded_rows, sync_space
from embed_platform.upkeep.forget_receipts import Receipt, begin, finish, receipts, save
from embed_platform.upkeep.quotes import drop_old_rows, quotes, rebuild_conversations, silence
from embed_platform.upkeep.spaces import HeldSpace, held_spaces


@dataclass(frozen=True)
class Around:
    """What an erasure needs of those who run things, and what the lake does not know.

    Attributes:
        stores: every store that there is.
        drop_runs: removes a user's key and the runs that name the user; returns how many.
    """

    stores: Sequence[Store]
    drop_runs: Callable[[str], int] = lambda user: 0


def forget(
    lake: Lake,
    user: str,
    around: Around,
    aliases: Sequence[str] = (),
    *,
    including_quotes: bool = False,
) -> Receipt:
    """Erase a user everywhere and check that nothing is left.

    The suppression and the receipt come first: whatever fails afterwards, no later ingest brings
    the person back, and `settle` completes the rest. A store that is down stays owed.

    Args:
        lake: where.
        user: whom.
        around: stores, and what Dagster does.
        aliases: names by which other people's messages know the person.
        including_quotes: leave what those people's conversations quote out of them too.

    Raises:
        VerificationFailed: something is still there.
    """
    with lake.writing(user):
        accounts = {record.account_id for record in list_archives(lake, user)} - {""}
        suppress(lake.storage, user, *(f"account:{account}" for account in sorted(accounts)))
        if including_quotes:
            silence(lake, aliases)
        names = [store.name for store in around.stores]
        receipt = begin(lake, user, names, aliases, including_quotes=including_quotes)
    return settle(lake, receipt, around)


def settle(lake: Lake, receipt: Receipt, around: Around) -> Receipt:
    """Go on with an erasure until nothing is owed, or a store does not answer.

    Raises:
        VerificationFailed: something is still there.
    """
    user = receipt.user
    if not is_suppressed(lake.storage, user):
        # taken in again at the own wish: every load compares the whole store with the lake
        receipt.note = "taken in again before every store was reached; the next run clears those"
        finish(lake, receipt)
        return receipt
    with lake.writing(user):
        for store in around.stores:
            if store.name in receipt.owed:
                _pay(lake, store, receipt)
        _drop_files(lake, receipt)
        receipt.runs += around.drop_runs(user)
        save(lake, receipt)
        drop_leftovers(lake.settings.home)
    if receipt.including_quotes:
        _drop_quotes(lake, receipt, around)
    if not receipt.owed:
        finish(lake, receipt)
        _drop_lock(lake, user)
    return receipt


def settle_all(lake: Lake, open_around: Callable[[], Around]) -> list[str]:
    """Go on with every erasure that was killed or is owed; returns a line for each that is not done.

    Nothing is opened when there is none; another process that is at it is left alone.
    """
    waiting = receipts(lake, finished=False)
    if not waiting:
        return []
    problems = []
    try:
        with one_at_a_time(lake):
            around = open_around()
            for receipt in waiting:
                try:
                    done = settle(lake, receipt, around)
                except EmbedError as error:
                    problems.append(f"forgetting {receipt.user}: {error}")
                else:
                    if done.owed:
                        problems.append(f"forgetting {done.user}: still in {', '.join(done.owed)}")
    except Timeout:
        return []
    return problems


def one_at_a_time(lake: Lake) -> FileLock:
    """The lock of whoever erases; raises filelock's Timeout at once where another process has it."""
    folder = lake.settings.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "erasing.lock", timeout=0)


def user_files(storage: Storage, user: str) -> list[str]:
    """Every file that belongs to one user alone."""
    marks = (f"/user={user}/", f"/user={user}.json")
    return [
        entry.path for entry in storage.list() if any(mark in f"/{entry.path}" for mark in marks)
    ]


def _pay(lake: Lake, store: Store, receipt: Receipt) -> None:
    """Empty one store; it stays owed where it does not answer."""
    try:
        removed = _empty_store(lake, store, receipt)
    except StoreUnavailable as error:
        receipt.note = str(error)
    else:
        receipt.stores[store.name] = removed
        receipt.owed = [name for name in receipt.owed if name != store.name]
        receipt.note = receipt.note if receipt.owed else ""
    save(lake, receipt)


def _empty_store(lake: Lake, store: Store, receipt: Receipt) -> int:
    """Delete the user's rows and read that back; returns how many there were, also before a crash."""
    user, spaces = receipt.user, held_spaces(lake)
    present = {
        table.name: list(store.hashes(table, user)) for held in spaces for table in held.tables()
    }
    found = sum(len(ids) for ids in present.values())
    if found:
        receipt.stores[store.name] = max(receipt.stores.get(store.name, 0), found)
        save(lake, receipt)
    for held in spaces:
        for table in held.tables():
            store.delete(table, user, present[table.name])
            left = store.counts(table, [user]).get(user, 0)
            if left:
                raise VerificationFailed(
                    f"{left} rows of {user!r} are still there", where=f"{store.name}, {table.name}"
                )
            # also where a killed erasure has deleted them: what readers see is brought in line
            store.finish(table)
        if store.name in receipt.stores:
            _purge(lake, store, held, user)
    return receipt.stores.get(store.name, 0)


def _purge(lake: Lake, store: Store, held: HeldSpace, user: str) -> None:
    """Take what the deleted rows left behind out of a store's files.

    Where only a new table does that, everybody else's rows are loaded into it from the lake.
    """
    tables = [table for table in held.tables() if not store.purge(table)]
    if not tables:
        return
    others = [
        name
        for name in lake.users()
        if name != user and store.name in loaded_rows(lake, held.space.slug, name)
    ]
    for table in tables:
        store.drop(table.name)
    for outcome in sync_space(lake, store, held.tables(), others, full=True).values():
        if isinstance(outcome, EmbedError):
            raise outcome


def _drop_files(lake: Lake, receipt: Receipt) -> None:
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


def _drop_quotes(lake: Lake, receipt: Receipt, around: Around) -> None:
    """Make the conversations that quote the person anew without the person, everywhere.

    Raises:
        VerificationFailed: some of them could not be made anew.
    """
    found = quotes(lake, receipt.aliases, receipt.user)
    if found:
        receipt.quotes = max(receipt.quotes, len(found))
        receipt.quoted_by = sorted({*receipt.quoted_by, *(quote.user for quote in found)})
        save(lake, receipt)
    if not receipt.quoted_by:
        return
    # also when no quote is left: a killed erasure may not have come to the stores
    for user in receipt.quoted_by:
        rebuild_conversations(lake, user)
    left = quotes(lake, receipt.aliases, receipt.user)
    if left:
        raise VerificationFailed(
            f"{len(left)} pieces still quote the person", where=", ".join(receipt.quoted_by)
        )
    drop_old_rows(lake, around.stores, receipt.quoted_by)


def _drop_lock(lake: Lake, user: str) -> None:
    """Remove the file that the user's writers wait at: its name is the person's."""
    (lake.settings.home / "locks" / f"user-{user}.lock").unlink(missing_ok=True)
