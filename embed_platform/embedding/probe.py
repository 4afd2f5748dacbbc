"""The probe gate: a worker is admitted to a space when it agrees with the space on fixed texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import msgspec
import numpy as np

from embed_platform.embedding.engine import Engine, Matrix, Provenance
from embed_platform.embedding.importing.samples import held_texts
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import SpaceMismatch
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake

# Short and long, several scripts and languages, code, a list, a conversation, an address: texts on
# which models, prompts, poolings and tokenizers come apart.
PROBES = (
    "The kettle clicked off before I had found a clean cup.",
    "Heute war der Zug pünktlich, und keiner hat es geglaubt.",
    "def area(radius): return 3.14159 * radius ** 2",
    "🙂",
    "A long walk, two short phone calls, one apology, and then the rain came in from the west "
    "and stayed until the streetlights went on, which nobody had planned for but everybody enjoyed.",
    "[A]: are we still on for Sunday?\n[B]: yes, but bring the big tent",
    "La receta pide tres huevos, pero con dos también sale.",
    "明日の会議は午後三時に変更になりました。",
    "كان البحر هادئا هذا الصباح",
    "1) rent 2) bread 3) the letter from the bank, at last",
    "https://example.org/notes/2019?page=2 has the figures: 12.5 %, 1,048,576 rows, -40 °C",
    "What is the difference between a lake and a pond?",
)
# bfloat16 against float32 gives 0.9998 at least on these models; another pooling, another prompt
# or weights of 4 bits fall below.
MIN_COSINE = 0.995
# Texts with imported vectors that an engine embeds to be admitted.
SAMPLE = 12


class SpaceFile(msgspec.Struct):
    """What `spaces/<slug>.json` holds.

    Attributes:
        probes: vectors of `texts` by the first engine; empty where vectors came without one.
        provenance: of the first engine, or of the first imported vectors.
        unproven: whether vectors were imported that no engine was compared with yet.
        texts: the probe texts that the space began with; the first versions did not write them.
    """

    identity: dict[str, str | int | bool]
    kinds: list[str]
    modality: str
    probes: list[list[float]]
    provenance: dict[str, str]
    unproven: bool = False
    texts: list[str] = []


def read_space_file(lake: Lake, slug: str) -> SpaceFile | None:
    """The file of a space, or None before anything was embedded in it."""
    try:
        return msgspec.json.decode(lake.storage.get(layout.space_file(slug)), type=SpaceFile)
    except FileNotFoundError:
        return None


def admit(lake: Lake, space: EmbeddingSpace, engine: Engine, kinds: Sequence[str]) -> None:
    """Compare an engine with its space; the first engine of a space sets the probe vectors.

    Where vectors were imported, the first engine is compared with some of them too.

    Raises:
        SpaceMismatch: its vectors have another length, are none, or point elsewhere.
    """
    texts = probe_texts(read_space_file(lake, space.slug))
    vectors = _probed(space, engine, texts)
    known = compare_probes(lake, space, engine.provenance, vectors, kinds)
    if known.unproven or not known.probes:
        compared = _compare_with_imported(lake, space, engine, known)
        if not known.probes:
            known = _described(space, known.kinds, asdict(engine.provenance), vectors)
        _write(lake, space, msgspec.structs.replace(known, unproven=not compared))


def probe_texts(known: SpaceFile | None) -> Sequence[str]:
    """What a worker of a space embeds to be admitted: the texts that the space began with."""
    if known is None or not known.probes:
        return PROBES
    return known.texts or PROBES[: len(known.probes)]


def compare_probes(
    lake: Lake, space: EmbeddingSpace, maker: Provenance, vectors: Matrix, kinds: Sequence[str]
) -> SpaceFile:
    """Compare probe vectors with those of a space; the first of a space are kept.

    Args:
        lake: where.
        space: which.
        maker: of the vectors.
        vectors: shape (probes, dimension).
        kinds: that the space serves.

    Returns:
        What the lake knows of the space.

    Raises:
        SpaceMismatch: they point elsewhere.
    """
    known = read_space_file(lake, space.slug)
    if known is None:
        known = _described(space, kinds, asdict(maker), vectors)
        _write(lake, space, known)
    elif known.probes:
        lowest = float(np.min(cosines(vectors, np.array(known.probes, dtype=np.float32))))
        if lowest < MIN_COSINE:
            raise _disagrees(
                space,
                maker,
                f"the space on its probes (cosine {lowest:.3f}",
                "Its vectors would not be comparable; check the model's revision and weights",
            )
    return known


def note_import(
    lake: Lake, space: EmbeddingSpace, kinds: Sequence[str], maker: Provenance, *, compared: bool
) -> None:
    """Make an imported space known; the first engine sets its probe vectors.

    Args:
        lake: where.
        space: that vectors are imported into.
        kinds: that it serves.
        maker: provenance of the vectors.
        compared: whether they were compared with vectors that the space has.
    """
    known = read_space_file(lake, space.slug)
    if known is None:
        described = _described(
            space, kinds, asdict(maker), np.empty((0, space.dimension), np.float32)
        )
        _write(lake, space, msgspec.structs.replace(described, unproven=True))
    elif not compared and not known.unproven:
        _write(lake, space, msgspec.structs.replace(known, unproven=True))
    serve_kinds(lake, space.slug, kinds)


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


def _probed(space: EmbeddingSpace, engine: Engine, texts: Sequence[str]) -> Matrix:
    """An engine's vectors of the probe texts, shape (probes, dimension)."""
    answer = engine.embed(texts, space.document_prompt)
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
    return vectors


