"""The calls of one run that are on their way: written down before anybody waits, ended when it ends."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from functools import partial

from embed_platform.compute.modal.asking import started
from embed_platform.compute.modal.client import Call
from embed_platform.compute.modal.ledger import CallLedger, Entry
from embed_platform.compute.modal.road import Courier
from embed_platform.errors import EmbedError, LakeUnavailable, MachineUnavailable

# A call whose bytes are still being sent when the run ends is waited for so long.
SENDING_SECONDS = 60.0

_log = logging.getLogger(__name__)


class Flight:
    """Every method may be called from any thread.

    Args:
        ledger: where calls are written down.
        courier: who carries their parcels.
        keep: so many finished calls stay written down, for their vectors may not be committed yet.
    """

    def __init__(self, ledger: CallLedger, courier: Courier, keep: int) -> None:
        self._ledger, self._courier, self._keep = ledger, courier, keep
        self._changed = threading.Condition()
        self._flying: dict[str, tuple[Call, Entry]] = {}
        self._finished: deque[Entry] = deque()
        self._sending = 0
        self._closed = False

    @property
    def calls(self) -> int:
        """How many are on their way."""
        return len(self._flying)

    @property
    def closed(self) -> bool:
        """Whether the run is ending."""
        return self._closed

    def begin(self, spawn: Callable[[], Call], describe: Callable[[str], Entry]) -> Call:
        """Make a call and write it down.

        Args:
            spawn: makes it.
            describe: what to write, from its id.

        Raises:
            MachineUnavailable: the run is ending.
            LakeUnavailable: it cannot be written down.
            EmbedError: as `spawn`.
        """
        with self._changed:
            if self._closed:
                raise MachineUnavailable("the run is ending", where="Modal")
            self._sending += 1
        try:
            call = spawn()
            entry = describe(call.id)
            with self._changed:
                self._flying[call.id] = (call, entry)
            self._write(call, entry)
        finally:
            with self._changed:
                self._sending -= 1
                self._changed.notify_all()
        return call

    def finish(self, call: Call) -> None:
        """It has answered; what it answered is committed soon, unless the run is ending."""
        with self._changed:
            _, entry = self._flying.pop(call.id, (None, None))
            if entry is None:
                return
            self._finished.append(entry)
            keep = 0 if self._closed else self._keep
            old = [self._finished.popleft() for _ in range(len(self._finished) - keep)]
        for entry in old:
            self.forget(entry)

    def end(self, call: Call) -> bool:
        """Cancel one and forget it; returns whether nothing of it runs any more."""
        try:
            call.cancel()
        except EmbedError as error:
            # it stays written down as nobody's, so that the next run cancels it
            _log.warning("the call %s could not be cancelled (%s)", call.id, error)
            with self._changed:
                _, entry = self._flying.pop(call.id, (None, None))
            if entry is not None:
                self._ledger.leave(entry)
            return False
        # only now: whoever closes the flight meanwhile must find it, and wait
        self.fail(call)
        return True

    def fail(self, call: Call) -> None:
        """It has ended without a result."""
        with self._changed:
            _, entry = self._flying.pop(call.id, (None, None))
        if entry is not None:
            self.forget(entry)

    def forget(self, entry: Entry) -> None:
        """Nobody will ask for this call again."""
        if entry.parcel:
            self._courier.discard(entry.parcel)
        self._ledger.drop(entry.call)

    def close(self) -> None:
        """Cancel everything that is on its way and forget the rest; nothing begins afterwards."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: self._sending == 0, SENDING_SECONDS)
            flying = [call for call, _ in self._flying.values()]
            finished = list(self._finished)
            self._finished.clear()
        # all at once: one that the vendor does not answer may take a minute
        for thread in [started(partial(self.end, call)) for call in flying]:
            if thread.is_alive():
                thread.join()
        for entry in finished:
            self.forget(entry)

    def _write(self, call: Call, entry: Entry) -> None:
        try:
            self._ledger.note(entry)
        except OSError as error:
            self.end(call)
            raise LakeUnavailable(
                f"the call cannot be written down ({error.strerror})",
                where=str(self._ledger.folder),
                remedy="It was cancelled; check the disk's free space",
            ) from error
