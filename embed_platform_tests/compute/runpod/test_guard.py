"""Ollama behind a key that it does not know: nobody without it reaches the server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil
import pytest

from embed_platform.compute.runpod.guard import guarded
from embed_platform_tests.compute.runpod.vendor import until
from embed_platform_tests.servers import free_port, wait_for_port
from embed_platform_tests.standins import light_server

KEY = "k3y-_of.this/run"


@dataclass
class Guarded:
    """A light Ollama behind the guard."""

    port: int
    log: Path
    shell: int

    def post(self, key: str | None, text: str = "hello", **more: str) -> httpx2.Response:
        headers = ({"authorization": f"Bearer {key}"} if key is not None else {}) | more
        return httpx2.post(
            f"http://127.0.0.1:{self.port}/api/embed",
            json={"input": [text]},
            headers=headers,
            timeout=10,
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    log = tmp_path_factory.mktemp("guard") / "log"
    port, inner = free_port(), free_port()
    environment = {
        "PATH": "/usr/bin:/bin", "PORT": str(port), "INNER_PORT_OF_OLLAMA": str(inner),
        "EMBED_SERVER_KEY": KEY, "OLLAMA_HOST": f"127.0.0.1:{inner}", "STANDIN_PID": str(os.getpid()),
    }  # fmt: skip
    serve = f"{sys.executable} -IS {light_server.__file__} ollama serve"
    with log.open("wb") as file:
        process = subprocess.Popen(
            ["/bin/sh", "-c", guarded(serve, "INNER_PORT_OF_OLLAMA")],
            env=environment, stderr=file, start_new_session=True,
        )  # fmt: skip
    wait_for_port(port)
    wait_for_port(inner)
    yield Guarded(port, log, process.pid)
    os.killpg(process.pid, 9)
    process.wait()


def test_with_the_key_the_server_answers(server: Guarded) -> None:
    answer = server.post(KEY)
    assert answer.status_code == 200 and len(answer.json()["embeddings"][0]) == 8
    long = server.post(KEY, "long " * 200_000)
    assert long.status_code == 200


@pytest.mark.parametrize("key", [None, "wrong", KEY + "x", KEY[:-1], KEY.upper(), f"{KEY}, {KEY}"])
def test_without_the_key_nothing_reaches_the_server(server: Guarded, key: str | None) -> None:
    before = server.log.read_text()
    assert server.post(key).status_code == 401
    assert server.log.read_text() == before


def test_a_second_key_beside_the_right_one_is_refused(server: Guarded) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as wire:
        wire.sendall(
            b"POST /api/embed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\n"
            b"Authorization: Bearer " + KEY.encode() + b"\r\nContent-Length: 0\r\n\r\n"
        )
        assert wire.recv(100).startswith(b"HTTP/1.1 401")


def test_a_request_that_rides_on_anothers_connection_is_not_served(server: Guarded) -> None:
    before = server.log.read_text().count("GET /api/tags")
    with socket.create_connection(("127.0.0.1", server.port)) as wire:
        allowed = f"GET /api/tags HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n\r\n"
        wire.sendall(allowed.encode() + b"GET /api/tags HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while part := wire.recv(65536):
            received += part
    assert received.count(b"HTTP/1.1 200") == 1
    assert server.log.read_text().count("GET /api/tags") == before + 1


def test_somebody_who_says_nothing_keeps_nobody_else_out(server: Guarded) -> None:
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
    started = time.monotonic()
    assert server.post(KEY).status_code == 200
    assert time.monotonic() - started < 2
    for wire in silent:
        wire.close()


def test_a_guard_that_dies_is_started_again(server: Guarded) -> None:
    for process in psutil.Process(server.shell).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if process.name() == "perl":
                process.kill()
    until(lambda: _answers(server), 10)


def _answers(server: Guarded) -> bool:
    try:
        return server.post(KEY).status_code == 200
    except httpx2.TransportError:
        return False
