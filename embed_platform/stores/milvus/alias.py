"""The second name of the current collection of a kind, by which other front ends find it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from embed_platform.embedding.registry import load_registry
from embed_platform.settings import Settings
from embed_platform.stores.base import StoreTable
from embed_platform.stores.milvus import rows as milvus_rows
from embed_platform.stores.milvus.client import MilvusConnection

_log = logging.getLogger(__name__)


def point_alias(milvus: MilvusConnection, settings: Settings, table: StoreTable) -> None:
    """Let the alias of the table's kind, if it has one, name the current collection.

    A collection of somebody else that has the alias' name stays as it is.
    """
    alias = milvus_rows.names(table.kind).alias
    if not alias:
        return
    present = milvus.call("list_collections")
    if alias in present:
        _log.warning("milvus: a collection is called %s already, so no alias is set", alias)
        return
    registry = load_registry(settings)
    wanted = [entry.space.slug for entry in registry.wanted(settings.models)]
    target = current_collection(table, present, wanted)
    if alias in milvus.call("list_aliases", target)["aliases"]:
        return
    if milvus.call("has_collection", alias):
        milvus.call("alter_alias", target, alias)
    else:
        milvus.call("create_alias", target, alias)


def current_collection(table: StoreTable, present: Collection[str], wanted: Sequence[str]) -> str:
    """The collection of the first model that `run` uses by itself and that has one; else the table's own.

    Args:
        table: just loaded.
        present: names of all collections.
        wanted: slugs of the spaces that `run` embeds in, the default first.
    """
    names = (f"{slug}__{table.kind.name}" for slug in wanted)
    return next((name for name in names if name in present), table.name)
