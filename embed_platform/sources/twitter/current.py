"""The present tweets of a user, from all kept archives that count, as one snapshot in the lake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

import pyarrow as pa

from embed_platform.errors import BadArchive
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import DeadLetter, check_limit, write_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import write_parquet_file, write_snapshot_file
from embed_platform.sources.jsonstream import BLOCK, Bad, batches
from embed_platform.sources.records import (
    ArchiveRecord,
    KeptMember,
    current,
    drop_records,
    footer_of,
    list_archives,
)
from embed_platform.sources.streams import MemberStream
from embed_platform.sources.twitter.assemble import (
    Place,
    assembled,
    placed,
    standing,
    within_span,
    without_span,
)
from embed_platform.sources.twitter.columns import to_columns
from embed_platform.sources.twitter.members import (
    is_notes,
    is_tweets,
    label,
    part_order,
    tweets_source,
)
from embed_platform.sources.twitter.notes import Note, Notes, read_notes
from embed_platform.sources.twitter.schema import RAW_TWEETS
from embed_platform.sources.twitter.tweets import TweetRecord
from embed_platform.sources.withdrawn import digest, unsaid, withdrawn

SOURCE = "twitter"
STEP = "raw_tweets"


@dataclass(frozen=True)
class RawTweets:
    """What parsing gave: rows, records set aside, bytes read, and whether the snapshot changed."""

    rows: int
    dead_letters: int
    bytes: int
    changed: bool


def publish_raw_tweets(lake: Lake, user: str, source: str = SOURCE) -> RawTweets:
    """Parse the user's current archives into the snapshot of raw tweets; without any there is none.

    Raises:
        BadArchive: a kept member is gone.
        TooManyDeadLetters: more than the allowed share could not be parsed; the earlier snapshot stays.
    """
    with lake.writing(user):
        present = current(list_archives(lake, user, source))
        if not present:
            return RawTweets(0, 0, 0, changed=drop_records(lake, user, source))
        found, letters = read_tweets(lake, user, source)
        with lake.scratch("tweets") as folder:
            file = folder / "tweets.parquet"
            footer = footer_of(present, digest(withdrawn(lake, user)))
            rows = write_parquet_file(file, RAW_TWEETS, found, footer)
            write_dead_letters(lake.storage, user, STEP, letters)
            limit = lake.settings.dead_letter_limit
            check_limit(len(letters), len(letters) + rows, limit, where=user)
            changed = write_snapshot_file(lake.storage, layout.records(user, source), file)
    size = sum(member.bytes for record in present for member in record.members)
    return RawTweets(rows, len(letters), size, changed)


def read_tweets(
    lake: Lake, user: str, source: str = SOURCE
) -> tuple[Iterator[pa.RecordBatch], list[DeadLetter]]:
    """The present tweets as batches of `RAW_TWEETS` sorted by id, and what could not be parsed.

    What its author withdrew since is not among them.

    Raises:
        BadArchive: a kept member is gone.
    """
    present = current(list_archives(lake, user, source))
    rows: list[pa.RecordBatch] = []
    places: list[Place] = []
    letters: list[DeadLetter] = []
    try:
        for record in present:
            if record.limited:
                rows = without_span(rows, *record.span)
            notes = Notes(_archive_notes(lake, record, letters))
            for place, batch in _archive_tweets(lake, record, letters):
                if not places or places[-1] != place:
                    places.append(place)
                inside = within_span(batch, *record.span) if record.limited else batch
                rows.append(placed(inside, notes.texts(inside), len(places) - 1))
    except FileNotFoundError as error:
        raise BadArchive(
            "a kept member of the archive is gone",
            where=str(error),
            remedy="Ingest the same archive again",
        ) from error
    if gone := withdrawn(lake, user):
        rows = standing(rows, gone)
        letters[:] = [unsaid(letter, gone) for letter in letters]
    return assembled(user, rows, places), letters


def _archive_tweets(
    lake: Lake, record: ArchiveRecord, letters: list[DeadLetter]
) -> Iterator[tuple[Place, pa.RecordBatch]]:
    for member in sorted(record.members, key=lambda member: part_order(member.path)):
        if not is_tweets(member.path):
            continue
        source = tweets_source(member.path)
        place = Place(record.account_id, source, record.archive_id, member.path)
        for batch in batches(_open(lake, record, member), TweetRecord, label(member.path)):
            if isinstance(batch, Bad):
                letters.append(_letter(member, batch))
                continue
            columns, bad = to_columns(batch.records, batch.first, regular=batch.regular)
            letters.extend(_letter(member, one) for one in bad)
            yield place, columns


def _archive_notes(lake: Lake, record: ArchiveRecord, letters: list[DeadLetter]) -> Iterator[Note]:
    for member in record.members:
        if is_notes(member.path):
            for note in read_notes(_open(lake, record, member), label(member.path)):
                if isinstance(note, Bad):
                    letters.append(_letter(member, note))
                else:
                    yield note


def _letter(member: KeptMember, bad: Bad) -> DeadLetter:
    return DeadLetter(f"{label(member.path)} record {bad.index}", bad.reason, bad.raw)


def _open(lake: Lake, record: ArchiveRecord, member: KeptMember) -> BinaryIO:
    path = layout.members(record.user, member.sha256)
    return cast(BinaryIO, MemberStream(lake.storage.stream(path, BLOCK)))
