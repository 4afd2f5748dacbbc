"""An embedding stand-in in a process of its own, and the handle that tests hold."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from embed_platform_tests.servers import free_port

START_SECONDS = 90.0


@dataclass(frozen=True)
class RunningStandin:
    """A stand-in that answers."""

    url: str
    process: subprocess.Popen[bytes]

    def fault(self, *specs: str) -> None:
        """Switch on faults, as `embedding_faults.NAMES` lists them."""
        httpx2.post(f"{self.url}/control/faults", json=list(specs)).raise_for_status()

    def clear(self) -> None:
        """No faults, and counting from zero."""
        httpx2.post(f"{self.url}/control/clear").raise_for_status()

    @property
    def stats(self) -> dict[str, Any]:
        """What the server saw since it was cleared."""
        found: dict[str, Any] = httpx2.get(f"{self.url}/control/stats").json()
        return found


@contextmanager
def running_standin(*options: str, port: int | None = None) -> Iterator[RunningStandin]:
    """Start a stand-in with options of its command line; it ends with the block."""
    port = port or free_port()
    module = "embed_platform_tests.standins.embedding_server"
    process = subprocess.Popen([sys.executable, "-m", module, "--port", str(port), *options])
    server = RunningStandin(f"http://127.0.0.1:{port}", process)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(10)


def _wait(server: RunningStandin) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            _ = server.stats
            return
        except httpx2.TransportError:
            if time.monotonic() > deadline or server.process.poll() is not None:
                raise
            time.sleep(0.05)
