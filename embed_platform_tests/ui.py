"""The real UI, webserver and daemon, of a home."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embed_platform_tests.road import COMMAND, Home
from embed_platform_tests.servers import free_port


@contextmanager
def serving(home: Home, **extra: str) -> Iterator[str]:
    """The address of `embed-platform ui`, with these variables besides, while the block runs."""
    port = free_port()
    log = home.path / "ui.log"
    with log.open("w") as lines:
        ui = subprocess.Popen(
            [str(COMMAND), "ui", "--port", str(port)],
            env=home.environment(**extra),
            stdout=lines,
            stderr=lines,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, log)
        yield url
    finally:
        ui.send_signal(2)
        ui.wait(timeout=60)


def wait_for(url: str, log: Path, seconds: float = 90) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise AssertionError(log.read_text()[-2000:])
