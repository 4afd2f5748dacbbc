"""The probe gate: a worker is admitted to a space when it agrees with the space on fixed texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import msgspec
import numpy as np

from embed_platform.embedding.engine import Engine
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import SpaceMismatch
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake

PROBES = (
    "The kettle clicked off before I had found a clean cup.",
    "Heute war der Zug pünktlich, und keiner hat es geglaubt.",
    "def area(radius): return 3.14159 * radius ** 2",
    "🙂",
    "A long walk, two short phone calls, one apology, and then the rain came in from the west "
    "and stayed until the streetlights went on, which nobody had planned for but everybody enjoyed.",
)
# bfloat16 against float32 gives 0.9998 at least on these models; another pooling, prompt or
# quantisation to 4 bits falls below 0.99.
MIN_COSINE = 0.99


class SpaceFile(msgspec.Struct):
    """What `spaces/<slug>.json` holds."""

    identity: dict[str, str | int | bool]
    kinds: list[str]
    modality: str
    probes: list[list[float]]
    provenance: dict[str, str]


def read_space_file(lake: Lake, slug: str) -> SpaceFile | None:
    """The file of a space, or None before anything was embedded in it."""
    try:
        return msgspec.json.decode(lake.storage.get(layout.space_file(slug)), type=SpaceFile)
    except FileNotFoundError:
        return None


def admit(lake: Lake, space: EmbeddingSpace, engine: Engine, kinds: Sequence[str]) -> None:
    """Compare an engine with its space; the first engine of a space sets the probe vectors.

    Raises:
        SpaceMismatch: its vectors have another length, are none, or point elsewhere.
    """
    answer = engine.embed(PROBES, space.document_prompt)
    vectors = answer.vectors
    if vectors.shape[1] != space.dimension:
        raise SpaceMismatch(
            f"the engine gives {vectors.shape[1]} dimensions, the space has {space.dimension}",
            where=space.slug,
            remedy="Correct the model's entry in models.yaml",
        )
    if answer.failed or not np.isfinite(vectors).all() or not vectors.any(axis=1).all():
        raise SpaceMismatch(
            "the engine gives no usable vector for a probe text",
            where=space.slug,
            remedy="Check the model's weights, or set EMBED_DTYPE=float32",
        )
    known = read_space_file(lake, space.slug)
    if known is None:
        content = SpaceFile(
            identity={"model": space.model, "dimension": space.dimension} | space.identity(),  # type: ignore[arg-type]
            kinds=list(kinds),
            modality="text",
            probes=[[float(x) for x in row] for row in vectors],
            provenance=asdict(engine.provenance),
        )
        lake.storage.put(layout.space_file(space.slug), msgspec.json.encode(content))
        return
    lowest = float(np.min(cosines(vectors, np.array(known.probes, dtype=np.float32))))
    if lowest < MIN_COSINE:
        maker = engine.provenance
        raise SpaceMismatch(
            f"{maker.engine} ({maker.dtype} on {maker.device}) disagrees with the space on its probe texts "
            f"(cosine {lowest:.3f}, at least {MIN_COSINE} is needed)",
            where=space.slug,
            remedy="Its vectors would not be comparable; check the model's revision and weights",
        )


def serve_kinds(lake: Lake, slug: str, kinds: Sequence[str]) -> None:
    """Note that a space serves these kinds too: erasing and auditing look at the tables of all."""
    known = read_space_file(lake, slug)
    if known is not None and not set(kinds) <= set(known.kinds):
        both = msgspec.structs.replace(known, kinds=sorted({*known.kinds, *kinds}))
        lake.storage.put(layout.space_file(slug), msgspec.json.encode(both))


def cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Cosine of each row of one matrix with the same row of the other, shape (rows,)."""
    norms = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return np.asarray((left * right).sum(axis=1) / np.where(norms == 0, 1, norms))
