"""Real S3 servers over one folder: of one strangers get nothing, the other serves everybody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from embed_platform_tests.servers import free_port, wait_for_port

KEY, SECRET = "test-access-key", "test-secret-key"


@pytest.fixture(scope="session")
def both_servers(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Settings of a private and of a public server; the bucket of both is `bucket`, with the same files."""
    folder = tmp_path_factory.mktemp("buckets")
    (folder / "bucket").mkdir()
    with _serving(folder, "--auth-key", f"{KEY},{SECRET}") as private, _serving(folder) as public:
        yield private, public


@pytest.fixture
def private_server(both_servers: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    return both_servers[0]


@pytest.fixture
def public_server(both_servers: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    return both_servers[1]


@contextmanager
def _serving(folder: Path, *options: str) -> Iterator[dict[str, Any]]:
    port = free_port()
    rclone = str(Path(sys.executable).with_name("rclone"))
    # each must see at once what the other wrote
    command = [rclone, "serve", "s3", str(folder), "--dir-cache-time", "50ms"]
    process = subprocess.Popen(
        [*command, "--addr", f"127.0.0.1:{port}", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_port(port)
        yield {"s3_endpoint": f"http://127.0.0.1:{port}", "s3_key": KEY, "s3_secret": SECRET}
    finally:
        process.terminate()
        process.wait(10)
