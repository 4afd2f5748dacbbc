"""A PostgreSQL table: rows by their update column, and a full pass now and then that finds what is gone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from embed_platform.errors import SettingsError, SourceRefused, SourceUnavailable
from embed_platform.live.changes import (
    Change,
    Cursor,
    Delete,
    Everything,
    Failed,
    Item,
    Upsert,
    as_utc,
)
from embed_platform.settings import Settings, load_settings


class PostgresTable:
    """Rows of a table, with an index on the update column and on the key.

    A transaction may become visible after one that began later, and clocks differ: the last
    `overlap_seconds` are read again each time. Rows that are as before cost nothing. A row without
    a time is seen by the full pass alone; one dated ahead is read each time until its time comes.

    Args:
        table: `name` or `schema.name`.
        key: column that names a row.
        text: column of its text.
        updated: column of the time of its last change.
        title, url, author: columns, where there are any.
        deleted: column that is true, or not null, in rows that are no more.
        dsn_variable: environment variable of the server's address, instead of EMBED_LIVE_PG_DSN.
        poll_seconds: between two polls.
        full_seconds: between two full passes over the table.
        rows_per_poll: most that one batch reads; the others follow at once.
        overlap_seconds: how far back each poll looks.
    """

    def __init__(
        self,
        table: str,
        key: str,
        text: str,
        updated: str,
        title: str = "",
        url: str = "",
        author: str = "",
        deleted: str = "",
        dsn_variable: str = "",
        poll_seconds: float = 10,
        full_seconds: float = 3600,
        rows_per_poll: int = 500,
        overlap_seconds: float = 60,
    ) -> None:
        self.table, self.key, self.updated = table, key, updated
        self.columns = {"text": text, "title": title, "url": url, "author": author, "gone": deleted}
        self.dsn_variable = dsn_variable
        self.poll_seconds, self.full_seconds = poll_seconds, full_seconds
        self.rows_per_poll, self.overlap_seconds = rows_per_poll, overlap_seconds
        self._settings: Settings | None = None

    def connect(self, settings: Settings) -> None:
        """Use the address of these settings."""
        self._settings = settings

    def poll(self, cursor: Cursor) -> tuple[list[Change], Cursor]:
        """Rows that changed since the cursor, and the next part of a full pass where one is due.

        Raises:
            SourceUnavailable: the server does not answer.
            SourceRefused: it knows no such table or column.
        """
        with self._connection() as connection:
            now = connection.execute("select now()").fetchone()[0]
            changes, recent = self._recent(connection, cursor, now)
            part, full = self._full(connection, cursor, now)
        after = {**cursor, **recent, **full}
        after["more"] = bool(recent.get("busy") or full.get("passing"))
        return [*changes, *part], after

    def fetch(self, keys: Sequence[str]) -> list[Change]:
        """These rows as they are now; those that are not there are gone."""
        with self._connection() as connection:
            changes = [
                _change(row)
                for start in range(0, len(keys), self.rows_per_poll)
                for row in self._rows(
                    connection,
                    "where {k}::text = any(%s)",
                    (list(keys[start : start + self.rows_per_poll]),),
                )
            ]
        there = {change.key for change in changes if not isinstance(change, Everything)}
        return [*changes, *(Delete(key) for key in keys if key not in there)]

    def _recent(
        self, connection: Any, cursor: Cursor, now: datetime
    ) -> tuple[list[Change], Cursor]:
        """The next rows by (updated, key); after the last one it begins again a little earlier.

        What was last seen, `at`, is never after the moment at which its pass `began`: a row dated
        ahead comes with each pass and hides none.
        """
        at = cursor.get("at")
        if at is None:  # the full pass at the beginning reads everything
            return [], {}
        if cursor.get("busy") and cursor.get("began"):
            began, newest, key = cursor["began"], cursor["reached"], cursor["key"]
            since = datetime.fromisoformat(newest)
        else:
            began, newest, key = as_utc(now).isoformat(), at, ""
            since = datetime.fromisoformat(at) - timedelta(seconds=self.overlap_seconds)
        rows = self._rows(
            connection, "where ({u}, {k}::text) > (%s, %s) order by {u}, {k}::text", (since, key)
        )
        times = [as_utc(row["updated"]) for row in rows if row["updated"]]
        reached = max([datetime.fromisoformat(newest), *times])
        changes = [_change(row) for row in rows]
        if len(rows) == self.rows_per_poll and rows[-1]["updated"]:
            reached = as_utc(rows[-1]["updated"])
            return changes, {
                "busy": True,
                "began": began,
                "reached": reached.isoformat(),
                "key": rows[-1]["key"],
            }
        seen = min(reached, datetime.fromisoformat(began))
        return changes, {"at": seen.isoformat(), "busy": False}

    def _full(self, connection: Any, cursor: Cursor, now: datetime) -> tuple[list[Change], Cursor]:
        """The next rows by key, while a pass is under way or due."""
        passing = cursor.get("passing")
        if passing is None:
            last = cursor.get("full_at")
            due = last is None or now - datetime.fromisoformat(last) >= timedelta(
                seconds=self.full_seconds
            )
            if not due:
                return [], {}
            began = {"full_at": as_utc(now).isoformat()}
            if cursor.get("at") is None:
                began["at"] = as_utc(now).isoformat()
            rows = self._rows(connection, "order by {k}::text", ())
        else:
            began = {}
            rows = self._rows(connection, "where {k}::text > %s order by {k}::text", (passing,))
        changes = [_change(row) for row in rows]
        if len(rows) == self.rows_per_poll:
            return changes, began | {"passing": rows[-1]["key"]}
        return [*changes, Everything()], began | {"passing": None}

    def _rows(self, connection: Any, tail: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        from psycopg import sql
        from psycopg.rows import dict_row

        names = {name: column for name, column in self.columns.items() if column}
        selected = [
            sql.SQL("{}::text as key").format(sql.Identifier(self.key)),
            sql.SQL("{} as updated").format(sql.Identifier(self.updated)),
            *(
                sql.SQL("{} as {}").format(sql.Identifier(column), sql.Identifier(name))
                for name, column in names.items()
            ),
        ]
        query = sql.SQL("select {} from {} ").format(
            sql.SQL(", ").join(selected), sql.Identifier(*self.table.split("."))
        ) + sql.SQL(tail + " limit %s").format(
            u=sql.Identifier(self.updated), k=sql.Identifier(self.key)
        )
        with connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query, (*values, self.rows_per_poll))
            found: list[dict[str, Any]] = cursor.fetchall()
        return found

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        import psycopg

        try:
            with psycopg.connect(self._dsn(), connect_timeout=10) as connection:
                connection.execute("set transaction read only")
                connection.execute("set local time zone 'UTC'")
                _read_leniently(connection)
                yield connection
        except psycopg.ProgrammingError as error:
            raise SourceRefused(str(error).splitlines()[0], where=self.table) from None
        except psycopg.Error as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise SourceUnavailable(reason, where=self.table) from None

    def _dsn(self) -> str:
        if self.dsn_variable:
            found = os.environ.get(self.dsn_variable, "")
        else:
            secret = (self._settings or load_settings()).live_pg_dsn
            found = secret.get_secret_value() if secret else ""
        if not found:
            raise SettingsError(
                "the address of its server is not set",
                where=self.table,
                remedy=f"Set {self.dsn_variable or 'EMBED_LIVE_PG_DSN'}",
            )
        return found


def _read_leniently(connection: Any) -> None:
    """Times that Python does not have (infinity, years before Christ) are read as none."""
    from psycopg import DataError
    from psycopg.types.datetime import TimestampLoader, TimestamptzLoader

    def lenient(usual: Any) -> Any:
        class Lenient(usual):  # type: ignore[misc]
            def load(self, data: Any) -> Any:
                try:
                    return super().load(data)
                except DataError:
                    return None

        return Lenient

    connection.adapters.register_loader("timestamptz", lenient(TimestamptzLoader))
    connection.adapters.register_loader("timestamp", lenient(TimestampLoader))


def _change(row: dict[str, Any]) -> Change:
    key, gone = row["key"], row.get("gone")
    if gone is not None and gone is not False:
        return Delete(key)
    if not isinstance(row["updated"], datetime | None):
        raise SourceRefused("the update column holds no times", where=key)
    text = str(row["text"] or "")
    if not text.strip():
        return Failed(key, "the row holds no text")
    named = {name: str(row.get(name) or "") for name in ("title", "url", "author")}
    when = as_utc(row["updated"]) if row["updated"] else None
    return Upsert(Item(key, text, created_at=when, context=named["title"], **named))
