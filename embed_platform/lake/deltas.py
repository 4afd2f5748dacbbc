"""Changes to a table since its snapshot: `delta-<seq>.parquet`, upserts and tombstones by id.

The current table is the highest base with the deltas after it, the later of two rows winning. A
base of number n holds every delta up to n. One writer at a time: whoever holds the user's lock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from embed_platform.lake.snapshots import parquet_bytes, parse_parquet
from embed_platform.lake.storage import FileEntry, Storage

_FILE = re.compile(r"/(base|delta)-(\d{8})\.parquet$")
KEY, GONE = "id", "gone"
# Deltas smaller than this are put together once there are so many, so that neither the number of
# files nor the memory that it takes grows with a feed.
SMALL_BYTES = 4 * 2**20
SMALL_FILES = 16


def append_delta(storage: Storage, folder: str, upserts: pa.Table, gone: Sequence[str]) -> None:
    """Add rows, replacing those of their ids, and take others away; by one PUT.

    Args:
        storage: where.
        folder: of the table.
        upserts: whole rows with a column `id`.
        gone: ids of rows that are no more.
    """
    if not upserts.num_rows and not gone:
        return
    files = _files(storage, folder)
    number = files[-1][0] + 1 if files else 1
    storage.put(_path(folder, "delta", number), parquet_bytes(_delta(upserts, gone)))
    _merge_small(storage, folder)


def has_deltas(storage: Storage, folder: str) -> bool:
    """Whether a table has changed since its snapshot."""
    return any(kind == "delta" for _, kind, _ in _current(_files(storage, folder)))


def read_current(
    storage: Storage, folder: str, schema: pa.Schema, columns: Sequence[str] | None = None
) -> pa.Table:
    """The rows of a table as they are now, those of deltas included, sorted by id if there are any.

    Args:
        storage: where.
        folder: of the table.
        schema: of its rows.
        columns: wanted; all when None.
    """
    wanted = list(columns or schema.names)
    while True:
        try:
            merged = _merged(storage, folder, schema, wanted)
        except FileNotFoundError:  # put together or folded in between
            continue
        return (
            merged.filter(pa.compute.invert(merged[GONE]))
            .select(wanted)
            .cast(pa.schema([schema.field(name) for name in wanted]))
        )


def fold(storage: Storage, folder: str, schema: pa.Schema) -> bool:
    """Make base and deltas one base without the rows that are gone; returns whether it did."""
    files = _files(storage, folder)
    current = _current(files)
    if not any(kind == "delta" for _, kind, _ in current):
        return False
    table = read_current(storage, folder, schema)
    number = current[-1][0]
    if table.num_rows:
        storage.put(_path(folder, "base", number), parquet_bytes(table))
    storage.delete(entry.path for _, _, entry in files)
    return True


def _merge_small(storage: Storage, folder: str) -> None:
    """Put the last small deltas together under the number of the newest."""
    tail: list[FileEntry] = []
    for _, kind, entry in reversed(_current(_files(storage, folder))):
        if kind == "base" or entry.size >= SMALL_BYTES:
            break
        tail.insert(0, entry)
    if len(tail) > SMALL_FILES:
        tables = [parse_parquet(entry.path, storage.get(entry.path)) for entry in tail]
        storage.put(tail[-1].path, parquet_bytes(_last_of_each(tables)))
        storage.delete(entry.path for entry in tail[:-1])


def _delta(upserts: pa.Table, gone: Sequence[str]) -> pa.Table:
    fields = [pa.field(field.name, field.type) for field in upserts.schema]
    rows = upserts.cast(pa.schema(fields)).append_column(
        GONE, pa.array(np.zeros(upserts.num_rows, bool))
    )
    ids = pa.array(gone, pa.string())
    empty = {f.name: pa.nulls(len(gone), f.type) for f in fields}
    return pa.concat_tables(
        [rows, pa.table(empty | {KEY: ids, GONE: np.ones(len(gone), bool)}, schema=rows.schema)]
    )


def _merged(storage: Storage, folder: str, schema: pa.Schema, columns: list[str]) -> pa.Table:
    """Rows and tombstones, the last of each id."""
    wanted = list(dict.fromkeys([KEY, *columns]))
    fields = [pa.field(name, schema.field(name).type) for name in wanted]
    shape = pa.schema([*fields, pa.field(GONE, pa.bool_())])
    tables = [shape.empty_table()]
    for _, kind, entry in _current(_files(storage, folder)):
        data = storage.get(entry.path)
        if kind == "base":
            base = parse_parquet(entry.path, data, wanted)
            table = base.append_column(GONE, pa.array(np.zeros(base.num_rows, bool)))
        else:
            table = parse_parquet(entry.path, data, [*wanted, GONE])
        tables.append(table.select(shape.names).cast(shape))
    return _last_of_each(tables)


def _last_of_each(tables: Sequence[pa.Table]) -> pa.Table:
    table = pa.concat_tables([t.replace_schema_metadata(None) for t in tables])
    if not table.num_rows:
        return table
    ids = table[KEY].combine_chunks().dictionary_encode()
    last = np.zeros(len(ids.dictionary), np.int64)
    # of an index that comes several times, the last assignment stays
    last[ids.indices.to_numpy()] = np.arange(table.num_rows)
    return table.take(last).sort_by(KEY)


def _current(files: list[tuple[int, str, FileEntry]]) -> list[tuple[int, str, FileEntry]]:
    """The highest base and the deltas after it."""
    base = max((number for number, kind, _ in files if kind == "base"), default=0)
    return [
        (number, kind, entry)
        for number, kind, entry in files
        if number > base or (number == base and kind == "base")
    ]


def _files(storage: Storage, folder: str) -> list[tuple[int, str, FileEntry]]:
    found = []
    for entry in storage.list(folder):
        match = _FILE.search(entry.path)
        if match:
            found.append((int(match.group(2)), match.group(1), entry))
    return sorted(found, key=lambda file: (file[0], file[1]))


def _path(folder: str, kind: str, number: int) -> str:
    return f"{folder}/{kind}-{number:08d}.parquet"
