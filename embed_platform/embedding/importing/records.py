"""What every format of a vector file comes down to: blocks of records with an id, a text and a vector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from embed_platform.embedding.engine import Matrix, Provenance
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import SpaceMismatch

VECTOR_NAMES = ("embedding", "vector", "embeddings", "dense")
ID_NAMES = ("id", "chunk_id", "document_id", "text_hash")
TEXT_NAMES = ("text", "content", "document")
# 33 MB in 4,096 dimensions
ROWS_PER_BLOCK = 2_000
# The engine of vectors that came in files: what made them is not known.
IMPORTED = "import"
# Why a record has no vector; where every record of a file says so, it is no file of vectors.
BARE = "the record has no field with a vector"
NO_NUMBERS = "the vector is no list of finite numbers"


@dataclass(frozen=True)
class Records:
    """Records of one file that follow each other.

    Attributes:
        file: as messages name it.
        maker: what the footer of their vectors says.
        numbers: of each record in its file, from 1.
        ids: under any of `ID_NAMES`, in that order.
        texts: None where the record has none.
        vectors: float32, shape (records, dimension); zeros where `unusable` has the row.
        unusable: rows without a vector, and why.
    """

    file: str
    maker: Provenance
    numbers: list[int]
    ids: list[tuple[str, ...]]
    texts: list[str | None]
    vectors: Matrix
    unusable: dict[int, str]

    def where(self, row: int) -> str:
        """File and number of a record, for messages."""
        return place(self.file, self.numbers[row])


class Gathering:
    """Records on their way into a block; each vector goes into the block's matrix at once."""

    def __init__(self, file: str, maker: Provenance, space: EmbeddingSpace) -> None:
        self._file, self._maker, self._space = file, maker, space
        self._begin()

    @property
    def is_full(self) -> bool:
        """Whether the block has to be taken."""
        return len(self._numbers) == ROWS_PER_BLOCK

    def add(
        self, number: int, ids: tuple[str, ...], text: str | None, vector: Sequence[float] | str
    ) -> None:
        """Put a record into the block; a text in place of the vector says why there is none.

        Raises:
            SpaceMismatch: the vector has another length than the space's.
        """
        row = len(self._numbers)
        if isinstance(vector, str):
            self._unusable[row] = vector
        elif len(vector) != self._space.dimension:
            raise wrong_width(self._file, number, len(vector), self._space)
        else:
            with np.errstate(over="ignore"):  # becomes infinite and is set aside
                self._vectors[row] = vector
        self._numbers.append(number)
        self._ids.append(ids)
        self._texts.append(text)

    def take(self) -> Records:
        """The block so far; the next one begins."""
        block = Records(
            self._file,
            self._maker,
            self._numbers,
            self._ids,
            self._texts,
            self._vectors[: len(self._numbers)],
            self._unusable,
        )
        self._begin()
        return block

    def _begin(self) -> None:
        self._numbers: list[int] = []
        self._ids: list[tuple[str, ...]] = []
        self._texts: list[str | None] = []
        self._unusable: dict[int, str] = {}
        self._vectors = np.zeros((ROWS_PER_BLOCK, self._space.dimension), np.float32)


def made_by_import(file_format: str, dtype: str) -> Provenance:
    """Provenance of vectors that came in a file of some format, as numbers of some type."""
    return Provenance(IMPORTED, file_format, dtype, "unknown")


def identifiers(values: Iterable[object]) -> tuple[str, ...]:
    """Those of some fields that can name a record."""
    return tuple(
        str(value)
        for value in values
        if isinstance(value, str | int) and not isinstance(value, bool) and value != ""
    )


def place(file: str, number: int) -> str:
    """A record as messages name it."""
    return f"{file} record {number}"


def wrong_width(file: str, number: int, found: int, space: EmbeddingSpace) -> SpaceMismatch:
    """The error of a vector whose length is not the space's."""
    return SpaceMismatch(
        f"the vector has {found} dimensions, {space.model} has {space.dimension}",
        where=place(file, number),
        remedy="Pass the --model that made these vectors; nothing was imported",
    )
