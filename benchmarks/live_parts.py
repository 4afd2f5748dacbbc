"""What the benchmark of feeds is made of: sources of made-up items, vectors and a store that cost nothing."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.live.changes import Change, Cursor, Everything, Item, Upsert
from embed_platform.live.pipeline import Pipeline
from embed_platform.stores.base import Rows

SPACE = EmbeddingSpace("bench/live", "1", 32)


class Numbers:
    """A source of so many short items, in batches of 500; a full snapshot each time."""

    poll_seconds = 0.05

    def __init__(self, count: int, log: str = "") -> None:
        self.count, self.log = count, log

    def poll(self, cursor: Cursor) -> tuple[list[Change], Cursor]:
        """The next 500."""
        start = int(cursor.get("next", 0))
        if self.log:  # a poll begins when the batch before it has been written
            with Path(self.log).open("a") as file:
                file.write(f"{start} {time.time()}\n")
        end = min(start + 500, self.count)
        changes: list[Change] = [
            Upsert(
                Item(
                    str(n),
                    f"{n} a line of about eighty characters, which says nothing",
                )
            )
            for n in range(start, end)
        ]
        if end == self.count:
            return [*changes, Everything()], {"next": 0, "more": False}
        return changes, {"next": end, "more": True}


class Arrivals:
    """Some items at first, and then a new one with every poll, noted with the time at which the poll returned."""

    poll_seconds = 0.4

    def __init__(self, base: int, log: str) -> None:
        self.base, self.log = base, log

    def poll(self, cursor: Cursor) -> tuple[list[Change], Cursor]:
        """The next 500 of the base, or one more."""
        start = int(cursor.get("next", 0))
        end = min(start + 500, self.base) if start < self.base else start + 1
        changes: list[Change] = [Upsert(Item(str(n), message(n))) for n in range(start, end)]
        with Path(self.log).open("a") as file:
            file.write(f"{end - 1} {time.time()}\n")
        return changes, {"next": end, "more": end < self.base}


def message(n: int) -> str:
    """A short text that a search finds."""
    return f"Message {n}: a balloon of colour number {n} has landed in field {n * 7}"


class Stub:
    """Vectors at no cost, counted."""

    def __init__(self) -> None:
        self.calls = 0
        self._vectors = np.random.default_rng(0).standard_normal((997, SPACE.dimension), np.float32)

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Rows of a fixed matrix."""
        self.calls += len(texts)
        return self._vectors[[(len(text) * 31 + sum(map(ord, text[:8]))) % 997 for text in texts]]


class File:
    """A store in a SQLite file, ids and texts only."""

    name = "file"

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, timeout=60, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = off")  # it stands for a store that costs nothing
        with self._db:
            self._db.execute(
                "create table if not exists rows (id text primary key, text text) without rowid"
            )

    def upsert(self, rows: Rows) -> None:
        """Keep the rows."""
        with self._db:
            self._db.executemany(
                "insert or replace into rows values (?, ?)",
                [(key, row["text"]) for key, row in zip(rows.ids, rows.metadata, strict=True)],
            )

    def delete(self, ids: Sequence[str]) -> None:
        """Remove rows."""
        with self._db:
            self._db.executemany("delete from rows where id = ?", [(key,) for key in ids])


def pipeline_of(count: int, real: bool, db: str, log: str = "") -> Pipeline:
    """The pipeline of one measurement."""
    if real:
        return Pipeline("bench", Numbers(count, log), stores=["pgvector"])
    return Pipeline("bench", Numbers(count, log), [], SPACE, [File(db)], Stub())
