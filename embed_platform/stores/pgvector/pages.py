"""Pages in pgvector: a row per page with all its vectors, and their signs as bits to find candidates by.

A page's table has the columns of every other one, `vec` holding the mean of the page's vectors,
and `vectors`, all of them in half precision. Beside it `<table>.bits` holds for each run of
neighbouring patches the signs of their mean, indexed by Hamming distance; its rows go with their
page. Which page answers best is decided outside, on the full vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from embed_platform.embedding.engine import MultiVector
from embed_platform.errors import SpaceMismatch
from embed_platform.stores.base import Filters, PageRow, Rows, StoreTable
from embed_platform.stores.pgvector import copying, schema
from embed_platform.stores.pgvector.connect import Connection
from embed_platform.stores.pgvector.search import conditions

# Patches come row by row: so many neighbours in a row see nearly the same, and a page of 700 has
# 44 rows of bits instead of 700.
PATCHES_PER_RUN = 16
# Runs that each vector of a question is given, nearest first.
RUNS_PER_VECTOR = 400
# Up to so many pages under the filters all are candidates.
EXACT_PAGES = 200
PAGES_PER_FETCH = 64


def bits_name(table_name: str) -> str:
    """Name of the table of bits that belongs to a table; no other table of the product has a dot."""
    return f"{table_name}.bits"


def ensure_table(connection: Connection, table: StoreTable) -> None:
    """Make a page table and its table of bits where they are missing."""
    schema.ensure_table(connection, table)
    name, bits = schema.table_sql(table.name), schema.table_sql(bits_name(table.name))
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext('embed_platform.schema'))")
        connection.execute(
            sql.SQL(
                "alter table {} add column if not exists vectors bytea not null, "
                "alter column vectors set storage external"
            ).format(name)
        )
        connection.execute(
            sql.SQL(
                "create table if not exists {} (id varchar not null references {} on delete cascade, "
                "bits bit({}) not null)"
            ).format(bits, name, sql.Literal(table.space.dimension))
        )
        connection.execute(
            sql.SQL("create index if not exists {} on {} (id)").format(
                sql.Identifier(_index("ix_page", table)), bits
            )
        )


def upsert(connection: Connection, table: StoreTable, batches: Iterable[Rows]) -> int:
    """Write pages with their bits in one transaction; returns how many.

    Raises:
        SpaceMismatch: a page has another dimension.
        BadRecord: jsonb refuses a page's metadata.
    """
    ensure_table(connection, table)
    bits = schema.table_sql(bits_name(table.name))
    insert = sql.SQL(
        "insert into {} (id, vec, metadata, vectors) values (%s, %s::vector, %s::jsonb, %b) "
        "on conflict (id) do update set vec = excluded.vec, metadata = excluded.metadata, "
        "vectors = excluded.vectors"
    ).format(schema.table_sql(table.name))
    remove = sql.SQL("delete from {} where id = any(%s)").format(bits)
    copy = sql.SQL("copy {} (id, bits) from stdin").format(bits)
    written = 0
    with connection.transaction(), connection.cursor() as cursor:
        schema.set_local(connection, "statement_timeout", "0")
        for rows in batches:
            pages = list(rows.pages(table.space.dimension))
            cursor.executemany(
                insert,
                [
                    (key, _mean(page), copying.encode_metadata(key, kept).decode(), _packed(page))
                    for key, page, kept in zip(rows.ids, pages, rows.metadata, strict=True)
                ],
            )
            cursor.execute(remove, (list(rows.ids),))
            with cursor.copy(copy) as stream:
                for key, page in zip(rows.ids, pages, strict=True):
                    for word in _words(run_bits(page)):
                        stream.write_row((key, word))
            written += len(rows)
    return written


def build_index(connection: Connection, table: StoreTable) -> None:
    """Build the index of the bits where it is missing; a search before that scans them."""
    name = _index("ix_bits_hnsw", table)
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", (name,))
        schema.set_local(connection, "statement_timeout", "0")
        # a parallel build shares memory through /dev/shm, which is small in many containers
        schema.set_local(connection, "max_parallel_maintenance_workers", "0")
        rows = _count(connection, sql.SQL(""), bits_name(table.name), {})
        memory = schema.build_memory_mb(rows, table.space.dimension // 8)
        schema.set_local(connection, "maintenance_work_mem", f"{memory}MB")
        connection.execute(
            sql.SQL("create index if not exists {} on {} using hnsw (bits bit_hamming_ops)").format(
                sql.Identifier(name), schema.table_sql(bits_name(table.name))
            )
        )
    connection.execute(sql.SQL("analyze {}").format(schema.table_sql(bits_name(table.name))))


def candidates(
    connection: Connection, table: StoreTable, question: MultiVector, limit: int, filters: Filters
) -> list[str]:
    """Ids of pages that may answer a question, most promising first.

    Up to `EXACT_PAGES` pages under the filters, all of them. Else each vector of the question
    asks for the runs of patches with the nearest signs, and a page is worth the sum of its best.
    Where these are of fewer than `limit` pages, all under the filters again.
    """
    condition, values = conditions(filters)
    few = _count(connection, condition, table.name, values, EXACT_PAGES + 1) <= EXACT_PAGES
    if not few:
        found = _nearest(connection, table, question, condition, values)
        if len(found) >= limit:
            return found[:limit]
    statement = sql.SQL("select id from {} {} order by id").format(
        schema.table_sql(table.name), condition
    )
    return [key for (key,) in connection.execute(statement, values)]


def fetch(connection: Connection, table: StoreTable, ids: Sequence[str]) -> Iterator[PageRow]:
    """Pages by id, a batch at a time; ids that are not there do not come."""
    statement = sql.SQL("select id, metadata, vectors from {} where id = any(%s)").format(
        schema.table_sql(table.name)
    )
    for start in range(0, len(ids), PAGES_PER_FETCH):
        part = list(ids[start : start + PAGES_PER_FETCH])
        with connection.cursor(binary=True) as cursor:
            for key, metadata, packed in cursor.execute(statement, (part,)):
                yield PageRow(key, _unpacked(packed, table.space.dimension), metadata)


def run_bits(page: MultiVector) -> NDArray[np.bool_]:
    """Signs of the mean of each run of a page's vectors, shape (runs, dimension)."""
    starts = np.arange(0, len(page), PATCHES_PER_RUN)
    return np.asarray(np.add.reduceat(page.astype(np.float32), starts, axis=0) > 0)


