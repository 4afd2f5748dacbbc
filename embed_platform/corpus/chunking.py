"""Conversations as chunks: coalesce, cut into sessions, slide a window; pure functions over messages.

The rules are those of the Messenger guide, with every number a setting.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

UNNAMED = "Unknown"
NAME_CHARS = 100
# A line break of any kind, so that no name and no text can fake a line of somebody else.
_NAME_NOISE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\x00-\x1f\x7f-\x9f]+")
_BRACKETS = str.maketrans("[]", "()")
_SENTENCE_END = re.compile(r"[.!?…。！？]+[\"'”’)\]]*\s+|\s*\n\s*")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class ChunkRules:
    """The numbers of chunking.

    Attributes:
        coalesce_seconds: longest pause within what one sender says in one go.
        coalesce_chars: most code points of that, line breaks between messages included.
        session_seconds: a longer pause begins a new session.
        window_messages: most coalesced messages of a chunk.
        overlap_messages: most of them that the next chunk repeats; a third of a chunk at most.
        max_chars: most code points of a chunk.
        drop_system: leave system lines out.
    """

    coalesce_seconds: float = 120
    coalesce_chars: int = 500
    session_seconds: float = 7200
    window_messages: int = 30
    overlap_messages: int = 10
    max_chars: int = 6000
    drop_system: bool = True


class Message(NamedTuple):
    """One message of a thread.

    Attributes:
        id: stable id.
        sender_id: stable number of the sender.
        sender_name: name to show.
        timestamp_ms: milliseconds since 1970, UTC.
        text: its text; may be empty.
        system: whether it is a line that the system wrote.
    """

    id: str
    sender_id: int
    sender_name: str
    timestamp_ms: int
    text: str
    system: bool = False


@dataclass(slots=True)
class Turn:
    """What one sender said in one go: one message, or several coalesced ones."""

    messages: list[Message]
    chars: int
    lines: list[str] = field(default_factory=list)

    @property
    def start_ms(self) -> int:
        """Time of its first message."""
        return self.messages[0].timestamp_ms

    @property
    def end_ms(self) -> int:
        """Time of its last message."""
        return self.messages[-1].timestamp_ms


class Chunk(NamedTuple):
    """A stretch of a session that becomes one document.

    Attributes:
        id: 32 hex digits over the ids of its messages and the piece, never over its place.
        text: `[Sender]: line` for every line.
        messages: those inside, in order.
        session_idx: number of the session within its thread, from 0; a label that may shift.
        chunk_idx: number of the chunk within its session, from 0.
        piece: number of the piece of one long message, else 0.
    """

    id: str
    text: str
    messages: tuple[Message, ...]
    session_idx: int
    chunk_idx: int
    piece: int


def thread_chunks(messages: Sequence[Message], rules: ChunkRules) -> list[Chunk]:
    """All chunks of one thread.

    Args:
        messages: in time order, ties in the order of the export.
        rules: the numbers.
    """
    chunks: list[Chunk] = []
    for number, session in enumerate(sessions(coalesced(kept(messages, rules), rules), rules)):
        chunks += session_chunks(session, number, rules)
    return chunks


def kept(messages: Iterable[Message], rules: ChunkRules) -> Iterator[Message]:
    """Messages with a text that a person wrote."""
    for message in messages:
        if message.text.strip() and not (message.system and rules.drop_system):
            yield message


def coalesced(messages: Iterable[Message], rules: ChunkRules) -> list[Turn]:
    """Messages that follow one another quickly from one sender, put together."""
    longest = rules.coalesce_seconds * 1000
    turns: list[Turn] = []
    turn: Turn | None = None
    for message in messages:
        length = len(message.text)
        if (
            turn is not None
            and message.sender_id == turn.messages[-1].sender_id
            and message.timestamp_ms - turn.messages[-1].timestamp_ms <= longest
            and turn.chars + 1 + length <= rules.coalesce_chars
        ):
            turn.messages.append(message)
            turn.chars += 1 + length
        else:
            turn = Turn([message], length)
            turns.append(turn)
    return turns


def sessions(turns: Iterable[Turn], rules: ChunkRules) -> list[list[Turn]]:
    """Turns between pauses of more than the session's limit."""
    longest = rules.session_seconds * 1000
    found: list[list[Turn]] = []
    end: int | None = None
    for turn in turns:
        if end is None or turn.start_ms - end > longest:
            found.append([turn])
        else:
            found[-1].append(turn)
        end = turn.end_ms
    return found


