"""Around every request: ids, log lines without texts, counters, limits, clients that go away."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from embed_platform.embedding.engine import Embedded
from embed_platform.service import middleware
from embed_platform.service.app import create_app
from embed_platform.service.models import Models
from embed_platform.service.state import Service
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.service.conftest import Served, new_home, serving, until

SECRET = "a very private sentence"


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What the service logs."""
    found: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(json.loads(record.getMessage()))

    log = logging.getLogger("embed_platform.service")
    handler, level = Keep(), log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield found
    log.removeHandler(handler)
    log.setLevel(level)


def test_a_request_has_an_id_and_one_log_line_that_quotes_nothing(
    with_keys: Served, lines: list[dict[str, Any]]
) -> None:
    with with_keys.client("admin") as client:
        given = client.post(
            "/v1/embeddings",
            json={"model": "minilm", "input": SECRET},
            headers={"X-Request-Id": "my-id.1"},
        )
        made = client.post("/v1/embed-user", json={"model_name": SECRET, "username": SECRET})
        odd = client.get("/v1/jobs/someone", headers={"X-Request-Id": "no id {}"})
    assert given.headers["x-request-id"] == "my-id.1"
    assert len(made.headers["x-request-id"]) == 32
    assert odd.headers["x-request-id"] != "no id {}"
    assert [(line["route"], line["status"], line["caller"]) for line in lines] == [
        ("/v1/embeddings", 200, "admin"),
        ("/v1/embed-user", 404, "admin"),
        ("/v1/jobs/{job_id}", 404, "admin"),
    ]
    assert lines[0]["id"] == "my-id.1"
    everything = json.dumps(lines)
    assert SECRET not in everything
    assert "someone" not in everything
    assert not any(key in everything for key in with_keys.keys.values())


def test_requests_are_counted_by_route_and_not_by_what_clients_make_up(with_keys: Served) -> None:
    with with_keys.client("admin") as client:
        client.request("PROPFIND", "/v1/models")
        client.get("/made/up/path")
        text = client.get("/metrics").text
    assert 'embed_requests_total{method="other",route="/v1/models",status="405"} 1.0' in text
    assert "made/up" not in text
    assert "PROPFIND" not in text


def test_an_unexpected_error_is_answered_with_its_id_and_logged_by_its_type(
    tmp_path: Path, lines: list[dict[str, Any]]
) -> None:
    app = create_app(new_home(tmp_path).settings)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError(SECRET)

    answer = TestClient(app, base_url="http://127.0.0.1").get("/broken")
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.json()["error"]["message"]
    assert SECRET not in answer.text + json.dumps(lines)
    assert lines[0]["error"] == "RuntimeError"


@contextmanager
def half_a_body(served: Served, key: str = "", sent: bytes = b"{") -> Iterator[socket.socket]:
    """A connection that promises a body of 30 MB and sends its beginning."""
    host, port = served.url.removeprefix("http://").split(":")
    header = f"Authorization: Bearer {key}\r\n" if key else ""
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(
            b"POST /embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + f"{header}Content-Length: 30000000\r\n\r\n".encode()
            + sent
        )
        yield connection


def test_a_body_that_does_not_come_is_not_waited_for(
    with_keys: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "BODY_SECONDS", 0.2)
    with half_a_body(with_keys, with_keys.keys["embed"]) as connection:
        assert b" 408 " in connection.recv(1000).split(b"\r\n")[0]


@pytest.mark.parametrize(("key", "status"), [("", b" 401 "), ("epk_wrong", b" 403 ")])
def test_the_body_of_somebody_without_a_key_is_not_read(
    with_keys: Served, key: str, status: bytes
) -> None:
    with half_a_body(with_keys, key) as connection:
        assert status in connection.recv(1000).split(b"\r\n")[0]


