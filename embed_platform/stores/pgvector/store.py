"""The pgvector store: tables in the shape of a vecs client, loaded by binary COPY."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from psycopg import sql

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
    check_query,
)
from embed_platform.stores.pgvector import copying, schema
from embed_platform.stores.pgvector import pages as page_rows
from embed_platform.stores.pgvector.connect import Connection, Connections
from embed_platform.stores.pgvector.search import nearest
from embed_platform.stores.pgvector.text import ensure_text_index, find_by_words
from embed_platform.stores.servers import start_postgres

# Beyond this share of changed rows, building the index anew is faster than mending it.
REBUILD_SHARE = 0.2
IDS_PER_STATEMENT = 10_000
STAGING = "embed_platform_staging"


class PgVectorStore:
    """PostgreSQL with pgvector: the server of `EMBED_PG_DSN`, else the embedded one."""

    name = "pgvector"

    def __init__(self, settings: Settings) -> None:
        given = settings.pg_dsn
        self._embedded = given is None
        self._connections = Connections(
            given.get_secret_value if given is not None else lambda: start_postgres(settings)
        )
        self._language = settings.text_search_language
        # by table, since its last finish(): rows it had, rows that changed
        self._sizes: dict[str, int] = {}
        self._changed: Counter[str] = Counter()

    def refuses(self, table: StoreTable, user: str = "") -> str:
        """Nothing: whoever reads the server has its key."""
        return ""

    def upsert(self, table: StoreTable, user: str, batches: Iterable[Rows]) -> int:
        """Write rows of one user in one transaction.

        Rows of a user who has none go straight into a table without an index; else they are
        staged, so that it is known how many they are before the index is touched.

        Raises:
            SpaceMismatch: the table or the rows have another dimension.
            BadRecord: jsonb refuses a row's metadata.
        """
        if table.space.multi_vector:
            with self._connections.session() as connection:
                return page_rows.upsert(connection, table, batches)
        checked = (_checked(table, rows) for rows in batches)
        with self._connections.session() as connection:
            schema.ensure_table(connection, table)
            if table.name not in self._sizes:
                self._sizes[table.name] = _count(connection, table)
            indexed = schema.has_index(connection, table)
            if not indexed and not _has_rows(connection, table, user):
                written = _copy_into_table(connection, table, checked)
            else:
                written = self._upsert_staged(connection, table, checked, indexed=indexed)
        self._changed[table.name] += written
        return written

    def delete(self, table: StoreTable, user: str, ids: Sequence[str]) -> None:
        """Remove rows of a user by id."""
        statement = sql.SQL('delete from {} where id = any(%s) and "user" = %s').format(
            schema.table_sql(table.name)
        )
        with self._connections.session() as connection:
            if ids and schema.check_dimension(connection, table):
                with connection.transaction():
                    for start in range(0, len(ids), IDS_PER_STATEMENT):
                        part = list(ids[start : start + IDS_PER_STATEMENT])
                        connection.execute(statement, (part, user))

    def hashes(self, table: StoreTable, user: str) -> dict[str, str]:
        """`{id: row_hash}` of a user; a row that lacks its hash has an empty one."""
        statement = sql.SQL(
            "select id, coalesce(metadata->>'row_hash', '') from {} where \"user\" = %s"
        ).format(schema.table_sql(table.name))
        with self._connections.session() as connection:
            if not schema.check_dimension(connection, table):
                return {}
            # a named cursor streams; it lives in a transaction
            with connection.transaction(), connection.cursor("embed_platform_hashes") as cursor:
                cursor.itersize = IDS_PER_STATEMENT
                cursor.execute(statement, (user,))
                return dict(cursor)

    def counts(self, table: StoreTable, users: Sequence[str]) -> dict[str, int]:
        """Rows of each of these users, in one query."""
        found = dict.fromkeys(users, 0)
        statement = sql.SQL(
            'select "user", count(*) from {} where "user" = any(%s) group by "user"'
        ).format(schema.table_sql(table.name))
        with self._connections.session() as connection:
            if schema.check_dimension(connection, table):
                found.update(connection.execute(statement, (list(users),)).fetchall())
        return found

    def vectors(self, table: StoreTable, user: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """Stored vectors of a user by id, exactly as the server sends them."""
        statement = sql.SQL("select id, vec from {} where id = any(%s)").format(
            schema.table_sql(table.name)
        )
        with self._connections.session() as connection:
            if not schema.check_dimension(connection, table):
                return {}
            if table.space.multi_vector:
                rows = page_rows.fetch(connection, table, ids)
                return {row.id: row.vectors.astype(np.float32) for row in rows}
            with connection.cursor(binary=True) as cursor:
                cursor.execute(statement, (list(ids),))
                return {key: _read_vector(value) for key, value in cursor}

    def finish(self, table: StoreTable) -> None:
        """Build the indexes on vectors and words where they are missing; a search before that is slow."""
        with self._connections.session() as connection:
            if schema.check_dimension(connection, table):
                if table.space.multi_vector:
                    page_rows.build_index(connection, table)
                else:
                    schema.build_index(connection, table)
                    ensure_text_index(connection, table, self._language)
        self._sizes.pop(table.name, None)
        self._changed.pop(table.name, None)

    def search(self, table: StoreTable, vector: Vectors, limit: int, filters: Filters) -> list[Hit]:
        """The `limit` nearest rows, best first; a table that is not there holds none."""
        check_query(self.name, table, vector)
        with self._connections.session() as connection:
            if not schema.check_dimension(connection, table):
                return []
            return nearest(connection, table, vector, limit, filters)

    def search_words(self, table: StoreTable, text: str, limit: int, filters: Filters) -> list[Hit]:
        """The `limit` best rows by their words, best first; a table that is not there holds none.

        Raises:
            SettingsError: PostgreSQL knows no text search configuration of the settings' name.
        """
        with self._connections.session() as connection:
            if not schema.check_dimension(connection, table):
                return []
            return find_by_words(connection, table, text, limit, filters, self._language)

    def page_candidates(
        self, table: StoreTable, question: MultiVector, limit: int, filters: Filters
    ) -> list[str]:
        """Ids of pages that may answer a question best, by the signs of their vectors."""
        with self._connections.session() as connection:
            if not schema.check_dimension(connection, table):
                return []
            return page_rows.candidates(connection, table, question, limit, filters)

    def page_rows(self, table: StoreTable, ids: Sequence[str]) -> Iterator[PageRow]:
        """Pages by id with all their vectors."""
        with self._connections.session() as connection:
            yield from page_rows.fetch(connection, table, ids)

    def purge(self, table: StoreTable) -> bool:
        """Rewrite the table without dead rows; the embedded server's log is ended too."""
        with self._connections.session() as connection:
            if schema.check_dimension(connection, table):
                names = [table.name]
                if table.space.multi_vector:
                    names.append(page_rows.bits_name(table.name))
                schema.rewrite(connection, names, embedded=self._embedded)
        return True

    def tables(self) -> list[str]:
        """Names of the tables of this product; those of other vecs clients are left out."""
        with self._connections.session() as connection:
            found = connection.execute(
                "select tablename from pg_tables where schemaname = %s", (schema.SCHEMA,)
            ).fetchall()
        return sorted(name for (name,) in found if PRODUCT_TABLE.match(name))

    def drop(self, name: str) -> None:
        """Remove a table by name."""
        with self._connections.session() as connection:
            statement = sql.SQL("drop table if exists {}, {}").format(
                schema.table_sql(name), schema.table_sql(page_rows.bits_name(name))
            )
            if schema.table_dimension(connection, name) is not None:
                connection.execute(statement)
        self._sizes.pop(name, None)
        self._changed.pop(name, None)

    def check(self) -> str:
        """Versions of PostgreSQL and pgvector."""
        with self._connections.session() as connection:
            schema.ensure_extension(connection)
            row = connection.execute(
                "select current_setting('server_version'), extversion "
                "from pg_extension where extname = 'vector'"
            ).fetchone()
        server, extension = row if row else ("?", "?")
        return f"PostgreSQL {server.split()[0]}, pgvector {extension}"

    def close(self) -> None:
        """Close the connections; the server goes on."""
        self._connections.close()

    def _upsert_staged(
        self, connection: Connection, table: StoreTable, batches: Iterable[Rows], *, indexed: bool
    ) -> int:
        name, staging = schema.table_sql(table.name), sql.Identifier(STAGING)
        with connection.transaction():
            schema.set_local(connection, "statement_timeout", "0")
            connection.execute(
                sql.SQL(
                    "create temp table {} (id varchar, vec vector, metadata jsonb) on commit drop"
                ).format(staging)
            )
            written = _copy(connection, staging, batches)
            changed = self._changed[table.name] + written
            if indexed and rebuild_pays(changed, self._sizes[table.name]):
                # on a connection of its own: inside this transaction it would block searches
                with self._connections.session() as other:
                    schema.drop_index(other, table)
            connection.execute(
                sql.SQL(
                    "insert into {} (id, vec, metadata) select id, vec, metadata from {} "
                    "on conflict (id) do update set vec = excluded.vec, metadata = excluded.metadata"
                ).format(name, staging)
            )
        return written


