"""The service in real containers: a web request through the vendor's entry point to a model and back."""

from __future__ import annotations

import base64
import json
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import numpy as np
import openai
import pytest

from embed_platform.compute.engines import open_engine
from embed_platform.compute.local.engine import describe_model
from embed_platform.embedding.registry import load_registry, save_model
from embed_platform.service.keys import KeyFile
from embed_platform.settings import load_settings
from embed_platform_tests.compute.local import page_models
from embed_platform_tests.compute.modal.conftest import deploy
from embed_platform_tests.service.conftest import TEXTS
from embed_platform_tests.service.routes.test_pages import png
from embed_platform_tests.standins.cross_encoders import write_cross_encoder
from embed_platform_tests.standins.modal_server import ModalServer

pytestmark = pytest.mark.slow


@dataclass
class Hosted:
    """The service of an app that is deployed to a stand-in."""

    server: ModalServer
    url: str
    keys: dict[str, str]

    def client(self, key: str = "all", **options: Any) -> httpx2.Client:
        headers = {"Authorization": f"Bearer {self.keys[key]}"}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=120, **options)

    def log(self) -> list[dict[str, Any]]:
        """What its containers have said so far."""
        lines = [
            line
            for path in self.server.folder.glob("ta-*.log")
            for line in path.read_text(errors="replace").splitlines()
        ]
        return [json.loads(line) for line in lines if line.startswith('{"time"')]


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """Models alone: MiniLM, and a tiny page model and cross-encoder that the home's files name."""
    models = tmp_path_factory.mktemp("models")
    pages = page_models.colqwen2(models / "pages")
    reranker = write_cross_encoder(models / "reranker")
    with (
        tempfile.TemporaryDirectory(prefix="modal") as place,
        ModalServer(Path(place), light=False) as server,
    ):
        settings = load_settings(home=Path(place) / "home", dtype="float32", device="cpu")
        file = KeyFile(settings)
        scopes = {"all": ["read", "embed", "admin"], "read": ["read"], "embed": ["embed"]}
        keys = {name: file.add(name, list(held)) for name, held in scopes.items()}
        save_model(settings, describe_model(str(pages), settings))
        deploy(
            server,
            Path(place),
            EMBED_DTYPE="float32",
            EMBED_SERVE_PAGE_MODEL=str(pages),
            EMBED_RERANKER_ARGS=json.dumps({"model_name_or_path": str(reranker)}),
        )
        yield Hosted(server, server.web_url("embed-platform", "serve"), keys)


@pytest.fixture
def client(hosted: Hosted) -> Iterator[httpx2.Client]:
    with hosted.client() as client:
        yield client


def test_openais_client_gets_minilms_vectors_from_modal(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the container starts now: whoever waits is sent from one address to the next, as the vendor does
    monkeypatch.setattr(hosted.server.control, "web_seconds", 6)
    client = openai.OpenAI(base_url=f"{hosted.url}/v1", api_key=hosted.keys["embed"], timeout=120)
    settings = load_settings(home=Path("/nonexistent/home"), dtype="float32", device="cpu")
    entry = load_registry(settings).get("minilm")
    ours = open_engine(entry, settings).embed(TEXTS, "").vectors
    for encoding in ("float", "base64"):
        found = client.embeddings.create(
            model="all-MiniLM-L6-v2", input=list(TEXTS), encoding_format=encoding
        )
        values: list[Any] = [row.embedding for row in found.data]
        if encoding == "base64":
            values = [np.frombuffer(base64.b64decode(value), "<f4") for value in values]
        assert np.allclose(values, ours, atol=1e-4)
    assert client.models.list().data[0].id == "sentence-transformers/all-MiniLM-L6-v2"
    with pytest.raises(openai.BadRequestError, match="the list is empty"):
        client.embeddings.create(model="minilm", input=[])
    with pytest.raises(openai.NotFoundError):
        client.embeddings.create(model="gpt-9", input="a")


def test_nobody_is_let_in_without_a_key_whatever_the_host_is_called(hosted: Hosted) -> None:
    body = {"model": "minilm", "input": "a"}
    for headers in ({}, {"Host": "localhost"}, {"Origin": "http://localhost"}):
        answer = httpx2.post(f"{hosted.url}/v1/embeddings", json=body, headers=headers, timeout=60)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    with hosted.client("embed") as client:
        named = {"Host": "me--embed-platform-serve.modal.run", "Origin": "https://my.page"}
        assert client.post("/v1/embeddings", json=body, headers=named).status_code == 200
        client.headers["Authorization"] = "Bearer epk_wrong"
        assert client.post("/v1/embeddings", json=body).status_code == 403
    with hosted.client("read") as client:
        assert client.post("/v1/embeddings", json=body).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "setting"),
    [
        ("POST", "/v1/search", {"query": "bread"}, "EMBED_LAKE_URL"),
        ("GET", "/v1/search?query=bread", None, "EMBED_LAKE_URL"),
        ("POST", "/v1/embed-user", {"model_name": "minilm", "username": "ann"}, "EMBED_LAKE_URL"),
        ("POST", "/v1/embed-archive", {"model_name": "minilm"}, "EMBED_LAKE_URL"),
        ("GET", "/v1/exports", None, "EMBED_PUBLISH_URL"),
        ("GET", "/v1/exports/minilm", None, "EMBED_PUBLISH_URL"),
    ],
)
def test_what_needs_a_lake_says_so_instead_of_finding_an_empty_one(
    hosted: Hosted, client: httpx2.Client, method: str, path: str, body: Any, setting: str
) -> None:
    answer = client.request(method, path, json=body)
    assert answer.status_code == 501
    error = answer.json()["error"]
    assert (error["code"], error["type"]) == ("part_missing", "server_error")
    assert setting in error["message"] and "s3://bucket/prefix" in error["message"]
    assert not list(hosted.server.folder.glob("tmp-*/**/lake")), "none was made"