def test_bodies_that_are_too_large_together_are_told_to_come_again(
    with_keys: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "BODIES_BYTES", 1000)
    limit = with_keys.service.settings.serve_max_bytes
    body = {"model": "minilm", "input": "a"}
    held = b"x" * limit
    with with_keys.client("embed") as client:
        with half_a_body(with_keys, with_keys.keys["embed"], held):
            until(lambda: client.post("/v1/embeddings", json=body).status_code == 503, seconds=10)
            refused = client.post("/v1/embeddings", json=body)
        assert refused.json()["error"]["code"] == "overloaded"
        assert int(refused.headers["retry-after"]) >= 1
        until(lambda: client.post("/v1/embeddings", json=body).status_code == 200, seconds=10)


def test_above_the_most_requests_at_a_time_health_is_answered_and_the_others_are_told(
    with_keys: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "MOST_REQUESTS", 1)
    with with_keys.client("read") as client:
        with half_a_body(with_keys, with_keys.keys["embed"]):
            until(lambda: client.get("/v1/models").status_code == 503, seconds=10)
            refused = client.get("/v1/models")
            assert client.get("/healthz").status_code == 200
            assert client.get("/readyz").json()["lake"] == "ok"
        assert refused.json()["error"]["code"] == "overloaded"
        assert {"retry-after", "x-request-id"} <= set(refused.headers)
        until(lambda: client.get("/v1/models").status_code == 200, seconds=10)


class Slow(HashEngine):
    """Takes its time over the text `slow`."""

    def __init__(self) -> None:
        super().__init__(384)
        self.entered, self.release = threading.Event(), threading.Event()

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        if "slow" in texts:
            self.entered.set()
            assert self.release.wait(30)
        return super().embed(texts, prompt)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def slowly(tmp_path: Path, slow: Slow) -> Iterator[Served]:
    """A service whose model takes its time, and lets little wait."""
    lake = new_home(tmp_path, serve_timeout=1.0, serve_queue_tokens=50)
    with serving(lake.settings) as served:
        service: Service = served.app.state.service
        slower = Models(lake, lake.settings, service.metrics, lambda *_: slow)
        service.models.close()
        object.__setattr__(service, "models", slower)
        try:
            yield served
        finally:
            slow.release.set()


def post(served: Served, text: str) -> Any:
    with served.client() as client:
        return client.post("/v1/embeddings", json={"model": "minilm", "input": text})


def test_a_request_that_takes_too_long_is_answered_504(slowly: Served) -> None:
    answer = post(slowly, "slow")
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "timeout")


def test_a_full_queue_is_answered_429_with_the_time_to_come_again(
    slowly: Served, slow: Slow
) -> None:
    threads = [threading.Thread(target=post, args=(slowly, "slow"))]
    threads[0].start()
    assert slow.entered.wait(10)
    threads.append(threading.Thread(target=post, args=(slowly, "x" * 150)))
    threads[1].start()
    batcher = slowly.service.models.batcher(slowly.service.models.get("minilm"))
    until(lambda: batcher.queued_tokens > 0)
    refused = post(slowly, "y" * 150)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "queue_full")
    assert int(refused.headers["retry-after"]) >= 1
    slow.release.set()
    for thread in threads:
        thread.join(10)


def test_what_a_client_asked_for_is_dropped_when_it_goes_away(slowly: Served, slow: Slow) -> None:
    first = threading.Thread(target=post, args=(slowly, "slow"))
    first.start()
    assert slow.entered.wait(10)
    host, port = slowly.url.removeprefix("http://").split(":")
    body = json.dumps({"model": "minilm", "input": "nobody waits"}).encode()
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            b"POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        batcher = slowly.service.models.batcher(slowly.service.models.get("minilm"))
        until(lambda: batcher.queued_tokens > 0)
    until(lambda: batcher.queued_tokens == 0, seconds=0.9)
    slow.release.set()
    first.join(10)
    time.sleep(0.1)
    assert "nobody waits" not in slow.texts
