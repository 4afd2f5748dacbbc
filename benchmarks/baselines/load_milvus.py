"""The usual way into Milvus: dictionaries, a thousand at a time, into a quickly made collection."""

from typing import Any

from pymilvus import MilvusClient


def load(uri: str, name: str, ids: list[str], vectors: Any, metadata: list[dict[str, Any]]) -> None:
    """Upsert all rows into a new collection."""
    client = MilvusClient(uri=uri)
    client.drop_collection(name)
    client.create_collection(name, dimension=vectors.shape[1], id_type="string", max_length=32)
    rows = [{"id": i, "vector": v, **m} for i, v, m in zip(ids, vectors, metadata, strict=True)]
    for start in range(0, len(rows), 1000):
        client.upsert(name, rows[start : start + 1000])
    client.close()
