"""Judging the records of vector files: taken, there already, another text's, useless, unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from embed_platform.corpus.documents import text_hash
from embed_platform.embedding.engine import Matrix, Provenance
from embed_platform.embedding.importing.records import BARE, Records
from embed_platform.embedding.importing.texts import Positions, Texts
from embed_platform.embedding.probe import MIN_COSINE, cosines
from embed_platform.embedding.space import EmbeddingSpace

EXAMPLES = 3
# Texts that have a vector already and are compared with the files' vectors.
OVERLAP = 50
OTHER_TEXT = "the vector is of another text than the document's"
# How far a unit vector's length may be from 1; bfloat16 rounds it to within 0.3 %.
LENGTH_TOLERANCE = 0.01
# Beyond these the squares that every store sums leave the range of float32.
SHORTEST, LONGEST = 1e-15, 1e15


@dataclass(frozen=True)
class Reject:
    """A record that matched a text but whose vector cannot be that text's."""

    text: int
    where: str
    reason: str


@dataclass
class Counts:
    """What became of the records; `present` counts a text once for each of its users."""

    records: int = 0
    matched: int = 0
    present: int = 0
    unmatched: int = 0
    set_aside: int = 0
    contradicting: int = 0
    rescaled: int = 0
    files: int = 0
    examples: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


class Intake:
    """Takes records in; vectors to keep go to a file on disk, for nothing is kept before all is read.

    Attributes:
        counts: so far.
        rejects: what was set aside, and why.
        overlap: vectors of texts that have one in the lake, those of the lowest hashes.
        makers: provenances of what is kept.
        maker_of: position in `makers` of each kept row.
    """

    def __init__(self, texts: Texts, space: EmbeddingSpace, spool: BinaryIO) -> None:
        self._texts, self._space, self._spool = texts, space, spool
        self.counts = Counts()
        self.rejects: list[Reject] = []
        self.overlap: dict[int, Matrix] = {}
        self.makers: list[Provenance] = []
        self.maker_of: list[int] = []
        self._row_of = np.full(len(texts.hashes), -1, np.int64)

    def take_file(self, file: str, blocks: Iterable[Records]) -> None:
        """Judge every record of a file.

        A file in which no record has a field with a vector, a list of texts for example, is
        passed over.
        """
        total, bare = 0, list[Reject]()
        for block in blocks:
            total += len(block.numbers)
            bare += self._take(block)
        if len(bare) == total:
            self.counts.passed_over.append(file)
            return
        self.counts.files += 1
        self.counts.records += total
        for reject in bare:
            self._judge_useless(reject)

    def rows_of(self, texts: Positions) -> Positions:
        """Row on disk of each text, -1 where no vector of it was kept."""
        return self._row_of[texts]

    def vectors(self) -> Matrix:
        """All kept vectors, mapped from disk; float32, shape (rows, dimension)."""
        shape = (len(self.maker_of), self._space.dimension)
        if not self.maker_of:
            return np.empty(shape, np.float32)
        self._spool.flush()
        return np.memmap(self._spool, np.float32, "r", shape=shape)

    def _take(self, block: Records) -> list[Reject]:
        """Judge a block's records; returns those without a field for a vector, unjudged."""
        texts, is_other = self._match(block)
        lengths = _lengths(block.vectors)
        faults = _faults(block.vectors, lengths) | block.unusable
        vectors, is_rescaled = _scaled(block.vectors, lengths, self._space)
        bare = []
        for row, text in enumerate(texts.tolist()):
            reason = faults.get(row)
            if reason is BARE:
                bare.append(Reject(text, block.where(row), BARE))
            elif text < 0 or is_other[row] or reason is not None:
                why = OTHER_TEXT if is_other[row] else reason or ""
                self._judge_useless(Reject(text, block.where(row), why))
            else:
                self.counts.matched += 1
                kept = self._keep(text, vectors[row], block.maker)
                self.counts.rescaled += kept and bool(is_rescaled[row])
        return bare

    def _match(self, block: Records) -> tuple[Positions, NDArray[np.bool_]]:
        """The text of each record, and whether the record's own text is another one."""
        found = np.full(len(block.numbers), -1, np.int64)
        for place in range(max(map(len, block.ids), default=0)):
            keys = [ids[place] if place < len(ids) else "" for ids in block.ids]
            found = np.where(found < 0, self._texts.find(keys), found)
        own = self._texts.find_hashes(
            ["" if text is None else text_hash(text) for text in block.texts]
        )
        has_text = np.array([text is not None for text in block.texts], dtype=bool)
        is_other = (found >= 0) & has_text & (own != found)
        return np.where(found < 0, own, found), is_other

    def _judge_useless(self, reject: Reject) -> None:
        """Count a record whose vector is not to be had."""
        if reject.text < 0:
            self.counts.unmatched += 1
            if len(self.counts.examples) < EXAMPLES:
                self.counts.examples.append(reject.where)
            return
        self.counts.matched += 1
        if not self._texts.owing[reject.text] and reject.reason != OTHER_TEXT:
            self.counts.present += int(self._texts.holders[reject.text])
        else:
            self.counts.set_aside += 1
            self.rejects.append(reject)

    def _keep(self, text: int, vector: Matrix, maker: Provenance) -> bool:
        """Put a text's first vector on disk; says whether it did."""
        owing, holders = int(self._texts.owing[text]), int(self._texts.holders[text])
        if owing < holders:
            self._remember(text, vector)
        if not owing:
            self.counts.present += holders
            return False
        if self._row_of[text] >= 0:
            same = cosines(self._kept(text)[None], vector[None])[0] >= MIN_COSINE
            self.counts.present += holders if same else 0
            self.counts.contradicting += not same
            return False
        self.counts.present += holders - owing
        if maker not in self.makers:
            self.makers.append(maker)
        self._row_of[text] = len(self.maker_of)
        self.maker_of.append(self.makers.index(maker))
        self._spool.write(vector.tobytes())
        return True

    def _kept(self, text: int) -> Matrix:
        """The vector of a text that is on disk."""
        size = self._space.dimension * 4
        self._spool.seek(int(self._row_of[text]) * size)
        data = self._spool.read(size)
        self._spool.seek(0, 2)
        return np.frombuffer(data, np.float32)

    def _remember(self, text: int, vector: Matrix) -> None:
        """Hashes are as good as random: the lowest of them are a fair sample of all files."""
        if len(self.overlap) == OVERLAP and text > max(self.overlap):
            return
        self.overlap.setdefault(text, vector.copy())
        if len(self.overlap) > OVERLAP:
            del self.overlap[max(self.overlap)]