def rebuild_pays(changed: int, rows: int) -> bool:
    """Whether to drop the index for a load and build it afterwards."""
    return changed > REBUILD_SHARE * rows


def _copy_into_table(connection: Connection, table: StoreTable, batches: Iterable[Rows]) -> int:
    with connection.transaction():
        schema.set_local(connection, "statement_timeout", "0")
        return _copy(connection, schema.table_sql(table.name), batches)


def _copy(connection: Connection, target: sql.Composable, batches: Iterable[Rows]) -> int:
    statement = sql.SQL("copy {} (id, vec, metadata) from stdin (format binary)").format(target)
    written = 0
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        stream.write(copying.HEADER)
        for rows in batches:
            for part in _parts(rows):
                stream.write(copying.copy_rows(part))
            written += len(rows)
        stream.write(copying.TRAILER)
    return written


def _parts(rows: Rows, size: int = 500) -> Iterator[Rows]:
    """Rows in parts of a megabyte or so: the server reads one while the next is encoded."""
    for start in range(0, len(rows), size):
        end = start + size
        yield Rows(rows.ids[start:end], rows.vectors[start:end], rows.metadata[start:end])


def _checked(table: StoreTable, rows: Rows) -> Rows:
    if rows.vectors.shape != (len(rows), table.space.dimension):
        raise SpaceMismatch(
            f"{rows.vectors.shape[-1]} dimensions instead of {table.space.dimension}",
            where=f"pgvector, {table.name}",
        )
    return rows


def _count(connection: Connection, table: StoreTable) -> int:
    statement = sql.SQL("select count(*) from {}").format(schema.table_sql(table.name))
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0


def _has_rows(connection: Connection, table: StoreTable, user: str) -> bool:
    statement = sql.SQL('select exists (select 1 from {} where "user" = %s)').format(
        schema.table_sql(table.name)
    )
    row = connection.execute(statement, (user,)).fetchone()
    return bool(row and row[0])


def _read_vector(value: Any) -> Vectors:
    """pgvector's binary form: dimension and a reserved zero in 16 bits each, then the floats."""
    return np.frombuffer(value, dtype=">f4", offset=4).astype(np.float32)
