"""Servers that count tokens when asked: a text that is too long is cut before it is embedded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from embed_platform.compute.http.batches import Cut, parts
from embed_platform.compute.http.detect import Served, ServedModel
from embed_platform.compute.http.faults import Broken, Fault, Reply
from embed_platform.compute.http.protocols import decoded
from embed_platform.compute.http.wire import TRIES, Wire
from embed_platform.errors import EmbedError


@dataclass(frozen=True)
class Fitted:
    """A text as it may be sent.

    Attributes:
        text: its beginning, or all of it.
        tokens: of what is sent, the model's marks included.
        cut: whether it is only the beginning.
    """

    text: str
    tokens: int
    cut: bool


class Tokenizer(Protocol):
    """A server's own tokenizer."""

    def fit(self, texts: Sequence[str], limit: int) -> Iterator[Fitted]:
        """Each text, cut where it exceeds a limit of tokens.

        Raises:
            Fault: the server does not count them.
        """


class TeiTokenizer:
    """`POST /tokenize` of TEI: tells where each token ends, in bytes.

    Args:
        wire: to the server.
        max_inputs: texts that it takes in a request.
    """

    def __init__(self, wire: Wire, max_inputs: int) -> None:
        self._wire, self._max_inputs = wire, max_inputs

    def fit(self, texts: Sequence[str], limit: int) -> Iterator[Fitted]:
        """Each text, cut at the end of the last token that fits."""
        sizes = [len(text.encode()) for text in texts]
        for part in parts(sizes, self._max_inputs):
            some = [texts[index] for index in part]
            for text, tokens in zip(some, self._tokens(some), strict=True):
                yield _cut_at_token(text, tokens, limit)

    def _tokens(self, texts: Sequence[str]) -> list[list[_TeiToken]]:
        def read(reply: Reply) -> list[list[_TeiToken]]:
            found = decoded(reply, list[list[_TeiToken]])
            if len(found) != len(texts):
                raise Broken(f"{len(found)} texts were counted instead of {len(texts)}")
            return found

        body = msgspec.json.encode({"inputs": texts, "add_special_tokens": True})
        return self._wire.post("/tokenize", body, read, alone=len(texts) == 1)


class CountingTokenizer:
    """`POST /tokenize` of vLLM and llama.cpp: gives the tokens of one text.

    Args:
        wire: to the server.
        model: name of the model there.
    """

    def __init__(self, wire: Wire, model: str) -> None:
        self._wire, self._model = wire, model

    def works(self) -> bool:
        """Whether the server has such a tokenizer."""
        try:
            return self.count("one", tries=1) > 0
        except (Fault, EmbedError):
            return False

    def count(self, text: str, tries: int = TRIES) -> int:
        """Tokens of a text, the model's marks included.

        Raises:
            Fault: the server does not count them.
        """
        # vLLM reads `prompt` and `add_special_tokens`, llama.cpp `content` and `add_special`
        body = {"model": self._model, "prompt": text, "add_special_tokens": True}
        both = body | {"content": text, "add_special": True}
        return len(
            self._wire.post(
                "/tokenize",
                msgspec.json.encode(both),
                lambda reply: decoded(reply, _Tokens).tokens,
                tries=tries,
                alone=True,
            )
        )

    def fit(self, texts: Sequence[str], limit: int) -> Iterator[Fitted]:
        """Each text, cut so that its count comes near the limit from below."""
        for text in texts:
            yield self._fit(text, limit)

    def _fit(self, text: str, limit: int) -> Fitted:
        search, kept = Cut(len(text), limit, refused=False), 0
        while search.length is not None:
            asked = search.length
            tokens = self.count(text[:asked])
            if search.was_read(tokens) and asked == search.best:
                kept = tokens
        return Fitted(text[: search.best], kept, search.best < len(text))


def tokenizer_of(wire: Wire, served: Served, model: ServedModel) -> Tokenizer | None:
    """The server's tokenizer; None where it has none that is known here."""
    if served.protocol == "tei":
        return TeiTokenizer(wire, served.max_inputs)
    if served.protocol == "ollama":
        return None
    counting = CountingTokenizer(wire, model.name)
    return counting if counting.works() else None


class _TeiToken(msgspec.Struct):
    stop: int | None


class _Tokens(msgspec.Struct):
    tokens: list[int]


def _cut_at_token(text: str, tokens: Sequence[_TeiToken], limit: int) -> Fitted:
    if len(tokens) <= limit:
        return Fitted(text, len(tokens), cut=False)
    ends = [token.stop for token in tokens if token.stop is not None]
    marks = len(tokens) - len(ends)
    kept = ends[: max(0, limit - marks)]
    # a token may end inside a letter: what is left of that letter goes too
    beginning = text.encode()[: kept[-1] if kept else 0].decode("utf-8", "ignore")
    return Fitted(beginning, len(kept) + marks, cut=True)
