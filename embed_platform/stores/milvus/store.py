"""The Milvus store: a typed collection per table, through the official client."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from embed_platform.embedding.engine import MultiVector
from embed_platform.errors import SpaceMismatch
from embed_platform.settings import Settings
from embed_platform.stores.base import (
    PRODUCT_TABLE,
    Filters,
    Hit,
    PageRow,
    Rows,
    StoreTable,
    Vectors,
    by_id,
    check_query,
)
from embed_platform.stores.milvus import pages as milvus_pages
from embed_platform.stores.milvus import rows as milvus_rows
from embed_platform.stores.milvus import search
from embed_platform.stores.milvus.alias import point_alias
from embed_platform.stores.milvus.client import MilvusConnection
from embed_platform.stores.milvus.schema import create

# largest page that Milvus serves, and five times faster than 1,000
PAGE_ROWS = 16_384
IDS_PER_REQUEST = 5_000
USERS_PER_EXPRESSION = 500
# The embedded server compares unflushed rows one by one; beyond these, reading back is slow.
FLUSH_ROWS = 5_000
# Rows under a filter up to which each of them is compared: a graph search that throws away all
# but a few of the rows that it visits misses near ones.
EXACT_ROWS = 1_000


class MilvusStore:
    """Milvus: the server of `EMBED_MILVUS_URI` (Zilliz included), else the embedded one."""

    name = "milvus"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._milvus = MilvusConnection(settings)
        self._ready: set[str] = set()
        self._unflushed: Counter[str] = Counter()
        self._lists: bool | None = None

    def refuses(self, table: StoreTable, user: str = "") -> str:
        """Pages where the server has no embedding lists; else nothing: whoever reads it has its key."""
        if not table.space.multi_vector or self._has_lists():
            return ""
        return milvus_pages.REFUSED

    def upsert(self, table: StoreTable, user: str, batches: Iterable[Rows]) -> int:
        """Write rows in requests of bounded size; ids are unique within one call of the loader.

        Raises:
            SpaceMismatch: the collection or the rows have another dimension.
            StoreUnavailable: the server refuses them, as one without embedding lists does pages.
        """
        if not self._exists(table):
            create(self._milvus, table)
        written = 0
        for rows in batches:
            if table.space.multi_vector:
                for batch in milvus_pages.records(rows, table):
                    self._milvus.call("upsert", table.name, batch)
                    written += len(batch)
                continue
            if rows.vectors.shape != (len(rows), table.space.dimension):
                raise SpaceMismatch(
                    f"{rows.vectors.shape[-1]} dimensions instead of {table.space.dimension}",
                    where=f"milvus, {table.name}",
                )
            for batch in milvus_rows.batches(rows, table.kind):
                self._milvus.call("upsert", table.name, batch)
                written += len(batch)
        self._note_unflushed(table, written)
        return written

    def delete(self, table: StoreTable, user: str, ids: Sequence[str]) -> None:
        """Remove rows by id."""
        if not ids or not self._exists(table):
            return
        for start in range(0, len(ids), IDS_PER_REQUEST):
            part = list(ids[start : start + IDS_PER_REQUEST])
            self._milvus.call("delete", table.name, ids=part)

    def hashes(self, table: StoreTable, user: str) -> dict[str, str]:
        """`{id: row_hash}` of a user."""
        if not self._exists(table):
            return {}
        condition, key = milvus_rows.expression(Filters(user=user)), search.key_of(table)
        rows = list(self._all_rows(table, condition, [key, "row_hash"]))
        return by_id((row[key] for row in rows), (row["row_hash"] for row in rows))

    def counts(self, table: StoreTable, users: Sequence[str]) -> dict[str, int]:
        """Rows of each of these users, those that were deleted left out."""
        found = dict.fromkeys(users, 0)
        if not self._exists(table):
            return found
        for start in range(0, len(users), USERS_PER_EXPRESSION):
            names = ", ".join(map(milvus_rows.quoted, users[start : start + USERS_PER_EXPRESSION]))
            # one pass for all: counting user by user would scan the collection for each
            found.update(
                Counter(
                    row["user"] for row in self._all_rows(table, f"user in [{names}]", ["user"])
                )
            )
        return found

    def vectors(self, table: StoreTable, user: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """Stored vectors of a user by id."""
        if not self._exists(table):
            return {}
        if table.space.multi_vector:
            return milvus_pages.vectors(self._milvus, table, ids)
        return search.fetch(self._milvus, table, ids)

    def finish(self, table: StoreTable) -> None:
        """Let the embedded server write and index what it holds in memory, and point the alias here.

        A real server writes by itself.
        """
        if self._unflushed.pop(table.name, 0) and self._milvus.is_lite:
            self._milvus.call("flush", table.name)
        if self._exists(table):
            point_alias(self._milvus, self._settings, table)

    def search(self, table: StoreTable, vector: Vectors, limit: int, filters: Filters) -> list[Hit]:
        """The `limit` nearest rows, best first; a short answer of the index is made good exactly."""
        check_query(self.name, table, vector)
        if limit < 1 or not self._exists(table):
            return []
        condition = milvus_rows.expression(filters)
        if condition:
            few = search.ids(self._milvus, table, condition, EXACT_ROWS + 1)
            if len(few) <= EXACT_ROWS:
                return search.exact(self._milvus, table, vector, limit, few)
        hits = search.through_index(self._milvus, table, vector, limit, condition)
        if len(hits) < limit and len(
            search.ids(self._milvus, table, condition, len(hits) + 1)
        ) > len(hits):
            key = search.key_of(table)
            every = [row[key] for row in self._all_rows(table, condition, [key])]
            return search.exact(self._milvus, table, vector, limit, every)
        return hits

    def page_candidates(
        self, table: StoreTable, question: MultiVector, limit: int, filters: Filters
    ) -> list[str]:
        """Ids of at least `limit` pages that may answer a question best; all where there are no more."""
        if not self._exists(table):
            return []
        condition = milvus_rows.expression(filters)
        few = search.ids(self._milvus, table, condition, max(limit, milvus_pages.EXACT_PAGES) + 1)
        if len(few) <= max(limit, milvus_pages.EXACT_PAGES):
            return few
        found = milvus_pages.nearest(self._milvus, table, question, limit, filters)
        if len(found) >= limit:
            return found
        key = search.key_of(table)
        return [row[key] for row in self._all_rows(table, condition, [key])]

    def page_rows(self, table: StoreTable, ids: Sequence[str]) -> Iterator[PageRow]:
        """Pages by id, in no order; ids that are not there do not come."""
        return milvus_pages.page_rows(self._milvus, table, ids)

    def purge(self, table: StoreTable) -> bool:
        """A real server compacts; the embedded one keeps deleted rows until its files are many."""
        if not self._exists(table):
            return True
        if self._milvus.is_lite:
            return False
        self._milvus.call("compact", table.name)
        return True

    def tables(self) -> list[str]:
        """Names of the collections of this product."""
        return sorted(n for n in self._milvus.call("list_collections") if PRODUCT_TABLE.match(n))

    def drop(self, name: str) -> None:
        """Remove a collection by name."""
        self._ready.discard(name)
        self._unflushed.pop(name, None)
        if self._milvus.call("has_collection", name):
            for alias in self._milvus.call("list_aliases", name)["aliases"]:
                self._milvus.call("drop_alias", alias)
            self._milvus.call("drop_collection", name)

    def check(self) -> str:
        """Version and address of the server."""
        return f"Milvus {self._milvus.call('get_server_version')} at {self._milvus.address}"

    def close(self) -> None:
        """Close the connection; the server goes on."""
        self._milvus.close()

    def _exists(self, table: StoreTable) -> bool:
        """Whether the collection is there, with the right dimension and loaded."""
        name = table.name
        if self.refuses(table):
            return False
        if not self._milvus.call("has_collection", name):
            self._ready.discard(name)
            return False
        if name not in self._ready:
            described = self._milvus.call("describe_collection", name)
            vector = milvus_rows.names(table.kind).vector
            dimension = next(
                int(f["params"]["dim"]) for f in described["fields"] if f["name"] == vector
            )
            if dimension != table.space.dimension:
                raise SpaceMismatch(
                    f"the collection holds {dimension} dimensions, the space has {table.space.dimension}",
                    where=f"milvus, {name}",
                    remedy="Drop it to load it anew, or choose the model it was made with",
                )
            self._milvus.call("load_collection", name)
            self._ready.add(name)
        return True

    def _has_lists(self) -> bool:
        """Whether the server holds several vectors a row; the embedded one is not started for it."""
        if self._lists is None:
            self._lists = bool(self._settings.milvus_uri) and milvus_pages.has_lists(
                str(self._milvus.call("get_server_version"))
            )
        return self._lists

    def _note_unflushed(self, table: StoreTable, rows: int) -> None:
        self._unflushed[table.name] += rows
        if self._unflushed[table.name] >= FLUSH_ROWS and self._milvus.is_lite:
            self._milvus.call("flush", table.name)
            self._unflushed[table.name] = 0

    def _all_rows(
        self, table: StoreTable, condition: str, fields: list[str]
    ) -> Iterator[dict[str, Any]]:
        """Every row under a condition.

        The embedded server gives them in one answer, and in no order when asked for pages; a
        real one limits its answers, so that there the client's iterator turns the pages.
        """
        if self._milvus.is_lite:
            yield from self._milvus.call(
                "query", table.name, filter=condition, output_fields=fields
            )
            return
        pages = self._milvus.call(
            "query_iterator",
            table.name,
            filter=condition,
            output_fields=fields,
            batch_size=PAGE_ROWS,
        )
        try:
            while page := self._milvus.translated(pages.next):
                yield from page
        finally:
            pages.close()
