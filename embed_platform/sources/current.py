"""The present tweets of a user, from all kept archives that count, as one snapshot in the lake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast

import pyarrow as pa

from embed_platform.errors import BadArchive
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import DeadLetter, check_limit, write_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import write_snapshot
from embed_platform.sources import tweets
from embed_platform.sources.ingest import SOURCE, is_tweets
from embed_platform.sources.jsonstream import Bad
from embed_platform.sources.records import ArchiveRecord, KeptMember, current, list_archives
from embed_platform.sources.schema import RAW_TWEETS
from embed_platform.sources.streams import MemberStream

STEP = "raw_tweets"
Row = dict[str, Any]


@dataclass(frozen=True)
class RawTweets:
    """What parsing gave: rows, records set aside, bytes read, and whether the snapshot changed."""

    rows: int
    dead_letters: int
    bytes: int
    changed: bool


def publish_raw_tweets(lake: Lake, user: str) -> RawTweets:
    """Parse the user's current archives into the snapshot of raw tweets.

    Raises:
        BadArchive: no archive of this user is kept.
        TooManyDeadLetters: more than the allowed share could not be parsed; the earlier snapshot stays.
    """
    present = current(list_archives(lake, user, SOURCE))
    if not present:
        raise BadArchive(
            f"no archive of {user!r} is kept", remedy="`embed-platform ingest PATH` takes one in"
        )
    letters: list[DeadLetter] = []
    table = _table(lake, user, present, letters)
    with lake.writing(user):
        write_dead_letters(lake.storage, user, STEP, letters)
        check_limit(
            len(letters), len(letters) + table.num_rows, lake.settings.dead_letter_limit, where=user
        )
        changed = write_snapshot(lake.storage, layout.records(user, SOURCE), table)
    size = sum(member.bytes for record in present for member in record.members)
    return RawTweets(table.num_rows, len(letters), size, changed)


def _table(
    lake: Lake, user: str, present: list[ArchiveRecord], letters: list[DeadLetter]
) -> pa.Table:
    rows: dict[int, Row] = {}
    for record in present:
        if record.limited:
            rows = {key: row for key, row in rows.items() if not record.covers(row["created_at"])}
        notes = _Notes(lake, record)
        for row in _archive_rows(lake, record, letters):
            if record.limited and not record.covers(row["created_at"]):
                continue
            note = notes.find(row["created_at"], row["full_text"])
            rows[row["tweet_id"]] = row | {
                "user": user,
                "account_id": record.account_id,
                "archive": record.archive_id,
                "note_text": note,
            }
    own = {record.account_id for record in present}
    for row in rows.values():
        row["superseded"] = row.pop("later_version") in rows
        if row["reply_to_tweet_id"] in rows and not row["reply_to_user_id"]:
            # some exports leave the answered account out; the parent says whose tweet it is
            row["reply_to_user_id"] = (
                next(iter(own)) if len(own) == 1 else rows[row["reply_to_tweet_id"]]["account_id"]
            )
    ordered = [rows[key] for key in sorted(rows)]
    size = 50_000
    blocks = [
        pa.Table.from_pylist(ordered[i : i + size], schema=RAW_TWEETS)
        for i in range(0, len(ordered), size)
    ]
    return pa.concat_tables(blocks) if blocks else RAW_TWEETS.empty_table()


def _archive_rows(lake: Lake, record: ArchiveRecord, letters: list[DeadLetter]) -> Iterator[Row]:
    for member in record.members:
        if not is_tweets(member.path):
            continue
        source = "community_tweet" if member.path.startswith("community") else "tweet"
        with _open(lake, record, member) as file:
            for row in tweets.read_member(file, member.path):
                if isinstance(row, Bad):
                    letters.append(
                        DeadLetter(f"{member.path}, record {row.index}", row.reason, row.raw)
                    )
                else:
                    yield row | {"source": source, "file": member.path}


class _Notes:
    """Note tweets of an archive, found by their second."""

    def __init__(self, lake: Lake, record: ArchiveRecord) -> None:
        self._by_second: dict[int, list[tuple[datetime, str]]] = {}
        for member in record.members:
            if member.path.startswith("note-tweet"):
                with _open(lake, record, member) as file:
                    for time, text in tweets.read_notes(file, member.path):
                        self._by_second.setdefault(int(time.timestamp()), []).append((time, text))

    def find(self, created_at: datetime, text: str) -> str | None:
        """Full text of a cut tweet, or None."""
        if not self._by_second:
            return None
        second = int(created_at.timestamp())
        near = [
            note for s in (second - 1, second, second + 1) for note in self._by_second.get(s, ())
        ]
        return tweets.matching_note(near, created_at, text)


def _open(lake: Lake, record: ArchiveRecord, member: KeptMember) -> BinaryIO:
    stream = MemberStream(lake.storage.stream(layout.members(record.user, member.sha256)))
    return cast(BinaryIO, stream)
