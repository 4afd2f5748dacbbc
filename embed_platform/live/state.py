"""What a feed knows between polls, in SQLite: cursor, content hashes, and which documents came of what."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from embed_platform.errors import SettingsError
from embed_platform.live.changes import Position
from embed_platform.settings import Settings

VERSION = 2
UNFINISHED, TO_REDO = "", "redo"
_PARAMETERS = 500  # SQLite takes some thousand; older ones 999
# Keys and ids come in no order, so that a batch touches pages all over the file.
_CACHE_KIB, _PAGES_BETWEEN_CHECKPOINTS = 32 * 1024, 8000
_SCHEMA = """
create table if not exists meta (key text primary key, value text not null);
create table if not exists items (
    key text primary key, hash text not null, round integer not null, first_seen text not null
) without rowid;
create index if not exists items_round on items (round);
create index if not exists items_unfinished on items (key) where hash = '';
create table if not exists documents (
    id text primary key, item text not null, text_hash text not null,
    row_hash text not null, loaded integer not null
) without rowid;
create index if not exists documents_item on documents (item);
create index if not exists documents_text on documents (text_hash) where loaded;
create table if not exists tally (items integer not null, loaded integer not null);
insert into tally select (select count(*) from items), (select count(*) from documents where loaded)
    where not exists (select 1 from tally);
create trigger if not exists items_added after insert on items
    begin update tally set items = items + 1; end;
create trigger if not exists items_removed after delete on items
    begin update tally set items = items - 1; end;
create trigger if not exists documents_added after insert on documents when new.loaded
    begin update tally set loaded = loaded + 1; end;
create trigger if not exists documents_changed after update on documents when new.loaded <> old.loaded
    begin update tally set loaded = loaded + new.loaded - old.loaded; end;
create trigger if not exists documents_removed after delete on documents when old.loaded
    begin update tally set loaded = loaded - 1; end;
