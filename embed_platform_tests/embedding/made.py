"""Documents, and files of vectors for them as somebody else would have made them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from embed_platform.corpus.documents import (
    Document,
    document_id,
    documents_table,
    publish_documents,
)
from embed_platform.embedding.importing.importer import Imported, import_vectors
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import read_vectors
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform_tests.embedding.engines import HashEngine

SPACE = EmbeddingSpace("test/hash", "1", 8)
KINDS = ("tweet",)
ENGINE = HashEngine()
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def write(lake: Lake, user: str, texts: Sequence[str], kind: str = "tweet") -> None:
    rows = (Document(user, kind, str(i), text, WHEN) for i, text in enumerate(texts))
    publish_documents(lake, user, kind, documents_table(rows))


def vector(text: str, engine: HashEngine = ENGINE) -> list[float]:
    return [float(x) for x in engine._vector(text).astype(np.float32)]


def record(user: str, place: int, text: str, **fields: Any) -> dict[str, Any]:
    """As the scripts of a rented machine write it."""
    return {
        "chunk_id": document_id(user, "tweet", str(place)),
        "text": text,
        "embedding": vector(text),
        "thread_name": "someone",
    } | fields


def records(user: str, texts: Sequence[str]) -> list[dict[str, Any]]:
    return [record(user, place, text) for place, text in enumerate(texts)]


def save(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))
    return path


def take(lake: Lake, *paths: Path, users: Sequence[str] = ("ann",), **options: Any) -> Imported:
    return import_vectors(lake, SPACE, paths, users, KINDS, **options)


def held(lake: Lake, user: str = "ann") -> dict[str, list[float]]:
    hashes, matrix = read_vectors(lake, SPACE, user)
    assert len(hashes) == len(set(hashes))
    return dict(zip(hashes, matrix.tolist(), strict=True))


def no_engine() -> HashEngine:
    raise AssertionError("the model was loaded for nothing")


def letters(lake: Lake, user: str = "ann") -> list[tuple[str, str]]:
    found = read_dead_letters(lake.storage, user).get(f"import_{SPACE.slug}", [])
    return [(letter.where, letter.reason) for letter in found]


def lenient(lake: Lake) -> Lake:
    return replace(lake, settings=lake.settings.model_copy(update={"dead_letter_limit": 1.0}))