def _compare_with_imported(
    lake: Lake, space: EmbeddingSpace, engine: Engine, known: SpaceFile
) -> bool:
    """Refuse an engine that gives other vectors for texts whose vectors were imported.

    Returns whether there was any to compare it with.
    """
    texts, held = held_texts(lake, space, SAMPLE, only_imported=bool(known.probes))
    if not texts:
        return False
    answer = engine.embed(texts, space.document_prompt)
    good = [row for row in range(len(texts)) if row not in answer.failed]
    # a quarter may stray: whoever made them may have cut a long text elsewhere
    found = np.nan_to_num(cosines(answer.vectors[good], held[good]))
    agreed = float(np.quantile(found, 0.25)) if good else 0.0
    if agreed < MIN_COSINE:
        source = "" if known.probes else f" from {known.provenance['version']} files"
        raise _disagrees(
            space,
            engine.provenance,
            f"the vectors that were imported{source} (cosine {agreed:.3f} over {len(texts)} texts",
            f"If the imported ones are wrong, `embed-platform spaces rm {space.slug}` removes the "
            "space's vectors; else check the model's revision and weights",
        )
    return True


def _disagrees(
    space: EmbeddingSpace, maker: Provenance, with_what: str, remedy: str
) -> SpaceMismatch:
    return SpaceMismatch(
        f"{maker.engine} ({maker.dtype} on {maker.device}) disagrees with {with_what}, "
        f"at least {MIN_COSINE} is needed)",
        where=space.slug,
        remedy=remedy,
    )


def _described(
    space: EmbeddingSpace, kinds: Sequence[str], provenance: dict[str, str], probes: Matrix
) -> SpaceFile:
    return SpaceFile(
        identity={"model": space.model, "dimension": space.dimension} | space.identity(),  # type: ignore[arg-type]
        kinds=list(kinds),
        modality=space.modality,
        texts=list(PROBES) if len(probes) and space.modality == "text" else [],
        probes=[[float(x) for x in row] for row in probes],
        provenance=provenance,
    )


def _write(lake: Lake, space: EmbeddingSpace, content: SpaceFile) -> None:
    lake.storage.put(layout.space_file(space.slug), msgspec.json.encode(content))
