"""The Qdrant store: a collection per table, through the official client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import numpy as np

from embed_platform.errors import SpaceMismatch
from embed_platform.settings import Settings
from embed_platform.stores.base import (
    PRODUCT_TABLE,
    Filters,
    Hit,
    Rows,
    StoreTable,
    Vectors,
    by_id,
    check_query,
)
from embed_platform.stores.qdrant.connection import QdrantConnection

# A request holds 32 MB at most; 256 rows of 4,096 dimensions are half of that.
ROWS_PER_REQUEST = 256
IDS_PER_REQUEST = 1_000
PAGE_ROWS = 10_000
USERS_PER_REQUEST = 500
# Fields that filters and counts look at, and how a server indexes them.
INDEXES = {"user": "keyword", "created_at": "datetime"}


class QdrantStore:
    """Qdrant: the server of `EMBED_QDRANT_URL`, else the embedded one, which compares every row."""

    name = "qdrant"

    def __init__(self, settings: Settings) -> None:
        self._qdrant = QdrantConnection(settings)
        self._fitting: set[str] = set()

    def refuses(self, table: StoreTable, user: str = "") -> str:
        """Nothing: whoever reads the server has its key."""
        return ""

    def upsert(self, table: StoreTable, user: str, batches: Iterable[Rows]) -> int:
        """Write rows in requests of bounded size.

        Raises:
            SpaceMismatch: the collection or the rows have another dimension.
        """
        from qdrant_client import models

        if not self._exists(table):
            self._create(table)
        written = 0
        for rows in batches:
            if rows.vectors.shape != (len(rows), table.space.dimension):
                raise SpaceMismatch(
                    f"{rows.vectors.shape[-1]} dimensions instead of {table.space.dimension}",
                    where=f"qdrant, {table.name}",
                )
            for start in range(0, len(rows), ROWS_PER_REQUEST):
                part = slice(start, start + ROWS_PER_REQUEST)
                points = models.Batch(
                    ids=[_point(key) for key in rows.ids[part]],
                    vectors=rows.vectors[part].tolist(),
                    payloads=list(rows.metadata[part]),
                )
                self._qdrant.call("upsert", table.name, points, wait=True)
            written += len(rows)
        return written

    def delete(self, table: StoreTable, user: str, ids: Sequence[str]) -> None:
        """Remove rows by id."""
        if not ids or not self._exists(table):
            return
        for start in range(0, len(ids), IDS_PER_REQUEST):
            points = [_point(key) for key in ids[start : start + IDS_PER_REQUEST]]
            self._qdrant.call("delete", table.name, points, wait=True)

    def hashes(self, table: StoreTable, user: str) -> dict[str, str]:
        """`{id: row_hash}` of a user."""
        if not self._exists(table):
            return {}
        rows = list(self._all_rows(table, Filters(user=user), ["row_hash"]))
        return by_id((_id(row) for row in rows), (row.payload["row_hash"] for row in rows))

    def counts(self, table: StoreTable, users: Sequence[str]) -> dict[str, int]:
        """Rows of each of these users, counted exactly by the server."""
        from qdrant_client import models

        found = dict.fromkeys(users, 0)
        if not self._exists(table):
            return found
        shown = {_as_counted(user): user for user in users}
        for start in range(0, len(users), USERS_PER_REQUEST):
            some = models.MatchAny(any=list(users[start : start + USERS_PER_REQUEST]))
            answer = self._qdrant.call(
                "facet",
                table.name,
                key="user",
                facet_filter=models.Filter(must=[models.FieldCondition(key="user", match=some)]),
                limit=USERS_PER_REQUEST,
                exact=True,
            )
            found.update((shown[str(hit.value)], hit.count) for hit in answer.hits)
        return found

    def vectors(self, table: StoreTable, user: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """Stored vectors of a user by id; Qdrant keeps them at length one."""
        found: dict[str, Vectors] = {}
        if not self._exists(table):
            return found
        for start in range(0, len(ids), ROWS_PER_REQUEST):
            points = [_point(key) for key in ids[start : start + ROWS_PER_REQUEST]]
            rows = self._qdrant.call(
                "retrieve", table.name, points, with_payload=False, with_vectors=True
            )
            found.update((_id(row), np.asarray(row.vector, np.float32)) for row in rows)
        return found

    def finish(self, table: StoreTable) -> None:
        """Nothing: a server indexes by itself, the embedded one has no index."""

    def search(self, table: StoreTable, vector: Vectors, limit: int, filters: Filters) -> list[Hit]:
        """The `limit` nearest rows, best first; a short answer of the index is made good exactly."""
        check_query(self.name, table, vector)
        if limit < 1 or not self._exists(table):
            return []
        hits = self._nearest(table, vector, limit, filters, exact=self._qdrant.is_embedded)
        if len(hits) < limit and not self._qdrant.is_embedded:
            hits = self._nearest(table, vector, limit, filters, exact=True)
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))

    def purge(self, table: StoreTable) -> bool:
        """The embedded one overwrites what is deleted; its log ends when it is closed."""
        if self._qdrant.is_embedded and not self._qdrant.is_unused:
            self._qdrant.close()
        return True

    def tables(self) -> list[str]:
        """Names of the collections of this product."""
        if self._qdrant.is_unused:
            return []
        found = self._qdrant.call("get_collections").collections
        return sorted(one.name for one in found if PRODUCT_TABLE.match(one.name))

    def drop(self, name: str) -> None:
        """Remove a collection by name."""
        self._fitting.discard(name)
        if not self._qdrant.is_unused:
            self._qdrant.call("delete_collection", name)

    def check(self) -> str:
        """Version and address of the server, or where the embedded one lies."""
        if self._qdrant.is_embedded:
            count = len(self._qdrant.call("get_collections").collections)
            return f"Qdrant embedded at {self._qdrant.address}, {count} collections, one process at a time"
        return f"Qdrant {self._qdrant.call('info').version} at {self._qdrant.address}"

    def close(self) -> None:
        """Close the connection; a server goes on."""
        self._qdrant.close()

    def _exists(self, table: StoreTable) -> bool:
        """Whether the collection is there, with the right dimension."""
        if self._qdrant.is_unused or not self._qdrant.call("collection_exists", table.name):
            self._fitting.discard(table.name)
            return False
        if table.name not in self._fitting:
            dimension = self._qdrant.call("get_collection", table.name).config.params.vectors.size
            if dimension != table.space.dimension:
                raise SpaceMismatch(
                    f"the collection holds {dimension} dimensions, the space has {table.space.dimension}",
                    where=f"qdrant, {table.name}",
                    remedy="Drop it to load it anew, or choose the model it was made with",
                )
            self._fitting.add(table.name)
        return True

    def _create(self, table: StoreTable) -> None:
        from qdrant_client import models

        config = models.VectorParams(size=table.space.dimension, distance=models.Distance.COSINE)
        self._qdrant.call("create_collection", table.name, vectors_config=config)
        if not self._qdrant.is_embedded:
            for field, schema in INDEXES.items():
                self._qdrant.call("create_payload_index", table.name, field, schema, wait=True)

    def _all_rows(self, table: StoreTable, filters: Filters, fields: list[str]) -> Iterator[Any]:
        """Every row under a filter, page by page in the order of ids."""
        offset: Any = None
        while True:
            rows, offset = self._qdrant.call(
                "scroll",
                table.name,
                scroll_filter=_condition(filters),
                limit=PAGE_ROWS,
                offset=offset,
                with_payload=fields,
            )
            yield from rows
            if offset is None:
                return

    def _nearest(
        self, table: StoreTable, vector: Vectors, limit: int, filters: Filters, *, exact: bool
    ) -> list[Hit]:
        from qdrant_client import models

        params = None if self._qdrant.is_embedded else models.SearchParams(exact=exact)
        answer = self._qdrant.call(
            "query_points",
            table.name,
            query=vector.astype(np.float32).tolist(),
            query_filter=_condition(filters),
            limit=limit,
            search_params=params,
            with_payload=True,
        )
        return [Hit(_id(point), float(point.score), dict(point.payload)) for point in answer.points]


def _condition(filters: Filters) -> Any:
    """The filter in Qdrant's terms; None for all rows."""
    from qdrant_client import models

    conditions: list[Any] = []
    if filters.user is not None:
        match = models.MatchValue(value=filters.user)
        conditions.append(models.FieldCondition(key="user", match=match))
    if filters.since is not None or filters.until is not None:
        period = models.DatetimeRange.model_validate({"gte": filters.since, "lt": filters.until})
        conditions.append(models.FieldCondition(key="created_at", range=period))
    return models.Filter(must=conditions) if conditions else None


def _point(key: str) -> str:
    """A document's id as Qdrant takes it: the same 128 bits as a UUID."""
    return str(UUID(hex=key))


def _id(point: Any) -> str:
    return UUID(str(point.id)).hex


def _as_counted(user: str) -> str:
    """How a count names a user: what could be a UUID is written as one."""
    try:
        return str(UUID(user))
    except ValueError:
        return user
