"""What is published: listed with sizes, dates and checksums, and handed out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embed_platform.compute.engines import open_engine
from embed_platform.corpus.kinds import KINDS
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.registry import load_registry
from embed_platform.stores.base import StoreTable
from embed_platform.stores.publication import S3Store
from embed_platform.stores.sync import sync_space
from embed_platform_tests.embedding.made import WHEN
from embed_platform_tests.service.conftest import Served, new_home, serving


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    lake = new_home(tmp_path_factory.mktemp("published"))
    entry = load_registry(lake.settings).wanted()[0]
    embed_users(
        lake, entry.space, ["ann", "bob"], ["tweet"], lambda: open_engine(entry, lake.settings)
    )
    sync_space(lake, S3Store(lake), [StoreTable(entry.space, KINDS["tweet"])], ["ann", "bob"])
    with serving(lake.settings) as served:
        yield served


@pytest.fixture
def client(published: Served) -> Iterator[httpx2.Client]:
    with published.client() as found:
        yield found


def test_files_are_listed_with_what_is_in_them_and_can_be_fetched(client: httpx2.Client) -> None:
    (space,) = client.get("/v1/exports").json()["data"]
    listed = client.get(f"/v1/exports/{space}").json()
    assert listed == client.get("/v1/exports/minilm").json()
    assert (listed["space"], listed["dimension"], listed["rows"]) == (space, 384, 4)
    assert [(f["user"], f["kind"], f["rows"]) for f in listed["files"]] == [
        ("ann", "tweet", 3),
        ("bob", "tweet", 1),
    ]
    for file in listed["files"]:
        assert file["oldest"] == file["newest"] == WHEN.isoformat()
        data = client.get(file["url"]).content
        assert len(data) == file["bytes"]
        assert hashlib.sha256(data).hexdigest() == file["sha256"]
        assert pq.read_table(pa.BufferReader(data)).num_rows == file["rows"]


def test_pages_follow_one_another(client: httpx2.Client) -> None:
    first = client.get("/v1/exports/minilm", params={"limit": 1}).json()
    second = client.get("/v1/exports/minilm", params={"limit": 1, "after": first["after"]}).json()
    assert [f["user"] for f in first["files"] + second["files"]] == ["ann", "bob"]
    assert second["after"] is None


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/exports/nope", "space_not_found"),
        ("/v1/exports/%2e%2e%2flake", None),
        ("/v1/exports/a_12345678/tweet/ann/0123456789abcdef-1.parquet", "file_not_found"),
        ("/v1/exports/a_12345678/tweet/..%5c/0123456789abcdef-1.parquet", "file_not_found"),
        ("/v1/exports/a_12345678/poem/ann/0123456789abcdef-1.parquet", "file_not_found"),
        ("/v1/exports/a_12345678/tweet/ann/manifest.json", "file_not_found"),
    ],
)
def test_what_is_not_published_is_not_found(
    client: httpx2.Client, path: str, code: str | None
) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == code


def test_an_unknown_space_is_answered_with_those_that_are(client: httpx2.Client) -> None:
    assert "all_minilm_l6_v2_" in client.get("/v1/exports/nope").json()["error"]["message"]


def test_a_file_of_another_users_name_is_not_reached_by_tricks(
    client: httpx2.Client, published: Served, tmp_path: Path
) -> None:
    (space,) = client.get("/v1/exports").json()["data"]
    name = client.get("/v1/exports/minilm").json()["files"][0]["path"].rsplit("/", 1)[-1]
    assert client.get(f"/v1/exports/{space}/tweet/bob/{name}").status_code == 404
    assert client.get(f"/v1/exports/{space}/tweet/ann/{name}").status_code == 200
