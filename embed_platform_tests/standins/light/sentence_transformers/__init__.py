"""Stands in for sentence-transformers: a vector follows from the text, and some texts do harm.

A text that begins with `poison` breaks the model, with `die` it kills the process, with `hang` it
never ends, with `slow` it takes two seconds. While there is a file `pause` in the home folder, all
texts wait.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

DIMENSION = 384
_PIECE = re.compile(r"\S+\s*|^\s+")


class Pooling:
    """A module of the model."""

    pooling_mode = "mean"


class Normalize:
    """A module of the model."""


def vector(text: str) -> np.ndarray:
    """Direction of a text, float32, shape (384,)."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    found = np.random.default_rng(seed).normal(size=DIMENSION)
    return (found / np.linalg.norm(found)).astype(np.float32)


class Device:
    """Where the model is: the processor."""

    type = "cpu"

    def __str__(self) -> str:
        return self.type


class Tokenizer:
    """A token for each word and the space behind it; so a text can be put together again."""

    padding_side = "right"

    def __init__(self) -> None:
        self.pieces: list[str] = [""]  # the padding
        self._known: dict[str, int] = {}

    def __call__(self, text: str, **options: Any) -> dict[str, list[int]]:
        """Numbers of a text's words."""
        return {"input_ids": [self._number(piece) for piece in _PIECE.findall(text)]}

    def _number(self, piece: str) -> int:
        if piece not in self._known:
            self._known[piece] = len(self.pieces)
            self.pieces.append(piece)
        return self._known[piece]


class SentenceTransformer:
    """As much of the real one as the local engine uses."""

    truncate_dim = None

    def __init__(self, folder: str, device: str, **options: Any) -> None:
        self.folder, self.tokenizer = folder, Tokenizer()
        self.device, self.dtype, self.max_seq_length = Device(), "torch.float32", 512

    def modules(self) -> list[object]:
        """None that keeps anything between passes."""
        return []

    def __iter__(self) -> Iterator[object]:
        """Its modules."""
        return iter((Pooling(), Normalize()))

    def __getitem__(self, place: int) -> object:
        """One of its modules."""
        return list(self)[place]

    def eval(self) -> SentenceTransformer:
        """It is never trained."""
        return self

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return DIMENSION

    def preprocess(
        self, texts: list[str], prompt: str = "", **options: Any
    ) -> dict[str, list[list[int]]]:
        """Numbers of each text's words."""
        return {"input_ids": [self.tokenizer(prompt + text)["input_ids"] for text in texts]}

    def __call__(self, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Vectors, shape (texts, 384)."""
        pieces = self.tokenizer.pieces
        texts = ["".join(pieces[word] for word in row) for row in inputs["input_ids"]]
        while Path.home().joinpath("pause").exists():
            time.sleep(0.05)
        for word in (text.split(" ")[0] for text in texts):
            if word == "poison":
                raise RuntimeError("the model broke")
            if word == "die":
                os._exit(139)
            if word == "hang":
                time.sleep(3600)
            if word == "slow":
                time.sleep(2)
        return {"sentence_embedding": torch.from_numpy(np.stack([vector(t) for t in texts]))}
