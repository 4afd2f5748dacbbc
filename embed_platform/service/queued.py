"""An engine over a model's queue, for callers that block: long work, and questions of a search."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embed_platform.embedding.engine import Embedded, Provenance
from embed_platform.service.batching import Batcher, estimate


class QueuedEngine:
    """An engine for callers that block, through a model's queue, a pass at a time.

    So requests of others are answered in between long work, a question shares their pass, and one
    thread uses the model for all of them. The first caller waits until the model is loaded.
    """

    def __init__(self, batcher: Batcher, batch_tokens: int) -> None:
        self._batcher, self._batch_tokens = batcher, batch_tokens
        if batcher.engine is None:
            batcher.warm().result()

    @property
    def provenance(self) -> Provenance:
        """Who makes the vectors."""
        engine = self._batcher.engine
        assert engine is not None
        return engine.provenance

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        """Vectors of texts, longest first within the work, in their order in the answer."""
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        parts: list[Embedded] = []
        failed: dict[int, str] = {}
        done = 0
        for rows in _cut([estimate([texts[i]]) for i in order], self._batch_tokens):
            picked = [order[done + row] for row in range(rows)]
            future = self._batcher.submit([texts[i] for i in picked], prompt, patient=True)
            part = future.result()
            failed |= {picked[row]: why for row, why in part.failed.items()}
            parts.append(part)
            done += rows
        back = np.argsort(order)
        return Embedded(
            np.concatenate([part.vectors for part in parts])[back],
            np.concatenate([part.tokens for part in parts])[back],
            np.concatenate([part.truncated for part in parts])[back],
            failed,
        )


def _cut(sizes: Sequence[int], budget: int) -> list[int]:
    """Lengths of consecutive pieces of at most `budget` each; one size may exceed it alone."""
    pieces: list[int] = []
    total = 0
    for size in sizes:
        if pieces and total + size <= budget:
            pieces[-1] += 1
            total += size
        else:
            pieces.append(1)
            total = size
    return pieces
