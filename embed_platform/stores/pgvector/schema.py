"""Statements that make, describe and index the tables of the pgvector store; no data passes here."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import psycopg
from psycopg import sql

from embed_platform.errors import SpaceMismatch, StoreUnavailable
from embed_platform.stores.base import StoreTable
from embed_platform.stores.pgvector.index import plan_index

Connection = psycopg.Connection[Any]

SCHEMA = "vecs"
GENERATED = ("user", "kind", "created_at")

HNSW_M = 16
HNSW_EF_CONSTRUCTION = 64
# what PostgreSQL keeps in the row instead of beside it: the most that its pages allow
INLINE_BYTES = 8160
BUILD_MEMORY_MB = (64, 2048)


def table_sql(name: str) -> sql.Composed:
    """The table's qualified name."""
    return sql.Identifier(SCHEMA, name)  # type: ignore[return-value]


def index_name(table: StoreTable) -> str:
    """Name of the vector index.

    A vecs client takes an index for its own when the name begins with `ix_vector` and holds
    the operator class, which is right for the plain one and wrong for one on an expression.
    """
    digest = blake2b(table.name.encode(), digest_size=6).hexdigest()
    label = plan_index(table.space).label
    return f"ix_{label}_hnsw_m{HNSW_M}_ef{HNSW_EF_CONSTRUCTION}_{digest}"


def ensure_table(connection: Connection, table: StoreTable) -> None:
    """Make the extension, the schema and the table where they are missing.

    Raises:
        StoreUnavailable: the server has no pgvector.
        SpaceMismatch: a table of that name holds another dimension.
    """
    if check_dimension(connection, table) and _is_complete(connection, table.name):
        return
    ensure_extension(connection)
    with connection.transaction():
        # two processes that make one table at a time fail on the catalogue's own constraints
        connection.execute("select pg_advisory_xact_lock(hashtext('embed_platform.schema'))")
        connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(SCHEMA)))
        for statement in _table_statements(table):
            connection.execute(statement)


def ensure_extension(connection: Connection) -> None:
    """Make the extension where it is missing."""
    row = connection.execute("select 1 from pg_extension where extname = 'vector'").fetchone()
    if row is not None:
        return
    try:
        connection.execute("create extension if not exists vector")
    except psycopg.errors.UniqueViolation:
        return  # another process made it at the same moment
    except (psycopg.errors.UndefinedFile, psycopg.errors.FeatureNotSupported) as error:
        raise StoreUnavailable(
            "the server has no pgvector",
            where="EMBED_PG_DSN",
            remedy="Install pgvector 0.8 on the server, or unset EMBED_PG_DSN for the embedded one",
        ) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreUnavailable(
            "the extension vector is not enabled and this role may not enable it",
            where="EMBED_PG_DSN",
            remedy="Ask an administrator for `create extension vector`",
        ) from error


def table_dimension(connection: Connection, name: str) -> int | None:
    """Dimension of a table's vectors; None when there is no such table."""
    row = connection.execute(
        """
        select a.atttypmod from pg_attribute a
        join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = %s and c.relname = %s and a.attname = 'vec' and c.relkind in ('r', 'p')
        """,
        (SCHEMA, name),
    ).fetchone()
    return int(row[0]) if row else None


def check_dimension(connection: Connection, table: StoreTable) -> bool:
    """Whether the table exists.

    Raises:
        SpaceMismatch: it exists with another dimension.
    """
    present = table_dimension(connection, table.name)
    if present not in (None, table.space.dimension):
        raise SpaceMismatch(
            f"the table holds {present} dimensions, the space has {table.space.dimension}",
            where=f"pgvector, {table.name}",
            remedy="Drop the table to load it anew, or choose the model it was made with",
        )
    return present is not None


def has_index(connection: Connection, table: StoreTable) -> bool:
    """Whether the vector index is there and complete."""
    row = connection.execute(
        """
        select i.indisvalid from pg_index i
        join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = %s and c.relname = %s
        """,
        (SCHEMA, index_name(table)),
    ).fetchone()
    return bool(row and row[0])


def drop_index(connection: Connection, table: StoreTable) -> None:
    """Remove the vector index; searches scan until it is built again."""
    name = sql.Identifier(SCHEMA, index_name(table))
    connection.execute(sql.SQL("drop index if exists {}").format(name))


