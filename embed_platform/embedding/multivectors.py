"""Vectors of pages in the lake: files of `(text_hash, vectors)`, many vectors a page, in half precision.

They lie where single vectors do, under the same names, and are told apart by their space alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import pyarrow as pa

from embed_platform.embedding.engine import MultiVector, Provenance
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import (
    each_hash_once,
    file_name,
    footer,
    rewrite,
    vector_files,
)
from embed_platform.errors import SpaceMismatch
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import parquet_bytes

# 700 vectors of 128 dimensions are 180 KB a page: 11 MB a block, 180 MB a full file.
PAGES_PER_BLOCK = 64
PAGES_PER_FILE = 1_000

Block = tuple[list[str], list[MultiVector]]


def append_multivectors(
    lake: Lake,
    space: EmbeddingSpace,
    user: str,
    hashes: Sequence[str],
    pages: Sequence[MultiVector],
    provenance: Sequence[Provenance],
) -> str:
    """Commit pages by one file, named after the images they belong to; returns its path.

    Args:
        lake: where.
        space: of the vectors.
        user: whose pages they are.
        hashes: hashes of the images, unique.
        pages: of each its vectors, shape (vectors, dimension); kept as float16.
        provenance: who made them; kept in the file's footer.

    Raises:
        SpaceMismatch: a page has no vector, or another dimension.
    """
    for key, page in zip(hashes, pages, strict=True):
        if page.ndim != 2 or not len(page) or page.shape[1] != space.dimension:
            raise SpaceMismatch(
                f"vectors of shape {page.shape} in {space.dimension} dimensions",
                where=f"{space.slug}, {key}",
            )
    order = np.argsort(np.array(hashes))
    ordered = [hashes[i] for i in order]
    path = f"{layout.vectors(space.slug, user)}/{file_name(ordered)}"
    table = _table(ordered, [pages[i] for i in order], space.dimension)
    lake.storage.put(path, parquet_bytes(table, footer(provenance)))
    return path


def multivector_blocks(
    lake: Lake, space: EmbeddingSpace, user: str, wanted: Collection[str] | None = None
) -> Iterator[Block]:
    """Pages of a user in blocks of bounded size: hashes, and float16 of shape (vectors, dimension) each.

    Each hash comes once. Where `wanted` names hashes, others are left out; those without
    vectors do not come.
    """
    files = vector_files(lake, space.slug, user)
    for batch, names, rows in each_hash_once(files, PAGES_PER_BLOCK, wanted):
        pages = _pages(batch["vectors"], space.dimension)
        yield names, [pages[row] for row in rows]


def compact_multivectors(
    lake: Lake, space: EmbeddingSpace, user: str, alive: set[str], *, always: bool = False
) -> bool:
    """Rewrite a user's pages in few files without those that are gone; see `vectors.rewrite`."""

    def write(makers: list[Provenance]) -> set[str]:
        return {
            append_multivectors(lake, space, user, hashes, pages, makers)
            for hashes, pages in _gathered(multivector_blocks(lake, space, user, alive))
        }

    return rewrite(lake, space, user, alive, write, full=PAGES_PER_FILE, always=always)


def _gathered(blocks: Iterator[Block]) -> Iterator[Block]:
    """Blocks put together until each is a full file; the last one may not be."""
    names: list[str] = []
    pages: list[MultiVector] = []
    for hashes, some in blocks:
        names += hashes
        pages += some
        if len(names) >= PAGES_PER_FILE:
            yield names, pages
            names, pages = [], []
    if names:
        yield names, pages


def _table(hashes: Sequence[str], pages: Sequence[MultiVector], dimension: int) -> pa.Table:
    flat = np.concatenate([np.asarray(page, np.float16).reshape(-1) for page in pages])
    offsets = np.cumsum([0, *(len(page) for page in pages)]).astype(np.int32)
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(flat), dimension)
    return pa.table(
        {
            "text_hash": pa.array(hashes, pa.string()),
            "vectors": pa.ListArray.from_arrays(pa.array(offsets), vectors),
        }
    )


def _pages(column: pa.ListArray, dimension: int) -> list[MultiVector]:
    """The pages of a column, none of which is null."""
    lengths = column.value_lengths().to_numpy()
    flat = column.flatten().flatten().to_numpy(zero_copy_only=False)
    matrix = flat.astype(np.float16, copy=False).reshape(-1, dimension)
    return np.split(matrix, np.cumsum(lengths)[:-1])
