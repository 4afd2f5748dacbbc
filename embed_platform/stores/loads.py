"""What is known of the last verified load of each user into each store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b

import msgspec

from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.settings import STORE_NAMES
from embed_platform.stores.base import StoreTable


class LoadRecord(msgspec.Struct):
    """The last verified load of a user into a store: rows and digest by kind."""

    kinds: dict[str, tuple[int, str]] = {}


def digest(rows: Mapping[str, str]) -> str:
    """32 hex digits over sorted ids and row hashes."""
    state = blake2b(digest_size=16)
    for key in sorted(rows):
        state.update(f"{key}{rows[key]}\n".encode())
    return state.hexdigest()


def read_record(lake: Lake, store: str, slug: str, user: str) -> LoadRecord:
    """The record of a user in a space and a store; an empty one where there is none."""
    try:
        return msgspec.json.decode(
            lake.storage.get(_record_path(store, slug, user)), type=LoadRecord
        )
    except FileNotFoundError:
        return LoadRecord()


def write_record(lake: Lake, store: str, slug: str, user: str, record: LoadRecord) -> None:
    """Keep the record of a user in a space and a store; an empty one is removed."""
    path = _record_path(store, slug, user)
    if record.kinds:
        lake.storage.put(path, msgspec.json.encode(record))
    else:
        lake.storage.delete([path])


def loaded_rows(lake: Lake, slug: str, user: str) -> dict[str, int]:
    """Rows of the last verified load of a user in a space, by store."""
    found = {}
    for store in STORE_NAMES:
        record = read_record(lake, store, slug, user)
        if record.kinds:
            found[store] = sum(rows for rows, _ in record.kinds.values())
    return found


def forget_loads(lake: Lake, store: str, tables: Iterable[str]) -> None:
    """Drop the load records of tables that were dropped, so that the next run loads them again."""
    for slug in {name.rsplit("__", 1)[0] for name in tables}:
        lake.storage.delete_prefix(layout.loads(store, slug))


def is_served(lake: Lake, store: str, slug: str, user: str) -> bool:
    """Whether a store is to hold a user: those of the settings hold everybody but feeds.

    Whom any other store holds, and which hold a feed, is told by the record of its loads.
    """
    everybody = store in lake.settings.stores and not user.startswith(layout.FEED_PREFIX)
    return everybody or bool(read_record(lake, store, slug, user).kinds)


def note_partial_load(lake: Lake, store: str, table: StoreTable, user: str, rows: int) -> None:
    """Remember how many rows of a kind a store holds after a part of them was loaded and read back.

    There is no digest of all of them, so that the next whole load compares everything.
    """
    known = read_record(lake, store, table.space.slug, user)
    kinds = {name: held for name, held in known.kinds.items() if name != table.kind.name}
    if rows:
        kinds[table.kind.name] = (rows, "")
    if kinds != known.kinds:
        write_record(lake, store, table.space.slug, user, LoadRecord(kinds))


def _record_path(store: str, slug: str, user: str) -> str:
    return f"{layout.loads(store, slug, user)}.json"
