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
from embed_platform.sources.messenger.archive import KeptExport
from embed_platform.sources.messenger.ids import number
from embed_platform.sources.messenger.ingest import SOURCE
from embed_platform.sources.messenger.unite import United, unite
from embed_platform.sources.records import ArchiveRecord, current, list_archives

STEP = "raw_messages"
ROWS_PER_BATCH = 20_000
_encoder = msgspec.json.Encoder(order="sorted")
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
    exports = [KeptExport(lake, record) for record in present]
    for identity in sorted({i for record in present for i in record.threads.values()}):
        copies = [(e.record, copy) for e in exports for copy in e.copies(identity)]
        letters += [letter for _, copy in copies for letter in copy.letters]
        title = next((copy.title for _, copy in reversed(copies) if copy.title), "")
        name = title or ", ".join(copies[-1][1].participants)
        archives = [record.archive_id for record, _ in copies]
        messages = unite(user, identity, [copy.messages for _, copy in copies])
        for start in range(0, len(messages), ROWS_PER_BATCH):
            some = messages[start : start + ROWS_PER_BATCH]
            yield _as_batch(user, identity, name, archives, some)


def _as_batch(
    user: str, identity: str, name: str, archives: list[str], messages: list[United]
) -> pa.RecordBatch:
    ids, senders, names, times, texts, system, unsent, attachments, extras, copies = zip(
        *messages, strict=True
    )
    count = len(messages)
    columns = {
        "user": pa.repeat(user, count),
        "message_id": ids,
        "thread": pa.repeat(identity, count),
        "thread_id": pa.repeat(pa.scalar(number(identity), pa.int64()), count),
        "thread_name": pa.repeat(name, count),
        "sender_id": senders,
        "sender_name": names,
        "timestamp_ms": times,
        "text": texts,
        "system": system,
        "unsent": unsent,
        "attachments": attachments,
        "extra": [_encoder.encode(extra).decode() if extra else "{}" for extra in extras],
        "archive": [archives[copy] for copy in copies],
    }
    arrays = [
        value if isinstance(value, pa.Array) else pa.array(value, RAW_MESSAGES.field(key).type)
        for key, value in columns.items()
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=RAW_MESSAGES)
