"""Forgetting a person: out of every store and of the lake, read back, and kept out.

Each step can be repeated, so that an erasure that was killed, or that could not reach a store,
goes on from its receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from filelock import FileLock, Timeout

from embed_platform.errors import EmbedError, StoreUnavailable, VerificationFailed
from embed_platform.lake.lake import Lake
from embed_platform.lake.scratch import drop_leftovers
from embed_platform.lake.suppressions import is_suppressed, suppress
from embed_platform.sources.messenger.ingest import SOURCE as MESSENGER
from embed_platform.sources.records import list_archives
from embed_platform.stores.base import Store
from embed_platform.stores.loads import loaded_rows
from embed_platform.stores.sync import sync_space
from embed_platform.upkeep.forget_files import drop_files, drop_lock
from embed_platform.upkeep.forget_receipts import (
    DAGSTER,
    Receipt,
    begin,
    finish,
    receipts,
    save,
)
from embed_platform.upkeep.quotes import (
    drop_old_rows,
    named_by,
    quotes,
    rebuild_conversations,
    silence,
)
from embed_platform.upkeep.spaces import HeldSpace, held_spaces


@dataclass(frozen=True)
class Dropped:
    """How many runs that named a user were removed, and how many stay because they have not ended."""

    runs: int
    unfinished: int = 0


@dataclass(frozen=True)
class Around:
    """What an erasure needs of those who run things, and what the lake does not know.

    Attributes:
        stores: every store that there is.
        drop_runs: removes a user's key and the runs that name the user; None where Dagster is out of
            reach, as it is from the service: then it is owed.
    """

    stores: Sequence[Store]
    drop_runs: Callable[[str], Dropped] | None = lambda user: Dropped(0)


def forget(
    lake: Lake,
    user: str,
    around: Around,
    aliases: Sequence[str] = (),
    *,
    including_quotes: bool = False,
) -> Receipt:
    """Erase a user everywhere and check that nothing is left.

    Args:
        lake: where.
        user: whom.
        around: stores, and what Dagster does.
        aliases: names by which other people's messages know the person.
        including_quotes: leave what those people's conversations quote out of them too.

    Raises:
        VerificationFailed: something is still there.
    """
    names = [store.name for store in around.stores]
    receipt = ask(lake, user, names, aliases, including_quotes=including_quotes)
    return settle(lake, receipt, around)


def ask(
    lake: Lake,
    user: str,
    stores: Sequence[str],
    aliases: Sequence[str] = (),
    *,
    including_quotes: bool = False,
) -> Receipt:
    """Open an erasure: from here on no ingest brings the person back, and `settle` owes the rest.

    Args:
        lake: where.
        user: whom.
        stores: names of every store that may hold something.
        aliases: as of `forget`.
        including_quotes: as of `forget`.
    """
    with lake.writing(user):
        accounts = {record.account_id for record in list_archives(lake, user)} - {""}
        suppress(lake.storage, user, *(f"account:{account}" for account in sorted(accounts)))
        if including_quotes:
            silence(lake, aliases, user)
        owed = [*stores, DAGSTER]
        return begin(lake, user, owed, aliases, including_quotes=including_quotes)


def settle(lake: Lake, receipt: Receipt, around: Around) -> Receipt:
    """Go on with an erasure until nothing is owed, or a store or Dagster is out of reach.

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
        drop_files(lake, receipt)
        drop_leftovers(lake.settings.home)
    if receipt.including_quotes:
        _drop_quotes(lake, receipt, around)
    _pay_dagster(lake, receipt, around)
    if not receipt.owed:
        finish(lake, receipt)
        drop_lock(lake, user)
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


def _pay(lake: Lake, store: Store, receipt: Receipt) -> None:
    """Empty one store; it stays owed where it does not answer."""
    try:
        removed = _empty_store(lake, store, receipt)
    except StoreUnavailable as error:
        receipt.note = str(error)
    else:
        receipt.stores[store.name] = removed
        receipt.pay(store.name)
    save(lake, receipt)


def _pay_dagster(lake: Lake, receipt: Receipt, around: Around) -> None:
    """Remove the key and what names the user among the runs; owed until the last such run has ended."""
    if around.drop_runs is None:
        return
    dropped = around.drop_runs(receipt.user)
    receipt.runs += dropped.runs
    if dropped.unfinished:
        receipt.note = receipt.note or "A run that names the user has not ended."
    else:
        receipt.pay(DAGSTER)
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


def _drop_quotes(lake: Lake, receipt: Receipt, around: Around) -> None:
    """Make the conversations that quote the person anew without the person, everywhere.

    Raises:
        VerificationFailed: some of them could not be made anew.
    """
    found = quotes(lake, receipt.aliases, receipt.user)
    named = {quote.user for quote in found} | {*named_by(lake, receipt.aliases, receipt.user)}
    if named:
        receipt.quotes = max(receipt.quotes, len(found))
        receipt.quoted_by = sorted({*receipt.quoted_by, *named})
        kept = (list_archives(lake, user, MESSENGER) for user in receipt.quoted_by)
        receipt.originals = sum(map(len, kept))
        save(lake, receipt)
    if not receipt.quoted_by:
        return
    # also when no quote is left: a killed erasure may not have come to the stores
    for user in receipt.quoted_by:
        rebuild_conversations(lake, user)
    if left := named_by(lake, receipt.aliases, receipt.user):
        raise VerificationFailed("parsed messages still name the person", where=", ".join(left))
    if pieces := quotes(lake, receipt.aliases, receipt.user):
        raise VerificationFailed(
            f"{len(pieces)} pieces still quote the person", where=", ".join(receipt.quoted_by)
        )
    drop_old_rows(lake, around.stores, receipt.quoted_by)
