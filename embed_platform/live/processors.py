"""From an item to the pieces that are embedded; a processor is a function of an item.

It returns an item, several, or None for nothing.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import FunctionType
from typing import Any

from embed_platform.live.changes import Item

Processor = Callable[[Item], Item | Iterable[Item] | None]
CountTokens = Callable[[Sequence[str]], list[int]]

_BREAK = re.compile(r"(?i)<\s*(?:br|/p|p|/div|/li|/h[1-6]|/tr|/pre|/blockquote)\b[^>]*>")
_HIDDEN = re.compile(r"(?is)<(script|style|template|noscript)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)")
_TAG = re.compile(r"<[a-zA-Z/!?][^>]*>")
# No character has such a number, and Python refuses to read one of thousands of digits.
_NO_NUMBER = re.compile(r"&#\d{20,};?")
_WORD = re.compile(r"\S+\s*")
_ENDS = re.compile(r"[.!?。！？…][\"')\]»”]*\s+$|\n\s*$")
# Of a chunk, at least so much is filled before the end of a sentence may end it.
_LEAST_FILLED = 0.6
_CHARS_PER_TOKEN = 4


def clean_html(item: Item) -> Item:
    """Text without markup: paragraphs stay, scripts and styles go, entities are read."""
    return replace(item, text=plain_text(item.text), title=plain_text(item.title))


def plain_text(markup: str) -> str:
    """The text of a piece of HTML; text without any comes back as it is, its blanks made even.

    Takes time in proportion to its length, whatever it is.
    """
    text = _HIDDEN.sub(" ", markup)
    # behind the last ">" nothing ends a tag: each "<" there would be followed to the end in vain
    end = text.rfind(">") + 1
    text = _TAG.sub("", _BREAK.sub("\n", text[:end])) + text[end:]
    text = html.unescape(_NO_NUMBER.sub("\ufffd", text)).replace("\x00", "")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(line for line, _ in groupby(lines) if line)


@dataclass(frozen=True)
class Chunk:
    """Cuts an item into pieces of at most so many tokens, at the end of a sentence where there is one.

    Attributes:
        max_tokens: of a piece with its context, as the space's model counts them.
        overlap: tokens of the end of a piece that the next one repeats.
    """

    max_tokens: int = 256
    overlap: int = 0
    count: CountTokens | None = None

    def __post_init__(self) -> None:
        if self.max_tokens < 16 or not 0 <= self.overlap <= self.max_tokens // 2:
            raise ValueError("max_tokens is at least 16, overlap at most half of it")

    def __repr__(self) -> str:
        return f"chunk(max_tokens={self.max_tokens}, overlap={self.overlap})"

    def counting(self, count: CountTokens) -> Chunk:
        """The same with the counter of a model."""
        return replace(self, count=count)

    def __call__(self, item: Item) -> Iterator[Item]:
        """The pieces, in order."""
        count = self.count or rough_tokens
        before = count([item.context or " "])[0] + 4
        budget = max(self.max_tokens - before, self.max_tokens // 2)
        for text in chunks(item.text, budget, self.overlap, count):
            yield replace(item, text=text)


def chunk(max_tokens: int = 256, overlap: int = 0) -> Chunk:
    """A processor that cuts items into pieces of at most `max_tokens` tokens."""
    return Chunk(max_tokens, overlap)


def chunks(text: str, budget: int, overlap: int, count: CountTokens) -> Iterator[str]:
    """Pieces of a text of at most `budget` tokens; together they are the text."""
    words = [part for word in _WORD.findall(text) for part in _bounded(word, budget)]
    sizes = count(words) if words else []
    start = 0
    while start < len(words):
        end, tokens = start, 0
        while end < len(words) and (tokens + sizes[end] <= budget or end == start):
            tokens += sizes[end]
            end += 1
        if end < len(words):
            end = _sentence_end(words, sizes, start, end, budget)
        piece = "".join(words[start:end]).strip()
        if piece:
            yield piece
        if end >= len(words):
            return
        start = max(start + 1, _step_back(sizes, end, overlap))


def _sentence_end(
    words: Sequence[str], sizes: Sequence[int], start: int, end: int, budget: int
) -> int:
    filled = sum(sizes[start:end])
    for place in range(end, start, -1):
        if filled < _LEAST_FILLED * budget:
            break
        if _ENDS.search(words[place - 1]):
            return place
        filled -= sizes[place - 1]
    return end


def _step_back(sizes: Sequence[int], end: int, overlap: int) -> int:
    start, tokens = end, 0
    while start > 0 and tokens + sizes[start - 1] <= overlap:
        start -= 1
        tokens += sizes[start]
    return start


def _bounded(word: str, budget: int) -> Iterator[str]:
    """A word without blanks (a language without them, a key in base64) in parts that surely fit."""
    if len(word) <= budget:
        yield word
        return
    for start in range(0, len(word), budget):
        yield word[start : start + budget]


def rough_tokens(texts: Sequence[str]) -> list[int]:
    """Tokens where no tokenizer is at hand: one for every four characters, letters of Asia one each."""
    return [
        max(1, -(-len(text) // _CHARS_PER_TOKEN), sum(char > "\u2e7f" for char in text))
        for text in texts
    ]


def process(item: Item, processors: Sequence[Processor]) -> list[Item]:
    """The pieces of an item after all processors, in order; those without text are left out."""
    pieces = [item]
    for processor in processors:
        pieces = [made for piece in pieces for made in _several(processor(piece))]
    return [piece for piece in pieces if piece.text.strip()]


def recipe(processors: Sequence[Processor]) -> str:
    """What tells two lists of processors apart: names, parameters, and the code of own functions."""
    return " | ".join(_described(processor) for processor in processors)


def _described(processor: Any) -> str:
    if isinstance(processor, FunctionType):
        code = processor.__code__
        content = repr(
            (
                code.co_code,
                code.co_names,
                [c for c in code.co_consts if isinstance(c, str | int | float)],
            )
        )
        digest = hashlib.sha256(content.encode()).hexdigest()[:8]
        packaged = str(processor.__module__).startswith("embed_platform.")
        name = f"{processor.__module__}.{processor.__qualname__}"
        return name if packaged else f"{name}@{digest}"
    kind = type(processor)
    if not any("__repr__" in vars(base) for base in kind.__mro__[:-1]):
        # object's own would tell an address in memory
        return f"{kind.__module__}.{kind.__qualname__}({sorted(vars(processor).items())})"
    return repr(processor)


def _several(made: Item | Iterable[Item] | None) -> Iterable[Item]:
    if made is None:
        return ()
    return (made,) if isinstance(made, Item) else made
