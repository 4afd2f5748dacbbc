"""Who is let in: keys and scopes, and without keys this machine only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from embed_platform.service.app import create_app
from embed_platform.service.auth import is_loopback
from embed_platform.service.keys import KeyFile
from embed_platform_tests.service.conftest import Served, new_home

EMBED = ("POST", "/v1/embeddings", {"model": "minilm", "input": "a"})
USER = ("POST", "/v1/embed-user", {"model_name": "minilm", "username": "ann"})
ARCHIVE = ("POST", "/v1/embed-archive", {"model_name": "minilm"})
EXPORTS = ("GET", "/v1/exports", None)
JOBS = ("GET", "/v1/jobs", None)
MODELS = ("GET", "/v1/models", None)
METRICS = ("GET", "/metrics", None)
Call = tuple[str, str, dict[str, Any] | None]


def status(served: Served, key: str | None, call: Call) -> int:
    with served.client(key) as client:
        return client.request(call[0], call[1], json=call[2]).status_code


@pytest.mark.parametrize("call", [EMBED, USER, ARCHIVE, EXPORTS, JOBS, MODELS, METRICS])
def test_without_a_key_nothing_is_answered_and_the_message_says_how(
    with_keys: Served, call: Call
) -> None:
    with with_keys.client() as client:
        answer = client.request(call[0], call[1], json=call[2])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["error"]["code"] == "missing_key"


@pytest.mark.parametrize(
    ("key", "call", "expected"),
    [
        ("embed", EMBED, 200),
        ("read", EMBED, 403),
        ("read", EXPORTS, 200),
        ("embed", EXPORTS, 403),
        ("embed", USER, 403),
        ("read", ARCHIVE, 403),
        ("embed", JOBS, 403),
        ("admin", JOBS, 200),
        ("read", MODELS, 200),
        ("embed", MODELS, 200),
        ("admin", MODELS, 200),
        ("embed", METRICS, 200),
    ],
)
def test_a_key_does_what_its_scope_says(
    with_keys: Served, key: str, call: Call, expected: int
) -> None:
    assert status(with_keys, key, call) == expected


def test_the_refusal_names_the_scope(with_keys: Served) -> None:
    with with_keys.client("read") as client:
        error = client.post(EMBED[1], json=EMBED[2]).json()["error"]
    assert error["code"] == "insufficient_scope"
    assert "embed" in error["message"]
    assert error["type"] == "permission_error"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Bearer epk_wrong", 403),
        ("Bearer", 401),
        ("Basic !!!not base64!!!", 401),
        ("epk_wrong", 401),
        ("Bearer ÿþ", 403),
    ],
)
def test_a_wrong_key_is_forbidden_and_what_is_no_key_is_none(
    with_keys: Served, header: str, expected: int
) -> None:
    with with_keys.client() as client:
        answer = client.get("/v1/models", headers={"Authorization": header.encode("latin-1")})
    assert answer.status_code == expected


def test_health_needs_no_key(with_keys: Served) -> None:
    with with_keys.client() as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/readyz").json()["lake"] == "ok"


@pytest.fixture(scope="module")
def without_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    # not started: no model is loaded for these
    return create_app(new_home(tmp_path_factory.mktemp("open")).settings)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "[::1]:8000", "127.1.2.3"])
def test_without_keys_this_machine_is_answered(without_keys: Any, host: str) -> None:
    client = TestClient(without_keys, base_url="http://127.0.0.1")
    assert client.get("/v1/models", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil", ""])
def test_without_keys_a_name_that_was_rebound_to_loopback_is_refused(
    without_keys: Any, host: str
) -> None:
    client = TestClient(without_keys, base_url="http://127.0.0.1")
    answer = client.get("/v1/models", headers={"Host": host})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "wrong_host"


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_without_keys_pages_of_other_sites_are_refused(without_keys: Any, origin: str) -> None:
    client = TestClient(without_keys, base_url="http://127.0.0.1")
    answer = client.post(EMBED[1], json=EMBED[2], headers={"Origin": origin})
    assert answer.status_code == 403
    assert client.get("/v1/models", headers={"Origin": "http://localhost:3000"}).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Forwarded-For", "203.0.113.9"),
        ("x-forwarded-host", "localhost"),
        ("Forwarded", "for=203.0.113.9"),
        ("X-Real-IP", "203.0.113.9"),
        ("Via", "1.1 proxy"),
    ],
)
def test_without_keys_what_a_proxy_passed_on_is_refused(
    without_keys: Any, with_keys: Served, name: str, value: str
) -> None:
    client = TestClient(without_keys, base_url="http://127.0.0.1")
    answer = client.get("/v1/jobs", headers={name: value})
    assert answer.status_code == 401
    assert "proxy" in answer.json()["error"]["message"]
    with with_keys.client("admin") as keyed:
        assert keyed.get("/v1/jobs", headers={name: value}).status_code == 200


def test_without_keys_a_connection_to_another_address_is_refused(without_keys: Any) -> None:
    client = TestClient(without_keys, base_url="http://192.0.2.7")
    assert client.get("/v1/models", headers={"Host": "localhost"}).status_code == 401


def test_with_keys_any_name_is_answered_for_proxies_pass_theirs_on(with_keys: Served) -> None:
    with with_keys.client("read") as client:
        assert client.get("/v1/models", headers={"Host": "embed.example"}).status_code == 200


def test_a_key_is_told_when_it_asks_too_often(tmp_path: Path) -> None:
    lake = new_home(tmp_path, serve_rate=6)
    keys = {name: KeyFile(lake.settings).add(name, ["read"]) for name in ("ann", "bob")}
    client = TestClient(create_app(lake.settings), base_url="http://127.0.0.1")

    def ask(name: str) -> Any:
        return client.get("/v1/models", headers={"Authorization": f"Bearer {keys[name]}"})

    assert ask("ann").status_code == 200
    refused = ask("ann")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 10
    assert refused.json()["error"]["code"] == "rate_limit_exceeded"
    assert ask("bob").status_code == 200


def test_a_removed_key_is_refused_at_once(with_keys: Served) -> None:
    file = KeyFile(with_keys.service.settings)
    with_keys.keys["guest"] = file.add("guest", ["read"])
    assert status(with_keys, "guest", MODELS) == 200
    file.remove("guest")
    assert status(with_keys, "guest", MODELS) == 403


def test_a_damaged_file_of_keys_lets_nobody_in(tmp_path: Path) -> None:
    lake = new_home(tmp_path)
    client = TestClient(create_app(lake.settings), base_url="http://127.0.0.1")
    assert client.get("/v1/models").status_code == 200
    KeyFile(lake.settings).path.write_text("{")
    answer = client.get("/v1/models")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "keys_unreadable")
    assert str(tmp_path) not in answer.text


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("localhost.example", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_known(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
