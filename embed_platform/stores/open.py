"""A store by its name; embedded servers are started on demand."""

from __future__ import annotations

from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.lake.layout import loads
from embed_platform.settings import STORE_NAMES, Settings
from embed_platform.stores.base import Store, WordStore


def open_store(name: str, settings: Settings, lake: Lake) -> Store:
    """Connect to a store.

    Raises:
        SettingsError: there is no store of that name.
        StoreUnavailable: it does not answer, or its embedded server does not start.
    """
    if name == "pgvector":
        from embed_platform.stores.pgvector.store import PgVectorStore

        return PgVectorStore(settings)
    if name == "milvus":
        from embed_platform.stores.milvus.store import MilvusStore

        return MilvusStore(settings)
    if name == "s3":
        from embed_platform.stores.publication import S3Store

        return S3Store(lake)
    if name == "qdrant":
        from embed_platform.stores.qdrant.store import QdrantStore

        return QdrantStore(settings)
    raise SettingsError(f"unknown store {name!r}; the stores are {', '.join(STORE_NAMES)}")


def open_word_store(settings: Settings) -> WordStore:
    """Connect to the store that finds by words, which is pgvector alone.

    Raises:
        SettingsError: pgvector is not among the stores.
        StoreUnavailable: it does not answer.
    """
    if "pgvector" not in settings.stores:
        raise SettingsError(
            f"only pgvector finds by words, and the stores are {', '.join(settings.stores)}",
            where="EMBED_STORES",
            remedy="Add pgvector, or search with `--by dense`",
        )
    from embed_platform.stores.pgvector.store import PgVectorStore

    return PgVectorStore(settings)


def stores_in_use(settings: Settings) -> tuple[str, ...]:
    """Stores that may hold something: a server that was named, an embedded one that was ever made."""
    home = settings.home
    possible = {
        "pgvector": settings.pg_dsn is not None or (home / "postgres").exists(),
        "milvus": bool(settings.milvus_uri) or (home / "milvus").exists(),
        "qdrant": bool(settings.qdrant_url) or (home / "qdrant").exists(),
    }
    return tuple(name for name in STORE_NAMES if possible.get(name, True))


def stores_to_check(lake: Lake) -> tuple[str, ...]:
    """Stores of the settings, and others in use into which somebody was loaded: a feed names its own."""
    in_use = stores_in_use(lake.settings)
    return tuple(
        name
        for name in STORE_NAMES
        if name in lake.settings.stores or (name in in_use and lake.storage.list(loads(name)))
    )