def _faults(vectors: Matrix, lengths: NDArray[np.float64]) -> dict[int, str]:
    """Rows whose vector means nothing, and why."""
    if not len(vectors):
        return {}
    low, high = vectors.min(axis=1), vectors.max(axis=1)
    finite, flat = np.isfinite(low) & np.isfinite(high), low == high
    reasons = [
        (~finite, "the vector holds a number that is not finite"),
        (finite & flat & (low == 0), "every number of the vector is zero"),
        (finite & flat & (low != 0), "every number of the vector is the same"),
        (finite & ~flat & ~_is_usable(lengths), "the vector's length is out of range"),
    ]
    return {int(row): why for rows, why in reasons for row in np.flatnonzero(rows)}


def _scaled(
    vectors: Matrix, lengths: NDArray[np.float64], space: EmbeddingSpace
) -> tuple[Matrix, NDArray[np.bool_]]:
    """The vectors, brought to unit length where the space wants it; and which were."""
    odd = _is_usable(lengths) & (np.abs(lengths - 1) > LENGTH_TOLERANCE) & space.normalised
    if odd.any():
        vectors = vectors.copy()
        vectors[odd] = vectors[odd] / lengths[odd, None]
    return vectors, odd


def _is_usable(lengths: NDArray[np.float64]) -> NDArray[np.bool_]:
    return (lengths >= SHORTEST) & (lengths <= LONGEST)


def _lengths(vectors: Matrix) -> NDArray[np.float64]:
    """Length of each row; summed in float64, where no square is lost."""
    wide = vectors.astype(np.float64)
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", wide, wide)))
