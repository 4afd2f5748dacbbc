"""The bridge's `messenger.db` (SQLite) as a folder in the form of a standard export.

Read are threads and messages, nothing else that the file may hold. As message files they go the
way of every export, and unite with those of other exports.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

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
# Where SQLite's header says that recent messages may lie in a file of their own, and how.
_JOURNAL = slice(18, 20)
_WRITE_AHEAD = b"\x02\x02"
_NO = {"", "0", "0.0", "false", "no"}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@$-")
_LONGEST = 80
# A time with a fraction is in seconds where it is smaller: as milliseconds it would be of 1973.
_FIRST_MS = 100_000_000_000


class _Table(NamedTuple):
    """A table, and which of its columns means what."""

    name: str
    columns: dict[str, str]


def is_database(path: Path) -> bool:
    """Whether a file is a SQLite database."""
    return _head(path).startswith(MAGIC)


def as_export(path: Path, folder: Path) -> Path:
    """Write the database's messages into a folder as an export would hold them; returns the folder.

    Raises:
        BadArchive: it is damaged, or holds no threads and messages.
    """
    root = folder / "messages" / "inbox"
    names: set[str] = set()
    try:
        with closing(sqlite3.connect(_address(path), uri=True)) as database:
            database.text_factory = _text
            messages = _table(
                database, path, "messages", _MESSAGE, needed=("thread", "time", "text")
            )
            people = _names(database, messages)
            for thread, title in _threads(database, path, messages):
                name = _folder(thread, names)
                names.add(name.casefold())
                _write_thread(root / name, title, _messages(database, messages, thread, people))
    except sqlite3.Error as error:
        raise BadArchive(
            f"the database cannot be read ({error})",
            where=str(path),
            remedy="Copy it again while the bridge is stopped",
        ) from error
    if not names:
        raise BadArchive(
            "the database holds no messages", where=str(path), remedy="Nothing was kept"
        )
    return folder


def _head(path: Path) -> bytes:
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(100)
    except OSError:
        pass  # whoever opens it says what is wrong with it
    return b""


def _address(path: Path) -> str:
    """Read only. Without a file of recent messages beside it SQLite would make one, in a folder not ours."""
    beside = path.with_name(f"{path.name}-wal")
    is_alone = _head(path)[_JOURNAL] == _WRITE_AHEAD and not beside.exists()
    return f"file:{quote(str(path.absolute()))}?mode=ro{'&immutable=1' * is_alone}"


def _table(
    database: sqlite3.Connection,
    path: Path,
    name: str,
    meanings: Mapping[str, tuple[str, ...]],
    needed: tuple[str, ...],
) -> _Table:
    present = _columns(database, name)
    columns = _known(present, meanings)
    missing = [meanings[meaning][0] for meaning in needed if meaning not in columns]
    if missing:
        held = ", ".join(present) or "there is no such table"
        raise BadArchive(
            f"table {name!r} has no column {missing[0]!r} ({held})",
            where=str(path),
            remedy="A bridge's messenger.db holds messages(thread_id, timestamp_ms, text, …) and threads(id, name)",
        )
    return _Table(name, columns)


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    """Columns of a table; none of a view, which may show what other tables hold."""
    found = database.execute(
        "select c.name from sqlite_master t, pragma_table_info(t.name) c"
        " where t.type = 'table' and lower(t.name) = ?",
        (table,),
    )
    return [name for (name,) in found]


def _known(present: list[str], meanings: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Columns by what they mean, under the names that this file knows: SQL does not mind their case."""
    lower = {name.lower() for name in present}
    return {
        meaning: found
        for meaning, names in meanings.items()
        if (found := next((name for name in names if name in lower), None))
    }


def _names(database: sqlite3.Connection, messages: _Table) -> dict[str, str]:
    """Names by sender id, from the first table that has both; messages may hold ids only."""
    if "sender_id" not in messages.columns:
        return {}
    for table in _PEOPLE:
        people = _Table(table, _known(_columns(database, table), _PERSON))
        if people.columns.keys() == _PERSON.keys():
            rows = database.execute(_select(people, "id", "name"))
            return {str(key): _string(name) for key, name in rows if name}
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
        yield thread, _string(titles.get(thread) or "")


def _messages(
    database: sqlite3.Connection, table: _Table, thread: Any, names: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Messages of a thread as the export writes them, the newest first."""
    meanings = list(table.columns)
    order, where = table.columns["time"], table.columns["thread"]
    rows = database.execute(
        f"{_select(table, *meanings)} where {where} is ? order by {order} desc{_tie(database)}",
        (thread,),
    )
    for values in rows:
        row = dict(zip(meanings, values, strict=True))
        key = row.get("sender_id")
        sender = row.get("sender") or names.get(str(key)) or key or ""
        yield {
            "sender_name": _broken(sender),
            "timestamp_ms": _time(row["time"]),
            **({"content": _broken(row["text"])} if row["text"] else {}),
            **({"is_unsent": True} if _is_set(row.get("unsent")) else {}),
        }


def _tie(database: sqlite3.Connection) -> str:
    """Of messages of one time the one that was written last is the newest; not every table knows."""
    try:
        database.execute("select rowid from messages limit 0")
    except sqlite3.OperationalError:
        return ""
    return ", rowid desc"


def _folder(thread: Any, taken: set[str]) -> str:
    """A folder for a thread: of its id, unless that may not be in a path, or another's has the name."""
    text = str(thread)
    name = f"thread_{text}"
    if not _PLAIN.issuperset(text) or len(text) > _LONGEST or name.casefold() in taken:
        name = f"thread_{blake2b(repr(thread).encode(), digest_size=8).hexdigest()}"
    return name


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


def _time(value: Any) -> Any:
    """A time as a whole number, as far as it is one; what is none is left to the export's reader."""
    if value is None or isinstance(value, int):
        return value
    try:
        number = float(value)
        if isinstance(value, float) and not value.is_integer() and number < _FIRST_MS:
            number *= 1000
        return round(number)
    except (ValueError, OverflowError):
        return str(value)


def _is_set(value: Any) -> bool:
    return value is not None and str(value).lower() not in _NO


def _broken(value: Any) -> str:
    """A text as the export writes it, so that the export's reader gives it back as it is."""
    return _string(value).encode("utf-8", "replace").decode("latin-1")


def _string(value: Any) -> str:
    return _text(value) if isinstance(value, bytes) else str(value)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _select(table: _Table, *meanings: str) -> str:
    """A query for some columns; every name in it is one of this file's own."""
    columns = ", ".join(table.columns[meaning] for meaning in meanings)
    return f"select {columns} from {table.name}"  # noqa: S608
