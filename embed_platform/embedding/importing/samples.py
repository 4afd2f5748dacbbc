"""Some texts of which the lake holds a vector in a space: what an engine is compared with."""

from __future__ import annotations

from math import ceil
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embed_platform.corpus.documents import document_kinds, read_documents
from embed_platform.embedding.engine import Matrix, Provenance
from embed_platform.embedding.importing.records import IMPORTED
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import parse_parquet


def held_texts(
    lake: Lake, space: EmbeddingSpace, count: int, *, only_imported: bool
) -> tuple[list[str], Matrix]:
    """Texts of documents and their vectors in the lake, of each user about as many.

    Args:
        lake: where.
        space: of the vectors.
        count: most texts.
        only_imported: look only at files that hold imported vectors.

    Returns:
        The texts, and their vectors in float32 of shape (texts, dimension).
    """
    folders = lake.storage.folders(layout.vectors(space.slug))
    users = [user for folder in folders if (user := layout.partition_value(folder, "user"))]
    texts: list[str] = []
    rows: list[Matrix] = []
    for place, user in enumerate(users):
        share = ceil((count - len(texts)) / (len(users) - place))
        held = _lowest(lake, space, user, share, only_imported=only_imported) if share else {}
        for key, text in _texts(lake, user, held).items():
            texts.append(text)
            rows.append(held[key])
    return texts, np.array(rows, np.float32).reshape(len(rows), space.dimension)


def _lowest(
    lake: Lake, space: EmbeddingSpace, user: str, count: int, *, only_imported: bool
) -> dict[str, Matrix]:
    """Vectors of the texts of lowest hash, which is as good as chance, over all of a user's files."""
    wanted = pa.chunked_array(
        [
            chunk
            for kind in document_kinds(lake, user)
            for chunk in read_documents(lake, user, kind, ["text_hash"])["text_hash"].chunks
        ],
        pa.string(),
    )
    found: dict[str, Matrix] = {}
    for entry in lake.storage.list(layout.vectors(space.slug, user)):
        try:
            table = parse_parquet(entry.path, lake.storage.get(entry.path))
        except FileNotFoundError:  # compacted in between: the others are sample enough
            continue
        if only_imported and not _is_imported(table):
            continue
        rows = pc.indices_nonzero(pc.is_in(table["text_hash"], value_set=wanted))[:count]
        picked = table.take(rows)
        vectors = picked["vector"].to_pylist()
        found |= dict(zip(picked["text_hash"].to_pylist(), vectors, strict=True))
        found = {key: np.asarray(found[key], np.float32) for key in sorted(found)[:count]}
    return found


def _texts(lake: Lake, user: str, held: dict[str, Matrix]) -> dict[str, str]:
    """The texts of some hashes, by hash."""
    found: dict[str, str] = {}
    wanted = pa.array(list(held), pa.string())
    for kind in document_kinds(lake, user) if held else []:
        table = read_documents(lake, user, kind, ["text_hash", "text"])
        rows = table.filter(pc.is_in(table["text_hash"], value_set=wanted))
        found |= dict(zip(rows["text_hash"].to_pylist(), rows["text"].to_pylist(), strict=True))
    return found


def _is_imported(table: Any) -> bool:
    makers = msgspec.json.decode(table.schema.metadata[b"provenance"], type=list[Provenance])
    return any(maker.engine == IMPORTED for maker in makers)
