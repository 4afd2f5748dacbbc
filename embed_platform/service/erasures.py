"""Erasures on the service's behalf, one at a time; how they stand is in their receipts, which outlive it.

What is Dagster's (the partition key, the runs) no process of the service reaches: the receipt owes it
to the next run, ingest or audit, or to Dagster's own sensor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Literal

from embed_platform.errors import EmbedError, LakeUnavailable, PartMissing
from embed_platform.lake.lake import Lake
from embed_platform.lake.locks import user_lock
from embed_platform.lake.under_way import under_way
from embed_platform.service.logs import log_error
from embed_platform.stores.open import open_store, stores_in_use
from embed_platform.upkeep.forget import Around, ask, one_at_a_time, settle
from embed_platform.upkeep.forget_receipts import DAGSTER, Receipt, find, receipts

LOCK_SECONDS = 600
ErasureStatus = Literal["running", "owed", "completed"]


class NobodyThere(Exception):
    """There is no such user, and no erasure of one."""


class UserBusy(Exception):
    """Somebody works on the user at this moment."""


class Erasures:
    """What this process does of them.

    Args:
        lake: whose users.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._lock = Lock()
        # requests that wait or are worked on, by user; several may be about one
        self._waiting: Counter[str] = Counter()
        self._errors: dict[str, str] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="erasure")

    def start(self, user: str, aliases: Sequence[str], *, including_quotes: bool) -> Receipt:
        """Open an erasure and go on with it in the background; asked again, the same one goes on.

        Args:
            user: partition key.
            aliases: names by which other people's messages know the person.
            including_quotes: leave what those people's conversations quote out of them too.

        Raises:
            NobodyThere: there is no such user, and there was none that was erased.
            UserBusy: a run, a feed or another writer works on the user.
        """
        open_already = find(self._lake, user, finished=False)
        if open_already is None and user not in self._lake.users():
            done = find(self._lake, user, finished=True)
            if done is None:
                raise NobodyThere
            return done
        if open_already is None or not self._waiting[user]:
            self._refuse_busy(user)
        receipt = open_already
        if receipt is None:  # at once, so that no ingest comes in between
            receipt = self._ask(user, aliases, including_quotes=including_quotes)
        self._submit(user, tuple(aliases), including_quotes=including_quotes)
        return receipt

    def resume(self) -> None:
        """Go on with what an earlier process began, but for what only Dagster can do.

        Without a lake, or with one that does not answer, there is nothing to go on with: what needs
        no lake is served all the same, and the next start asks again.
        """
        try:
            waiting = receipts(self._lake, finished=False)
        except PartMissing:
            return
        except EmbedError as error:
            log_error("erasures", error)
            return
        for receipt in waiting:
            if receipt.owed != [DAGSTER]:
                self._submit(receipt.user, (), including_quotes=False)

    def all(self) -> list[Receipt]:
        """Those that are open, then those that are done."""
        return [*receipts(self._lake, finished=False), *receipts(self._lake, finished=True)]

    def get(self, receipt_id: str) -> Receipt | None:
        """The receipt of an id; of somebody who was erased twice, the open one."""
        return next((receipt for receipt in self.all() if receipt.id == receipt_id), None)

    def status(self, receipt: Receipt) -> ErasureStatus:
        """How an erasure stands."""
        if self._waiting[receipt.user]:
            return "running"
        return "completed" if receipt.finished_at else "owed"

    def error(self, receipt: Receipt) -> str | None:
        """Why this process could not go on with an erasure."""
        return None if receipt.finished_at else self._errors.get(receipt.user)

    def close(self) -> None:
        """Finish the one that is worked on; those that wait are gone on with by the next start."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _refuse_busy(self, user: str) -> None:
        work = under_way(self._lake.settings, user)
        if work:
            raise UserBusy(f"{', '.join(work)} in flight")
        try:
            with user_lock(self._lake.settings, user, timeout_seconds=0):
                return
        except LakeUnavailable:
            raise UserBusy("somebody writes this user's data") from None

    def _ask(self, user: str, aliases: Sequence[str], *, including_quotes: bool) -> Receipt:
        names = stores_in_use(self._lake.settings)
        return ask(self._lake, user, names, aliases, including_quotes=including_quotes)

    def _submit(self, user: str, aliases: Sequence[str], *, including_quotes: bool) -> None:
        with self._lock:
            self._waiting[user] += 1
        self._pool.submit(self._work, user, aliases, including_quotes=including_quotes)

    def _work(self, user: str, aliases: Sequence[str], *, including_quotes: bool) -> None:
        try:
            with one_at_a_time(self._lake).acquire(timeout=LOCK_SECONDS):
                if find(self._lake, user, finished=False) is not None:
                    receipt = self._ask(user, aliases, including_quotes=including_quotes)
                    with self._around() as around:
                        settle(self._lake, receipt, around)
            self._errors.pop(user, None)
        except EmbedError as error:
            self._errors[user] = str(error)
        except Exception as error:  # noqa: BLE001 - the thread must not end; what it was is logged
            log_error("erasure", error)
            self._errors[user] = "an unexpected error; the log has its type"
        finally:
            with self._lock:
                self._waiting[user] -= 1

    @contextmanager
    def _around(self) -> Iterator[Around]:
        settings = self._lake.settings
        names = stores_in_use(settings)
        stores = [open_store(name, settings, self._lake) for name in names]
        try:
            yield Around(stores, drop_runs=None)
        finally:
            for store in stores:
                store.close()
