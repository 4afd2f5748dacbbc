"""A server as a process of the operating system: whether it is alive, and how it ends."""

from __future__ import annotations

import signal
from dataclasses import dataclass

import psutil

# A pid that was given to another program in the meantime differs in its start time.
START_TIME_TOLERANCE_SECONDS = 2.0


@dataclass(frozen=True)
class ServerProcess:
    """A running server.

    Attributes:
        pid: of its main process.
        address: URL that clients connect to.
        started_at: seconds since 1970.
    """

    pid: int
    address: str
    started_at: float


def is_alive(pid: int, started_at: float, *words: str) -> bool:
    """Whether a process is still the server that was noted.

    Args:
        pid: that was noted.
        started_at: seconds since 1970, noted with it.
        words: all of them occur in the server's command line.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        command = " ".join(process.cmdline())
        near = abs(process.create_time() - started_at) <= START_TIME_TOLERANCE_SECONDS
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return near and all(word in command for word in words)


def end_process(pid: int, gently: signal.Signals, seconds: float) -> None:
    """Ask a process to end, and end it when it has not after `seconds`."""
    try:
        process = psutil.Process(pid)
        process.send_signal(gently)
        process.wait(seconds)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(seconds)
