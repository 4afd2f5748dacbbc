"""Nearest neighbours in a pgvector table: through the index where that is right, else exact."""

from __future__ import annotations

from typing import Any

from psycopg import sql

from embed_platform.stores.base import Filters, Hit, StoreTable, Vectors
from embed_platform.stores.pgvector.connect import Connection
from embed_platform.stores.pgvector.index import plan_index
from embed_platform.stores.pgvector.schema import has_index, set_local, table_sql

# Rows under a filter up to which comparing with each of them beats the index, which visits
# its nearest rows first and throws away those of everybody else.
EXACT_ROWS = 10_000
# At 100, one query in 45 over 100,000 clustered vectors ended in a wrong cluster and found none
# of its ten nearest; at 200 none of 400 did, at the same cost. pgvector takes 1,000 at most.
EF_SEARCH = (200, 1000)


def nearest(
    connection: Connection, table: StoreTable, vector: Vectors, limit: int, filters: Filters
) -> list[Hit]:
    """The `limit` nearest rows under the filters, best first.

    An answer of the index that comes back short is asked again without it, so that fewer rows
    than `limit` mean that no more exist.
    """
    condition, values = conditions(filters)
    few = bool(values) and _few_rows(connection, table, condition, values)
    if not few and has_index(connection, table):
        hits = _through_index(connection, table, vector, limit, condition, values)
        if len(hits) >= limit:
            return hits
    return _exact(connection, table, vector, limit, condition, values)


def conditions(filters: Filters) -> tuple[sql.Composable, dict[str, Any]]:
    """The filters as a `where` clause and its parameters; both empty without a filter."""
    parts = {
        "user": (filters.user, '"user" = %(user)s'),
        "since": (filters.since, "created_at >= %(since)s"),
        "until": (filters.until, "created_at < %(until)s"),
    }
    given = {name: value for name, (value, _) in parts.items() if value is not None}
    clauses = [sql.SQL(parts[name][1]) for name in given]
    if not clauses:
        return sql.SQL(""), {}
    return sql.SQL("where ") + sql.SQL(" and ").join(clauses), given


def ef_search(limit: int) -> int:
    """Size of the index's candidate list for an answer of `limit` rows."""
    low, high = EF_SEARCH
    return min(max(low, 2 * limit), high)


def index_settings(table: StoreTable, limit: int) -> dict[str, str]:
    """Parameters of the server under which a search goes through the index."""
    plan = plan_index(table.space)
    found = {
        "hnsw.ef_search": str(ef_search(plan.candidates(limit))),
        "hnsw.iterative_scan": "relaxed_order",
    }
    if plan.rescored:
        # Vectors this long lie beside their rows, and the planner counts nothing for fetching
        # them: it would read and sort them all. Without sorts only the index gives an order. What
        # it adds to the cost of the sort that remains must not set the compiler off.
        found |= {"enable_sort": "off", "jit": "off"}
    return found


def index_statement(table: StoreTable, limit: int, condition: sql.Composable) -> sql.Composed:
    """The search through the index: its candidates, ordered by their distance in full precision.

    It answers with nothing where a filter left too few candidates to choose from. Parameters:
    `query`, a vector as text, and those of the condition.
    """
    plan = plan_index(table.space)
    # the added zero: the index is read in relaxed order, which PostgreSQL 17 takes for sorted
    return sql.SQL(
        "with nearest as materialized (select id, metadata, vec <=> %(query)s::vector as distance "
        "from {} {} order by {} limit {}) "
        "select id, metadata, 1 - distance from nearest "
        "where (select count(*) from nearest) >= {} order by distance + 0, id limit {}"
    ).format(
        table_sql(table.name),
        condition,
        plan.order,
        sql.Literal(plan.candidates(limit)),
        sql.Literal(plan.enough(limit)),
        sql.Literal(limit),
    )


def _few_rows(
    connection: Connection, table: StoreTable, condition: sql.Composable, values: dict[str, Any]
) -> bool:
    statement = sql.SQL("select count(*) from (select 1 from {} {} limit {}) as first_rows").format(
        table_sql(table.name), condition, sql.Literal(EXACT_ROWS + 1)
    )
    row = connection.execute(statement, values).fetchone()
    return row is not None and row[0] <= EXACT_ROWS


def _through_index(
    connection: Connection,
    table: StoreTable,
    vector: Vectors,
    limit: int,
    condition: sql.Composable,
    values: dict[str, Any],
) -> list[Hit]:
    statement = index_statement(table, limit, condition)
    with connection.transaction():
        for name, value in index_settings(table, limit).items():
            set_local(connection, name, value)
        return _hits(connection, statement, vector, values)


def _exact(
    connection: Connection,
    table: StoreTable,
    vector: Vectors,
    limit: int,
    condition: sql.Composable,
    values: dict[str, Any],
) -> list[Hit]:
    # the added zero keeps the planner from the vector index; the btrees stay open to it
    statement = sql.SQL(
        "select id, metadata, 1 - (vec <=> %(query)s::vector) from {} {} "
        "order by (vec <=> %(query)s::vector) + 0, id limit {}"
    ).format(table_sql(table.name), condition, sql.Literal(limit))
    return _hits(connection, statement, vector, values)


def _hits(
    connection: Connection, statement: sql.Composed, vector: Vectors, values: dict[str, Any]
) -> list[Hit]:
    query = "[" + ",".join(map(str, vector.tolist())) + "]"
    found = connection.execute(statement, {"query": query, **values}).fetchall()
    return [Hit(key, float(score), metadata) for key, metadata, score in found]