def test_health_and_the_description_are_true(client: httpx2.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        200,
        {"ready": True, "model": "ok", "lake": "none"},
    )
    paths = client.get("/openapi.json").json()["paths"]
    assert "501" in paths["/v1/search"]["post"]["responses"]
    assert "501" not in paths["/v1/embeddings"]["post"]["responses"]
    assert 'embed_requests_total{method="GET",route="/readyz"' in client.get("/metrics").text


def test_pages_questions_and_passages_go_to_their_models(client: httpx2.Client) -> None:
    for path in ("/embeddings", "/"):
        found = client.post(path, json={"input_type": "image", "inputs": [png()]})
        assert found.status_code == 200, found.text
        assert np.array(found.json()["embeddings"][0]).ndim == 2
    asked = {"query": "boats", "documents": ["bread", "boats leave at nine", "rain"]}
    results = client.post("/v1/rerank", json=asked).json()["results"]
    assert sorted(row["index"] for row in results) == [0, 1, 2]


def test_many_at_once_share_passes_over_one_copy_of_the_weights(
    hosted: Hosted, client: httpx2.Client
) -> None:
    def ask(place: int) -> None:
        with hosted.client() as own:
            answer = own.post("/v1/embeddings", json={"model": "minilm", "input": f"text {place}"})
            statuses.append(answer.status_code)

    statuses: list[int] = []
    threads = [threading.Thread(target=ask, args=(place,)) for place in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 24
    counted = client.get("/metrics").text
    passes = float(_metric(counted, "embed_batch_requests_count"))
    requests = float(_metric(counted, "embed_batch_requests_sum"))
    assert passes < requests, "some shared one"
    assert len(hosted.server.pids) == 1


def test_a_body_that_comes_in_pieces_and_an_answer_of_megabytes_arrive_whole(
    client: httpx2.Client,
) -> None:
    texts = [f"{place} boats" for place in range(400)]
    body = json.dumps({"model": "minilm", "input": texts}).encode()

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]
            time.sleep(0.005)

    answer = client.post(
        "/v1/embeddings", content=pieces(), headers={"Content-Type": "application/json"}
    )
    assert len(answer.content) > 3 * 2**20, "more than one message of the vendor's may hold"
    found = answer.json()["data"]
    assert [row["index"] for row in found] == list(range(400))
    single = client.post("/v1/embeddings", json={"model": "minilm", "input": texts[399]}).json()
    assert np.allclose(found[399]["embedding"], single["data"][0]["embedding"], atol=1e-4)
    large = client.post("/v1/embeddings", content=b"x" * (3 * 2**20))
    assert large.status_code == 413


def test_a_client_that_goes_away_is_dropped(hosted: Hosted) -> None:
    words = " ".join(f"word{number}" for number in range(120))
    body = json.dumps({"model": "minilm", "input": [f"{n} {words}" for n in range(100)]}).encode()
    place = urlsplit(hosted.url)
    head = (
        f"POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {hosted.keys['embed']}\r\n"
        f"X-Request-Id: gone-away\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((place.hostname or "", place.port or 0)) as caller:
        caller.sendall(head.encode() + body)
        time.sleep(0.3)
    deadline = time.monotonic() + 60
    while not any(line.get("id") == "gone-away" for line in hosted.log()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (line,) = [line for line in hosted.log() if line.get("id") == "gone-away"]
    assert line["status"] == 499, "nobody waits for its vectors any more"
    with hosted.client() as client:
        answer = client.post("/v1/embeddings", json={"model": "minilm", "input": "next"})
    assert answer.status_code == 200


def _metric(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(name)).rsplit(" ", 1)[1]
