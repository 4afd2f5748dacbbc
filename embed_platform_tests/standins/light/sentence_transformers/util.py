"""As sentence_transformers.util."""

from __future__ import annotations

from typing import Any


def truncate_embeddings(embeddings: Any, truncate_dim: int | None) -> Any:
    """The beginnings of vectors."""
    return embeddings[..., :truncate_dim]
