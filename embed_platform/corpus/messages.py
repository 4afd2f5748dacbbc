"""Clean messages to conversation chunks, and to documents of the kinds `message_chunk` and `message`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from embed_platform import collector
from embed_platform.corpus.chunking import Chunk, ChunkRules, Message, thread_chunks
from embed_platform.corpus.clean import MESSAGES, read_clean_batches
from embed_platform.corpus.documents import Document
from embed_platform.corpus.kinds import MESSAGE, MESSAGE_CHUNK
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import (
    drop_snapshot,
    read_snapshot_batches,
    write_parquet_file,
    write_snapshot_file,
)
from embed_platform.settings import Settings

CHUNKS = "message_chunks"
CHUNK_ROWS = 2_000
MESSAGE_ROWS = 50_000
_MESSAGE = ("message_id", "sender_id", "sender_name", "timestamp_ms", "text")
_COLUMNS = [*_MESSAGE, "thread", "thread_id", "thread_name", "archive", "excluded"]
_ALONE = [*_MESSAGE, "thread_id", "thread_name", "archive", "excluded_alone"]
CHUNK_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("thread_id", pa.int64()),
        ("thread_name", pa.string()),
        ("session_idx", pa.int32()),
        ("chunk_idx", pa.int32()),
        ("participant_ids", pa.list_(pa.int64())),
        ("participant_names", pa.list_(pa.string())),
        ("message_ids", pa.list_(pa.string())),
        ("start_timestamp_ms", pa.int64()),
        ("end_timestamp_ms", pa.int64()),
        ("message_count", pa.int32()),
        ("text", pa.string()),
        ("archive", pa.string()),
    ]
)


class Thread(NamedTuple):
    """One thread's messages that chunks are made of.

    Attributes:
        id: 63-bit number.
        name: its title.
        archive: newest export that its first message is in.
        messages: in time order, without those that are left out.
    """

    id: int
    name: str
    archive: str
    messages: list[Message]


def chunk_rules(settings: Settings) -> ChunkRules:
    """The numbers of chunking, from the settings; what is a system line was decided before."""
    return ChunkRules(
        coalesce_seconds=settings.chunk_coalesce_seconds,
        coalesce_chars=settings.chunk_coalesce_chars,
        session_seconds=settings.chunk_session_seconds,
        window_messages=settings.chunk_window_messages,
        overlap_messages=settings.chunk_overlap_messages,
        max_chars=settings.chunk_max_chars,
        drop_system=settings.chunk_drop_system,
    )


def conversations(lake: Lake, user: str) -> Iterator[Thread]:
    """The user's threads, one at a time, with the messages that are in chunks."""
    waiting: list[pa.RecordBatch] = []
    for batch in read_clean_batches(lake, MESSAGES, user, _COLUMNS, MESSAGE_ROWS):
        for piece in _by_thread(batch.filter(pc.is_null(batch["excluded"]))):
            if waiting and waiting[-1]["thread"][0] != piece["thread"][0]:
                yield _thread(waiting)
                waiting = []
            waiting.append(piece)
    if waiting:
        yield _thread(waiting)


def build_message_chunks(lake: Lake, user: str) -> int:
    """Publish the user's conversation chunks; returns how many there are."""
    rules = chunk_rules(lake.settings)
    folder = layout.corpus(CHUNKS, user)
    with lake.scratch("chunks") as scratch, collector.paused():
        file = scratch / "chunks.parquet"
        rows = write_parquet_file(file, CHUNK_SCHEMA, _chunk_batches(lake, user, rules))
        with lake.writing(user):
            if rows:
                write_snapshot_file(lake.storage, folder, file)
            else:
                drop_snapshot(lake.storage, folder)
    return rows


def chunk_documents(lake: Lake, user: str) -> Iterator[Document]:
    """The published chunks as documents; a chunk's id is the document's."""
    folder = layout.corpus(CHUNKS, user)
    for batch in read_snapshot_batches(lake.storage, folder, rows=CHUNK_ROWS):
        for row in batch.to_pylist():
            yield Document(
                user=user,
                kind=MESSAGE_CHUNK.name,
                key=row["id"],
                id=row["id"],
                text=row["text"],
                created_at=_utc(row["start_timestamp_ms"]),
                metadata={name: row[name] for name in MESSAGE_CHUNK.fields},
                archive=row["archive"],
            )


def message_documents(lake: Lake, user: str) -> Iterator[Document]:
    """Messages as documents of their own, where the settings ask for them; a message's id is the document's."""
    if not lake.settings.message_documents:
        return
    for batch in read_clean_batches(lake, MESSAGES, user, _ALONE):
        for row in batch.filter(pc.is_null(batch["excluded_alone"])).to_pylist():
            yield Document(
                user=user,
                kind=MESSAGE.name,
                key=row["message_id"],
                id=row["message_id"],
                text=row["text"],
                created_at=_utc(row["timestamp_ms"]),
                metadata={name: row[name] for name in MESSAGE.fields},
                archive=row["archive"],
            )


def _by_thread(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """The batch cut where one thread ends and the next begins."""
    begin = 0
    for end in pc.run_end_encode(batch["thread"]).run_ends.to_pylist():
        yield batch.slice(begin, end - begin)
        begin = end


def _thread(pieces: list[pa.RecordBatch]) -> Thread:
    first = pieces[0]
    messages = [
        message
        for piece in pieces
        for message in map(Message, *(piece[column].to_pylist() for column in _MESSAGE))
    ]
    name, number, archive = (first[c][0].as_py() for c in ("thread_name", "thread_id", "archive"))
    return Thread(number, name, archive, messages)


def _chunk_batches(lake: Lake, user: str, rules: ChunkRules) -> Iterator[pa.RecordBatch]:
    for thread in conversations(lake, user):
        chunks = thread_chunks(thread.messages, rules)
        for start in range(0, len(chunks), CHUNK_ROWS):
            yield chunk_batch(thread, chunks[start : start + CHUNK_ROWS])


def chunk_batch(thread: Thread, chunks: Iterable[Chunk]) -> pa.RecordBatch:
    """Chunks of a thread as rows of `CHUNK_SCHEMA`."""
    return pa.RecordBatch.from_pylist([_chunk_row(thread, chunk) for chunk in chunks], CHUNK_SCHEMA)


def _chunk_row(thread: Thread, chunk: Chunk) -> dict[str, Any]:
    names = people(chunk.messages)
    return {
        "id": chunk.id,
        "thread_id": thread.id,
        "thread_name": thread.name,
        "session_idx": chunk.session_idx,
        "chunk_idx": chunk.chunk_idx,
        "participant_ids": list(names),
        "participant_names": list(names.values()),
        "message_ids": [message.id for message in chunk.messages],
        "start_timestamp_ms": chunk.messages[0].timestamp_ms,
        "end_timestamp_ms": chunk.messages[-1].timestamp_ms,
        "message_count": len(chunk.messages),
        "text": chunk.text,
        "archive": thread.archive,
    }


def people(messages: Iterable[Message]) -> dict[int, str]:
    """Who speaks: names by number, in the order of their first message."""
    found: dict[int, str] = {}
    for message in messages:
        found.setdefault(message.sender_id, message.sender_name)
    return found


def _utc(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
