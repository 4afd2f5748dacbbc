"""Between the lake and dbt: a run's scratch folder in, one snapshot per user out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import (
    drop_snapshot,
    read_snapshot,
    read_snapshot_batches,
    write_parquet_file,
    write_snapshot_file,
)
from embed_platform.sources.schema import RAW_TWEETS

# Changes when cleaning, selection or threading gives other documents for the same records.
CORPUS_VERSION = "1"

TWEETS = "tweets"
# As many rows as Python objects cost some 10 MB.
ROWS_PER_BATCH = 5_000


def write_scratch(lake: Lake, users: Sequence[str], scratch: Path) -> int:
    """Put the users' raw tweets where dbt's source looks for them; returns the number of rows."""
    (scratch / "out").mkdir(parents=True, exist_ok=True)
    rows = 0
    with pq.ParquetWriter(scratch / "raw_tweets.parquet", RAW_TWEETS) as writer:
        for user in users:
            for batch in read_snapshot_batches(lake.storage, layout.records(user, "twitter")):
                writer.write_batch(batch.cast(RAW_TWEETS))
                rows += batch.num_rows
    return rows


def publish_tweets(lake: Lake, users: Sequence[str], scratch: Path) -> dict[str, int]:
    """Make dbt's result each user's snapshot; returns rows by user.

    A user without tweets loses the snapshot of earlier ones.
    """
    counts = dict.fromkeys(users, 0)
    file = scratch / "user.parquet"
    with pq.ParquetFile(scratch / "out" / "tweets.parquet") as result:
        # dbt orders its result by user
        for user, pieces in groupby(_by_user(result.iter_batches()), key=itemgetter(0)):
            counts[user] = write_parquet_file(
                file, result.schema_arrow, (piece for _, piece in pieces)
            )
            with lake.writing(user):
                write_snapshot_file(lake.storage, layout.corpus(TWEETS, user), file)
    for user in (user for user, rows in counts.items() if not rows):
        with lake.writing(user):
            drop_snapshot(lake.storage, layout.corpus(TWEETS, user))
    return counts


def read_tweets(lake: Lake, user: str, columns: list[str] | None = None) -> pa.Table | None:
    """The user's cleaned tweets, or None when there are none."""
    return read_snapshot(lake.storage, layout.corpus(TWEETS, user), columns)


def read_tweet_batches(lake: Lake, user: str, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """The user's cleaned tweets in batches, for what need not see them all at once."""
    return read_snapshot_batches(
        lake.storage, layout.corpus(TWEETS, user), columns, rows=ROWS_PER_BATCH
    )


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


def _by_user(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[str, pa.RecordBatch]]:
    """`(user, rows)` for each stretch of one user's rows within a batch."""
    for batch in batches:
        encoded = pc.run_end_encode(batch["user"])
        begin = 0
        for user, end in zip(encoded.values.to_pylist(), encoded.run_ends.to_pylist(), strict=True):
            if user is not None:  # dbt-duckdb writes an empty result as one row of nulls
                yield user, batch.slice(begin, end - begin)
            begin = end
