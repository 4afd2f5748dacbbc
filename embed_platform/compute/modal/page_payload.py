"""Vectors of pages as they travel from a container: one run of float16 numbers, and how many belong to each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embed_platform.compute.modal.payload import REDEPLOY, Answer, Pages
from embed_platform.embedding.engine import EmbeddedPages, MultiVector
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import SpaceMismatch, TransientError


def wire_pages(vectors: Sequence[MultiVector], failed: dict[int, str], dimension: int) -> Pages:
    """Vectors of images or questions as they travel.

    Args:
        vectors: of each, shape (vectors, dimension).
        failed: index of each that could not be embedded, and why.
        dimension: of the space.
    """
    return Pages(
        lengths=[len(page) for page in vectors],
        dimension=vectors[0].shape[1] if vectors else dimension,
        numbers=b"".join(np.ascontiguousarray(page, "<f2").tobytes() for page in vectors),
        failed=failed,
    )


def accept_pages(
    answer: Answer, shard: str, space: EmbeddingSpace, inputs: int, where: str = "Modal"
) -> EmbeddedPages:
    """The pages of an answer, when it is the answer to this shard in this space.

    Raises:
        SpaceMismatch: it is of another space, another dimension, or another number of inputs.
        TransientError: it is another shard's, is cut off, or not one image could be embedded.
    """
    if answer.space != space.slug:
        raise SpaceMismatch(f"the answer is of the space {answer.space}", where=space.slug)
    pages = answer.pages
    if answer.shard != shard or pages is None:
        raise TransientError("the answer belongs to another call", where=where)
    if (len(pages.lengths), pages.dimension) != (inputs, space.dimension):
        raise SpaceMismatch(
            f"{len(pages.lengths)} pages of {pages.dimension} dimensions came for {inputs} inputs "
            f"in {space.dimension}",
            where=where,
            remedy=REDEPLOY,
        )
    if min(pages.lengths, default=0) < 0 or len(pages.numbers) != 2 * pages.dimension * sum(
        pages.lengths
    ):
        raise TransientError("an answer is cut off", where=where)
    if inputs > 1 and len(pages.failed) == inputs:
        # a sick GPU fails on everything; that must not make dead letters of good pages
        raise TransientError(f"every page failed ({pages.failed[0]})", where=where)
    numbers = np.frombuffer(pages.numbers, "<f2").astype(np.float16).reshape(-1, pages.dimension)
    ends = np.cumsum(pages.lengths)[:-1]
    return EmbeddedPages(np.split(numbers, ends), pages.failed, answer.maker)
