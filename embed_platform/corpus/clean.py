"""Raw records to clean rows by dbt: a run's scratch folder in, one snapshot per user out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from embed_platform.corpus.dbt_run import run_dbt, scratch_folder
from embed_platform.errors import PermanentError
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import (
    current_snapshot,
    drop_snapshot,
    read_snapshot,
    read_snapshot_batches,
    write_parquet_file,
    write_snapshot_file,
)
from embed_platform.settings import Settings
from embed_platform.sources.messenger.schema import RAW_MESSAGES
from embed_platform.sources.twitter.schema import RAW_TWEETS

# Changes when cleaning, selection, threading or chunking gives other documents for the same records.
CORPUS_VERSION = "2"

# As many rows as Python objects cost some 10 MB.
ROWS_PER_BATCH = 5_000


@dataclass(frozen=True)
class CleanTable:
    """One dbt model and what it reads.

    Attributes:
        name: of the model and of its snapshots in the lake.
        raw: name of dbt's source.
        source: whose records those are.
        schema: of the records.
    """

    name: str
    raw: str
    source: str
    schema: pa.Schema


TWEETS = CleanTable("tweets", "raw_tweets", "twitter", RAW_TWEETS)
MESSAGES = CleanTable("messages", "raw_messages", "messenger", RAW_MESSAGES)


@dataclass(frozen=True)
class CleanedUsers:
    """What one invocation of dbt did: rows by user, and each test's fault, empty where it passed."""

    rows: dict[str, int]
    faults: dict[str, str]


def clean(lake: Lake, table: CleanTable, users: Sequence[str]) -> CleanedUsers:
    """Clean the users' raw records by one invocation of dbt and publish each user's rows.

    Where nobody has any, dbt is not called.

    Raises:
        PermanentError: the model does not build.
    """
    if not any(
        current_snapshot(lake.storage, layout.records(user, table.source))
        or current_snapshot(lake.storage, layout.corpus(table.name, user))
        for user in users
    ):
        return CleanedUsers(dict.fromkeys(users, 0), {})
    with scratch_folder(lake) as scratch:
        write_raw(lake, table, users, scratch)
        faults = run_dbt(table.name, scratch, variables(lake.settings, scratch))
        return CleanedUsers(publish_clean(lake, table, users, scratch), faults)


def variables(settings: Settings, scratch: Path) -> dict[str, Any]:
    """What the models are told: the run's scratch folder and the settings of the selection."""
    return {
        "scratch": str(scratch),
        "include_retweets": settings.include_retweets,
        "include_replies": settings.include_replies,
        "drop_system": settings.chunk_drop_system,
    }


def write_raw(lake: Lake, table: CleanTable, users: Sequence[str], scratch: Path) -> int:
    """Put the users' raw records where dbt's source looks for them; returns the number of rows."""
    (scratch / "out").mkdir(parents=True, exist_ok=True)
    rows = 0
    with pq.ParquetWriter(scratch / f"{table.raw}.parquet", table.schema) as writer:
        for user in users:
            for batch in read_snapshot_batches(lake.storage, layout.records(user, table.source)):
                writer.write_batch(batch.cast(table.schema))
                rows += batch.num_rows
    return rows


def publish_clean(
    lake: Lake, table: CleanTable, users: Sequence[str], scratch: Path
) -> dict[str, int]:
    """Make dbt's result each user's snapshot; returns rows by user.

    A user without rows loses the snapshot of earlier ones.

    Raises:
        PermanentError: the result is not ordered by user.
    """
    counts = dict.fromkeys(users, 0)
    file = scratch / "user.parquet"
    with pq.ParquetFile(scratch / "out" / f"{table.name}.parquet") as result:
        # dbt orders its result by user
        for user, pieces in groupby(_by_user(result.iter_batches()), key=itemgetter(0)):
            if counts[user]:
                raise PermanentError(f"rows of {user!r} lie in two places", where=table.name)
            counts[user] = write_parquet_file(
                file, result.schema_arrow, (piece for _, piece in pieces)
            )
            with lake.writing(user):
                write_snapshot_file(lake.storage, layout.corpus(table.name, user), file)
    for user in (user for user, rows in counts.items() if not rows):
        with lake.writing(user):
            drop_snapshot(lake.storage, layout.corpus(table.name, user))
    return counts


def read_clean(
    lake: Lake, table: CleanTable, user: str, columns: list[str] | None = None
) -> pa.Table | None:
    """The user's clean rows, or None when there are none."""
    return read_snapshot(lake.storage, layout.corpus(table.name, user), columns)


def read_clean_batches(
    lake: Lake, table: CleanTable, user: str, columns: list[str], rows: int = ROWS_PER_BATCH
) -> Iterator[pa.RecordBatch]:
    """The user's clean rows in batches, for what need not see them all at once."""
    return read_snapshot_batches(lake.storage, layout.corpus(table.name, user), columns, rows=rows)


def excluded_counts(lake: Lake, user: str) -> dict[str, int]:
    """How many of a user's records were left out, by reason."""
    counts: dict[str, int] = {}
    for table in (TWEETS, MESSAGES):
        found = read_clean(lake, table, user, ["excluded"])
        if found is not None:
            for row in pc.value_counts(found["excluded"].drop_null()).to_pylist():
                reason = str(row["values"])
                counts[reason] = counts.get(reason, 0) + int(row["counts"])
    return dict(sorted(counts.items()))


def _by_user(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[str, pa.RecordBatch]]:
    """`(user, rows)` for each stretch of one user's rows within a batch."""
    for batch in batches:
        encoded = pc.run_end_encode(batch["user"])
        begin = 0
        for user, end in zip(encoded.values.to_pylist(), encoded.run_ends.to_pylist(), strict=True):
            if user is not None:  # dbt-duckdb writes an empty result as one row of nulls
                yield user, batch.slice(begin, end - begin)
            begin = end