"""
# Not `insert or replace`, whose deletions no trigger sees.
_PUT_DOCUMENT = (
    "insert into documents values (?, ?, ?, ?, ?) on conflict (id) do update set item = excluded.item, "
    "text_hash = excluded.text_hash, row_hash = excluded.row_hash, loaded = excluded.loaded"
)


@dataclass(frozen=True)
class KnownItem:
    """An item as it was last committed; an unfinished one has an empty hash."""

    hash: str
    first_seen: datetime


@dataclass(frozen=True)
class KnownDocument:
    """A document as it was last committed; `loaded` when its text has a vector and stores hold it."""

    id: str
    item: str
    text_hash: str
    row_hash: str
    loaded: bool = True


class State:
    """The state of one feed. Several processes may have it open, each for items of its own."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        # a stream engine makes it in one thread and uses it in another, never in two at a time
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.execute(f"pragma cache_size = -{_CACHE_KIB}")
        self._db.execute(f"pragma wal_autocheckpoint = {_PAGES_BETWEEN_CHECKPOINTS}")
        version = int(self._db.execute("pragma user_version").fetchone()[0])
        if version > VERSION:
            self._db.close()
            raise SettingsError(
                f"the feed's state was written by a newer version ({version}, this one knows {VERSION})",
                where=str(path),
                remedy="Update embed_platform; or delete the file to begin anew: what the lake holds is kept",
            )
        with self._transaction():
            for statement in _SCHEMA.split(";\n"):
                self._db.execute(statement)
            self._db.execute(f"pragma user_version = {VERSION}")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def position(self) -> Position:
        """Where the feed goes on; an empty cursor at the beginning."""
        found: Position = self.get("position", {"cursor": {}, "round": None})
        return found

    @property
    def round(self) -> int:
        """Number of the full snapshot that is being read."""
        return int(self.get("round", 1))

    def get(self, key: str, default: Any = None) -> Any:
        """A value that was set."""
        row = self._db.execute("select value from meta where key = ?", (key,)).fetchone()
        return default if row is None else json.loads(row[0])

    def keep(self, **values: Any) -> None:
        """Keep values, any JSON, in one transaction."""
        with self._transaction():
            self._db.executemany(
                "insert or replace into meta values (?, ?)",
                [(key, json.dumps(value)) for key, value in values.items()],
            )

    def items(self, keys: Iterable[str]) -> dict[str, KnownItem]:
        """Those of these items that are known."""
        rows = self._among("select key, hash, first_seen from items where key in ({})", keys)
        return {key: KnownItem(hash, datetime.fromisoformat(seen)) for key, hash, seen in rows}

    def documents(self, items: Iterable[str]) -> dict[str, list[KnownDocument]]:
        """Documents of these items, by item."""
        found: dict[str, list[KnownDocument]] = {}
        rows = self._among(
            "select id, item, text_hash, row_hash, loaded from documents where item in ({})", items
        )
        for row in rows:
            document = KnownDocument(row[0], row[1], row[2], row[3], bool(row[4]))
            found.setdefault(document.item, []).append(document)
        return found

    def embedded(self, hashes: Iterable[str]) -> set[str]:
        """Those of these texts that have a vector, for a committed document has it."""
        rows = self._among(
            "select distinct text_hash from documents where loaded and text_hash in ({})", hashes
        )
        return {row[0] for row in rows}

    def counts(self) -> dict[str, int]:
        """How many items and loaded documents there are."""
        items, loaded = self._db.execute("select items, loaded from tally").fetchone()
        return {"items": int(items), "documents": int(loaded)}

    def has_items(self) -> bool:
        """Whether any item is known."""
        return self._db.execute("select 1 from items limit 1").fetchone() is not None

    def seen_in_round(self) -> bool:
        """Whether any item came in the full snapshot that is being read."""
        query = "select 1 from items where round = ? limit 1"
        return self._db.execute(query, (self.round,)).fetchone() is not None

    def absent(self, limit: int) -> list[str]:
        """Keys of items that did not come in this round, at most so many."""
        rows = self._db.execute(
            "select key from items where round < ? limit ?", (self.round, limit)
        )
        return [row[0] for row in rows]

    def unfinished(self) -> bool:
        """Whether a batch was begun and not finished."""
        return (
            self._db.execute("select 1 from items where hash = '' limit 1").fetchone() is not None
        )

    def begin(
        self, items: Sequence[str], documents: Sequence[KnownDocument], now: datetime
    ) -> None:
        """Note, before anything is written elsewhere, which documents a batch may leave behind."""
        number, seen = self.round, now.isoformat()
        with self._transaction():
            self._db.executemany(
                "insert into items values (?, '', ?, ?) on conflict (key) do update set hash = ''",
                [(key, number, seen) for key in items],
            )
            self._db.executemany(
                "insert into documents values (?, ?, ?, ?, 0) on conflict (id) do update set "
                "item = excluded.item, row_hash = '', loaded = 0",
                [(d.id, d.item, d.text_hash, UNFINISHED) for d in documents],
            )

    def commit(
        self,
        hashes: Mapping[str, str],
        seen: Iterable[str],
        documents: Sequence[KnownDocument],
        gone: Sequence[str],
        deleted: Sequence[str],
    ) -> None:
        """Finish a batch, after the stores have it.

        Args:
            hashes: content hash by item that was written.
            seen: items that came unchanged.
            documents: written.
            gone: ids of documents that are no more.
            deleted: items that are no more.
        """
        number = self.round
        with self._transaction():
            self._db.executemany(
                "update items set hash = ?, round = ? where key = ?",
                [(digest, number, key) for key, digest in hashes.items()],
            )
            self._db.executemany(
                "update items set round = ? where key = ? and round < ?",
                [(number, key, number) for key in seen],
            )
            self._db.executemany("delete from documents where id = ?", [(i,) for i in gone])
            self._db.executemany(
                _PUT_DOCUMENT,
                [(d.id, d.item, d.text_hash, d.row_hash, d.loaded) for d in documents],
            )
            self._db.executemany("delete from items where key = ?", [(k,) for k in deleted])

    def redo(self, keys: Iterable[str]) -> None:
        """Let items be made anew when they come next, though their content is as it was."""
        with self._transaction():
            self._db.executemany(
                "update items set hash = ? where key = ?", [(TO_REDO, key) for key in keys]
            )

    def put_aside_unfinished(self) -> None:
        """Note that the lake and the stores agree again; unfinished items are made anew when they come."""
        with self._transaction():
            self._db.execute("update items set hash = ? where hash = ''", (TO_REDO,))

    def begin_from(self, documents: Iterable[tuple[KnownDocument, str]]) -> None:
        """Take over what the lake holds of a feed whose state was lost: documents, and when each was seen."""
        with self._transaction():
            for d, seen in documents:
                self._db.execute(
                    "insert or ignore into items values (?, ?, ?, ?)",
                    (d.item, TO_REDO, self.round, seen),
                )
                self._db.execute(
                    _PUT_DOCUMENT,
                    (d.id, d.item, d.text_hash, d.row_hash, d.loaded),
                )

    def _among(self, query: str, values: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        wanted = list(dict.fromkeys(values))
        for start in range(0, len(wanted), _PARAMETERS):
            part = wanted[start : start + _PARAMETERS]
            with closing(self._db.execute(query.format(", ".join("?" * len(part))), part)) as rows:
                yield from rows.fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")


def state_path(settings: Settings, user: str) -> Path:
    """File of a feed's state."""
    return settings.home / "feeds" / f"{user}.sqlite"


def open_state(settings: Settings, user: str) -> State:
    """The state of a feed, made if there is none.

    Raises:
        SettingsError: a newer version wrote it, or it is no such file.
    """
    path = state_path(settings, user)
    try:
        return State(path)
    except sqlite3.DatabaseError as error:
        raise SettingsError(
            f"the feed's state cannot be read ({error})",
            where=str(path),
            remedy="Delete the file to begin anew: what the lake holds is kept",
        ) from error


def remove_state(settings: Settings, user: str) -> None:
    """Delete what a feed knows, for somebody who is forgotten."""
    path = state_path(settings, user)
    for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        name.unlink(missing_ok=True)
