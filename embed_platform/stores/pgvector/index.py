"""How the vectors of a space are indexed in pgvector: decided from the space alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from psycopg import sql

from embed_platform.embedding.space import EmbeddingSpace

Kind = Literal["vector", "halfvec", "prefix", "binary"]

# https://github.com/pgvector/pgvector#hnsw: most dimensions that an index of each type takes.
# Bits would go on to 64,000; the type `vector` itself ends at 16,000.
VECTOR_INDEX_LIMIT = 2000
HALFVEC_INDEX_LIMIT = 4000
# Matryoshka models are trained on lengths that are powers of two. At 1,024 three vectors and their
# edges fill a page of 8 KB; at 2,048 each takes a page of its own: thrice the index, for
# candidates that are scored again in any case.
PREFIX = 1024


@dataclass(frozen=True)
class _Form:
    shape: sql.SQL
    operator: sql.SQL
    operator_class: str
    bits: int


_FORMS: dict[Kind, _Form] = {
    "vector": _Form(sql.SQL("{value}"), sql.SQL("<=>"), "vector_cosine_ops", 32),
    "halfvec": _Form(sql.SQL("({value}::halfvec({n}))"), sql.SQL("<=>"), "halfvec_cosine_ops", 16),
    "prefix": _Form(
        sql.SQL("(subvector({value}, 1, {n})::halfvec({n}))"),
        sql.SQL("<=>"),
        "halfvec_cosine_ops",
        16,
    ),
    "binary": _Form(
        sql.SQL("(binary_quantize({value})::bit({n}))"), sql.SQL("<~>"), "bit_hamming_ops", 1
    ),
}


@dataclass(frozen=True)
class IndexPlan:
    """What the index of a space holds, and how a search goes through it.

    Attributes:
        kind: `vector` as they are, `halfvec` in 16-bit floats, `prefix` the first dimensions in
            16-bit floats, `binary` the sign of each dimension.
        dimensions: how many of a vector's dimensions are indexed, from the first on.
        least: candidates that a search takes at least.
        per_row: candidates that it takes per row wanted.
    """

    kind: Kind
    dimensions: int
    least: int
    per_row: int

    @property
    def expression(self) -> sql.Composable:
        """What is indexed, of the column `vec`."""
        return self._of(sql.SQL("vec"))

    @property
    def order(self) -> sql.Composable:
        """Distance to the parameter `query`, in the words of the index: it serves no others."""
        query = self._of(sql.SQL("%(query)s::vector"))
        return sql.SQL(" ").join([self.expression, _FORMS[self.kind].operator, query])

    @property
    def operator_class(self) -> str:
        """The index's operator class."""
        return _FORMS[self.kind].operator_class

    @property
    def label(self) -> str:
        """Part of the index's name, so that another plan's index does not pass for this one."""
        first = f"prefix{self.dimensions}_" if self.kind == "prefix" else ""
        return f"{first}{self.operator_class}"

    @property
    def value_bytes(self) -> int:
        """Size of an indexed value in bytes."""
        return self.dimensions * _FORMS[self.kind].bits // 8

    @property
    def rescored(self) -> bool:
        """Whether the index orders only nearly right, so that candidates are scored again."""
        return self.kind != "vector"

    def candidates(self, limit: int) -> int:
        """Rows to take from the index for an answer of `limit` rows."""
        return max(self.least, self.per_row * limit)

    def enough(self, limit: int) -> int:
        """Candidates below which the index's answer is too short to be right."""
        return self.per_row * limit

    def _of(self, value: sql.SQL) -> sql.Composed:
        return _FORMS[self.kind].shape.format(value=value, n=sql.Literal(self.dimensions))


def plan_index(space: EmbeddingSpace) -> IndexPlan:
    """The index for a space: as much of each vector as an HNSW index can hold.

    16-bit floats order almost as 32-bit ones do. The beginning of a Matryoshka vector needs no
    normalising, because cosine ignores length. Signs alone say least and take most candidates.
    """
    if space.dimension <= VECTOR_INDEX_LIMIT:
        return IndexPlan("vector", space.dimension, least=1, per_row=1)
    if space.dimension <= HALFVEC_INDEX_LIMIT:
        return IndexPlan("halfvec", space.dimension, least=200, per_row=4)
    if space.matryoshka:
        return IndexPlan("prefix", PREFIX, least=400, per_row=4)
    return IndexPlan("binary", space.dimension, least=800, per_row=8)


def explain_index(space: EmbeddingSpace) -> str:
    """The choice and its reason in one line, for `doctor`."""
    plan = plan_index(space)
    dimensions = f"pgvector: {space.dimension:,} dimensions"
    if not plan.rescored:
        return f"{dimensions} fit an index as they are"
    reason = {
        "halfvec": "more than a plain index holds; it indexes them as halfvec",
        "prefix": "more than an index holds; "
        f"it indexes the first {plan.dimensions:,} (Matryoshka) as halfvec",
        "binary": "more than an index holds; it indexes the sign of each as a bit",
    }[plan.kind]
    candidates = f"{plan.candidates(1)} candidates"
    return f"{dimensions} are {reason} and re-scores {candidates} in full precision"
