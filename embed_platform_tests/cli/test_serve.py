"""serve and keys as a person uses them: a process, its port, its signals."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from embed_platform.cli.serve import grace_seconds
from embed_platform.service.middleware import BODY_SECONDS
from embed_platform.settings import load_settings
from embed_platform_tests.road import COMMAND, Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_keys_are_made_once_shown_once_listed_and_removed(home: Home) -> None:
    made = home.run("keys", "add", "ann", "--scope", "read", "--scope", "embed")
    secret = made.stdout.strip()
    assert secret.startswith("epk_")
    assert secret not in made.stderr
    (listed,) = home.json("keys", "list")["keys"]
    assert (listed["name"], listed["scopes"]) == ("ann", ["read", "embed"])
    assert secret not in (home.path / "keys.json").read_text()
    home.run("keys", "rm", "ann")
    assert home.json("keys", "list")["keys"] == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_without_keys_another_host_is_refused_in_one_line(home: Home, host: str) -> None:
    done = home.run("serve", "--host", host, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("error: --host: without keys")
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_named_in_one_line(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = home.run("serve", "--port", port, check=False)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_what_is_in_flight_is_answered_when_the_service_is_told_to_stop(home: Home) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [str(COMMAND), "serve", "--port", str(port)],
        env=home.environment(),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        _until_ready(client)
        answers: list[Any] = []
        # a few seconds of work
        body = {"model": "minilm", "input": ["word " * 200] * 400}
        asking = threading.Thread(
            target=lambda: answers.append(client.post("/v1/embeddings", json=body))
        )
        asking.start()
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        asking.join(60)
        _, errors = process.communicate(timeout=60)
    assert [answer.status_code for answer in answers] == [200]
    assert len(answers[0].json()["data"]) == 400
    logged = [json.loads(line) for line in errors.splitlines() if line.startswith("{")]
    assert ("/v1/embeddings", 200) in [(line["route"], line["status"]) for line in logged]
    assert "Traceback" not in errors


def test_no_request_is_cut_off_before_its_own_time_is_over() -> None:
    for seconds in (0.5, 120.0, 1000.0):
        assert grace_seconds(load_settings(serve_timeout=seconds)) >= seconds + BODY_SECONDS


@pytest.mark.slow
@pytest.mark.parametrize(
    ("signals", "answered", "says"),
    [(1, True, "what was in flight was answered"), (2, False, "what was in flight was cut off")],
)
def test_the_last_line_says_what_became_of_what_was_in_flight(
    home: Home, signals: int, answered: bool, says: str
) -> None:
    with socket.socket() as silent, socket.socket() as probe:
        silent.bind(("127.0.0.1", 0))
        silent.listen()  # and never answers
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = {
            "EMBED_RERANKER_SERVICE": "http",
            "EMBED_RERANKER_ARGS": json.dumps({"url": url}),
            "EMBED_HTTP_TIMEOUT": "6",
            "EMBED_SERVE_TIMEOUT": "4",
        }
        with subprocess.Popen(
            [str(COMMAND), "serve", "--port", str(port)],
            env=home.environment() | settings,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
            _until_ready(client)
            statuses: list[int] = []

            def ask() -> None:
                body = {"query": "a", "documents": ["a"]}
                with suppress(httpx2.TransportError):
                    statuses.append(client.post("/v1/rerank", json=body).status_code)

            asking = threading.Thread(target=ask)
            asking.start()
            time.sleep(0.5)
            for _ in range(signals):
                process.send_signal(signal.SIGINT)
                time.sleep(0.5)
            asking.join(60)
            _, errors = process.communicate(timeout=60)
    assert (504 in statuses) is answered
    assert says in errors, errors


def _until_ready(client: httpx2.Client) -> None:
    end = time.monotonic() + 120
    while True:
        try:
            if client.get("/readyz").json()["ready"]:
                return
        except httpx2.TransportError:
            pass
        assert time.monotonic() < end
        time.sleep(0.2)
