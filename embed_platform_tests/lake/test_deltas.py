"""Deltas: whatever is written in whatever batches, the last word on an id is what is read."""

from __future__ import annotations

import tempfile

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embed_platform.lake import deltas
from embed_platform.lake.deltas import append_delta, fold, has_deltas, read_current
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import write_snapshot
from embed_platform.lake.storage import Storage, open_storage
from embed_platform.settings import Settings

SCHEMA = pa.schema(
    [pa.field("id", pa.string(), nullable=False), pa.field("n", pa.int64(), nullable=False)]
)
BATCH = st.tuples(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9), max_size=4),
    st.sets(st.sampled_from("abcdef"), max_size=3),
    st.booleans(),
)


def table(rows: dict[str, int]) -> pa.Table:
    return pa.table({"id": list(rows), "n": list(rows.values())}, schema=SCHEMA)


def held(storage: Storage) -> dict[str, int]:
    found = read_current(storage, "t", SCHEMA)
    assert found.schema.equals(SCHEMA)
    return dict(zip(found["id"].to_pylist(), found["n"].to_pylist(), strict=True))


@settings(max_examples=40)
@given(st.lists(BATCH, max_size=24))
def test_the_table_is_what_the_batches_say(batches: list) -> None:
    expected: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        storage = open_storage(folder, Settings())
        for upserts, gone, folded in batches:
            away = sorted(gone - upserts.keys())
            append_delta(storage, "t", table(upserts), away)
            expected = {k: v for k, v in (expected | upserts).items() if k not in away}
            if folded:
                fold(storage, "t", SCHEMA)
            assert held(storage) == expected


def test_a_snapshot_counts_until_a_delta_says_otherwise(lake: Lake) -> None:
    write_snapshot(lake.storage, "t", table({"a": 1, "b": 2}))
    assert not has_deltas(lake.storage, "t")
    append_delta(lake.storage, "t", table({"b": 3, "c": 4}), ["a"])
    assert held(lake.storage) == {"b": 3, "c": 4}


def test_the_number_of_files_stays_small_and_nothing_of_what_is_gone_is_left_after_folding(
    lake: Lake,
) -> None:
    for number in range(3 * deltas.SMALL_FILES):
        append_delta(lake.storage, "t", table({f"id{number}": number}), [f"id{number - 1}"])
    assert len(lake.storage.list("t")) <= deltas.SMALL_FILES + 1
    assert fold(lake.storage, "t", SCHEMA)
    (file,) = lake.storage.list("t")
    assert b"id3" not in lake.storage.get(file.path).replace(b"id47", b"")
    assert held(lake.storage) == {"id47": 47}
    assert not fold(lake.storage, "t", SCHEMA)


def test_files_that_are_large_are_not_rewritten(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deltas, "SMALL_BYTES", 1)
    for number in range(20):
        append_delta(lake.storage, "t", table({str(number): number}), [])
    assert len(lake.storage.list("t")) == 20


def test_a_table_of_which_all_is_gone_leaves_no_file(lake: Lake) -> None:
    append_delta(lake.storage, "t", table({"a": 1}), [])
    append_delta(lake.storage, "t", table({}), ["a"])
    fold(lake.storage, "t", SCHEMA)
    assert lake.storage.list("t") == [] and held(lake.storage) == {}
