"""The bridge's database goes the way of every export; whatever else is in it stays where it is."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from embed_platform.errors import BadArchive, EmbedError, SettingsError
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import read_snapshot
from embed_platform.sources.intake import Choices, handovers, take_in
from embed_platform.sources.messenger.database import as_export, is_database
from embed_platform.sources.messenger.publish import publish_raw_messages
from embed_platform.sources.records import list_archives
from embed_platform.sources.twitter.ingest import Ingested
from embed_platform_tests.sources.exports import write_zip
from embed_platform_tests.sources.messenger.databases import Row, said, write_database
from embed_platform_tests.sources.messenger.exports import START_MS, message, thread


def outcomes(lake: Lake, *paths: Path, user: str | None = "me") -> list[Ingested | EmbedError]:
    return [
        outcome
        for given in handovers(lake, paths)
        for outcome in take_in(lake, given, Choices(user))
    ]


def rows(lake: Lake, *paths: Path) -> list[dict[str, Any]]:
    for outcome in outcomes(lake, *paths):
        assert isinstance(outcome, Ingested), outcome
    publish_raw_messages(lake, "me")
    table = read_snapshot(lake.storage, layout.records("me", "messenger"))
    assert table is not None
    return list(table.to_pylist())


def refusal(lake: Lake, path: Path) -> str:
    (outcome,) = outcomes(lake, path)
    assert isinstance(outcome, BadArchive), outcome
    assert str(path) in str(outcome) and lake.storage.list("members") == []
    return str(outcome)


def database(tmp_path: Path, *messages: Row, **options: Any) -> Path:
    return write_database(tmp_path / "messenger.db", messages, **options)


def test_messages_and_threads_become_rows(lake: Lake, tmp_path: Path) -> None:
    path = database(
        tmp_path,
        said("hello", 0),
        said("ciao", 1, "Bob"),
        said("agenda", 0, "Žofie", thread=2),
        threads=((1, "Ann and Bob"), (2, "Práce"), (3, "nobody wrote here")),
    )
    found = rows(lake, path)
    assert {(r["thread_name"], r["sender_name"], r["text"]) for r in found} == {
        ("Ann and Bob", "Ann", "hello"),
        ("Ann and Bob", "Bob", "ciao"),
        ("Práce", "Žofie", "agenda"),
    }
    assert {row["timestamp_ms"] for row in found} == {START_MS, START_MS + 1000}


def test_the_database_names_no_owner(lake: Lake, tmp_path: Path) -> None:
    (outcome,) = outcomes(lake, database(tmp_path, said("hi")), user=None)
    assert isinstance(outcome, SettingsError) and "messenger.db" in str(outcome)
    assert "--user" in str(outcome)


def test_the_same_database_again_changes_nothing(lake: Lake, tmp_path: Path) -> None:
    path = database(tmp_path, said("hi"), said("there", 1))
    first, again = (outcomes(lake, path)[0] for _ in range(2))
    assert isinstance(first, Ingested) and isinstance(again, Ingested)
    assert (first.is_new, again.is_new, first.archive_id) == (True, False, again.archive_id)


@pytest.mark.parametrize(
    "time",
    [START_MS, START_MS // 1000, str(START_MS), START_MS / 1000, float(START_MS), f"{START_MS}.0"],
)
def test_times_are_milliseconds_or_seconds_of_whatever_type(
    lake: Lake, tmp_path: Path, time: object
) -> None:
    columns = "thread_id, sender_name, text, timestamp"
    path = database(tmp_path, (1, "Ann", "hi", time), columns=columns, names=columns)
    assert [row["timestamp_ms"] for row in rows(lake, path)] == [START_MS]


def test_a_fraction_of_a_second_is_kept(lake: Lake, tmp_path: Path) -> None:
    path = database(tmp_path, (1, 7, "Ann", "hi", START_MS / 1000 + 0.25))
    assert [row["timestamp_ms"] for row in rows(lake, path)] == [START_MS + 250]


@pytest.mark.parametrize("time", [None, "yesterday", float("inf"), b"\x00", -5, 10**17])
def test_a_time_that_is_none_is_set_aside_and_named(
    lake: Lake, tmp_path: Path, time: object
) -> None:
    good = [said(f"line {n}", n) for n in range(200)]
    (taken,) = outcomes(lake, database(tmp_path, *good, (1, 7, "Ann", "odd", time)))
    assert isinstance(taken, Ingested) and (taken.records, taken.dead_letters) == (200, 1)


@pytest.mark.parametrize("table", ["contacts", "users", "participants", "senders"])
def test_names_may_be_in_a_table_of_their_own(lake: Lake, tmp_path: Path, table: str) -> None:
    columns = "thread_id, sender_id, text, timestamp_ms"
    path = database(
        tmp_path,
        (1, 7, "hi", START_MS),
        (1, 8, "who am I", START_MS + 1),
        columns=columns,
        names=columns,
        more=[f"create table {table}(id text, name)", f"insert into {table} values('7', 'Žofie')"],
    )
    assert [row["sender_name"] for row in rows(lake, path)] == ["Žofie", "8"]


def test_the_first_table_of_people_that_has_names_gives_those_that_messages_lack(
    lake: Lake, tmp_path: Path
) -> None:
    more = [
        "create table contacts(id, phone)",
        "create table users(id, display_name)",
        "insert into users values(7, 'Ann of the users')",
    ]
    path = database(tmp_path, said("hi"), said("yo", 1, sender=None), more=more)
    assert [row["sender_name"] for row in rows(lake, path)] == ["Ann", "Ann of the users"]


def test_a_message_without_text_is_a_message_without_text(lake: Lake, tmp_path: Path) -> None:
    found = rows(lake, database(tmp_path, said(None), said("", 1), said("hi", 2)))
    assert [row["text"] for row in found] == ["", "", "hi"]


@pytest.mark.parametrize("text", ["CafÃ© au lait", "Ã°ÂŸÂÂ´", "naïve ☕", "\ufffd", "é", "🐴"])
def test_clean_text_stays_as_it_is_even_where_it_looks_broken(
    lake: Lake, tmp_path: Path, text: str
) -> None:
    path = database(tmp_path, said(text, sender=text), threads=((1, text),))
    (row,) = rows(lake, path)
    assert (row["text"], row["sender_name"], row["thread_name"]) == (text, text, text)


def test_text_that_is_no_unicode_stops_nothing(lake: Lake, tmp_path: Path) -> None:
    broken = (
        "insert into messages(thread_id, sender_name, text, timestamp_ms)"
        f" values(1, cast(x'41ff' as text), cast(x'61ff62c3' as text), {START_MS + 1})"
    )
    path = database(tmp_path, said("hi"), said(b"by\xfftes", 2), more=[broken])
    assert [row["text"] for row in rows(lake, path)] == ["hi", "a\ufffdb\ufffd", "by\ufffdtes"]


@pytest.mark.parametrize(
    ("flag", "is_unsent"),
    [(None, False), (0, False), ("0", False), ("false", False), (1, True), ("true", True)],
)
def test_what_was_taken_back_is_marked(
    lake: Lake, tmp_path: Path, flag: object, is_unsent: bool
) -> None:
    columns = "thread_id, sender_name, text, timestamp_ms, is_unsent"
    path = database(tmp_path, (1, "Ann", "oops", START_MS, flag), columns=columns, names=columns)
    assert [row["unsent"] for row in rows(lake, path)] == [is_unsent]


def test_other_tables_are_never_read(lake: Lake, tmp_path: Path) -> None:
    more = [
        "create table logins(password)",
        "insert into logins values('CANARY')",
        "alter table threads add column token default 'CANARY'",
        "alter table messages add column draft default 'CANARY'",
    ]
    assert rows(lake, database(tmp_path, said("hi"), more=more))
    for path in lake.settings.home.rglob("*"):
        assert not path.is_file() or b"CANARY" not in path.read_bytes(), path


def test_a_view_called_messages_is_no_table(lake: Lake, tmp_path: Path) -> None:
    path = write_database(
        tmp_path / "messenger.db",
        [said("CANARY")],
        more=["alter table messages rename to drafts", "create view messages as select * from drafts"],
    )  # fmt: skip
    assert "there is no such table" in refusal(lake, path)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("alter table messages drop column text", r"'messages' has no column 'text'"),
        ("alter table messages drop column timestamp_ms", "has no column 'timestamp_ms'"),
        ("alter table messages drop column thread_id", "has no column 'thread_id'"),
        ("drop table messages", "'messages' has no column .* no such table"),
        ("drop table threads", "'threads' has no column 'id' .* no such table"),
        ("delete from messages", "holds no messages"),
    ],
)
def test_what_is_missing_is_named(lake: Lake, tmp_path: Path, statement: str, named: str) -> None:
    path = database(tmp_path, said("hi"), more=[statement])
    (outcome,) = outcomes(lake, path)
    with pytest.raises(BadArchive, match=rf"messenger\.db: .*{named}"):
        raise outcome if isinstance(outcome, EmbedError) else AssertionError(outcome)


def test_columns_are_found_whatever_their_case_and_whatever_stands_beside_them(
    lake: Lake, tmp_path: Path
) -> None:
    columns = (
        'Thread_ID, "x"" ; drop table threads --", "text -- ", Sender_Name, TEXT, Timestamp_MS'
    )
    names = "thread_id, sender_name, text, timestamp_ms"
    path = database(tmp_path, (1, "Ann", "hi", START_MS), columns=columns, names=names,
                    more=['create table "messages; drop table threads"(text)'])  # fmt: skip
    assert [row["text"] for row in rows(lake, path)] == ["hi"]


def test_a_table_without_row_numbers_is_read(lake: Lake, tmp_path: Path) -> None:
    columns = "id text primary key, thread_id, sender_name, text, timestamp_ms"
    path = tmp_path / "messenger.db"
    names = "id, thread_id, sender_name, text, timestamp_ms"
    write_database(path, [("m1", 1, "Ann", "hi", START_MS)], columns=columns, names=names)
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("alter table messages rename to old")
        opened.execute(f"create table messages({columns}) without rowid")
        opened.execute("insert into messages select * from old")
        opened.commit()
    assert [row["text"] for row in rows(lake, path)] == ["hi"]


@pytest.mark.parametrize(
    "name",
    ["../../../../../../../../../../tmp/evil", "x/" + "../" * 12 + "tmp/evil", "/tmp/evil", "a\x00b",
     "\n[red]\u202e", "a" * 5000, "", ".", "..", "CON", None, 1.5, b"\xff/..", "-1", "inbox/x/message_2.json"],
)  # fmt: skip
def test_a_threads_id_leads_nowhere(lake: Lake, tmp_path: Path, name: object) -> None:
    path = database(tmp_path, said("hi", thread=name), threads=((name, "Ann"),))
    folder = tmp_path / "scratch"
    as_export(path, folder)
    (written,) = folder.rglob("*.json")
    assert written.parent.parent == folder / "messages" / "inbox"
    assert not Path("/tmp/evil").exists()
    assert [row["text"] for row in rows(lake, path)] == ["hi"]


def test_threads_whose_ids_look_alike_stay_apart(lake: Lake, tmp_path: Path) -> None:
    names: list[object] = [1, "1", "a", "A", "a/b", "a:b", None, "None"]
    said_there = [said(f"in thread {n}", n, thread=name) for n, name in enumerate(names)]
    found = rows(lake, database(tmp_path, *said_there, columns="thread_id blob, sender_id, "
                                "sender_name, text, timestamp_ms"))  # fmt: skip
    assert len(found) == len({row["thread"] for row in found}) == len(names)


def test_a_long_thread_is_split_over_files_and_has_the_same_ids(lake: Lake, tmp_path: Path) -> None:
    talk = [message(f"line {n} 🐴", n, "Ann" if n % 3 else "Me") for n in range(25_000)]
    exported = write_zip(tmp_path / "a.zip", thread("inbox/ann_1", talk))
    wanted = {row["message_id"]: row["text"] for row in rows(lake, exported)}
    path = database(
        tmp_path,
        *(said(f"line {n} 🐴", n * 60, "Ann" if n % 3 else "Me") for n in range(25_000)),
    )
    found = rows(lake, path)
    assert {row["message_id"]: row["text"] for row in found} == wanted
    assert len(found) == 25_000 and len({row["thread"] for row in found}) == 1
    newest = list_archives(lake, "me", "messenger")[-1]
    assert sum(member.path.startswith("inbox/thread_1/") for member in newest.members) == 3


@pytest.mark.parametrize("database_first", [True, False])
def test_a_database_and_an_export_of_one_conversation_unite(
    lake: Lake, tmp_path: Path, database_first: bool
) -> None:
    talk = [message(f"line {n}", n) for n in range(30)]
    both = [
        write_zip(tmp_path / "a.zip", thread("inbox/ann_1", talk[:20])),
        database(tmp_path, *(said(f"line {n}", n * 60) for n in range(5, 30))),
    ]
    found = []
    for path in both[::-1] if database_first else both:
        found = rows(lake, path)
    assert [row["text"] for row in found] == [f"line {n}" for n in range(30)]
    assert len({row["thread"] for row in found}) == 1


def test_two_databases_and_an_export_go_in_one_command(lake: Lake, tmp_path: Path) -> None:
    paths = [
        write_database(tmp_path / "old" / "messenger.db", [said("old")]),
        write_zip(tmp_path / "a.zip", thread("inbox/bob_2", [message("exported")])),
        write_database(tmp_path / "new" / "messenger.db", [said("new", 9)]),
    ]
    assert {row["text"] for row in rows(lake, *paths)} == {"old", "new", "exported"}


def test_a_damaged_database_is_named_and_the_others_go_on(lake: Lake, tmp_path: Path) -> None:
    good = write_zip(tmp_path / "a.zip", thread("inbox/bob_2", [message("exported")]))
    path = database(tmp_path, *(said("x" * 100, n) for n in range(2000)))
    data = bytearray(path.read_bytes())
    data[8192:60_000] = os.urandom(60_000 - 8192)
    path.write_bytes(data)
    bad, fine = sorted(outcomes(lake, path, good), key=lambda one: isinstance(one, Ingested))
    assert isinstance(bad, BadArchive) and isinstance(fine, Ingested)
    assert f"{path}: the database cannot be read" in str(bad) and "Copy it again" in str(bad)


@pytest.mark.parametrize("size", [16, 100, 5000, 30_000])
def test_a_database_that_is_cut_off_is_refused(lake: Lake, tmp_path: Path, size: int) -> None:
    path = database(tmp_path, *(said("x" * 100, n) for n in range(2000)))
    path.write_bytes(path.read_bytes()[:size])
    assert "the database cannot be read" in refusal(lake, path)


def test_recent_messages_of_a_running_bridge_are_there_and_its_folder_stays_as_it_is(
    lake: Lake, tmp_path: Path
) -> None:
    path = database(tmp_path, said("settled"))
    with closing(sqlite3.connect(path)) as bridge:
        bridge.execute("pragma journal_mode = wal")
        bridge.execute(
            "insert into messages(thread_id, sender_name, text, timestamp_ms)"
            f" values(1, 'Ann', 'just now', {START_MS + 5})"
        )
        bridge.commit()
        alone = tmp_path / "copy" / "messenger.db"
        alone.parent.mkdir()
        alone.write_bytes(path.read_bytes())
        assert [row["text"] for row in rows(lake, path)] == ["settled", "just now"]
    rows(lake, alone)
    assert [child.name for child in alone.parent.iterdir()] == ["messenger.db"]


def test_a_database_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    assert is_database(database(tmp_path, said("hi")))
    (tmp_path / "empty.db").write_bytes(b"")
    (tmp_path / "other.db").write_bytes(b"SQLite")
    assert not any(map(is_database, [tmp_path, tmp_path / "no.db", *tmp_path.glob("[eo]*.db")]))
