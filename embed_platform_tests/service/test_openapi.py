"""The description of the service, and the service held against it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from embed_platform.compute.local.engine import describe_model
from embed_platform.corpus.kinds import KINDS
from embed_platform.corpus.prepare import prepare
from embed_platform.embedding.registry import load_registry, save_model
from embed_platform.lake.lake import Lake
from embed_platform.service.keys import KeyFile
from embed_platform.sources.pages.ingest import ingest
from embed_platform.stores.base import StoreTable
from embed_platform.stores.open import open_store
from embed_platform.stores.servers import stop_servers
from embed_platform.stores.sync import sync_space
from embed_platform.upkeep.vectors import give_vectors
from embed_platform_tests.compute.local import page_models
from embed_platform_tests.embedding.made import write
from embed_platform_tests.service.conftest import TEXTS, Served, new_home, serving
from embed_platform_tests.sources.pages.made import pdf, save
from embed_platform_tests.standins.cross_encoders import write_cross_encoder

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")


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


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Served]:
    """A service that lacks nothing: texts and pages in PostgreSQL, files published, a reranker."""
    pages = page_models.colqwen2(tmp_path / "pages")
    reranker = write_cross_encoder(tmp_path / "reranker")
    lake = new_home(
        tmp_path,
        serve_rate=0,
        device="cpu",
        stores=("pgvector", "s3"),
        serve_page_model=str(pages),
        reranker_args={"model_name_or_path": str(reranker)},
    )
    settings = lake.settings
    (settings.home / "rerankers.yaml").write_text(
        f"rerankers:\n  {reranker}: {{scale: logit, aliases: [tiny-reranker]}}\n"
    )
    save_model(settings, replace(describe_model(str(pages), settings), aliases=("tiny-pages",)))
    write(lake, "cat", TEXTS[:1])
    ingest(lake, save(tmp_path / "bill.pdf", pdf(["Invoice from May"], size=(60, 80))), "ann")
    prepare(lake, ["ann"])
    try:
        load(lake, "minilm", "tweet", "pgvector", "s3")
        load(lake, "tiny-pages", "page_image", "pgvector")
        with serving(settings, {"admin": KeyFile(settings).add("admin", ["admin"])}) as served:
            yield served
    finally:
        stop_servers(settings)


def load(lake: Lake, model: str, kind: str, *stores: str) -> None:
    entry, users = load_registry(lake.settings).get(model), lake.users()
    give_vectors(lake, entry, users, [kind])
    for name in stores:
        store = open_store(name, lake.settings, lake)
        sync_space(lake, store, [StoreTable(entry.space, KINDS[kind])], users)
        store.close()


@pytest.mark.slow
def test_schemathesis_finds_nothing(whole: Served, tmp_path: Path) -> None:
    """Hundreds of made-up requests: each answer is one that the description names."""
    shutil.copy(CONFIGURATION, tmp_path)
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{whole.url}/openapi.json",
            "--header",
            f"Authorization: Bearer {whole.keys['admin']}",
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
    for path in ("/embeddings", "/v1/embed-user", "/v1/embeddings", "/v1/rerank", "/v1/search"):
        served = whole.service.metrics.registry.get_sample_value(
            "embed_requests_total", {"route": path, "method": "POST", "status": "200"}
        )
        assert served and served > 20, f"{path} is hardly reached"
