"""Stores to test, each over its real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.milvus.store import MilvusStore
from embed_platform.stores.pgvector.store import PgVectorStore
from embed_platform.stores.publication import S3Store
from embed_platform.stores.qdrant.store import QdrantStore
from embed_platform_tests.servers import s3_server as s3_server
from embed_platform_tests.servers import servers_home as servers_home
from embed_platform_tests.stores.rows import new_table


@pytest.fixture
def table() -> StoreTable:
    """A table of eight dimensions that no other test uses."""
    return new_table(8)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake in a folder."""
    return open_lake(Settings(home=tmp_path / "home"))


@pytest.fixture(scope="session")
def pgvector(servers_home: Path) -> Iterator[PgVectorStore]:
    store = PgVectorStore(Settings(home=servers_home))
    yield store
    store.close()


@pytest.fixture(scope="session")
def milvus(servers_home: Path) -> Iterator[MilvusStore]:
    store = MilvusStore(Settings(home=servers_home))
    yield store
    store.close()


@pytest.fixture(scope="session")
def s3(servers_home: Path, s3_server: dict[str, Any]) -> S3Store:
    settings = Settings(
        home=servers_home,
        publish_url="s3://bucket/published",
        public_url="https://x.test",
        **s3_server,
    )
    return S3Store(open_lake(settings))


@pytest.fixture(scope="session")
def qdrant(servers_home: Path) -> Iterator[QdrantStore]:
    store = QdrantStore(Settings(home=servers_home))
    yield store
    store.close()


@pytest.fixture(params=["pgvector", "milvus", "s3", "qdrant"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each store in turn."""
    found: Store = request.getfixturevalue(request.param)
    return found
