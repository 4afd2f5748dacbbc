"""Real S3 servers over one bucket: of some strangers get nothing, others serve everybody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from embed_platform_tests.servers import free_port, wait_for_port

KEY, SECRET = "test-access-key", "test-secret-key"
Server = dict[str, Any]


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """Starts a server, "private" or "public", and gives its settings; its bucket is `bucket`.

    All servers of a test have the same files. One that runs may not see at once what another
    wrote, one that is started anew does.
    """
    folder = tmp_path_factory.mktemp("buckets")
    (folder / "bucket").mkdir()
    with ExitStack() as running:
        yield lambda kind: running.enter_context(_serving(folder, kind))


@pytest.fixture
def private_server(serve: Callable[[str], Server]) -> Server:
    return serve("private")


@pytest.fixture
def public_server(serve: Callable[[str], Server]) -> Server:
    return serve("public")


@contextmanager
def _serving(folder: Path, kind: str) -> Iterator[Server]:
    port = free_port()
    command = [str(Path(sys.executable).with_name("rclone")), "serve", "s3", str(folder)]
    keys = ["--auth-key", f"{KEY},{SECRET}"] if kind == "private" else []
    process = subprocess.Popen(
        [*command, "--addr", f"127.0.0.1:{port}", *keys],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_port(port)
        yield {"s3_endpoint": f"http://127.0.0.1:{port}", "s3_key": KEY, "s3_secret": SECRET}
    finally:
        process.terminate()
        process.wait(10)
