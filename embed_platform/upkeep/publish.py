"""Publishing: what the lake holds, into stores that others read, read back; nothing is embedded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from embed_platform.corpus.documents import read_documents
from embed_platform.errors import EmbedError
from embed_platform.lake.lake import Lake
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.sync import Loaded, sync_space
from embed_platform.upkeep.spaces import HeldSpace


@dataclass(frozen=True)
class Published:
    """One space in one store.

    Attributes:
        store: where.
        space: its slug.
        tables: names of the tables that hold rows of these users.
        rows: rows of these users that are there now, read back.
        written: of them new or changed.
        deleted: rows that are gone.
        withheld: why some kinds that these users have are not there, by kind.
        errors: what failed, by user.
    """

    store: str
    space: str
    tables: tuple[str, ...]
    rows: int
    written: int
    deleted: int
    withheld: dict[str, str]
    errors: dict[str, str]


def publish(
    lake: Lake, stores: Sequence[Store], spaces: Sequence[HeldSpace], users: Sequence[str]
) -> Iterator[Published]:
    """Make each store hold just what the lake holds of these users, space by space.

    Raises:
        StoreUnavailable: a store does not answer.
    """
    for store in stores:
        for held in spaces:
            tables = held.tables()
            outcomes = sync_space(lake, store, tables, users)
            loaded = [one for one in outcomes.values() if isinstance(one, Loaded)]
            refused = {t.kind.name: why for t in tables if (why := _refused(lake, store, t, users))}
            filled = [t.name for t in tables if sum(store.counts(t, users).values())]
            yield Published(
                store=store.name,
                space=held.space.slug,
                tables=tuple(filled),
                rows=sum(one.rows for one in loaded),
                written=sum(one.written for one in loaded),
                deleted=sum(one.deleted for one in loaded),
                withheld=refused,
                errors={
                    user: str(one) for user, one in outcomes.items() if isinstance(one, EmbedError)
                },
            )


def _refused(lake: Lake, store: Store, table: StoreTable, users: Sequence[str]) -> str:
    """Why documents of some of these users are not there; empty where all are."""
    reasons = {
        store.refuses(table, user): None
        for user in users
        if read_documents(lake, user, table.kind.name, ["id"]).num_rows
    }
    return "; ".join(reason for reason in reasons if reason)