def build_index(connection: Connection, table: StoreTable) -> None:
    """Build the vector index with the memory it takes; nothing where it exists."""
    if has_index(connection, table):
        return
    try:
        _build_index(connection, table, workers=None)
    except (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory):
        # a parallel build shares memory through /dev/shm, which is small in many containers
        _build_index(connection, table, workers=0)


def build_memory_mb(rows: int, value_bytes: int) -> int:
    """Megabytes that an HNSW build takes so that its graph stays in memory."""
    per_row = value_bytes + HNSW_M * 2 * 16 + 200
    low, high = BUILD_MEMORY_MB
    return min(max(rows * per_row // 2**20 + 1, low), high)


def _is_complete(connection: Connection, name: str) -> bool:
    """Whether a table has all generated columns; one that a vecs client made has none."""
    row = connection.execute(
        """
        select count(*) from information_schema.columns
        where table_schema = %s and table_name = %s and column_name = any(%s)
        """,
        (SCHEMA, name, list(GENERATED)),
    ).fetchone()
    return row is not None and row[0] == len(GENERATED)


def _build_index(connection: Connection, table: StoreTable, workers: int | None) -> None:
    row = connection.execute(
        sql.SQL("select count(*) from {}").format(table_sql(table.name))
    ).fetchone()
    plan = plan_index(table.space)
    memory = build_memory_mb(int(row[0]) if row else 0, plan.value_bytes)
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", (index_name(table),))
        if has_index(connection, table):  # another process was faster
            return
        drop_index(connection, table)
        set_local(connection, "statement_timeout", "0")
        set_local(connection, "maintenance_work_mem", f"{memory}MB")
        if workers is not None:
            set_local(connection, "max_parallel_maintenance_workers", str(workers))
        connection.execute(
            sql.SQL(
                "create index {} on {} using hnsw ({} {}) with (m = {}, ef_construction = {})"
            ).format(
                sql.Identifier(index_name(table)),
                table_sql(table.name),
                plan.expression,
                sql.Identifier(plan.operator_class),
                sql.Literal(HNSW_M),
                sql.Literal(HNSW_EF_CONSTRUCTION),
            )
        )
    connection.execute(sql.SQL("analyze {}").format(table_sql(table.name)))


def set_local(connection: Connection, name: str, value: str) -> None:
    """Set a parameter until the end of the transaction."""
    connection.execute("select set_config(%s, %s, true)", (name, value))


def _table_statements(table: StoreTable) -> list[sql.Composed]:
    name = table_sql(table.name)
    digest = blake2b(table.name.encode(), digest_size=6).hexdigest()
    # bytewise order, so that ISO times compare as times whatever the server's locale
    generated = [
        sql.SQL('{} text collate "C" generated always as (metadata->>{}) stored').format(
            sql.Identifier(column), sql.Literal(column)
        )
        for column in GENERATED
    ]
    create = sql.SQL(
        "create table if not exists {} (id varchar primary key, vec vector({}) not null, "
        "metadata jsonb not null default '{{}}'::jsonb, {}) with (toast_tuple_target = {})"
    ).format(
        name,
        sql.Literal(table.space.dimension),
        sql.SQL(", ").join(generated),
        sql.Literal(INLINE_BYTES),
    )
    alter = [
        sql.SQL("alter table {} add column if not exists {}").format(name, g) for g in generated
    ]
    index = sql.SQL('create index if not exists {} on {} ("user", created_at)').format(
        sql.Identifier(f"ix_user_{digest}"), name
    )
    return [create, *alter, index]


def rewrite(connection: Connection, names: Sequence[str], *, embedded: bool) -> None:
    """Write tables, their indexes and statistics anew, so that no deleted row is in their files.

    Of the embedded server the log goes too: its old files are removed instead of used again.
    """
    for name in map(table_sql, names):
        connection.execute(sql.SQL("vacuum (full, analyze) {}").format(name))
        if embedded:
            # of an empty table no new statistics are made: the old ones hold common values
            connection.execute(
                "delete from pg_statistic where starelid in "
                "(select %(table)s::regclass union select indexrelid from pg_index "
                "where indrelid = %(table)s::regclass)",
                {"table": name.as_string(connection)},
            )
            connection.execute(sql.SQL("analyze {}").format(name))
    if embedded:
        connection.execute("vacuum full pg_statistic")
        connection.execute("alter system set wal_recycle = off")
        connection.execute("select pg_reload_conf()")
        connection.execute("select pg_switch_wal()")
        connection.execute("checkpoint")
