"""The embedded Milvus: `milvus-lite server` on the loopback; its folder is `<home>/milvus`."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import psutil
from filelock import FileLock, Timeout

from embed_platform.errors import StoreUnavailable
from embed_platform.stores.processes import ServerProcess, end_process, is_alive

START_SECONDS = 60.0
STOP_SECONDS = 20.0
HEALTH_SECONDS = 5.0
START_ATTEMPTS = 3


def start(folder: Path) -> str:
    """URL of the server of a folder; starts it if there is none, or none that answers.

    Raises:
        StoreUnavailable: it did not come up.
    """
    server = running(folder)
    if server is None or not answers(server.address):
        with _locked(folder):
            server = running(folder)
            if server is not None and not answers(server.address):
                end_process(server.pid, signal.SIGINT, STOP_SECONDS)
                server = None
            server = server or _start(folder)
    return server.address


def running(folder: Path) -> ServerProcess | None:
    """The folder's server if its process is alive."""
    try:
        noted = msgspec.json.decode((folder / "server.json").read_bytes(), type=ServerProcess)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    alive = is_alive(noted.pid, noted.started_at, "milvus_lite", str(folder))
    return noted if alive else None


def stop(folder: Path) -> bool:
    """End the folder's server; returns whether it ran."""
    if not folder.exists():
        return False
    with _locked(folder):
        server = running(folder)
        if server is not None:
            # SIGINT lets it drain its requests and flush; its log replays what a kill cuts off
            end_process(server.pid, signal.SIGINT, STOP_SECONDS)
        _end_unnoted(folder)
        (folder / "server.json").unlink(missing_ok=True)
        return server is not None


def answers(address: str, seconds: float = HEALTH_SECONDS) -> bool:
    """Whether a Milvus answers a real call within `seconds`."""
    from pymilvus import MilvusClient
    from pymilvus.exceptions import MilvusException

    parts = urlsplit(address)
    try:
        # the client would try a closed port again and again
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=seconds).close()
        with closing(MilvusClient(uri=address, timeout=seconds)) as client:
            client.list_collections(timeout=seconds)
    except (OSError, MilvusException):
        return False
    return True


def _end_unnoted(folder: Path) -> None:
    """End servers of the folder that nobody noted: whoever started them was killed meanwhile.

    They hold the lock on the data. The folder's own lock is held, so that nobody is starting one.
    """
    data = str(folder / "data")
    for process in psutil.process_iter(["pid", "cmdline"]):
        words = process.info["cmdline"] or ()
        if "milvus_lite" in words and data in words:
            end_process(process.info["pid"], signal.SIGINT, STOP_SECONDS)


def _start(folder: Path) -> ServerProcess:
    _end_unnoted(folder)
    deadline = time.monotonic() + START_SECONDS
    for _ in range(START_ATTEMPTS):
        server = _spawn(folder)
        while is_alive(server.pid, server.started_at) and time.monotonic() < deadline:
            if answers(server.address):
                content = msgspec.json.encode(server)
                partial = folder / "server.json.partial"
                partial.write_bytes(content)
                partial.rename(folder / "server.json")
                return server
            time.sleep(0.1)
        # dead at once: most likely somebody took the port first
        end_process(server.pid, signal.SIGINT, STOP_SECONDS)
    raise _unavailable(folder, f"no answer after {START_SECONDS:.0f} s")


def _spawn(folder: Path) -> ServerProcess:
    port = _free_port()
    command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(folder / "data")]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            # its own session: a Ctrl-C in the terminal is not for the server
            start_new_session=True,
        )
    started_at = psutil.Process(process.pid).create_time()
    return ServerProcess(process.pid, f"http://127.0.0.1:{port}", started_at)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "server.lock", timeout=2 * START_SECONDS):
            yield
    except Timeout:
        raise _unavailable(folder, "another process has been starting it for two minutes") from None


def _unavailable(folder: Path, what: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"the embedded Milvus did not start: {what}",
        where=str(folder),
        remedy=f"See {folder / 'server.log'}, or set EMBED_MILVUS_URI",
    )
