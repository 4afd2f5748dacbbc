"""Tweets of several archives as one sorted table: each id once, edits and own replies resolved."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from embed_platform.sources.twitter.columns import PARSED
from embed_platform.sources.twitter.schema import RAW_TWEETS

Ints = npt.NDArray[np.int64]
ROWS_PER_BATCH = 65_536
# Parsed tweets with their long text and the number of the place they were read from.
PLACED = PARSED.append(pa.field("note_text", pa.string())).append(pa.field("place", pa.int32()))


@dataclass(frozen=True)
class Place:
    """Where a tweet was read, and whose it is."""

    account_id: str
    source: str
    archive: str
    file: str


def placed(batch: pa.RecordBatch, notes: pa.StringArray, place: int) -> pa.RecordBatch:
    """A batch of `PARSED` with the two further columns of `PLACED`."""
    places = pa.array(np.full(batch.num_rows, place, dtype=np.int32))
    return pa.RecordBatch.from_arrays([*batch.columns, notes, places], schema=PLACED)


def without_span(batches: Sequence[pa.RecordBatch], since: int, until: int) -> list[pa.RecordBatch]:
    """The rows outside of a span of time, in microseconds since 1970, `until` exclusive."""
    return [batch.filter(pc.invert(_in_span(batch, since, until))) for batch in batches]


def within_span(batch: pa.RecordBatch, since: int, until: int) -> pa.RecordBatch:
    """The rows inside of a span of time, in microseconds since 1970, `until` exclusive."""
    return batch.filter(_in_span(batch, since, until))


def standing(batches: Sequence[pa.RecordBatch], gone: Collection[int]) -> list[pa.RecordBatch]:
    """The rows that nobody withdrew; of an edited tweet no version where one of them was.

    Args:
        batches: of `PLACED`.
        gone: ids of withdrawn tweets.
    """
    ids = pa.array(sorted(gone), pa.int64())
    firsts = {
        first
        for batch in batches
        for first in batch.filter(pc.is_in(batch["tweet_id"], ids))["first_version"].to_pylist()
        if first is not None
    }
    named = pa.array(sorted({*gone, *firsts}), pa.int64())
    return [
        batch.filter(
            pc.invert(
                pc.or_(pc.is_in(batch["tweet_id"], named), pc.is_in(batch["first_version"], named))
            )
        )
        for batch in batches
    ]


def assembled(
    user: str, batches: list[pa.RecordBatch], places: Sequence[Place]
) -> Iterator[pa.RecordBatch]:
    """All rows as `RAW_TWEETS`, sorted by tweet id.

    Args:
        user: partition key.
        batches: of `PLACED`; of rows with one id the last one counts. Emptied, to free memory.
        places: what the column `place` counts.
    """
    table = _combined(batches)
    ids = table["tweet_id"].to_numpy()
    order = last_of_each(ids)
    sorted_ids = ids[order]
    firsts = pc.fill_null(table["first_version"], 0).to_numpy()[order]
    superseded = superseded_rows(sorted_ids, firsts)
    for start in range(0, len(order), ROWS_PER_BATCH):
        stop = start + ROWS_PER_BATCH
        rows = table.take(pa.array(order[start:stop]))
        parents = pc.fill_null(rows["reply_to_tweet_id"], 0).to_numpy()
        at = np.searchsorted(sorted_ids, parents).clip(max=len(sorted_ids) - 1)
        own = sorted_ids[at] == parents
        parent_places = pa.array(table["place"].to_numpy()[order[at]], mask=~own)
        accounts = pa.array([place.account_id for place in places])
        columns = {
            "user": pa.repeat(user, len(rows)),
            "account_id": accounts.take(rows["place"].combine_chunks()),
            "reply_to_user_id": pc.coalesce(
                rows["reply_to_user_id"].combine_chunks(), accounts.take(parent_places)
            ),
            "source": _looked_up([place.source for place in places], rows),
            "archive": _looked_up([place.archive for place in places], rows),
            "file": _looked_up([place.file for place in places], rows),
            # a tweet that was never edited is its own first version
            "first_version": pc.coalesce(
                rows["first_version"].combine_chunks(), rows["tweet_id"].combine_chunks()
            ),
            "superseded": pa.array(superseded[start:stop]),
        }
        yield pa.RecordBatch.from_arrays(
            [
                columns[name] if name in columns else rows[name].combine_chunks()
                for name in RAW_TWEETS.names
            ],
            schema=RAW_TWEETS,
        )


def last_of_each(ids: Ints) -> Ints:
    """Positions that sort ids, with just the last position of equal ids."""
    order = np.argsort(ids, kind="stable")
    ordered = ids[order]
    last = np.append(ordered[1:] != ordered[:-1], True)[: len(order)]
    positions: Ints = order[last]
    return positions


def superseded_rows(ids: Ints, firsts: Ints) -> npt.NDArray[np.bool_]:
    """Which tweets are earlier versions of an edited tweet whose later version is there too.

    Args:
        ids: unique and sorted.
        firsts: for each the id of its first version, 0 where it was never edited.
    """
    edited = np.flatnonzero(firsts)
    newest: dict[int, int] = {}
    for row in edited.tolist():  # ids are sorted, so the last one stays
        newest[int(firsts[row])] = int(ids[row])
    result = np.zeros(len(ids), dtype=np.bool_)
    for row in edited.tolist():
        result[row] = newest[int(firsts[row])] > ids[row]
    # an export from before the edit has the first version without a word of it
    for first, last in newest.items():
        row = int(np.searchsorted(ids, first))
        if row < len(ids) and ids[row] == first:
            result[row] = last > first
    return result


def _in_span(batch: pa.RecordBatch, since: int, until: int) -> pa.BooleanArray:
    micros = batch["created_at"].cast(pa.int64())
    return pc.and_(pc.greater_equal(micros, since), pc.less(micros, until))


def _combined(batches: list[pa.RecordBatch]) -> pa.Table:
    """One chunk per column, a column at a time, so that only one is held twice."""
    columns = []
    for name in PLACED.names:
        chunks = [batch[name] for batch in batches]
        columns.append(pa.chunked_array(chunks, PLACED.field(name).type).combine_chunks())
    batches.clear()
    return pa.table(columns, schema=PLACED)


def _looked_up(values: list[str], rows: pa.Table) -> pa.StringArray:
    return pa.array(values, pa.string()).take(rows["place"].combine_chunks())
