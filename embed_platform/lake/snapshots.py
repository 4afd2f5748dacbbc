"""Snapshots of a table in a folder: `base-<seq>.parquet`, the highest one is current.

A snapshot commits by one rename or one PUT; the listing is the truth and there is no manifest.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from embed_platform.errors import DamagedFile
from embed_platform.lake import layout
from embed_platform.lake.storage import Storage

_BASE = re.compile(r"/base-(\d{8})\.parquet$")
_READ_ATTEMPTS = 5
ROWS_PER_GROUP = 50_000


def read_snapshot(
    storage: Storage, folder: str, columns: list[str] | None = None
) -> pa.Table | None:
    """The current table of a folder, or None when nothing was ever written.

    A writer may replace the snapshot between the listing and the read; then it lists again.
    """
    found = _current_file(storage, folder)
    return None if found is None else parse_parquet(*found, columns)


def read_snapshot_batches(
    storage: Storage, folder: str, columns: list[str] | None = None, rows: int = ROWS_PER_GROUP
) -> Iterator[pa.RecordBatch]:
    """The current table of a folder in batches, so that only one is unpacked at a time."""
    found = _current_file(storage, folder)
    if found is not None:
        yield from parquet_batches(*found, rows, columns)


def current_snapshot(storage: Storage, folder: str) -> str | None:
    """Path of the current snapshot's file, or None."""
    bases = _bases(storage, folder)
    return bases[-1][1] if bases else None


def read_footer(storage: Storage, folder: str) -> dict[str, str] | None:
    """Footer entries of the current table of a folder, or None when nothing was ever written."""
    found = _current_file(storage, folder)
    if found is None:
        return None
    path, data = found
    with _readable(path):
        footer = pq.read_metadata(pa.BufferReader(data)).metadata or {}
    return {key.decode(): value.decode() for key, value in footer.items()}


def write_snapshot(
    storage: Storage, folder: str, table: pa.Table, metadata: dict[str, str] | None = None
) -> bool:
    """Make a table the current snapshot; writes nothing when it equals what is there.

    Args:
        storage: where.
        folder: folder of the table.
        table: the whole new content.
        metadata: footer entries besides `schema_version`.

    Returns:
        Whether a file was written.
    """
    bases = _bases(storage, folder)
    if bases:
        present = _if_readable(storage, folder)
        if present is not None and present.equals(
            table.replace_schema_metadata(present.schema.metadata)
        ):
            storage.delete(path for _, path in bases[:-1])
            return False
    sequence = bases[-1][0] + 1 if bases else 1
    storage.put(f"{folder}/base-{sequence:08d}.parquet", parquet_bytes(table, metadata))
    storage.delete(path for _, path in bases)
    return True


def write_snapshot_file(storage: Storage, folder: str, file: Path) -> bool:
    """Make a Parquet file the current snapshot; writes nothing when the same bytes are there.

    For tables that are written row group by row group, so that they need not fit in memory twice.
    """
    bases = _bases(storage, folder)
    if bases and _same_bytes(storage, bases[-1][1], file):
        storage.delete(path for _, path in bases[:-1])
        return False
    sequence = bases[-1][0] + 1 if bases else 1
    storage.put(f"{folder}/base-{sequence:08d}.parquet", file)
    storage.delete(path for _, path in bases)
    return True


def write_parquet_file(
    file: Path,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    metadata: dict[str, str] | None = None,
) -> int:
    """Write batches as one Parquet file (zstd); returns the number of rows.

    However the batches are cut, equal rows give equal bytes: row groups have a fixed size.
    """
    footer = {"schema_version": str(layout.SCHEMA_VERSION), **(metadata or {})}
    rows = 0
    with pq.ParquetWriter(file, schema.with_metadata(footer), compression="zstd") as writer:
        for group in regrouped(batches, ROWS_PER_GROUP):
            writer.write_table(group, row_group_size=ROWS_PER_GROUP)
            rows += group.num_rows
    return rows


def regrouped(pieces: Iterable[pa.RecordBatch | pa.Table], rows: int) -> Iterator[pa.Table]:
    """The same rows in tables of exactly `rows` rows, the last one shorter."""
    waiting: list[pa.Table] = []
    for piece in pieces:
        waiting.append(piece if isinstance(piece, pa.Table) else pa.Table.from_batches([piece]))
        while sum(table.num_rows for table in waiting) >= rows:
            held = pa.concat_tables(waiting)
            yield held.slice(0, rows).combine_chunks()
            waiting = [held.slice(rows)]
    rest = pa.concat_tables(waiting) if waiting else None
    if rest is not None and rest.num_rows:
        yield rest.combine_chunks()


def drop_snapshot(storage: Storage, folder: str) -> int:
    """Delete a table altogether; returns how many files went."""
    return storage.delete_prefix(folder)


def parquet_bytes(table: pa.Table, metadata: dict[str, str] | None = None) -> bytes:
    """A table as one Parquet file (zstd) whose footer carries `schema_version` and `metadata`."""
    footer = {"schema_version": str(layout.SCHEMA_VERSION), **(metadata or {})}
    sink = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(footer), sink, compression="zstd")
    return sink.getvalue()


def parse_parquet(path: str, data: bytes, columns: list[str] | None = None) -> pa.Table:
    """The table of one Parquet file's bytes.

    Raises:
        DamagedFile: they are no Parquet; names the path.
    """
    with _readable(path):
        return pq.read_table(pa.BufferReader(data), columns=columns)


def parquet_batches(
    path: str, data: bytes, rows: int, columns: list[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of one Parquet file's bytes in batches.

    Raises:
        DamagedFile: they are no Parquet; names the path.
    """
    with _readable(path):
        yield from pq.ParquetFile(pa.BufferReader(data)).iter_batches(rows, columns=columns)


@contextmanager
def _readable(path: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowInvalid, OSError) as error:
        raise DamagedFile(
            f"the file cannot be read ({str(error).splitlines()[0][:100]})",
            where=path,
            remedy="Everything but archives and members is derived: delete this file, then run again",
        ) from error


def _if_readable(storage: Storage, folder: str) -> pa.Table | None:
    """The current table, None also where its file is damaged: it is about to be replaced."""
    try:
        return read_snapshot(storage, folder)
    except DamagedFile:
        return None


def _current_file(storage: Storage, folder: str) -> tuple[str, bytes] | None:
    """Path and bytes of the current snapshot."""
    for _ in range(_READ_ATTEMPTS):
        current = current_snapshot(storage, folder)
        if current is None:
            return None
        try:
            return current, storage.get(current)
        except FileNotFoundError:
            continue
    raise FileNotFoundError(folder)


def _same_bytes(storage: Storage, path: str, file: Path) -> bool:
    with file.open("rb") as new:
        try:
            return all(
                new.read(len(kept)) == kept for kept in storage.stream(path)
            ) and not new.read(1)
        except FileNotFoundError:
            return False


def _bases(storage: Storage, folder: str) -> list[tuple[int, str]]:
    found = []
    for entry in storage.list(folder):
        match = _BASE.search(entry.path)
        if match:
            found.append((int(match.group(1)), entry.path))
    return sorted(found)
