"""What a container answers, as bytes: vectors in little-endian, and all that belongs to them.

No pickle: the two ends may run other versions of Python and of every library.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np

from embed_platform.embedding.engine import Embedded, Matrix, Provenance
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import ComputeRefused, PermanentError, SpaceMismatch, TransientError

# Raised whenever the two ends would misunderstand each other.
PROTOCOL = 1
REDEPLOY = "`embed-platform modal deploy` brings it up to date"

WireType = Literal["float32", "bfloat16"]


class Container(msgspec.Struct, frozen=True):
    """Who answered: the container's name, for how many seconds it has run, and its GPU."""

    name: str = ""
    alive: float = 0.0
    gpu: str = ""


class Vectors(msgspec.Struct, frozen=True):
    """The vectors of a shard.

    Attributes:
        rows: texts.
        dimension: length of a vector.
        dtype: of the numbers on the way.
        numbers: rows x dimension, row by row, little-endian.
        tokens: int64 for each text, little-endian.
        truncated: one byte for each text.
        failed: index of each text that could not be embedded, and why.
    """

    rows: int
    dimension: int
    dtype: WireType
    numbers: bytes
    tokens: bytes
    truncated: bytes
    failed: dict[int, str]


class Pages(msgspec.Struct, frozen=True):
    """The vectors of page images or of questions to them.

    Attributes:
        lengths: vectors of each; 0 of one that failed.
        dimension: length of a vector.
        numbers: all of them, one after the other, float16, little-endian.
        failed: index of each image that could not be embedded, and why.
    """

    lengths: list[int]
    dimension: int
    numbers: bytes
    failed: dict[int, str]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """All that comes back from one call.

    Attributes:
        protocol: of whoever answered.
        shard: which call it answers; results may come in another order.
        space: slug of the space that the container embeds in.
        vectors: of the texts; None where they were put elsewhere, or there was a problem.
        pages: of page images or questions to them, instead of `vectors`.
        maker: provenance of the vectors.
        seconds: that embedding took.
        container: who answered.
        problem: why there are no vectors.
        hopeless: whether another try would give the same problem.
    """

    protocol: int = PROTOCOL
    shard: str
    space: str
    vectors: Vectors | None = None
    pages: Pages | None = None
    maker: Provenance = Provenance("", "", "", "")
    seconds: float = 0.0
    container: Container = Container()
    problem: str = ""
    hopeless: bool = False


class _Head(msgspec.Struct):
    protocol: int


def pack(answer: Answer) -> bytes:
    """An answer as bytes."""
    return msgspec.msgpack.encode(answer)


def unpack(data: object, where: str = "Modal") -> Answer:
    """An answer from what a call returned.

    Raises:
        ComputeRefused: the deployed app is of another version than this one.
        TransientError: it is no answer.
    """
    if not isinstance(data, bytes):
        raise ComputeRefused("the app answers in another form", where=where, remedy=REDEPLOY)
    try:
        protocol = msgspec.msgpack.decode(data, type=_Head).protocol
        if protocol != PROTOCOL:
            raise ComputeRefused(
                f"the deployed app is of version {protocol}, this one is of version {PROTOCOL}",
                where=where,
                remedy=REDEPLOY,
            )
        return msgspec.msgpack.decode(data, type=Answer)
    except msgspec.MsgspecError as error:
        raise TransientError(f"no readable answer came ({error})", where=where) from None


def wire_vectors(found: Embedded, dtype: WireType) -> Vectors:
    """Vectors as they travel."""
    numbers = np.ascontiguousarray(found.vectors, dtype="<f4")
    return Vectors(
        rows=numbers.shape[0],
        dimension=numbers.shape[1],
        dtype=dtype,
        numbers=(to_bfloat16(numbers) if dtype == "bfloat16" else numbers).tobytes(),
        tokens=np.ascontiguousarray(found.tokens, dtype="<i8").tobytes(),
        truncated=np.ascontiguousarray(found.truncated, dtype=np.uint8).tobytes(),
        failed=found.failed,
    )


def checked(vectors: Vectors, space: EmbeddingSpace, texts: int, where: str = "Modal") -> Embedded:
    """The vectors of a number of texts in a space.

    Raises:
        SpaceMismatch: they have another length, or are not as many as the texts.
        TransientError: some are missing, or not one text could be embedded.
    """
    if (vectors.rows, vectors.dimension) != (texts, space.dimension):
        raise SpaceMismatch(
            f"({vectors.rows}, {vectors.dimension}) vectors for {texts} texts in {space.dimension} dimensions",
            where=where,
            remedy=REDEPLOY,
        )
    size = {"float32": 4, "bfloat16": 2}[vectors.dtype] * texts * space.dimension
    if (len(vectors.numbers), len(vectors.tokens), len(vectors.truncated)) != (
        size,
        8 * texts,
        texts,
    ):
        raise TransientError("an answer is cut off", where=where)
    if texts > 1 and len(vectors.failed) == texts:
        # a sick GPU fails on everything; that must not make dead letters of good texts
        raise TransientError(f"every text failed ({vectors.failed[0]})", where=where)
    return Embedded(
        _matrix(vectors, space),
        np.frombuffer(vectors.tokens, "<i8").astype(np.int64),
        np.frombuffer(vectors.truncated, np.uint8).astype(np.bool_),
        vectors.failed,
    )


def raise_problem(answer: Answer, where: str = "Modal") -> None:
    """Raise what a container says went wrong, if anything did."""
    if answer.problem:
        kind = PermanentError if answer.hopeless else TransientError
        raise kind(answer.problem, where=where)


def to_bfloat16(numbers: Matrix) -> np.ndarray:
    """The upper halves of float32 numbers, rounded to the nearest, ties to even."""
    bits = np.ascontiguousarray(numbers, dtype="<f4").view("<u4")
    rounded = (bits + (0x7FFF + ((bits >> 16) & 1))) >> 16
    # rounding would turn a NaN with a full mantissa into something else
    return np.where(np.isnan(numbers), 0x7FC0, rounded).astype("<u2")


def from_bfloat16(halves: np.ndarray) -> Matrix:
    """The float32 numbers whose upper halves these are."""
    return (halves.astype("<u4") << 16).view("<f4").astype(np.float32)


def _matrix(vectors: Vectors, space: EmbeddingSpace) -> Matrix:
    shape = (vectors.rows, vectors.dimension)
    if vectors.dtype == "float32":
        return np.frombuffer(vectors.numbers, "<f4").astype(np.float32).reshape(shape)
    matrix = from_bfloat16(np.frombuffer(vectors.numbers, "<u2")).reshape(shape)
    if space.normalised:
        # rounding moves a unit vector's length by up to 0.3 %; here it is one again
        matrix /= np.maximum(
            np.linalg.norm(matrix, axis=1, keepdims=True), np.finfo(np.float32).tiny
        )
    return matrix
