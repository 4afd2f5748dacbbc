"""A table of a real PostgreSQL: changes by its update column, deletions by a full pass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from embed_platform.errors import EmbedError, SettingsError, SourceRefused, SourceUnavailable
from embed_platform.live.changes import Change, Cursor, Delete, Everything, Failed, Upsert
from embed_platform.live.sources.postgres import PostgresTable
from embed_platform.settings import Settings
from embed_platform.stores.servers import start_postgres


@pytest.fixture
def dsn(servers_home: Path) -> str:
    return start_postgres(Settings(home=servers_home))


@pytest.fixture
def db(dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute('drop table if exists "Notes"')
        connection.execute(
            'create table "Notes" (id int primary key, body text, head text, gone boolean, '
            "changed timestamptz not null default now())"
        )
        connection.execute(
            "insert into \"Notes\" select n, 'body ' || n, 'head', false, now() - interval '1 day' "
            "from generate_series(1, 25) n"
        )
        yield connection


def table(dsn: str, **options: object) -> PostgresTable:
    given = {
        "table": "Notes",
        "key": "id",
        "text": "body",
        "updated": "changed",
        "title": "head",
        "deleted": "gone",
    }
    made = PostgresTable(**{**given, "rows_per_poll": 10, **options})  # type: ignore[arg-type]
    made.connect(Settings(live_pg_dsn=SecretStr(dsn)))
    return made


def drain(source: PostgresTable, cursor: Cursor) -> tuple[list[Change], Cursor]:
    found: list[Change] = []
    while True:
        changes, cursor = source.poll(cursor)
        assert len(changes) <= 2 * source.rows_per_poll + 1
        found += changes
        if not cursor["more"]:
            return found, cursor


def keys(changes: list[Change]) -> set[str]:
    return {change.key for change in changes if isinstance(change, Upsert)}


def test_first_everything_comes_then_what_changed(dsn: str, db: psycopg.Connection) -> None:
    source = table(dsn)
    first, cursor = drain(source, {})
    assert len(keys(first)) == 25 and isinstance(first[-1], Everything)
    assert drain(source, cursor)[0] == []
    db.execute("update \"Notes\" set body = 'new', changed = now() where id = 7")
    db.execute('update "Notes" set gone = true, changed = now() where id = 8')
    db.execute("update \"Notes\" set body = '', changed = now() where id = 9")
    found, cursor = drain(source, cursor)
    assert {c.key: c.item.text for c in found if isinstance(c, Upsert)} == {"7": "new"}
    assert Delete("8") in found and Failed("9", "the row holds no text") in found


def test_a_row_whose_transaction_came_late_or_whose_clock_is_behind_is_seen(
    dsn: str, db: psycopg.Connection
) -> None:
    source = table(dsn)
    _, cursor = drain(source, {})
    db.execute("insert into \"Notes\" values (100, 'now', '', false, now())")
    _, cursor = drain(source, cursor)
    db.execute("insert into \"Notes\" values (101, 'late', '', false, now() - interval '30 s')")
    assert "101" in keys(drain(source, cursor)[0])


def test_many_rows_of_one_moment_come_in_bounded_batches(dsn: str, db: psycopg.Connection) -> None:
    source = table(dsn)
    _, cursor = drain(source, {})
    db.execute("update \"Notes\" set body = 'all', changed = now()")
    assert len(keys(drain(source, cursor)[0])) == 25


def test_a_full_pass_tells_what_is_there_while_rows_change(
    dsn: str, db: psycopg.Connection
) -> None:
    source = table(dsn, full_seconds=0)
    _, cursor = drain(source, {})
    db.execute('delete from "Notes" where id = 3')
    changes, cursor = source.poll(cursor)
    db.execute("insert into \"Notes\" values (0, 'x', '', false, now())")
    more, _ = drain(source, cursor)
    found = [*changes, *more]
    assert isinstance(found[-1], Everything) and "3" not in keys(found) and len(keys(found)) >= 24


@pytest.mark.parametrize("when", ["null", "'infinity'", "'-infinity'", "'0044-03-15 BC'"])
@pytest.mark.parametrize("kind", ["timestamptz", "timestamp"])
def test_a_row_without_a_time_stops_nobody(
    dsn: str, db: psycopg.Connection, when: str, kind: str
) -> None:
    db.execute(f'alter table "Notes" alter changed drop not null, alter changed type {kind}')
    db.execute(f"insert into \"Notes\" values (30, 'when?', '', false, {when})")
    source = table(dsn)
    found, cursor = drain(source, {})
    (undated,) = {c.item for c in found if isinstance(c, Upsert) and c.key == "30"}
    assert undated.created_at is None and len(keys(found)) == 26
    db.execute("update \"Notes\" set body = 'new', changed = now() where id = 7")
    assert "7" in keys(drain(source, cursor)[0])


def test_a_column_of_no_times_is_named(dsn: str, db: psycopg.Connection) -> None:
    with pytest.raises(SourceRefused, match="holds no times"):
        table(dsn, updated="head").poll({})


def test_rows_dated_ahead_hide_none_however_many_they_are(dsn: str, db: psycopg.Connection) -> None:
    source = table(dsn, overlap_seconds=0)
    _, cursor = drain(source, {})
    db.execute(
        "insert into \"Notes\" select n, 'ahead', '', false, '2099-01-01' from generate_series(60, 79) n"
    )
    found, cursor = drain(source, cursor)
    assert len(keys(found)) == 20
    db.execute("insert into \"Notes\" values (200, 'now', '', false, now())")
    db.execute("update \"Notes\" set body = 'new', changed = now() where id = 7")
    assert {"7", "200"} <= keys(drain(source, cursor)[0])


@pytest.mark.parametrize(
    ("options", "error"),
    [({"table": "nope"}, SourceRefused), ({"text": "nope; drop table x"}, SourceRefused)],
)
def test_a_table_or_column_that_is_not_there_is_named(
    dsn: str, db: psycopg.Connection, options: dict, error: type[EmbedError]
) -> None:
    with pytest.raises(error, match="does not exist"):
        table(dsn, **options).poll({})


def test_a_server_that_is_down_and_an_address_that_is_not_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SourceUnavailable):
        table("postgresql://127.0.0.1:1/x").poll({})
    with pytest.raises(SettingsError, match="NOTES_DSN"):
        table("", dsn_variable="NOTES_DSN").poll({})
