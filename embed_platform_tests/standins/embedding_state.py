"""State of an embedding stand-in: its model, its faults, what it saw, and how it says no."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from fastapi import Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.concurrency import run_in_threadpool

from embed_platform_tests.standins.embedding_faults import Faults
from embed_platform_tests.standins.embedding_models import Matrix, Model

PAGE = "<!DOCTYPE html><html><body><h1>A timeout occurred</h1></body></html>"
# TEI's kind of error by status.
KINDS = {422: "Validation", 424: "Backend", 429: "Overloaded", 503: "Unhealthy"}


class No(Exception):
    """A refusal: a status and the server's words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


class Standin:
    """State of the server: its model, its faults, and what it saw."""

    def __init__(
        self, model: Model, *, protocol: str, names: Sequence[str], key: str, counts: bool
    ) -> None:
        self.model, self.protocol, self.key, self.counts = model, protocol, key, counts
        self.names = list(names) or [model.name]
        self.faults = Faults()
        self.at_once = 0
        self.clear()

    def clear(self) -> None:
        self.faults.clear()
        self.stats: dict[str, Any] = {
            "requests": 0, "texts": 0, "most_texts": 0, "most_bytes": 0, "most_at_once": 0,
            "sizes": [], "statuses": [], "seen": [], "paths": [],
        }  # fmt: skip

    def speaks(self, *protocols: str) -> bool:
        return self.protocol == "all" or self.protocol in protocols

    async def embed(self, texts: Sequence[str], *, truncate: bool, refusal: int) -> Matrix:
        """Vectors that are not scaled; raises No as the kind of server would."""
        if (status := self.faults.take("poison")) is not None and any("poison" in t for t in texts):
            raise No(int(status or refusal), "the text cannot be embedded")
        vectors = await run_in_threadpool(self._vectors, texts, truncate, refusal)
        return self.faults.spoil(np.array(vectors, dtype=np.float32), texts)

    def _vectors(self, texts: Sequence[str], truncate: bool, refusal: int) -> Matrix:
        limit, cut = self.model.max_tokens, []
        for text in texts:
            if len(text.encode()) + 2 <= limit:  # a token has a byte at least
                cut.append(text)
                continue
            tokens = self.model.tokens(text)
            if len(tokens) > limit and not truncate:
                raise No(422 if refusal == 424 else 400, self.too_long(refusal, len(tokens)))
            ends = [token.stop for token in tokens if token.stop is not None]
            cut.append(text.encode()[: ends[: limit - 2][-1]].decode("utf-8", "ignore"))
        return self.model.raw(cut)

    def too_long(self, refusal: int, tokens: int) -> str:
        limit = self.model.max_tokens
        if refusal == 424:
            return f"`inputs` must have less than {limit} tokens. Given: {tokens}"
        if self.protocol == "ollama":
            return "the input length exceeds the context length"
        return (
            f"This model's maximum context length is {limit} tokens. You requested {tokens} tokens."
        )

    def count(self, texts: Sequence[str]) -> int:
        if self.faults.take("letters") is not None:
            return sum(map(len, texts))
        return sum(min(len(self.model.tokens(text)), self.model.max_tokens) for text in texts)


def refusal(path: str, status: int, words: str) -> Response:
    if status in (502, 504) or 520 <= status < 530:
        return HTMLResponse(PAGE, status)
    if path.startswith("/v1"):
        error = {"message": words, "type": "invalid_request_error", "code": status}
        return JSONResponse({"error": error}, status)
    if path.startswith("/api"):
        return JSONResponse({"error": words}, status)
    if status == 401:
        return Response(status_code=401)
    return JSONResponse({"error": words, "error_type": KINDS.get(status, "Backend")}, status)


def unit(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def json_answer(content: Any, headers: dict[str, str] | None = None) -> Response:
    """As Python's servers write it, NaN included."""
    body = msgspec.json.encode(content)
    if b"null" in body:
        body = json.dumps(content).encode()
    return Response(body, 200, headers, "application/json")
