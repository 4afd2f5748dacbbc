"""The usual way into Qdrant: its client's upsert in batches, as the client comes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from qdrant_client import QdrantClient, models

BATCH = 256


def load(folder: str, name: str, ids: list[str], vectors: Any, metadata: list[Any]) -> None:
    """Make a collection and fill it."""
    client = QdrantClient(path=folder)
    config = models.VectorParams(size=vectors.shape[1], distance=models.Distance.COSINE)
    client.create_collection(name, vectors_config=config)
    for start in range(0, len(ids), BATCH):
        end = start + BATCH
        points = models.Batch(
            ids=[str(UUID(key)) for key in ids[start:end]],
            vectors=vectors[start:end].tolist(),
            payloads=metadata[start:end],
        )
        client.upsert(name, points)
    client.close()
