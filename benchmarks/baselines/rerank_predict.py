"""Scoring pairs as the guide's local road does: CrossEncoder.predict with its defaults."""

from __future__ import annotations

import numpy as np
from sentence_transformers import CrossEncoder


def load(folder: str) -> CrossEncoder:
    """The model on the CPU, or on the GPU where there is one."""
    return CrossEncoder(folder)


def predict(model: CrossEncoder, query: str, documents: list[str]) -> np.ndarray:
    """Scores, shape (documents,)."""
    pairs = [(query, document) for document in documents]
    return np.asarray(model.predict(pairs, show_progress_bar=False))