def session_chunks(session: Sequence[Turn], number: int, rules: ChunkRules) -> list[Chunk]:
    """The chunks of one session."""
    for turn in session:
        turn.lines = turn_lines(turn)
    lengths = [len("\n".join(turn.lines)) for turn in session]
    chunks: list[Chunk] = []
    for start, end in windows(lengths, rules):
        inside = tuple(message for turn in session[start:end] for message in turn.messages)
        lines = [line for turn in session[start:end] for line in turn.lines]
        for piece, text in enumerate(_pieces(lines, lengths[start:end], rules.max_chars)):
            chunks.append(Chunk(chunk_id(inside, piece), text, inside, number, len(chunks), piece))
    return chunks


def windows(lengths: Sequence[int], rules: ChunkRules) -> list[tuple[int, int]]:
    """Stretches [start, end) of a session's turns, the last of which reaches its end.

    Each holds at most `window_messages` turns and `max_chars` code points, a line break between
    turns included; a turn that is longer alone has a window of its own.

    Args:
        lengths: code points of each turn as it is written.
        rules: the numbers.
    """
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(lengths):
        end, chars = start + 1, lengths[start]
        while (
            end < len(lengths)
            and end - start < rules.window_messages
            and chars + 1 + lengths[end] <= rules.max_chars
        ):
            chars += 1 + lengths[end]
            end += 1
        found.append((start, end))
        if end == len(lengths):
            break
        start = max(start + 1, end - min(rules.overlap_messages, (end - start) // 3))
    return found


def turn_lines(turn: Turn) -> list[str]:
    """`[Sender]: line` for each line of a turn that is not blank."""
    prefix = f"[{shown_name(turn.messages[0].sender_name)}]: "
    return [
        prefix + line
        for message in turn.messages
        for line in message.text.splitlines()
        if line.strip()
    ]


@lru_cache(maxsize=10_000)  # a conversation repeats few names
def shown_name(name: str) -> str:
    """A name that can stand in brackets on one line."""
    plain = _NAME_NOISE.sub(" ", name).strip().translate(_BRACKETS)
    return plain[:NAME_CHARS].rstrip() or UNNAMED


def chunk_id(messages: Iterable[Message], piece: int) -> str:
    """32 hex digits of blake2b over message ids and the number of the piece."""
    ids = "\x1f".join(message.id for message in messages)
    return blake2b(f"{ids}\x1e{piece}".encode(), digest_size=16).hexdigest()


def _pieces(lines: Sequence[str], lengths: Sequence[int], most: int) -> list[str]:
    """The text of a window, or of one turn that is too long the texts of its pieces."""
    if len(lengths) > 1 or lengths[0] <= most:
        return ["\n".join(lines)]
    pieces: list[list[str]] = [[]]
    room = most
    for line in (part for whole in lines for part in _split_line(whole, most)):
        if pieces[-1] and len(line) + 1 > room:
            pieces.append([])
            room = most + 1
        elif not pieces[-1]:
            room = most + 1
        pieces[-1].append(line)
        room -= len(line) + 1
    return ["\n".join(piece) for piece in pieces]


def _split_line(line: str, most: int) -> Iterator[str]:
    """A line `[Sender]: text` as lines of at most `most` code points, each with the sender."""
    if len(line) <= most:
        yield line
        return
    at = line.index("]: ") + 3
    prefix, text = line[:at], line[at:]
    room = max(1, most - len(prefix))
    while len(text) > room:
        cut = cut_before(text, room)
        yield prefix + text[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield prefix + text


def cut_before(text: str, most: int) -> int:
    """Where to cut a text so that at most `most` code points come before: after a sentence, else a word.

    A boundary in the first half is passed over, since it would make many small pieces; without
    any, the cut is between two characters, never before a combining mark.
    """
    for boundary in (_SENTENCE_END, _SPACE):
        ends = [match.end() for match in boundary.finditer(text, 0, most + 1)]
        good = [end for end in ends if most // 2 < end <= most]
        if good:
            return good[-1]
    cut = most
    while cut > 1 and (unicodedata.combining(text[cut]) or text[cut] in "\u200d\ufe0f"):
        cut -= 1
    return cut
