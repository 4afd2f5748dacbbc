"""What embedding servers speak: Ollama's, OpenAI's and TEI's requests and answers behind one shape."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

import msgspec
import numpy as np

from embed_platform.compute.http.faults import Broken, Reply
from embed_platform.embedding.engine import Matrix

ProtocolName = Literal["ollama", "openai", "tei"]

T = TypeVar("T")

# OpenAI's own limit, and vLLM's and Infinity's default.
OPENAI_MAX_INPUTS = 2048
# TEI's default of --max-client-batch-size; GET /info tells what a server was started with.
TEI_MAX_INPUTS = 32
# Ollama has no limit; it embeds one text after the other, so that more in a request win nothing.
OLLAMA_MAX_INPUTS = 512


@dataclass(frozen=True)
class Answer:
    """What a server gave for a list of texts.

    Attributes:
        vectors: float32, shape (texts, dimension), in the order of the texts.
        tokens: read for all of them together; None when the server does not tell.
    """

    vectors: Matrix
    tokens: int | None


class ServerProtocol(Protocol):
    """How one kind of server is asked for vectors."""

    name: ProtocolName
    path: str
    max_inputs: int

    def body(self, texts: Sequence[str]) -> bytes:
        """The request: JSON for `POST path`."""

    def read(self, reply: Reply) -> Answer:
        """The answer.

        Raises:
            Broken: it is not what this kind of server answers.
        """

    def simpler(self) -> bool:
        """Ask for less from now on, after a refusal; False when nothing can be left out."""


class OllamaProtocol:
    """`POST /api/embed`. Unless told otherwise Ollama cuts what is too long without a word."""

    name: ProtocolName = "ollama"
    path = "/api/embed"

    def __init__(self, model: str) -> None:
        self._model = model
        self.max_inputs = OLLAMA_MAX_INPUTS

    def body(self, texts: Sequence[str]) -> bytes:
        """The request: JSON for `POST path`."""
        return msgspec.json.encode({"model": self._model, "input": texts, "truncate": False})

    def read(self, reply: Reply) -> Answer:
        """The answer; see `ServerProtocol.read`."""
        found = decoded(reply, _OllamaAnswer)
        return Answer(_matrix(found.embeddings), found.prompt_eval_count)

    def simpler(self) -> bool:
        """Nothing can be left out."""
        return False


class OpenAiProtocol:
    """`POST /v1/embeddings`: OpenAI, vLLM, Infinity, LM Studio, llama.cpp and others.

    Args:
        model: name of the model there.
        prefix: of the paths; Infinity has none.
    """

    name: ProtocolName = "openai"

    def __init__(self, model: str, prefix: str = "/v1") -> None:
        self._model = model
        self.path = f"{prefix}/embeddings"
        self.max_inputs = OPENAI_MAX_INPUTS
        self._format = "base64"

    def body(self, texts: Sequence[str]) -> bytes:
        """The request: JSON for `POST path`; base64 is a quarter of the bytes and needs no parsing."""
        return msgspec.json.encode(
            {"model": self._model, "input": texts, "encoding_format": self._format}
        )

    def read(self, reply: Reply) -> Answer:
        """The answer, in the order of its indices; LM Studio sends numbers whatever it is asked for."""
        found = decoded(reply, _OpenAiAnswer)
        items = found.data
        places = [item.index for item in items]
        if any(place is not None for place in places):
            if sorted(place if place is not None else -1 for place in places) != list(
                range(len(items))
            ):
                raise Broken("the answer's indices are not those of the texts", of_text=True)
            items = sorted(items, key=lambda item: item.index or 0)
        usage = found.usage
        return Answer(_matrix([item.embedding for item in items]), usage.prompt_tokens)

    def simpler(self) -> bool:
        """Ask for numbers instead of base64."""
        was, self._format = self._format, "float"
        return was != self._format


class TeiProtocol:
    """`POST /embed` of Text Embeddings Inference; the model is the one that the server has.

    Args:
        normalise: whether vectors shall have unit length.
        max_inputs: texts that the server takes in a request.
    """

    name: ProtocolName = "tei"
    path = "/embed"

    def __init__(self, *, normalise: bool, max_inputs: int = TEI_MAX_INPUTS) -> None:
        self._normalise = normalise
        self.max_inputs = max_inputs

    def body(self, texts: Sequence[str]) -> bytes:
        """The request: JSON for `POST path`."""
        return msgspec.json.encode(
            {"inputs": texts, "truncate": False, "normalize": self._normalise}
        )

    def read(self, reply: Reply) -> Answer:
        """The answer, a bare list; the tokens are in a header."""
        rows = decoded(reply, list[list[float | None]])
        tokens = reply.headers.get("x-compute-tokens", "")
        return Answer(_matrix(rows), int(tokens) if tokens.isdecimal() else None)

    def simpler(self) -> bool:
        """Nothing can be left out."""
        return False


def decoded(reply: Reply, kind: type[T]) -> T:
    """JSON of a known shape; also with the NaN that Python's servers write into it.

    Raises:
        Broken: it has another shape.
    """
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except msgspec.DecodeError:
        pass
    try:
        return msgspec.convert(json.loads(reply.body), kind)
    except (ValueError, RecursionError):
        reason = f"the answer is not in this protocol's shape ({reply.said})"
        raise Broken(reason, of_text=True) from None


# A number that is none arrives as null from servers whose JSON knows no NaN.
_Row = list[float | None]


class _OllamaAnswer(msgspec.Struct):
    embeddings: list[_Row]
    prompt_eval_count: int | None = None


class _OpenAiItem(msgspec.Struct):
    embedding: str | _Row
    index: int | None = None


class _OpenAiUsage(msgspec.Struct):
    prompt_tokens: int | None = None


class _OpenAiAnswer(msgspec.Struct):
    data: list[_OpenAiItem]
    usage: _OpenAiUsage = msgspec.field(default_factory=_OpenAiUsage)


def _matrix(rows: Sequence[str | _Row]) -> Matrix:
    """Rows of numbers, or of base64 over little-endian float32, as one matrix; null becomes NaN."""
    try:
        vectors = [
            np.frombuffer(base64.b64decode(row, validate=True), dtype="<f4")
            if isinstance(row, str)
            else row
            for row in rows
        ]
        found = np.array(vectors, dtype=np.float32)
    except (ValueError, binascii.Error):
        raise Broken("the answer's vectors are of different lengths", of_text=True) from None
    if found.ndim != 2:
        raise Broken("the answer holds no vectors", of_text=True)
    return found
