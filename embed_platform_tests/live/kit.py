"""Feeds to test: a source that says what it is told, an embedding of hashes, a store in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import StoreUnavailable
from embed_platform.live.changes import Change, Cursor, Item, Upsert
from embed_platform.live.pipeline import Pipeline
from embed_platform.stores.base import Rows
from embed_platform_tests.embedding.engines import HashEngine

SPACE = EmbeddingSpace("test/live", "1", 8)


class Told:
    """A source that gives the batches it was given, one a poll."""

    poll_seconds = 0.2

    def __init__(self, *batches: Sequence[Change]) -> None:
        self.batches = [list(batch) for batch in batches]

    def poll(self, cursor: Cursor) -> tuple[list[Change], Cursor]:
        batch = self.batches.pop(0) if self.batches else []
        return batch, {"n": cursor.get("n", 0) + 1, "more": bool(self.batches)}


class Counting:
    """An embedding function that counts its texts."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        if len(texts) != 12:  # the probe of a space
            self.texts += texts
        return HashEngine().embed(texts, "").vectors


class Memory:
    """A store in memory that can be down."""

    name = "memory"

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.down = False

    def upsert(self, rows: Rows) -> None:
        if self.down:
            raise StoreUnavailable("down", where="memory")
        self.rows.update(zip(rows.ids, rows.metadata, strict=True))

    def delete(self, ids: Sequence[str]) -> None:
        for key in ids:
            self.rows.pop(key, None)

    @property
    def texts(self) -> list[str]:
        return sorted(row["text"] for row in self.rows.values())


class SqliteStore:
    """A store in a file that several processes write; counts each write of an id."""

    name = "sqlite"

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path, timeout=60, check_same_thread=False)
        with self.db:
            self.db.execute(
                "create table if not exists rows (id text primary key, item text, text text)"
            )

    def upsert(self, rows: Rows) -> None:
        with self.db:
            self.db.executemany(
                "insert or replace into rows values (?, ?, ?)",
                [(i, m["item"], m["text"]) for i, m in zip(rows.ids, rows.metadata, strict=True)],
            )

    def delete(self, ids: Sequence[str]) -> None:
        with self.db:
            self.db.executemany("delete from rows where id = ?", [(key,) for key in ids])


def up(key: str, text: str = "", **fields: Any) -> Upsert:
    return Upsert(Item(key, text or f"text of {key}", **fields))


def pipeline(source: Any, store: Any = None, **fields: Any) -> Pipeline:
    embed = fields.pop("embed", None) or Counting()
    return Pipeline(
        fields.pop("name", "t"),
        source,
        space=SPACE,
        embed=embed,
        stores=[store or Memory()],
        **fields,
    )


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text)
    return folder
