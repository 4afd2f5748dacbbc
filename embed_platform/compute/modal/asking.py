"""One request to the vendor: its errors become ours, and no answer in time is one of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

from embed_platform.compute.modal.vendor import WHERE, vendor_errors
from embed_platform.errors import EmbedError, MachineUnavailable

# The vendor's client notices a lost connection and tries again, which takes it less than a minute;
# most of its requests have no end of their own when the other side takes them and stays silent.
ANSWER_SECONDS = 60.0
# A call's texts or images are sent with it, which takes a slow line some minutes.
SEND_SECONDS = 300.0

T = TypeVar("T")


def asked(
    ask: Callable[[], T],
    *,
    seconds: float | None = None,
    missing: EmbedError | None = None,
    anything: bool = False,
    late: Callable[[T], object] = lambda found: None,
) -> T:
    """What the vendor's client returns.

    It runs in a thread of its own, since its requests cannot be interrupted from outside; one that
    has no answer is left behind.

    Args:
        ask: one request, or a few.
        seconds: that it may take; ANSWER_SECONDS by default.
        missing: what to raise when something is not found.
        anything: whether an error of any kind may come.
        late: is given what came after nobody waited any more.

    Raises:
        EmbedError: as `vendor_errors` has it.
        MachineUnavailable: there was no answer in time.
    """
    allowed = ANSWER_SECONDS if seconds is None else seconds
    found: Future[T] = Future()
    started(lambda: _answer(ask, found))
    wait([found], allowed)
    if not found.done():
        found.add_done_callback(lambda done: None if done.exception() else late(done.result()))
        raise MachineUnavailable(f"it does not answer within {allowed:g} seconds", where=WHERE)
    with vendor_errors(missing, anything=anything):
        return found.result()


def started(work: Callable[[], object]) -> threading.Thread:
    """A thread that does some work.

    From Python 3.12 on no thread starts while the interpreter ends; there it is done at once.
    """
    thread = threading.Thread(target=work, name=WHERE, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        work()
    return thread


def _answer(ask: Callable[[], T], found: Future[T]) -> None:
    try:
        answer = ask()
    except BaseException as error:  # noqa: BLE001 - whoever waits raises it
        found.set_exception(error)
    else:
        found.set_result(answer)
