"""The Milvus store: a typed collection per table, through the official client."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from embed_platform.errors import SpaceMismatch
from embed_platform.settings import Settings
from embed_platform.stores import milvus_rows
from embed_platform.stores.base import (
    PRODUCT_TABLE,
    SINGLE,
    Filters,
    Hit,
    Rows,
    StoreTable,
    Vectors,
    by_id,
)
from embed_platform.stores.milvus_alias import point_alias
from embed_platform.stores.milvus_client import MilvusConnection

# largest page that Milvus serves, and five times faster than 1,000
PAGE_ROWS = 16_384
IDS_PER_REQUEST = 5_000
VECTORS_PER_REQUEST = 1_000
USERS_PER_EXPRESSION = 500
HNSW = {"M": 16, "efConstruction": 200}
MIN_EF = 100
# rows of other users take part in the graph search and are thrown away afterwards
MIN_EF_FILTERED = 400
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

    def refuses(self, table: StoreTable) -> str:
        """Pages, which have several vectors each; else nothing: whoever reads the server has its key."""
        return SINGLE if table.space.multi_vector else ""

    def upsert(self, table: StoreTable, user: str, batches: Iterable[Rows]) -> int:
        """Write rows in requests of bounded size; ids are unique within one call of the loader.

        Raises:
            SpaceMismatch: the collection or the rows have another dimension.
        """
        if not self._exists(table):
            self._create(table)
        written = 0
        for rows in batches:
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
        condition, key = milvus_rows.expression(Filters(user=user)), _key(table)
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
        return self._vectors(table, ids) if self._exists(table) else {}

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
        if vector.shape != (table.space.dimension,):
            raise SpaceMismatch(
                f"the query has {vector.shape[-1]} dimensions, the space {table.space.dimension}",
                where=f"milvus, {table.name}",
                remedy="Embed the query with the model of the space",
            )
        if limit < 1 or not self._exists(table):
            return []
        condition = milvus_rows.expression(filters)
        if condition:
            few = self._ids(table, condition, EXACT_ROWS + 1)
            if len(few) <= EXACT_ROWS:
                return self._exact(table, vector, limit, few)
        hits = self._through_index(table, vector, limit, condition)
        if len(hits) < limit and len(self._ids(table, condition, len(hits) + 1)) > len(hits):
            key = _key(table)
            every = [row[key] for row in self._all_rows(table, condition, [key])]
            return self._exact(table, vector, limit, every)
        return hits

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

    def _create(self, table: StoreTable) -> None:
        from pymilvus import DataType, MilvusClient

        forms = {
            "text": DataType.VARCHAR,
            "array": DataType.VARCHAR,  # as JSON
            "integer": DataType.INT64,
            "boolean": DataType.BOOL,
        }
        own = milvus_rows.names(table.kind)
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field(own.key, DataType.VARCHAR, max_length=32, is_primary=True)
        schema.add_field(own.vector, DataType.FLOAT_VECTOR, dim=table.space.dimension)
        for name, size in milvus_rows.COMMON_FIELDS.items():
            schema.add_field(name, DataType.VARCHAR, max_length=size)
        for name, form in table.kind.fields.items():
            length = (
                {"max_length": milvus_rows.TEXT_BYTES} if forms[form] is DataType.VARCHAR else {}
            )
            wanted = DataType.INT16 if name in own.short else forms[form]
            schema.add_field(name, wanted, nullable=True, **length)
        indexes = MilvusClient.prepare_index_params()
        indexes.add_index(own.vector, index_type="HNSW", metric_type="COSINE", params=HNSW)
        indexes.add_index("user", index_type="INVERTED")
        self._milvus.call(
            "create_collection",
            table.name,
            schema=schema,
            index_params=indexes,
            # verification has to see what was just written
            consistency_level="Strong",
        )

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

    def _through_index(
        self, table: StoreTable, vector: Vectors, limit: int, condition: str
    ) -> list[Hit]:
        (found,) = self._milvus.call(
            "search",
            table.name,
            data=[vector.astype(np.float32)],
            anns_field=milvus_rows.names(table.kind).vector,
            limit=limit,
            filter=condition,
            search_params={"metric_type": "COSINE", "params": {"ef": candidates(limit, condition)}},
            output_fields=milvus_rows.output_fields(table.kind),
        )
        # the client calls the key in an answer by its own name, whatever the field is called
        hits = [_hit(table, hit["entity"], hit[_key(table)], hit["distance"]) for hit in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))

    def _ids(self, table: StoreTable, condition: str, limit: int) -> list[str]:
        rows = self._milvus.call(
            "query", table.name, filter=condition, output_fields=[_key(table)], limit=limit
        )
        return [row[_key(table)] for row in rows]

    def _vectors(self, table: StoreTable, ids: Sequence[str]) -> dict[str, Vectors]:
        found: dict[str, Vectors] = {}
        own = milvus_rows.names(table.kind)
        for start in range(0, len(ids), VECTORS_PER_REQUEST):
            part = list(ids[start : start + VECTORS_PER_REQUEST])
            rows = self._milvus.call(
                "get", table.name, ids=part, output_fields=[own.key, own.vector]
            )
            found.update((row[own.key], np.asarray(row[own.vector], np.float32)) for row in rows)
        return found

    def _exact(self, table: StoreTable, vector: Vectors, limit: int, ids: list[str]) -> list[Hit]:
        """Compare with each of these rows, a page at a time."""
        scores: dict[str, float] = {}
        for start in range(0, len(ids), VECTORS_PER_REQUEST):
            part = self._vectors(table, ids[start : start + VECTORS_PER_REQUEST])
            if not part:
                continue
            matrix = np.stack(list(part.values()))
            lengths = np.linalg.norm(matrix, axis=1) * np.linalg.norm(vector)
            cosines = (matrix @ vector) / np.where(lengths == 0, 1, lengths)
            scores.update(zip(part, cosines.tolist(), strict=True))
        best = sorted(scores, key=lambda key: (-scores[key], key))[:limit]
        if not best:
            return []
        kept = self._milvus.call(
            "get", table.name, ids=best, output_fields=milvus_rows.output_fields(table.kind)
        )
        rows = {row[_key(table)]: row for row in kept}
        return [_hit(table, rows[key], key, scores[key]) for key in best if key in rows]


def candidates(limit: int, condition: str) -> int:
    """The `ef` of a search: how many rows the graph search keeps in view."""
    return max(MIN_EF_FILTERED if condition else MIN_EF, 2 * limit)


def _key(table: StoreTable) -> str:
    return milvus_rows.names(table.kind).key


def _hit(table: StoreTable, entity: dict[str, Any], key: str, score: float) -> Hit:
    return Hit(key, float(score), milvus_rows.metadata_of(entity, table.kind))
