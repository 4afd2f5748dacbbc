"""Vectors in the lake: append-only files of `(text_hash, vector)`, one space and one user each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict

import msgspec
import numpy as np
import pyarrow as pa

from embed_platform.embedding.engine import Matrix, Provenance
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import SpaceMismatch
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import parquet_batches, parquet_bytes, parse_parquet

# Beyond these a user's files are rewritten as one.
MAX_FILES = 32
MAX_DEAD_SHARE = 0.2
# 15 MB in 384 dimensions
ROWS_PER_BLOCK = 10_000
ROWS_PER_FILE = 20_000


def embedded_hashes(lake: Lake, slug: str, user: str) -> set[str]:
    """Text hashes for which the space holds a vector of this user."""
    found: set[str] = set()
    for path, data in vector_files(lake, slug, user):
        found.update(parse_parquet(path, data, ["text_hash"])["text_hash"].to_pylist())
    return found


def append_vectors(
    lake: Lake,
    space: EmbeddingSpace,
    user: str,
    hashes: Sequence[str],
    vectors: Matrix,
    provenance: Sequence[Provenance],
) -> str:
    """Commit vectors by one file, named after the texts they belong to; returns its path.

    Args:
        lake: where.
        space: of the vectors.
        user: whose texts they are.
        hashes: text hashes, unique.
        vectors: float32, shape (hashes, dimension).
        provenance: who made them; kept in the file's footer.
    """
    if vectors.shape != (len(hashes), space.dimension):
        raise SpaceMismatch(
            f"{vectors.shape} vectors for {len(hashes)} texts in {space.dimension} dimensions",
            where=space.slug,
        )
    order = np.argsort(np.array(hashes))
    ordered = [hashes[i] for i in order]
    path = f"{layout.vectors(space.slug, user)}/{file_name(ordered)}"
    lake.storage.put(path, parquet_bytes(_table(ordered, vectors[order]), footer(provenance)))
    return path


def read_vectors(lake: Lake, space: EmbeddingSpace, user: str) -> tuple[list[str], Matrix]:
    """All vectors of a user in a space: hashes and a float32 matrix of shape (hashes, dimension)."""
    hashes: list[str] = []
    blocks = [np.empty((0, space.dimension), np.float32)]
    for names, block in vector_blocks(lake, space, user):
        hashes += names
        blocks.append(block)
    return hashes, np.concatenate(blocks)


def vector_blocks(
    lake: Lake, space: EmbeddingSpace, user: str, wanted: Collection[str] | None = None
) -> Iterator[tuple[list[str], Matrix]]:
    """Vectors of a user in blocks of bounded size: hashes, and float32 of shape (hashes, dimension).

    Each hash comes once. Where `wanted` names hashes, others are left out; those without a
    vector do not come.
    """
    return _blocks(vector_files(lake, space.slug, user), space, wanted)


def _blocks(
    files: Iterable[tuple[str, bytes]], space: EmbeddingSpace, wanted: Collection[str] | None
) -> Iterator[tuple[list[str], Matrix]]:
    for batch, names, rows in each_hash_once(files, ROWS_PER_BLOCK, wanted):
        flat = batch["vector"].flatten().to_numpy(zero_copy_only=False)
        block = flat.astype(np.float32, copy=False).reshape(len(batch), space.dimension)
        yield names, block[rows]


def each_hash_once(
    files: Iterable[tuple[str, bytes]], rows_per_batch: int, wanted: Collection[str] | None
) -> Iterator[tuple[pa.RecordBatch, list[str], list[int]]]:
    """Batches of vector files in which something comes for the first time.

    Args:
        files: path and content.
        rows_per_batch: at most.
        wanted: hashes; others are left out. None: all.

    Yields:
        The batch, the hashes that come for the first time, and their rows in it.
    """
    left = None if wanted is None else set(wanted)
    seen: set[str] = set()
    for path, data in files:
        for batch in parquet_batches(path, data, rows_per_batch):
            names = batch["text_hash"].to_pylist()
            rows = [
                row
                for row, name in enumerate(names)
                if name not in seen and (left is None or name in left)
            ]
            if rows:
                fresh = [names[row] for row in rows]
                seen.update(fresh)
                yield batch, fresh, rows


def compact(
    lake: Lake, space: EmbeddingSpace, user: str, alive: set[str], *, always: bool = False
) -> bool:
    """Rewrite a user's vectors in few files without those of texts that are gone; see `rewrite`."""

    def write(makers: list[Provenance]) -> set[str]:
        return {
            append_vectors(lake, space, user, hashes, vectors, makers)
            for hashes, vectors in _gathered(vector_blocks(lake, space, user, alive))
        }

    return rewrite(lake, space, user, alive, write, full=ROWS_PER_FILE, always=always)


