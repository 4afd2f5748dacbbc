"""Snapshots: one file is current, whatever happens between a write and the deletes after it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embed_platform.errors import DamagedFile
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import (
    current_snapshot,
    drop_snapshot,
    parquet_bytes,
    parse_parquet,
    read_snapshot,
    write_snapshot,
    write_snapshot_file,
)
from embed_platform.lake.storage import FileEntry, Storage

FOLDER = "corpus/table=x/user=ann"


def table(*numbers: int) -> pa.Table:
    return pa.table({"n": pa.array(numbers, pa.int64()), "t": [str(n) for n in numbers]})


def numbers(lake: Lake) -> list[int] | None:
    found = read_snapshot(lake.storage, FOLDER)
    return None if found is None else found["n"].to_pylist()


def paths(lake: Lake) -> list[str]:
    return [entry.path for entry in lake.storage.list(FOLDER)]


def base(sequence: int) -> str:
    return f"{FOLDER}/base-{sequence:08d}.parquet"


def test_a_folder_without_a_snapshot_has_none(lake: Lake) -> None:
    assert current_snapshot(lake.storage, FOLDER) is None
    assert numbers(lake) is None


def test_a_new_table_takes_the_place_of_the_earlier_one(lake: Lake) -> None:
    assert write_snapshot(lake.storage, FOLDER, table(1, 2))
    assert write_snapshot(lake.storage, FOLDER, table(3))
    assert numbers(lake) == [3]
    assert paths(lake) == [base(2)]


def test_an_equal_table_writes_nothing(lake: Lake) -> None:
    write_snapshot(lake.storage, FOLDER, table(1, 2))
    (file,) = Path(lake.storage.url).rglob("base-*.parquet")
    before = file.stat()
    assert not write_snapshot(lake.storage, FOLDER, table(1, 2))
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert paths(lake) == [base(1)]


def test_an_equal_table_under_another_schema_is_written(lake: Lake) -> None:
    write_snapshot(lake.storage, FOLDER, table(1))
    wider = table(1).append_column("more", pa.array([None], pa.string()))
    assert write_snapshot(lake.storage, FOLDER, wider)
    assert paths(lake) == [base(2)]


def test_of_two_bases_that_a_crash_left_the_highest_wins(lake: Lake) -> None:
    lake.storage.put(base(9), parquet_bytes(table(1)))
    lake.storage.put(base(10), parquet_bytes(table(2)))
    assert numbers(lake) == [2]
    assert write_snapshot(lake.storage, FOLDER, table(3))
    assert paths(lake) == [base(11)]


def test_a_write_of_nothing_new_clears_what_a_crash_left(lake: Lake) -> None:
    lake.storage.put(base(1), parquet_bytes(table(1)))
    lake.storage.put(base(2), parquet_bytes(table(2)))
    assert not write_snapshot(lake.storage, FOLDER, table(2))
    assert paths(lake) == [base(2)]


def test_a_stray_file_in_the_folder_is_no_snapshot(lake: Lake) -> None:
    lake.storage.put(f"{FOLDER}/base-1.parquet", b"x")
    lake.storage.put(f"{FOLDER}/base-00000001.parquet.tmp", b"x")
    assert numbers(lake) is None


class Replaced(Storage):
    """A folder whose writer replaces the snapshot just after the reader's first listing."""

    def __init__(self, storage: Storage) -> None:
        super().__init__(storage.url, storage._store)
        self.listings = 0

    def list(self, prefix: str = "") -> list[FileEntry]:
        found = super().list(prefix)
        self.listings += 1
        if self.listings == 1:
            write_snapshot(Storage(self.url, self._store), prefix, table(8, 9))
        return found


def test_a_reader_whose_snapshot_was_replaced_lists_again(lake: Lake) -> None:
    write_snapshot(lake.storage, FOLDER, table(1))
    storage = Replaced(lake.storage)
    found = read_snapshot(storage, FOLDER)
    assert found is not None and found["n"].to_pylist() == [8, 9]
    assert storage.listings == 2


def test_some_columns_can_be_read_alone(lake: Lake) -> None:
    write_snapshot(lake.storage, FOLDER, table(1))
    found = read_snapshot(lake.storage, FOLDER, ["t"])
    assert found is not None and found.column_names == ["t"]


def test_the_footer_names_the_schema_version_and_what_is_given() -> None:
    metadata = parse_parquet("x", parquet_bytes(table(1), {"maker": "x"})).schema.metadata
    assert (metadata[b"schema_version"], metadata[b"maker"]) == (b"1", b"x")


def test_a_dropped_snapshot_leaves_no_file(lake: Lake) -> None:
    write_snapshot(lake.storage, FOLDER, table(1))
    assert drop_snapshot(lake.storage, FOLDER) == 1
    assert paths(lake) == []
    assert drop_snapshot(lake.storage, FOLDER) == 0


@pytest.mark.parametrize("more", [b"", b"x"])
def test_a_file_is_written_unless_the_same_bytes_are_there(
    lake: Lake, tmp_path: Path, more: bytes
) -> None:
    file = tmp_path / "new.parquet"
    file.write_bytes(parquet_bytes(table(1)))
    assert write_snapshot_file(lake.storage, FOLDER, file)
    file.write_bytes(file.read_bytes() + more)
    assert write_snapshot_file(lake.storage, FOLDER, file) is bool(more)
    assert paths(lake) == [base(2 if more else 1)]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables=st.lists(st.lists(st.integers(0, 2), max_size=3), min_size=1, max_size=5))
def test_whatever_is_written_the_last_one_is_read_from_the_only_file(
    lake: Lake, tables: list[list[int]]
) -> None:
    for one in tables:
        write_snapshot(lake.storage, FOLDER, table(*one))
        assert numbers(lake) == one
        assert len(paths(lake)) == 1


def test_a_damaged_file_is_named_and_replaced_by_the_next_write(lake: Lake) -> None:
    assert write_snapshot(lake.storage, FOLDER, table(1, 2))
    lake.storage.put(base(1), parquet_bytes(table(1, 2))[:-20])
    with pytest.raises(DamagedFile, match=f"{base(1)}.*delete this file"):
        read_snapshot(lake.storage, FOLDER)
    assert write_snapshot(lake.storage, FOLDER, table(1, 2))
    assert numbers(lake) == [1, 2]
