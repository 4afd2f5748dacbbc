"""Note tweets: the full texts of long tweets, and which tweet each belongs to.

A note's id is not its tweet's id. They are joined on their second and their beginning.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

import msgspec
import numpy as np
import pyarrow as pa

from embed_platform.errors import BadRecord
from embed_platform.sources.jsonstream import RAW_MAX, Bad, Batch, batches
from embed_platform.sources.times import parse_time, to_micros
from embed_platform.sources.twitter.tweets import tidy

# X cuts a long tweet's text in tweets.js; this many characters of it are compared.
NOTE_PREFIX = 150
NOTE_MICROSECONDS = 1_000_000
_CUT = re.compile(r"(?:…|\s|https?://t\.co/\w+)+\Z")


class NoteUrl(msgspec.Struct, rename="camel"):
    """A t.co link of a note tweet and where it leads."""

    short_url: str = ""
    expanded_url: str = ""


class NoteCore(msgspec.Struct):
    """Text of a note tweet, and its links: the tweet itself names only those before the cut."""

    text: str = ""
    urls: list[NoteUrl] | None = None


class NoteTweet(msgspec.Struct, rename="camel"):
    """A long tweet."""

    created_at: str = ""
    core: NoteCore | None = None


class NoteRecord(msgspec.Struct, rename="camel"):
    """A note tweet in its wrapper."""

    note_tweet: NoteTweet | None = None


class Note(msgspec.Struct, frozen=True):
    """A long text, when it was posted, and its links as (short, expanded)."""

    created_at: datetime
    text: str
    links: tuple[tuple[str, str], ...] = ()

    @property
    def expanded(self) -> str:
        """The text with its links in full."""
        text = self.text
        for short, full in self.links:
            text = text.replace(short, full)
        return text

    @property
    def micros(self) -> int:
        """Microseconds since 1970."""
        return to_micros(self.created_at)


class Notes:
    """The note tweets of one archive, found by their second."""

    def __init__(self, notes: Iterable[Note]) -> None:
        self._by_second: dict[int, list[Note]] = {}
        for note in notes:
            self._by_second.setdefault(note.micros // 1_000_000, []).append(note)
        near = {second + by for second in self._by_second for by in (-1, 0, 1)}
        self._seconds = np.array(sorted(near), dtype=np.int64)

    def texts(self, batch: pa.RecordBatch) -> pa.StringArray:
        """The full text of each tweet of a batch of `columns.PARSED`, null where it has no note."""
        found: list[str | None] = [None] * batch.num_rows
        if self._seconds.size:
            micros = batch["created_at"].cast(pa.int64()).to_numpy(zero_copy_only=False)
            for row in np.flatnonzero(np.isin(micros // 1_000_000, self._seconds)).tolist():
                found[row] = self.find(int(micros[row]), batch["full_text"][row].as_py())
        return pa.array(found, pa.string())

    def find(self, micros: int, text: str) -> str | None:
        """The note of a tweet posted at a time, in microseconds since 1970, or None."""
        second = micros // 1_000_000
        near = (n for by in (-1, 0, 1) for n in self._by_second.get(second + by, ()))
        return next((note.expanded for note in near if belongs(note, micros, text)), None)


def read_notes(file: BinaryIO, where: str) -> Iterator[Note | Bad]:
    """Note tweets of a member, and what could not be used."""
    for batch in batches(file, NoteRecord, where):
        yield from (batch,) if isinstance(batch, Bad) else _notes(batch)


def belongs(note: Note, micros: int, text: str) -> bool:
    """Whether a cut text, posted at a time in microseconds since 1970, is the beginning of a note."""
    beginning = _CUT.sub("", html.unescape(text))[:NOTE_PREFIX].rstrip()
    near = abs(note.micros - micros) < NOTE_MICROSECONDS
    return near and bool(beginning) and html.unescape(note.text).startswith(beginning)


def _notes(batch: Batch[NoteRecord]) -> Iterator[Note | Bad]:
    for index, record in enumerate(batch.records, batch.first):
        note = record.note_tweet
        try:
            if note is None or note.core is None or not note.core.text:
                raise BadRecord("the note has no text")
            links = tuple(
                (link.short_url, tidy(link.expanded_url) or link.short_url)
                for link in note.core.urls or ()
                if link.short_url
            )
            yield Note(parse_time(note.created_at), tidy(note.core.text) or "", links)
        except BadRecord as error:
            yield Bad(index, error.what, msgspec.json.encode(record).decode()[:RAW_MAX])
