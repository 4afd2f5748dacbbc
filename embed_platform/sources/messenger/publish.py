"""All messages of a user, from every kept export, as one snapshot in the lake."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa

from embed_platform.errors import BadArchive
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import DeadLetter, check_limit, write_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import write_parquet_file, write_snapshot_file
from embed_platform.sources.messenger.archive import ThreadCopy, kept_copies
from embed_platform.sources.messenger.ids import number
from embed_platform.sources.messenger.ingest import SOURCE
from embed_platform.sources.messenger.unite import United, unite
from embed_platform.sources.records import ArchiveRecord, current, list_archives

STEP = "raw_messages"
ROWS_PER_BATCH = 20_000
RAW_MESSAGES = pa.schema(
    [
        ("user", pa.string()),
        ("message_id", pa.string()),
        ("thread", pa.string()),
        ("thread_id", pa.int64()),
        ("thread_name", pa.string()),
        ("sender_id", pa.int64()),
        ("sender_name", pa.string()),
        ("timestamp_ms", pa.int64()),
        ("text", pa.string()),
        ("system", pa.bool_()),
        ("unsent", pa.bool_()),
        ("attachments", pa.list_(pa.string())),
        ("extra", pa.string()),
        ("archive", pa.string()),
    ]
)


@dataclass(frozen=True)
class RawMessages:
    """What parsing gave: messages, threads, records set aside, and whether the snapshot changed."""

    rows: int
    threads: int
    dead_letters: int
    changed: bool


def publish_raw_messages(lake: Lake, user: str) -> RawMessages:
    """Parse the user's kept exports into the snapshot of raw messages, thread by thread in time order.

    Raises:
        BadArchive: no export of this user is kept, or a kept member is gone.
        TooManyDeadLetters: more than the allowed share could not be parsed; the earlier snapshot stays.
    """
    with lake.writing(user):
        present = current(list_archives(lake, user, SOURCE))
        if not present:
            raise BadArchive(
                f"no Messenger export of {user!r} is kept",
                remedy="`embed-platform ingest PATH… --user NAME` takes one in",
            )
        letters: list[DeadLetter] = []
        root = lake.settings.home / "tmp"
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="messages-", dir=root) as folder:
            file = Path(folder) / "messages.parquet"
            footer = {"archives": ",".join(record.archive_id for record in present)}
            found = _batches(lake, user, present, letters)
            rows = write_parquet_file(file, RAW_MESSAGES, found, footer)
            write_dead_letters(lake.storage, user, STEP, letters)
            limit = lake.settings.dead_letter_limit
            check_limit(len(letters), len(letters) + rows, limit, where=user)
            changed = write_snapshot_file(lake.storage, layout.records(user, SOURCE), file)
    threads = {identity for record in present for identity in record.threads.values()}
    return RawMessages(rows, len(threads), len(letters), changed)


def _batches(
    lake: Lake, user: str, present: list[ArchiveRecord], letters: list[DeadLetter]
) -> Iterator[pa.RecordBatch]:
    rows: list[dict[str, object]] = []
    for identity in sorted({i for record in present for i in record.threads.values()}):
        copies = list(_copies(lake, present, identity))
        letters += [letter for _, copy in copies for letter in copy.letters]
        title = next((copy.title for _, copy in reversed(copies) if copy.title), "")
        name = title or ", ".join(copies[-1][1].participants)
        archives = [record.archive_id for record, _ in copies]
        for message in unite(user, identity, [copy.messages for _, copy in copies]):
            rows.append(_row(user, identity, name, archives[message.copy], message))
        while len(rows) >= ROWS_PER_BATCH:
            yield pa.RecordBatch.from_pylist(rows[:ROWS_PER_BATCH], RAW_MESSAGES)
            del rows[:ROWS_PER_BATCH]
    yield pa.RecordBatch.from_pylist(rows, RAW_MESSAGES)


def _copies(
    lake: Lake, present: list[ArchiveRecord], identity: str
) -> Iterator[tuple[ArchiveRecord, ThreadCopy]]:
    """The copies of a thread, oldest export first."""
    for record in present:
        names = [name for name, held in record.threads.items() if held == identity]
        if names:
            for copy in kept_copies(lake, record, names):
                yield record, copy


def _row(user: str, identity: str, name: str, archive: str, message: United) -> dict[str, object]:
    return {
        "user": user,
        "message_id": message.id,
        "thread": identity,
        "thread_id": number(identity),
        "thread_name": name,
        "sender_id": message.sender_id,
        "sender_name": message.sender_name,
        "timestamp_ms": message.timestamp_ms,
        "text": message.text,
        "system": message.system,
        "unsent": message.unsent,
        "attachments": list(message.attachments),
        "extra": msgspec.json.encode(message.extra, order="sorted").decode(),
        "archive": archive,
    }
