"""Small made-up databases of the bridge."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from embed_platform_tests.sources.messenger.exports import START_MS

COLUMNS = "id integer primary key, thread_id, sender_id, sender_name, text, timestamp_ms"
NAMES = "thread_id, sender_id, sender_name, text, timestamp_ms"
Row = tuple[Any, ...]


def said(text: object, at: int = 0, sender: str | None = "Ann", thread: object = 1) -> Row:
    """A message `at` seconds after the start."""
    return thread, 7, sender, text, START_MS + at * 1000


def write_database(
    path: Path,
    messages: Sequence[Row],
    *,
    columns: str = COLUMNS,
    names: str = NAMES,
    threads: Sequence[Row] = ((1, "Ann"),),
    more: Iterable[str] = (),
) -> Path:
    """A messenger.db; `more` are statements that are run at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    marks = ", ".join("?" * len(names.split(",")))
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"create table messages({columns})")
        database.execute("create table threads(id, name)")
        database.executemany(f"insert into messages({names}) values({marks})", messages)
        database.executemany("insert into threads values(?, ?)", threads)
        for statement in more:
            database.execute(statement)
        database.commit()
    return path
