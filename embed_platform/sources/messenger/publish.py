"""All messages of a user, from every kept export, as one snapshot in the lake."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace

import msgspec
import pyarrow as pa

from embed_platform import collector
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import DeadLetter, check_limit, write_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import write_parquet_file, write_snapshot_file
from embed_platform.lake.suppressions import Suppressed, sender
from embed_platform.lake.visibility import refuse_public
from embed_platform.sources.messenger.archive import KeptExport, ThreadCopy
from embed_platform.sources.messenger.ids import number
from embed_platform.sources.messenger.ingest import SOURCE
from embed_platform.sources.messenger.records import clean
from embed_platform.sources.messenger.schema import RAW_MESSAGES
from embed_platform.sources.messenger.unite import United, unite
from embed_platform.sources.records import (
    ArchiveRecord,
    current,
    drop_records,
    footer_of,
    list_archives,
)

STEP = "raw_messages"
ROWS_PER_BATCH = 20_000
# A thread without a title is called after this many of those in it.
MOST_NAMES = 10
# Messenger makes a title of the names of those in a thread.
_LISTED = re.compile(r", | and | & ")
_WHO = re.compile(r'"(?:sender_name|senderName|actor)"\s*:\s*("(?:[^"\\]|\\.)*")')
_encoder = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True)
class RawMessages:
    """What parsing gave: messages, threads, records set aside, and whether the snapshot changed."""

    rows: int
    threads: int
    dead_letters: int
    changed: bool


@dataclass
class _Faults:
    """What could not be used, how many of it are whole files, and how many messages of all exports could be."""

    letters: list[DeadLetter] = field(default_factory=list)
    damaged: int = 0
    messages: int = 0


def publish_raw_messages(lake: Lake, user: str) -> RawMessages:
    """Parse the user's kept exports into the snapshot of raw messages, thread by thread in time order.

    Without an export there is none.

    Raises:
        BadArchive: a kept member is gone.
        SettingsError: strangers can read the lake.
        TooManyDeadLetters: more than the allowed share could not be parsed; the earlier snapshot stays.
    """
    with lake.writing(user):
        present = current(list_archives(lake, user, SOURCE))
        if not present:
            return RawMessages(0, 0, 0, changed=drop_records(lake, user, SOURCE))
        refuse_public(lake.storage, lake.settings)
        faults = _Faults()
        with lake.scratch("messages") as folder, collector.paused():
            file = folder / "messages.parquet"
            found = _batches(lake, user, present, faults)
            rows = write_parquet_file(file, RAW_MESSAGES, found, footer_of(present))
            write_dead_letters(lake.storage, user, STEP, faults.letters)
            bad, limit = len(faults.letters) - faults.damaged, lake.settings.dead_letter_limit
            check_limit(bad, bad + faults.messages, limit, where=user)
            changed = write_snapshot_file(lake.storage, layout.records(user, SOURCE), file)
    threads = {identity for record in present for identity in record.threads.values()}
    return RawMessages(rows, len(threads), len(faults.letters), changed)


def thread_name(copies: Sequence[ThreadCopy]) -> str:
    """Title of a thread in its newest copy that has one, else the names of those in it; one line."""
    title = next((copy.title for copy in reversed(copies) if copy.title.strip()), "")
    if not title:
        names = [name for name in copies[-1].participants if name.strip()]
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        title = ", ".join(names[:MOST_NAMES]) + more
    return " ".join(title.split())


def silenced(messages: list[United], erased: Container[str]) -> list[United]:
    """The same messages; of an erased person's only the id and the time are left, and no reaction."""
    names = {one.sender_name for one in messages}
    names |= {actor for one in messages for actor, _ in one.extra.get("reactions", ())}
    gone = {name for name in names if sender(name) in erased}
    return [_without(one, gone) for one in messages] if gone else messages


def _without(one: United, gone: Container[str]) -> United:
    if one.sender_name in gone:
        return one._replace(sender_name="", text="", attachments=(), extra={})
    reactions = one.extra.get("reactions", ())
    left = [reaction for reaction in reactions if reaction[0] not in gone]
    if len(left) == len(reactions):
        return one
    rest = {key: value for key, value in one.extra.items() if key != "reactions"}
    return one._replace(extra=rest | ({"reactions": left} if left else {}))


def names_in(title: str) -> list[str]:
    """Who a thread may be called by: the title, and each name of one that is a list of names."""
    return [title, *(part for part in _LISTED.split(title) if part != title)]


def without_names(copy: ThreadCopy, erased: Container[str]) -> ThreadCopy:
    """The same copy of a thread, called by nobody who was erased."""
    title = "" if any(sender(name) in erased for name in names_in(copy.title)) else copy.title
    names = tuple(name for name in copy.participants if sender(name) not in erased)
    return replace(copy, title=title, participants=names)


def named_in_letter(letter: DeadLetter) -> list[str]:
    """Who sent the record that was set aside, and who reacted to it."""
    return [clean(json.loads(found, strict=False)) for found in _WHO.findall(letter.raw)]


def unsaid(letter: DeadLetter, erased: Container[str]) -> DeadLetter:
    """The same letter, without the record itself where that names an erased person."""
    names = named_in_letter(letter)
    return replace(letter, raw="") if any(sender(name) in erased for name in names) else letter


def _batches(
    lake: Lake, user: str, present: list[ArchiveRecord], faults: _Faults
) -> Iterator[pa.RecordBatch]:
    exports = [KeptExport(lake, record) for record in present]
    erased = Suppressed(lake.storage, user)
    for identity in sorted({i for record in present for i in record.threads.values()}):
        copies = [(e.record, copy) for e in exports for copy in e.copies(identity)]
        for _, copy in copies:
            faults.letters += [unsaid(letter, erased) for letter in copy.letters]
            faults.damaged += copy.damaged
            faults.messages += len(copy.messages)
        name = thread_name([without_names(copy, erased) for _, copy in copies])
        archives = [record.archive_id for record, _ in copies]
        messages = silenced(unite(user, identity, [copy.messages for _, copy in copies]), erased)
        copies.clear()  # a thread may be large
        for start in range(0, len(messages), ROWS_PER_BATCH):
            some = messages[start : start + ROWS_PER_BATCH]
            yield _as_batch(user, identity, name, archives, some, start)


def _as_batch(
    user: str, identity: str, name: str, archives: list[str], messages: list[United], first: int
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
        "position": pa.array(range(first, first + count), pa.int32()),
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
