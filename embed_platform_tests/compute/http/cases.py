"""What the tests of embedding over HTTP share: models, servers in processes of their own, and short calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from embed_platform.compute.http.engine import HttpEngine
from embed_platform.compute.http.fleet import HttpServer, open_http_engine
from embed_platform.compute.http.protocols import ProtocolName
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform_tests.standins.embedding_models import HashModel, Matrix
from embed_platform_tests.standins.embedding_process import RunningStandin

PROTOCOLS: tuple[ProtocolName, ...] = ("ollama", "openai", "tei")
DIMENSION, MAX_TOKENS = 48, 64
HASH = ModelEntry(EmbeddingSpace("test/hash", "1", DIMENSION, max_tokens=MAX_TOKENS))
OPTIONS = ("--model", "hash", "--dimension", str(DIMENSION), "--max-tokens", str(MAX_TOKENS))
MODEL = HashModel(DIMENSION, MAX_TOKENS, "test/hash")


def opened(
    server: RunningStandin, entry: ModelEntry = HASH, *, seconds: float = 10.0, **fields: Any
) -> HttpEngine:
    """An engine over a stand-in, which forgets the requests that opening took."""
    engine = open_http_engine(entry, HttpServer(server.url, **fields), seconds=seconds, lanes=4)
    server.clear()
    return engine


def expected(texts: Sequence[str]) -> Matrix:
    """What the hash model gives, scaled to unit length."""
    raw = MODEL.raw(texts)
    return np.asarray(raw / np.linalg.norm(raw, axis=1, keepdims=True), dtype=np.float32)


def some_texts(count: int) -> list[str]:
    """Texts of different lengths, none near the limit, each another."""
    return [f"{i} " + "word " * (i % 20) for i in range(count)]