def _nearest(
    connection: Connection,
    table: StoreTable,
    question: MultiVector,
    condition: sql.Composable,
    values: dict[str, Any],
) -> list[str]:
    words = list(_words(question > 0))
    inside: sql.Composable = sql.SQL("")
    if values:
        inside = sql.SQL("join {} as page on page.id = runs.id {}").format(
            schema.table_sql(table.name), condition
        )
    statement = sql.SQL(
        "select asked.place, near.id, near.distance "
        "from unnest(%(words)s::bit({n})[]) with ordinality as asked (word, place) "
        "cross join lateral (select runs.id, runs.bits <~> asked.word as distance from {bits} as runs "
        "{inside} order by runs.bits <~> asked.word limit {runs}) as near"
    ).format(
        n=sql.Literal(table.space.dimension),
        bits=schema.table_sql(bits_name(table.name)),
        inside=inside,
        runs=sql.Literal(RUNS_PER_VECTOR),
    )
    with connection.transaction():
        for name, value in {
            "hnsw.ef_search": str(RUNS_PER_VECTOR),
            "hnsw.iterative_scan": "relaxed_order",
            "jit": "off",
        }.items():
            schema.set_local(connection, name, value)
        rows = connection.execute(statement, {"words": words, **values}).fetchall()
    return _ranked(rows, len(words))


def _ranked(rows: Sequence[tuple[int, str, float]], count: int) -> list[str]:
    """Pages by the sum of their least distances, from (vector of the question from 1 on, page, distance).

    To a vector that did not find it a page is as far as the farthest that it found.
    """
    farthest = np.zeros(count)
    best: dict[str, dict[int, float]] = {}
    for place, key, distance in rows:
        farthest[place - 1] = max(farthest[place - 1], distance)
        own = best.setdefault(key, {})
        own[place] = min(own.get(place, distance), distance)
    total = float(farthest.sum())
    worth = {
        key: total - sum(farthest[place - 1] - distance for place, distance in own.items())
        for key, own in best.items()
    }
    return sorted(worth, key=lambda key: (worth[key], key))


def _count(
    connection: Connection,
    condition: sql.Composable,
    name: str,
    values: dict[str, Any],
    most: int = 2**31 - 1,
) -> int:
    statement = sql.SQL("select count(*) from (select 1 from {} {} limit {}) as first_rows").format(
        schema.table_sql(name), condition, sql.Literal(most)
    )
    row = connection.execute(statement, values).fetchone()
    return int(row[0]) if row else 0


def _mean(page: MultiVector) -> str:
    return "[" + ",".join(map(str, page.astype(np.float32).mean(axis=0).tolist())) + "]"


def _words(bits: NDArray[np.bool_]) -> Iterator[str]:
    """Rows of bits as PostgreSQL writes them: zeros and ones."""
    for row in np.where(bits, ord("1"), ord("0")).astype(np.uint8):
        yield row.tobytes().decode()


def _packed(page: MultiVector) -> bytes:
    """Little-endian half floats, vector by vector."""
    return page.astype("<f2").tobytes()


def _unpacked(data: bytes, dimension: int) -> MultiVector:
    if len(data) % (2 * dimension):
        raise SpaceMismatch(f"{len(data)} bytes are no vectors of {dimension} dimensions")
    return np.frombuffer(data, "<f2").reshape(-1, dimension).astype(np.float16, copy=False)


def _index(prefix: str, table: StoreTable) -> str:
    return f"{prefix}_{blake2b(table.name.encode(), digest_size=6).hexdigest()}"
