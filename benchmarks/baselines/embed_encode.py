"""What everybody writes first: load the model, call encode."""

from __future__ import annotations

import numpy as np
from sentence_transformers import SentenceTransformer


def load(source: str) -> SentenceTransformer:
    """The model with its defaults, on the CPU."""
    return SentenceTransformer(source, device="cpu")


def encode(model: SentenceTransformer, texts: list[str]) -> np.ndarray:
    """Vectors, shape (texts, dimension)."""
    return np.asarray(model.encode(texts))
