from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.search import maxsim as module
from embed_platform.search.maxsim import maxsim

Lengths = st.lists(st.integers(0, 9), min_size=0, max_size=9)


def made(rng: np.random.Generator, length: int, dimension: int) -> np.ndarray:
    vectors = rng.standard_normal((length, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


def plain(question: np.ndarray, page: np.ndarray) -> float:
    """The definition, number by number."""
    total = 0.0
    for asked in question.tolist():
        total += max(sum(a * b for a, b in zip(asked, seen, strict=True)) for seen in page.tolist())
    return total / len(question)


@given(Lengths, st.integers(1, 6), st.integers(1, 12), st.integers(1, 12), st.integers(0, 9))
def test_it_is_what_a_plain_loop_says_however_pages_are_put_together(
    lengths: list[int], asked: int, dimension: int, block: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    question = made(rng, asked, dimension)
    pages = [made(rng, length, dimension) for length in lengths]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "VECTORS_PER_BLOCK", block)
        scores = maxsim(question, pages)
    assert scores.shape == (len(pages),) and scores.dtype == np.float32
    for score, page in zip(scores.tolist(), pages, strict=True):
        assert score == (pytest.approx(plain(question, page), abs=1e-5) if len(page) else -np.inf)


@given(st.integers(1, 5), st.integers(1, 8), st.integers(0, 9))
def test_a_page_answers_itself_best_and_order_within_a_page_is_nothing(
    asked: int, length: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    page, other = made(rng, length, 16), made(rng, asked, 16)
    own, shuffled, foreign = maxsim(page, [page, page[::-1], other])
    assert own == pytest.approx(1, abs=2e-3) and shuffled == pytest.approx(own, abs=1e-6)
    assert foreign <= own + 2e-3


def test_sums_are_single_precision() -> None:
    # in half precision 2048 + 1 is 2048
    question = np.array([[2048, 1]], np.float16)
    assert maxsim(question, [np.ones((1, 2), np.float16)])[0] == 2049


def test_what_cannot_be_compared_is_refused() -> None:
    page = np.ones((2, 4), np.float16)
    with pytest.raises(ValueError, match="at least one vector"):
        maxsim(np.empty((0, 4), np.float16), [page])
    with pytest.raises(ValueError, match="another dimension"):
        maxsim(np.ones((1, 3), np.float16), [page])
