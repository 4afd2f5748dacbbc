"""The probe gate of page images: an engine is admitted when it agrees with the space on drawn pages."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np

from embed_platform.embedding.engine import Matrix, MultiVector, PageEngine
from embed_platform.embedding.probe import compare_probes
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import SpaceMismatch
from embed_platform.lake.lake import Lake

QUESTIONS = ("invoice from May", "Wie hoch war der Umsatz im letzten Quartal?")
WIDTH, HEIGHT = 224, 308


@cache
def probe_images() -> tuple[bytes, ...]:
    """Three drawn pages as PNG files: lines like text, a table's grid, a gradient."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    lines = np.where((y % 14 < 6) & (x > 20) & ((x * 7 + y * 3) % 41 > 8), 30, 250)
    grid = np.where((y % 44 < 3) | (x % 56 < 3), 60, 235)
    slope = (x * 255 // WIDTH + y * 255 // HEIGHT) // 2
    drawn = ((lines,) * 3, (grid, grid, slope), (slope, x, y))
    return tuple(_png(np.stack(rgb, -1)) for rgb in drawn)


def admit_pages(
    lake: Lake, space: EmbeddingSpace, engine: PageEngine, kinds: Sequence[str]
) -> None:
    """Compare an engine with its space; the first engine of a space sets the probe vectors.

    What is compared is the mean direction of each drawn page's vectors and of each question's.

    Raises:
        SpaceMismatch: its vectors have another length, are none, or point elsewhere.
    """
    answer = engine.embed_images(probe_images())
    made = [*answer.vectors, *engine.embed_questions(QUESTIONS)]
    dimensions = {vectors.shape[1] for vectors in made}
    if dimensions != {space.dimension}:
        raise SpaceMismatch(
            f"the engine gives {max(dimensions)} dimensions, the space has {space.dimension}",
            where=space.slug,
            remedy="Correct the model's entry in models.yaml",
        )
    if answer.failed or not all(len(v) and np.isfinite(v).all() and v.any() for v in made):
        raise SpaceMismatch(
            "the engine gives no usable vectors for a probe",
            where=space.slug,
            remedy="Check the model's weights, or set EMBED_DTYPE=float32",
        )
    compare_probes(lake, space, engine.provenance, np.stack([mean_vector(v) for v in made]), kinds)


def mean_vector(vectors: MultiVector) -> Matrix:
    """Mean direction of a page's vectors: unit length, float32, shape (dimension,)."""
    mean = vectors.astype(np.float32).mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), np.finfo(np.float32).tiny))


def _png(pixels: np.ndarray) -> bytes:
    """Pixels, shape (height, width, 3), as the simplest PNG file (RFC 2083)."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    height, width, _ = pixels.shape
    rows = np.zeros((height, width * 3 + 1), np.uint8)
    rows[:, 1:] = pixels.astype(np.uint8).reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows.tobytes())))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")
