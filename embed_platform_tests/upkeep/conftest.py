"""A lake, a space in it, and every store over its real server."""

from __future__ import annotations

import pytest

from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.lake.lake import Lake
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.publication import S3Store
from embed_platform.stores.sync import sync_space
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.servers import servers_home as servers_home
from embed_platform_tests.stores.conftest import lake as lake
from embed_platform_tests.stores.conftest import milvus as milvus
from embed_platform_tests.stores.conftest import pgvector as pgvector
from embed_platform_tests.stores.conftest import table as table
from embed_platform_tests.stores.rows import write_tweets


@pytest.fixture
def stores(pgvector: Store, milvus: Store, lake: Lake) -> list[Store]:
    """All three; the publication is that of the test's own lake."""
    return [pgvector, milvus, S3Store(lake)]


def embed(lake: Lake, table: StoreTable, *users: str) -> None:
    """Vectors for every text of these users."""
    embed_users(lake, table.space, users, [table.kind.name], lambda: HashEngine(8))


def load(lake: Lake, table: StoreTable, stores: list[Store], *users: str) -> None:
    """What the lake holds of these users, in every store."""
    for store in stores:
        sync_space(lake, store, [table], users)


def bring(lake: Lake, table: StoreTable, stores: list[Store], **texts: list[str]) -> EmbeddingSpace:
    """Users with tweets of these texts, embedded and loaded."""
    for user, own in texts.items():
        write_tweets(lake, user, own)
    embed(lake, table, *texts)
    load(lake, table, stores, *texts)
    return table.space