def rewrite(
    lake: Lake,
    space: EmbeddingSpace,
    user: str,
    alive: set[str],
    write: Callable[[list[Provenance]], set[str]],
    *,
    full: int,
    always: bool,
) -> bool:
    """Replace a user's vector files where that pays.

    That is beyond `MAX_FILES` files that are not full or `MAX_DEAD_SHARE` dead rows, or
    `always`. The new files are written before the old ones are deleted.

    Args:
        lake: where.
        space: of the vectors.
        user: whose.
        alive: hashes of what is still there.
        write: writes what is alive, made by these, and returns the paths.
        full: rows of a file that is full.
        always: whether or not it pays.

    Returns:
        Whether anything was rewritten.
    """
    files = lake.storage.list(layout.vectors(space.slug, user))
    present = embedded_hashes(lake, space.slug, user)
    dead = len(present - alive) / len(present) if present else 0.0
    few = sum(_rows(entry.path) < full for entry in files) <= MAX_FILES
    if not present or (few and dead <= MAX_DEAD_SHARE and not always):
        return False
    written = write(_makers(lake, [entry.path for entry in files]))
    lake.storage.delete(entry.path for entry in files if entry.path not in written)
    return True


def join_small_files(lake: Lake, space: EmbeddingSpace, user: str) -> bool:
    """Rewrite files that are not full as few; returns whether there were more than `MAX_FILES`.

    For feeds, which add a file every batch: only what is rewritten is read. Rows of texts that are
    gone stay until `compact`.
    """
    files = lake.storage.list(layout.vectors(space.slug, user))
    small = [entry.path for entry in files if _rows(entry.path) < ROWS_PER_FILE]
    if len(small) <= MAX_FILES:
        return False
    makers = _makers(lake, small)
    blocks = _blocks(((path, lake.storage.get(path)) for path in small), space, None)
    written = {
        append_vectors(lake, space, user, hashes, vectors, makers)
        for hashes, vectors in _gathered(blocks)
    }
    lake.storage.delete(path for path in small if path not in written)
    return True


def file_name(hashes: Sequence[str]) -> str:
    """Name of a vector file: made of the sorted hashes in it, and their number."""
    return f"{hashlib.sha256(chr(10).join(hashes).encode()).hexdigest()[:16]}-{len(hashes)}.parquet"


def footer(makers: Sequence[Provenance]) -> dict[str, str]:
    """Footer entries of a vector file: who made its vectors."""
    return {"provenance": msgspec.json.encode([asdict(maker) for maker in makers]).decode()}


def _gathered(
    blocks: Iterator[tuple[list[str], Matrix]],
) -> Iterator[tuple[list[str], Matrix]]:
    """Blocks put together until each is a full file; the last one may not be."""
    names: list[str] = []
    matrices: list[Matrix] = []
    for hashes, matrix in blocks:
        names += hashes
        matrices.append(matrix)
        if len(names) >= ROWS_PER_FILE:
            yield names, np.concatenate(matrices)
            names, matrices = [], []
    if names:
        yield names, np.concatenate(matrices)


def _rows(path: str) -> int:
    """Rows of a vector file; its name ends in their number."""
    return int(path.rsplit("-", 1)[-1].removesuffix(".parquet"))


def _makers(lake: Lake, paths: Sequence[str]) -> list[Provenance]:
    """Everybody who made a vector of these files, each once."""
    found: dict[Provenance, None] = {}
    for path in paths:
        kept = parse_parquet(path, lake.storage.get(path), ["text_hash"]).schema.metadata
        found.update(dict.fromkeys(msgspec.json.decode(kept[b"provenance"], type=list[Provenance])))
    return list(found)


def vector_files(lake: Lake, slug: str, user: str) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of the user's vector files, one at a time.

    Lists again when a compaction took one away in between: what was read already may then come
    a second time in the compacted file, as everything here may.
    """
    done: set[str] = set()
    while True:
        try:
            for entry in lake.storage.list(layout.vectors(slug, user)):
                if entry.path.endswith(".parquet") and entry.path not in done:
                    data = lake.storage.get(entry.path)
                    done.add(entry.path)
                    yield entry.path, data
            return
        except FileNotFoundError:
            continue


def _table(hashes: Sequence[str], vectors: Matrix) -> pa.Table:
    flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).reshape(-1))
    return pa.table(
        {
            "text_hash": pa.array(hashes, pa.string()),
            "vector": pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1]),
        }
    )
