"""Between the lake and dbt: a run's scratch folder in, one snapshot per user out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import drop_snapshot, read_snapshot, write_snapshot
from embed_platform.sources.schema import RAW_TWEETS

# Changes when cleaning, selection or threading gives other documents for the same records.
CORPUS_VERSION = "1"

TWEETS = "tweets"


def write_scratch(lake: Lake, users: Sequence[str], scratch: Path) -> int:
    """Put the users' raw tweets where dbt's source looks for them; returns the number of rows."""
    (scratch / "out").mkdir(parents=True, exist_ok=True)
    rows = 0
    with pq.ParquetWriter(scratch / "raw_tweets.parquet", RAW_TWEETS) as writer:
        for user in users:
            table = read_snapshot(lake.storage, layout.records(user, "twitter"))
            if table is not None:
                writer.write_table(table.cast(RAW_TWEETS))
                rows += table.num_rows
    return rows


def publish_tweets(lake: Lake, users: Iterable[str], scratch: Path) -> dict[str, int]:
    """Make dbt's result each user's snapshot; returns rows by user.

    A user without tweets loses the snapshot of earlier ones.
    """
    result = pq.read_table(scratch / "out" / "tweets.parquet")
    starts = _slices_by_user(result)
    counts = {}
    for user in users:
        offset, length = starts.get(user, (0, 0))
        folder = layout.corpus(TWEETS, user)
        with lake.writing(user):
            if length:
                write_snapshot(lake.storage, folder, result.slice(offset, length))
            else:
                drop_snapshot(lake.storage, folder)
        counts[user] = length
    return counts


def read_tweets(lake: Lake, user: str, columns: list[str] | None = None) -> pa.Table | None:
    """The user's cleaned tweets, or None when there are none."""
    return read_snapshot(lake.storage, layout.corpus(TWEETS, user), columns)


def excluded_counts(lake: Lake, user: str) -> dict[str, int]:
    """How many tweets were left out, by reason."""
    table = read_tweets(lake, user, ["excluded"])
    if table is None:
        return {}
    counted = pc.value_counts(table["excluded"].drop_null()).to_pylist()
    return {
        str(row["values"]): int(row["counts"])
        for row in sorted(counted, key=lambda row: row["values"])
    }


def _slices_by_user(table: pa.Table) -> dict[str, tuple[int, int]]:
    """`{user: (offset, rows)}`; dbt orders its result by user."""
    if not table.num_rows:
        return {}
    encoded = pc.run_end_encode(table["user"].combine_chunks())
    ends = encoded.run_ends.to_pylist()
    begins = [0, *ends[:-1]]
    return {
        user: (begin, end - begin)
        for user, begin, end in zip(encoded.values.to_pylist(), begins, ends, strict=True)
    }
