"""What a batch of changes means: which documents to write, which texts to embed, what to delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa

from embed_platform.corpus.documents import SCHEMA, Document, document_id, documents_table
from embed_platform.corpus.kinds import WEB_PAGE
from embed_platform.errors import EmbedError
from embed_platform.lake.dead_letters import DeadLetter
from embed_platform.live.changes import Change, Delete, Failed, Item, Upsert, as_utc, content_hash
from embed_platform.live.processors import Processor, process
from embed_platform.live.state import KnownDocument, KnownItem

# Clocks differ a little; a time further in the future than this is nobody's.
MOST_AHEAD = timedelta(minutes=5)
_RAW_CHARS = 10_000


@dataclass(frozen=True)
class Sorted:
    """A batch compared with what is known: each key once, the last word on it counts."""

    changed: dict[str, Item]
    hashes: dict[str, str]
    unchanged: list[str]
    deleted: list[str]
    failed: list[Failed]


@dataclass(frozen=True)
class Batch:
    """What to do.

    Attributes:
        hashes: content hash by item that is written.
        rows: documents to write, in the documents' schema.
        documents: the same as the state keeps them.
        texts: text by hash of those that have no vector yet.
        gone: ids of documents that are no more.
        deleted: items that are no more.
        seen: items that are there as before, or could not be read.
        letters: items that could not be used.
    """

    hashes: dict[str, str]
    rows: pa.Table
    documents: list[KnownDocument]
    texts: dict[str, str]
    gone: list[str]
    deleted: list[str]
    seen: list[str]
    letters: list[DeadLetter] = field(default_factory=list)

    @property
    def idle(self) -> bool:
        """Whether nothing is to be written anywhere but into the state."""
        return not (self.hashes or self.gone or self.deleted)


def sort_changes(changes: Sequence[Change], known: Mapping[str, KnownItem], recipe: str) -> Sorted:
    """Tell apart what changed, what is as before, what is gone, and what could not be read."""
    last: dict[str, Upsert | Delete | Failed] = {}
    for change in changes:
        if isinstance(change, Upsert | Delete | Failed):
            last[change.key] = change
    found = Sorted({}, {}, [], [], [])
    for key, change in last.items():
        if isinstance(change, Delete):
            if key in known:
                found.deleted.append(key)
        elif isinstance(change, Failed):
            found.failed.append(change)
        else:
            digest = content_hash(change.item, recipe)
            if key in known and known[key].hash == digest:
                found.unchanged.append(key)
            else:
                found.changed[key] = change.item
                found.hashes[key] = digest
    return found


def plan_batch(
    user: str,
    found: Sorted,
    known: Mapping[str, KnownItem],
    held: Mapping[str, Sequence[KnownDocument]],
    processors: Sequence[Processor],
    now: datetime,
) -> Batch:
    """Decide what a batch writes and deletes; only differing rows are written.

    Args:
        user: of the feed.
        found: the batch as sorted.
        known: its items as they were.
        held: their documents as they were, and those of deleted items.
        processors: make documents of an item.
        now: UTC; the time of items that tell none, or one that is still to come.
    """
    letters = [DeadLetter(failed.key, failed.reason) for failed in found.failed]
    hashes = dict(found.hashes)
    documents: list[Document] = []
    items_of: list[str] = []
    for key, item in found.changed.items():
        first_seen = known[key].first_seen if key in known else now
        try:
            made = documents_of(user, item, processors, first_seen, now)
        except Exception as error:  # noqa: BLE001 - whatever one item does to a processor, others go on
            letters.append(dead_letter(item, error))
            continue  # its old documents stay, and the same content is not tried again
        documents += made
        items_of += [key] * len(made)
    failed_keys = {letter.where for letter in letters}
    rows = documents_table(documents)
    by_id = dict(zip((d.id for d in documents), items_of, strict=True))
    before = {doc.id: doc for docs in held.values() for doc in docs}
    wanted = {row["id"]: row for row in rows.select(["id", "text_hash", "row_hash"]).to_pylist()}
    differing = {
        key
        for key, row in wanted.items()
        if key not in before or before[key].row_hash != row["row_hash"]
    }
    replaced = [key for key in hashes if key not in failed_keys]
    gone = [
        doc.id
        for key in (*replaced, *found.deleted)
        for doc in held.get(key, ())
        if doc.id not in wanted
    ]
    written = rows.filter(
        pa.array([key in differing for key in rows["id"].to_pylist()], pa.bool_())
    )
    return Batch(
        hashes=hashes,
        rows=written.cast(SCHEMA),
        documents=[
            KnownDocument(row["id"], by_id[row["id"]], row["text_hash"], row["row_hash"])
            for row in written.select(["id", "text_hash", "row_hash"]).to_pylist()
        ],
        texts=dict(zip(written["text_hash"].to_pylist(), written["text"].to_pylist(), strict=True)),
        gone=gone,
        deleted=list(found.deleted),
        seen=[*found.unchanged, *(failed.key for failed in found.failed)],
        letters=letters,
    )


def documents_of(
    user: str, item: Item, processors: Sequence[Processor], first_seen: datetime, now: datetime
) -> list[Document]:
    """The documents of an item, one for each piece."""
    when = first_seen if item.created_at is None else as_utc(item.created_at)
    if when > now + MOST_AHEAD:
        when = first_seen
    documents = []
    for part, piece in enumerate(process(item, processors)):
        text = "\n\n".join(filter(None, (piece.context.strip(), piece.text.strip())))
        documents.append(
            Document(
                user=user,
                kind=WEB_PAGE.name,
                key=item.key,
                text=text.encode("utf-8", "replace").decode(),
                created_at=when,
                metadata={
                    "item": item.key,
                    "url": piece.url,
                    "title": piece.title,
                    "author": piece.author,
                    "part": part,
                },
                part=part,
                file=item.url,
                id=document_id(user, WEB_PAGE.name, item.key, part),
            )
        )
    return documents


def dead_letter(item: Item, error: Exception) -> DeadLetter:
    """An item that a processor failed on; the text stays in the lake, the reason names no text."""
    reason = (
        str(error) if isinstance(error, EmbedError) else f"{type(error).__name__} in a processor"
    )
    return DeadLetter(item.key, reason, item.text[:_RAW_CHARS])
