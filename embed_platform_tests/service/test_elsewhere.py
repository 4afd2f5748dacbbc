"""The service with its parts elsewhere: a lake in a bucket, a PostgreSQL server, questions embedded by others."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pyarrow.parquet as pq
import pytest

from embed_platform.compute.engines import open_engine
from embed_platform.corpus.kinds import KINDS
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.registry import load_registry
from embed_platform.lake.lake import Lake
from embed_platform.service.keys import KeyFile
from embed_platform.settings import load_settings
from embed_platform.stores.base import StoreTable
from embed_platform.stores.open import open_store
from embed_platform.stores.servers import start_postgres
from embed_platform.stores.sync import sync_space
from embed_platform_tests.compute.modal.conftest import deploy
from embed_platform_tests.embedding.made import write
from embed_platform_tests.road import COMMAND, Home
from embed_platform_tests.servers import free_port
from embed_platform_tests.servers import s3_server as s3_server
from embed_platform_tests.servers import servers_home as servers_home
from embed_platform_tests.service.conftest import TEXTS, new_home, serving
from embed_platform_tests.standins.embedding_process import running_standin
from embed_platform_tests.standins.modal_server import ModalServer

FROM_S3 = {
    "s3_endpoint": "AWS_ENDPOINT_URL",
    "s3_key": "AWS_ACCESS_KEY_ID",
    "s3_secret": "AWS_SECRET_ACCESS_KEY",
}


@dataclass
class Parts:
    """A home whose lake and publication are in a bucket, and whose pgvector is a server."""

    lake: Lake
    key: str
    fields: dict[str, Any]

    def variables(self) -> dict[str, str]:
        """The same as a person sets it."""
        variables = {
            FROM_S3.get(name, f"EMBED_{name.upper()}"): value
            for name, value in self.fields.items()
            if isinstance(value, str)
        }
        return variables | {"EMBED_DTYPE": "float32", "EMBED_DEVICE": "cpu"}


@pytest.fixture(scope="module")
def parts(
    tmp_path_factory: pytest.TempPathFactory,
    s3_server: dict[str, Any],
    servers_home: Path,
) -> Parts:
    """Tweets of ann are embedded and loaded; those of bob, carl and dora are not."""
    fields = s3_server | {
        "lake_url": "s3://bucket/elsewhere/lake",
        "publish_url": "s3://bucket/elsewhere/published",
        "pg_dsn": start_postgres(load_settings(home=servers_home)),
        "dtype": "float32",
        "device": "cpu",
    }
    lake = new_home(tmp_path_factory.mktemp("elsewhere"), **fields)
    for name in ("carl", "dora"):
        write(lake, name, [f"{name} sails at dawn."])
    entry = load_registry(lake.settings).get("minilm")
    tables = [StoreTable(entry.space, KINDS["tweet"])]
    embed_users(lake, entry.space, ["ann"], ["tweet"], lambda: open_engine(entry, lake.settings))
    for name in ("pgvector", "s3"):
        store = open_store(name, lake.settings, lake)
        sync_space(lake, store, tables, ["ann"])
        store.close()
    key = KeyFile(lake.settings).add("all", ["read", "embed", "admin"])
    return Parts(lake, key, fields)


def asking(url: str, parts: Parts) -> httpx2.Client:
    headers = {"Authorization": f"Bearer {parts.key}"}
    return httpx2.Client(base_url=url, headers=headers, timeout=120)


def check_everything(client: httpx2.Client, missing: str) -> None:
    """Search by meaning and words, vectors of somebody who has none yet, what is published."""
    assert client.get("/readyz").json()["lake"] == "ok"
    for by in ("dense", "hybrid"):
        asked = {"query": "baking went wrong: bread", "by": by, "context": 1, "limit": 2}
        found = client.post("/v1/search", json=asked)
        assert found.status_code == 200, found.text
        assert found.json()["results"][0]["text"] == TEXTS[1]
    asked = {"model_name": "minilm", "username": missing}
    answer = client.post("/v1/embed-user", json=asked)
    assert answer.status_code == 200, answer.text
    assert answer.json()["count"] == 1 and answer.json()["without_vector"] == []
    table = client.post("/v1/embed-user", json=asked | {"username": "ann", "format": "parquet"})
    assert pq.read_table(io.BytesIO(table.content)).num_rows == len(TEXTS)
    listed = client.get("/v1/exports/minilm").json()
    (file,) = listed["files"]
    data = client.get(file["url"]).content
    assert hashlib.sha256(data).hexdigest() == file["sha256"]
    assert pq.read_table(io.BytesIO(data)).num_rows == listed["rows"] == len(TEXTS)


def test_a_lake_in_a_bucket_serves_as_one_in_a_folder(parts: Parts) -> None:
    with serving(parts.lake.settings) as served, asking(served.url, parts) as client:
        check_everything(client, "bob")
        job = client.post("/v1/embed-archive", json={"model_name": "test/nested"})
        assert job.status_code == 202
        deadline = time.monotonic() + 60
        while (state := client.get(job.json()["status_url"]).json())["status"] != "completed":
            assert state["status"] in ("queued", "running") and time.monotonic() < deadline
            time.sleep(0.2)
        assert state["processed_users"] == ["ann", "bob", "carl", "dora"]


def test_a_container_reads_without_postgresql_and_says_what_it_cannot_do(
    parts: Parts, tmp_path: Path
) -> None:
    fields = {name: value for name, value in parts.fields.items() if name != "pg_dsn"}
    settings = load_settings(
        home=tmp_path,
        embedded_parts=False,
        serve_keys=KeyFile(parts.lake.settings).text(),
        **fields,
    )
    with serving(settings) as served, asking(served.url, parts) as client:
        asked = {"model_name": "minilm", "username": "ann"}
        assert client.post("/v1/embed-user", json=asked).json()["count"] == len(TEXTS)
        refused = client.post("/v1/embed-user", json=asked | {"username": "dora"})
        assert refused.status_code == 501
        assert "EMBED_PG_DSN" in refused.json()["error"]["message"]
        found = client.post("/v1/search", json={"query": "bread", "store": "s3"})
        assert found.json()["results"][0]["text"] == TEXTS[1]
        for store, setting in (
            ("pgvector", "EMBED_PG_DSN"),
            ("milvus", "EMBED_MILVUS_URI"),
            ("qdrant", "EMBED_QDRANT_URL"),
        ):
            refused = client.post("/v1/search", json={"query": "bread", "store": store})
            assert refused.status_code == 501, f"{store}: {refused.text}"
            assert setting in refused.json()["error"]["message"]
        by_words = client.post("/v1/search", json={"query": "bread", "by": "lexical"})
        assert by_words.status_code == 501
    assert {path.name for path in tmp_path.iterdir()} <= {"locks", "tmp"}, "nothing was started"


@pytest.fixture(scope="module")
def modal(parts: Parts) -> Iterator[ModalServer]:
    """The app deployed with these parts; its containers load real weights."""
    with (
        tempfile.TemporaryDirectory(prefix="modal") as place,
        ModalServer(Path(place), light=False) as server,
    ):
        home = {"EMBED_HOME": str(parts.lake.settings.home)}
        deploy(server, Path(place), **parts.variables(), **home)
        yield server


@pytest.mark.slow
def test_the_service_on_modal_serves_the_lake_in_the_bucket(
    parts: Parts, modal: ModalServer
) -> None:
    with asking(modal.web_url("embed-platform", "serve"), parts) as client:
        check_everything(client, "carl")
    from_home = parts.fields["s3_secret"]
    modal.kill_containers()
    time.sleep(0.5)
    assert from_home not in modal.logs() and "sails at dawn" not in modal.logs()


@pytest.mark.slow
def test_modal_embeds_the_questions_of_a_search(parts: Parts, modal: ModalServer) -> None:
    vendor = modal.environment() | {"EMBED_MAX_DOLLARS": "3", "EMBED_GPU": "L4"}
    with served_by_command(parts, EMBED_QUERY_COMPUTE="modal", **vendor) as client:
        check_question(client)
    assert any(call.function.name == "Embedder.*" for call in modal.state.calls.values())
    assert modal.unfinished() == []


@pytest.mark.slow
def test_a_server_embeds_the_questions_of_a_search(parts: Parts) -> None:
    with running_standin("--protocol", "tei") as server:
        urls = {"EMBED_HTTP_URLS": server.url}
        with served_by_command(parts, EMBED_QUERY_COMPUTE="http", **urls) as client:
            check_question(client)
        assert any(text.startswith("a walk") for text in server.stats["seen"])


def check_question(client: httpx2.Client) -> None:
    """A search and OpenAI's endpoint, both embedded by whoever was named."""
    found = client.post("/v1/search", json={"query": "a walk by the water", "limit": 1})
    assert found.status_code == 200, found.text
    assert found.json()["results"][0]["text"] == TEXTS[0]
    answer = client.post("/v1/embeddings", json={"model": "minilm", "input": "a walk"})
    assert answer.status_code == 200 and len(answer.json()["data"][0]["embedding"]) == 384


@contextmanager
def served_by_command(parts: Parts, **variables: str) -> Iterator[httpx2.Client]:
    """`embed-platform serve` in a process of its own, as a person starts it."""
    home, port = Home(parts.lake.settings.home), free_port()
    process = subprocess.Popen(
        [str(COMMAND), "serve", "--port", str(port)],
        env=home.environment(**parts.variables(), **variables),
        stderr=subprocess.PIPE,
        text=True,
        cwd=home.path.parent,
    )
    try:
        with asking(f"http://127.0.0.1:{port}", parts) as client:
            deadline = time.monotonic() + 120
            while not _ready(client):
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.5)
            yield client
    finally:
        process.terminate()
        _, told = process.communicate(timeout=60)
        assert "Traceback" not in told


def _ready(client: httpx2.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx2.HTTPError:
        return False
