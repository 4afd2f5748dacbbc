"""Servers that come with the product: PostgreSQL and Milvus, started on demand, shared by processes.

They outlive the process that started them; `stop_servers` ends them.
"""

from __future__ import annotations

from embed_platform.errors import PartMissing
from embed_platform.settings import Settings
from embed_platform.stores.milvus import server as milvus
from embed_platform.stores.pgvector import server as postgres
from embed_platform.stores.processes import ServerProcess


def start_postgres(settings: Settings) -> str:
    """Address of the embedded PostgreSQL as a URL over a Unix socket; starts it if it is down.

    Raises:
        StoreUnavailable: it did not come up within a minute.
        PartMissing: the settings want a server of their own.
    """
    refuse_embedded(settings, "PostgreSQL", "EMBED_PG_DSN")
    return postgres.start(settings.home / "postgres")


def start_milvus(settings: Settings) -> str:
    """Address of the embedded Milvus, `http://127.0.0.1:<port>`; starts it if it is down.

    Raises:
        StoreUnavailable: it did not come up within a minute.
        PartMissing: the settings want a server of their own.
    """
    refuse_embedded(settings, "Milvus", "EMBED_MILVUS_URI")
    return milvus.start(settings.home / "milvus")


def refuse_embedded(settings: Settings, name: str, setting: str) -> None:
    """Refuse to open what comes with the product where the home is thrown away.

    Raises:
        PartMissing: it may not be used here.
    """
    if not settings.embedded_parts:
        raise PartMissing(f"there is no {name} here: {setting} names no server")


def running_milvus(settings: Settings) -> ServerProcess | None:
    """The embedded Milvus if its process is alive; takes well under a millisecond."""
    return milvus.running(settings.home / "milvus")


def running_servers(settings: Settings) -> dict[str, ServerProcess]:
    """Embedded servers that are alive, by name."""
    found = {
        "postgres": postgres.running(settings.home / "postgres"),
        "milvus": running_milvus(settings),
    }
    return {name: server for name, server in found.items() if server is not None}


def stop_servers(settings: Settings) -> list[str]:
    """Stop the embedded servers; returns the names of those that ran."""
    stopped = []
    if postgres.stop(settings.home / "postgres"):
        stopped.append("postgres")
    if milvus.stop(settings.home / "milvus"):
        stopped.append("milvus")
    return stopped
