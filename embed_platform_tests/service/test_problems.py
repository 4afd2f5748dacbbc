"""Refusals that the framework makes, in the form of all others."""

from __future__ import annotations

import pytest

from embed_platform_tests.service.conftest import Served


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/models", "GET"),
        ("PUT", "/v1/embeddings", "POST"),
        ("PUT", "/v1/search", "GET, POST"),
        ("GET", "/embeddings", "POST"),
        ("PATCH", "/v1/jobs/some", "GET"),
        ("POST", "/healthz", "GET, HEAD"),
        ("POST", "/docs", "GET, HEAD"),
    ],
)
def test_another_method_is_refused_with_those_that_are_allowed(
    with_keys: Served, method: str, path: str, allowed: str
) -> None:
    with with_keys.client("admin") as client:
        answer = client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_what_balancers_ask_with_head_is_answered(with_keys: Served) -> None:
    with with_keys.client() as client:
        assert client.head("/healthz").status_code == 200
        assert client.head("/readyz").status_code in (200, 503)
