"""The description of the service, and the service held against it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from embed_platform_tests.service.conftest import Served


@pytest.fixture
def described(admin: httpx2.Client) -> dict[str, Any]:
    found: dict[str, Any] = admin.get("/openapi.json").json()
    return found


def test_every_body_has_an_example_and_every_operation_says_what_it_refuses(
    described: dict[str, Any],
) -> None:
    schemas = described["components"]["schemas"]
    assert "HTTPValidationError" not in schemas
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert operation["description"], path
            assert "422" not in operation["responses"]
            assert "400" in operation["responses"]
            body = operation.get("requestBody")
            if body:
                name = body["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
                assert schemas[name]["examples"]


def test_examples_of_the_description_are_accepted(
    admin: httpx2.Client, described: dict[str, Any]
) -> None:
    for example in described["components"]["schemas"]["EmbeddingsRequest"]["examples"]:
        assert admin.post("/v1/embeddings", json=example).status_code == 200
    for example in described["components"]["schemas"]["EmbedUserRequest"]["examples"]:
        assert admin.post("/v1/embed-user", json=example).status_code in (200, 404)


@pytest.mark.slow
def test_schemathesis_finds_nothing(with_keys: Served, tmp_path: Path) -> None:
    """Hundreds of made-up requests: each answer is one that the description names."""
    # a model that is there; and no schema can know which models shorten their vectors to which length
    (tmp_path / "schemathesis.toml").write_text(
        "[parameters]\n"
        '"body.model" = "test/nested"\n'
        '"body.dimensions" = 128\n'
        '"body.model_name" = "minilm"\n'
        "[[operations]]\n"
        'include-name = "POST /v1/embeddings"\n'
        'checks.positive_data_acceptance.expected-statuses = ["2xx", "400"]\n'
        # nor what is embedded, which store finds by words, whether weights are there, what is an image
        "[[operations]]\n"
        'include-path-regex = "^/(v1/search|v1/rerank|embeddings)$"\n'
        'checks.positive_data_acceptance.expected-statuses = ["2xx", "400", "404", "503"]\n'
        'checks.not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "503"]\n'
    )
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{with_keys.url}/openapi.json",
            "--header",
            f"Authorization: Bearer {with_keys.keys['admin']}",
            "--max-examples",
            "40",
            # few made-up names fit into a path
            "--suppress-health-check=filter_too_much",
            "--seed",
            "7",
            "--no-color",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
