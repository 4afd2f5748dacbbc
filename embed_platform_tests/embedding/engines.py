"""An engine that needs no model: vectors follow from the text, faults on demand."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence

import numpy as np

from embed_platform.embedding.engine import Embedded, Provenance


class HashEngine:
    """Gives each text a direction of its own; texts that hold `poison` fail."""

    def __init__(
        self, dimension: int = 8, salt: str = "", fail_at_call: int = 0, seconds: float = 0.0
    ) -> None:
        self.dimension, self.salt, self.fail_at_call, self.seconds = (
            dimension,
            salt,
            fail_at_call,
            seconds,
        )
        self.calls = 0
        self.texts: list[str] = []

    @property
    def provenance(self) -> Provenance:
        return Provenance("hash", "1", "float32", "cpu")

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        self.calls += 1
        if self.calls == self.fail_at_call:
            raise RuntimeError("the machine went away")
        time.sleep(self.seconds)
        self.texts += texts
        rows = [self._vector(prompt + text) for text in texts]
        failed = {i: "poison" for i, text in enumerate(texts) if "poison" in text}
        lengths = np.array([len(text.split()) for text in texts])
        return Embedded(np.array(rows, dtype=np.float32), lengths, lengths > 100, failed)

    def _vector(self, text: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.sha256((self.salt + text).encode()).digest()[:8], "big")
        vector = np.random.default_rng(seed).normal(size=self.dimension)
        return vector / np.linalg.norm(vector)


class UselessEngine(HashEngine):
    """Gives no number for the text `nan` and no direction for the text `zero`."""

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        found = super().embed(texts, prompt)
        for row, text in enumerate(texts):
            if text in ("nan", "zero"):
                found.vectors[row] = np.nan if text == "nan" else 0
        return found
