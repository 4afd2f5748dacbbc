"""MaxSim, the late interaction of ColBERT and ColPali: each vector of a question finds its best in a page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embed_platform.embedding.engine import MultiVector

# Vectors that are widened and compared at a time: 2 MB in 128 dimensions, which stay in the cache.
VECTORS_PER_BLOCK = 4_096


def maxsim(question: MultiVector, pages: Sequence[MultiVector]) -> NDArray[np.float32]:
    """How well pages answer a question: the mean over its vectors of the best inner product in each page.

    Khattab and Zaharia (https://arxiv.org/abs/2004.12832), formula 3, divided by the number of
    the question's vectors, so that unit vectors score between -1 and 1 whatever its length.
    Half precision comes in; products and sums are single precision.

    Args:
        question: shape (vectors, dimension), at least one vector.
        pages: of each its vectors, shape (vectors, dimension).

    Returns:
        A score per page, shape (pages,); of a page without a vector minus infinity.

    Raises:
        ValueError: the question has no vector, or a page has another dimension.
    """
    if question.ndim != 2 or not len(question):
        raise ValueError("a question has at least one vector")
    if any(page.shape[1:] != question.shape[1:] for page in pages):
        raise ValueError("a page has another dimension than the question")
    scores = np.full(len(pages), -np.inf, np.float32)
    asked = question.astype(np.float32).T
    blocks = _blocks([len(page) for page in pages])
    most = max((sum(len(pages[i]) for i in block) for block in blocks), default=0)
    widened = np.empty((most, len(asked)), np.float32)
    for block in blocks:
        starts, end = [], 0
        for page in (pages[i] for i in block):
            starts.append(end)
            widened[end : end + len(page)] = page
            end += len(page)
        products = widened[:end] @ asked
        scores[block] = np.maximum.reduceat(products, starts, axis=0).mean(axis=1)
    return scores


def _blocks(lengths: Sequence[int]) -> list[list[int]]:
    """Indices of pages that have vectors, put together up to the size of a block; a page is never cut."""
    blocks: list[list[int]] = []
    held = 0
    for index, length in enumerate(lengths):
        if not length:
            continue
        if not blocks or held + length > VECTORS_PER_BLOCK:
            blocks.append([])
            held = 0
        blocks[-1].append(index)
        held += length
    return blocks
