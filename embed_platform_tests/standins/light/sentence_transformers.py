"""Stands in for sentence-transformers: a vector follows from the text, and some texts do harm.

A text that begins with `poison` breaks the model, with `die` it kills the process, with `hang` it
never ends, with `slow` it takes two seconds. While there is a file `pause` in the home folder, all
texts wait.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

DIMENSION = 384


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


class SentenceTransformer:
    """As much of the real one as the local engine uses."""

    def __init__(self, folder: str, device: str, **options: Any) -> None:
        self.folder = folder
        self.device, self.dtype, self.max_seq_length = device, "torch.float32", 512

    def __iter__(self) -> Iterator[object]:
        """Its modules."""
        return iter((Pooling(), Normalize()))

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return DIMENSION

    def tokenizer(self, texts: list[str], **options: Any) -> dict[str, list[list[int]]]:
        """A token for each word."""
        return {"input_ids": [[0] * len(text.split()) for text in texts]}

    def encode(self, texts: list[str], prompt: str = "", **options: Any) -> np.ndarray:
        """Vectors, shape (texts, 384)."""
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
        return np.stack([vector(prompt + text) for text in texts])
