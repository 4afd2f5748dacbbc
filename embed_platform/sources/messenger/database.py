"""The bridge's `messenger.db` (SQLite) as a folder in the form of a standard export.

Read are threads and messages, nothing else that the file may hold. As message files they go the
way of every export, and unite with those of other exports.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from embed_platform.errors import BadArchive

MAGIC = b"SQLite format 3\x00"
MESSAGES_PER_FILE = 10_000
# What a column may be called, the likeliest first.
_MESSAGE = {
    "thread": ("thread_id", "thread_key", "thread"),
    "time": ("timestamp_ms", "timestamp", "sent_at"),
    "text": ("text", "content", "body"),
    "sender": ("sender_name", "sender"),
    "sender_id": ("sender_id", "contact_id", "user_id"),
    "unsent": ("is_unsent", "unsent"),
}
_THREAD = {"id": ("id", "thread_id", "thread_key"), "name": ("name", "thread_name", "title")}
_PERSON = {"id": ("id", "contact_id", "user_id"), "name": ("name", "full_name", "display_name")}
_PEOPLE = ("contacts", "users", "participants", "senders")


class _Table(NamedTuple):
    """A table, and which of its columns means what."""

    name: str
    columns: dict[str, str]


def is_database(path: Path) -> bool:
    """Whether a file is a SQLite database."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def as_export(path: Path, folder: Path) -> Path:
    """Write the database's messages into a folder as an export would hold them; returns the folder.

    Raises:
        BadArchive: it is damaged, or holds no threads and messages.
    """
    root = folder / "messages" / "inbox"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            messages = _table(
                database, path, "messages", _MESSAGE, needed=("thread", "time", "text")
            )
            names = _names(database, path, messages)
            for thread, title in _threads(database, path, messages):
                _write_thread(
                    root / f"thread_{thread}", title, _messages(database, messages, thread, names)
                )
    except sqlite3.DatabaseError as error:
        raise BadArchive(
            f"the database cannot be read ({error})",
            where=str(path),
            remedy="Copy it again while the bridge is stopped",
        ) from error
    return folder


def _table(
    database: sqlite3.Connection,
    path: Path,
    name: str,
    meanings: Mapping[str, tuple[str, ...]],
    needed: tuple[str, ...],
) -> _Table:
    present = [row[1] for row in database.execute("select * from pragma_table_info(?)", (name,))]
    columns = {
        meaning: found
        for meaning, names in meanings.items()
        if (found := next((n for n in names if n in present), None))
    }
    missing = [meanings[meaning][0] for meaning in needed if meaning not in columns]
    if missing:
        raise BadArchive(
            f"table {name!r} has no column {missing[0]!r} ({', '.join(present) or 'there is no such table'})",
            where=str(path),
            remedy="A bridge's messenger.db holds messages(thread_id, timestamp_ms, text, …) and threads(id, name)",
        )
    return _Table(name, columns)


def _names(database: sqlite3.Connection, path: Path, messages: _Table) -> dict[Any, str]:
    """Names by sender id, where messages hold ids only."""
    if "sender" in messages.columns or "sender_id" not in messages.columns:
        return {}
    for name in _PEOPLE:
        if database.execute("select 1 from pragma_table_info(?)", (name,)).fetchone():
            people = _table(database, path, name, _PERSON, needed=("id", "name"))
            return dict(database.execute(_select(people, "id", "name")))
    return {}


def _threads(
    database: sqlite3.Connection, path: Path, messages: _Table
) -> Iterator[tuple[Any, str]]:
    """Threads that hold messages, each with its name."""
    threads = _table(database, path, "threads", _THREAD, needed=("id",))
    titles = (
        dict(database.execute(_select(threads, "id", "name"))) if "name" in threads.columns else {}
    )
    held = database.execute(f"{_select(messages, 'thread')} group by 1 order by 1").fetchall()
    for (thread,) in held:
        yield thread, titles.get(thread) or ""


def _messages(
    database: sqlite3.Connection, table: _Table, thread: Any, names: dict[Any, str]
) -> Iterator[dict[str, Any]]:
    """Messages of a thread as the export writes them, the newest first."""
    meanings = list(table.columns)
    order, where = table.columns["time"], table.columns["thread"]
    rows = database.execute(
        f"{_select(table, *meanings)} where {where} is ? order by {order} desc, rowid desc",
        (thread,),
    )
    for values in rows:
        row = dict(zip(meanings, values, strict=True))
        sender = row.get("sender") or names.get(row.get("sender_id")) or row.get("sender_id") or ""
        yield {
            "sender_name": _broken(str(sender)),
            "timestamp_ms": row["time"],
            **({"content": _broken(str(row["text"]))} if row["text"] else {}),
            **({"is_unsent": True} if row.get("unsent") else {}),
        }


def _write_thread(folder: Path, title: str, messages: Iterator[dict[str, Any]]) -> None:
    folder.mkdir(parents=True)
    people: dict[str, None] = {}
    number, waiting = 1, []
    for message in messages:
        people.setdefault(message["sender_name"])
        waiting.append(message)
        if len(waiting) == MESSAGES_PER_FILE:
            _write_file(folder, number, title, people, waiting)
            number, waiting = number + 1, []
    if waiting:
        _write_file(folder, number, title, people, waiting)


def _write_file(
    folder: Path, number: int, title: str, people: dict[str, None], messages: list[dict[str, Any]]
) -> None:
    content = {
        "participants": [{"name": name} for name in people],
        "title": _broken(title),
        "messages": messages,
    }
    (folder / f"message_{number}.json").write_bytes(msgspec.json.encode(content))


def _broken(text: str) -> str:
    """A text as the export writes it, so that the export's reader gives it back as it is."""
    return text.encode("utf-8", "replace").decode("latin-1")


def _select(table: _Table, *meanings: str) -> str:
    """A query for some columns; every name in it is one of this file's own."""
    columns = ", ".join(table.columns[meaning] for meaning in meanings)
    return f"select {columns} from {table.name}"  # noqa: S608
