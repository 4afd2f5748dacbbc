"""Fixtures: real PostgreSQL, Milvus and S3, one of each per test session."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from embed_platform.settings import Settings
from embed_platform.stores.servers import stop_servers


@pytest.fixture(scope="session")
def servers_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose embedded servers start on demand and stop with the session."""
    home = tmp_path_factory.mktemp("servers")
    yield home
    stop_servers(Settings(home=home))


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Settings of a real S3 server over a temporary folder; its bucket is `bucket`."""
    folder = tmp_path_factory.mktemp("s3")
    (folder / "bucket").mkdir()
    port = free_port()
    command = [str(Path(sys.executable).with_name("rclone")), "serve", "s3", str(folder)]
    key, secret = "test-access-key", "test-secret-key"
    process = subprocess.Popen(
        [*command, "--addr", f"127.0.0.1:{port}", "--auth-key", f"{key},{secret}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for_port(port)
    yield {
        "s3_endpoint": f"http://127.0.0.1:{port}",
        "s3_key": key,
        "s3_secret": secret,
    }
    process.terminate()
    process.wait(10)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, seconds: float = 20.0) -> None:
    """Return once somebody listens."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
