"""Signals while something rented runs: none may end the process before that is ended."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = (signal.SIGTERM, signal.SIGHUP)


def exit_on_termination() -> Callable[[], None]:
    """Let SIGTERM and SIGHUP raise SystemExit, so that contexts are left; the answer undoes it.

    Only in the main thread, and only where nobody else handles them.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    ours = [number for number in _ENDING if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _exit)

    def undo() -> None:
        for number in ours:
            if signal.getsignal(number) is _exit:
                signal.signal(number, signal.SIG_DFL)

    return undo


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back Ctrl-C and termination until the end of the block, and let them act then.

    A second Ctrl-C while machines are being ended would leave them running.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[int] = []
    before = {
        each: signal.signal(each, lambda number, _: caught.append(number))
        for each in (signal.SIGINT, *_ENDING)
    }
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler if handler is not None else signal.SIG_DFL)
    for number in dict.fromkeys(caught):
        signal.raise_signal(signal.Signals(number))


def _exit(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
