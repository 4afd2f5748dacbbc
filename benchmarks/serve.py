"""Requests per second and latency of the service, beside endpoints that embed one request at a time.

Each server is a process of its own, asked in turn by the same clients from this process; every client
sends one tweet, waits for its vector, and sends the next.

Run: `python -m benchmarks.serve [seconds]`
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path

import numpy as np
import psutil

from benchmarks.generate import tweets
from benchmarks.made_up import show

CLIENTS = (1, 8, 64)
ROUNDS = 6
MODEL = "sentence-transformers/all-MiniLM-L6-v2"
COMMAND = str(Path(sys.executable).with_name("embed-platform"))
SERVERS = {
    "service": [COMMAND, "serve", "--port", "{port}"],
    "one at a time, same engine": [
        sys.executable,
        "-m",
        "benchmarks.baselines.serve_plain",
        "{port}",
        "engine",
    ],
    "one at a time, encode()": [
        sys.executable,
        "-m",
        "benchmarks.baselines.serve_plain",
        "{port}",
        "encode",
    ],
}


def run(seconds: float = 2) -> list[dict[str, object]]:
    """All servers at once, asked one after the other in short stretches: the machine's noise hits all."""
    texts = [str(record["tweet"]["full_text"]) for record in tweets(7, 2000)]
    took: dict[tuple[int, str], list[float]] = defaultdict(list)
    cpu: dict[tuple[int, str], float] = defaultdict(float)
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serving(SERVERS[name])) for name in SERVERS}
        for port, _ in servers.values():
            asyncio.run(load(port, 8, 2.0, texts))  # warm
        for _ in range(ROUNDS):
            for clients in CLIENTS:
                for name, (port, process) in servers.items():
                    before = sum(process.cpu_times()[:2])
                    took[clients, name] += asyncio.run(load(port, clients, seconds, texts))
                    cpu[clients, name] += sum(process.cpu_times()[:2]) - before
    return [
        row(clients, name, took[clients, name], len(took[clients, "service"]), seconds * ROUNDS)
        | {"cpu_ms_per_request": round(cpu[clients, name] / len(took[clients, name]) * 1000, 2)}
        for clients in CLIENTS
        for name in SERVERS
    ]


def row(
    clients: int, server: str, took: list[float], ours: int, seconds: float
) -> dict[str, object]:
    """One line of the table."""
    baseline = server != "service"
    return {
        "clients": clients,
        "server": server,
        "requests_per_second": round(len(took) / seconds),
        "p50_ms": round(float(np.percentile(took, 50)) * 1000, 1),
        "p99_ms": round(float(np.percentile(took, 99)) * 1000, 1),
        "service_is_times": round(ours / len(took), 1) if baseline else "",
        "target": "3" if clients == 64 and baseline else "",
    }


@contextmanager
def serving(command: list[str]) -> Iterator[tuple[int, psutil.Process]]:
    """Port and process of a server in a home of its own, once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("EMBED_")}
        process = subprocess.Popen(
            [word.format(port=port) for word in command],
            env=kept | {"EMBED_HOME": home},
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(port)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(timeout=60)


def wait_for(port: int, seconds: float = 180) -> None:
    """Until a server gives a vector."""
    end = time.monotonic() + seconds
    while True:
        try:
            asyncio.run(load(port, 1, 0.0, ["ready"]))
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
        else:
            return


async def load(port: int, clients: int, seconds: float, texts: list[str]) -> list[float]:
    """Seconds of each request that clients had answered in a stretch of time."""
    took: list[float] = []
    requests = cycle([message(text) for text in texts])
    end = time.perf_counter() + seconds

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            started = time.perf_counter()
            writer.write(next(requests))
            await answer(reader)
            took.append(time.perf_counter() - started)
            if time.perf_counter() >= end:
                break
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return took


def message(text: str) -> bytes:
    """A request for one vector as it goes over the wire."""
    body = json.dumps({"model": MODEL, "input": text}).encode()
    head = (
        "POST /v1/embeddings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def answer(reader: asyncio.StreamReader) -> bytes:
    """The body of one answer.

    Raises:
        OSError: it is no vector.
    """
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.split("content-length:")[1].split("\r\n")[0])
    body = await reader.readexactly(length)
    if " 200 " not in head.split("\r\n")[0]:
        raise OSError(body.decode()[:200])
    return body


if __name__ == "__main__":
    show(run(*map(float, sys.argv[1:])))
