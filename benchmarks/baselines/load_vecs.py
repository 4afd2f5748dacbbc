"""The usual way into pgvector: a vecs client's upsert, as its documentation shows it."""

from typing import Any

import vecs


def load(dsn: str, name: str, ids: list[str], vectors: Any, metadata: list[dict[str, Any]]) -> None:
    """Upsert all rows into a new collection."""
    client = vecs.create_client(dsn.replace("postgresql://", "postgresql+psycopg2://"))
    client.delete_collection(name)
    collection = client.get_or_create_collection(name, dimension=vectors.shape[1])
    collection.upsert(list(zip(ids, vectors, metadata, strict=True)))
    client.disconnect()
