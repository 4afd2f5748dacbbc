"""Sizes of requests and cuts of texts: decisions, without a server."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.compute.http.batches import (
    FIRST_TOKENS,
    MOST_BYTES,
    MOST_TOKENS,
    BatchSize,
    Cut,
    may_exceed,
    parts,
    rough_tokens,
    shares,
)


def taken(size: BatchSize, sizes: list[int]) -> list[list[int]]:
    queue = deque(sorted(range(len(sizes)), key=lambda i: -sizes[i]))
    found = []
    while queue:
        found.append(size.take(queue, sizes))
    return found


@given(st.lists(st.integers(0, 40_000), max_size=80), st.integers(1, 40))
def test_every_text_goes_once_and_no_batch_exceeds_its_limits(sizes: list[int], most: int) -> None:
    batches = taken(BatchSize(most, 384), sizes)
    assert sorted(i for batch in batches for i in batch) == list(range(len(sizes)))
    for batch in batches:
        assert len(batch) <= most
        padded = len(batch) * rough_tokens(max(sizes[i] for i in batch))
        assert len(batch) == 1 or padded <= FIRST_TOKENS


def test_a_request_stays_below_two_megabytes() -> None:
    size = BatchSize(2048, 8)
    for _ in range(10):
        size.passed(size.tokens, 0.001)
    assert size.tokens == MOST_TOKENS
    text = 200_000  # bytes; more than 9 of them are too many
    assert all(len(batch) * text <= MOST_BYTES for batch in taken(size, [text] * 40))


def test_vectors_of_many_dimensions_come_in_smaller_batches() -> None:
    assert BatchSize(2048, 4096).texts == 1953
    assert BatchSize(2048, 16_384).texts == 488


def test_a_batch_doubles_while_answers_come_quickly() -> None:
    size = BatchSize(2048, 8)
    size.passed(FIRST_TOKENS, 0.01)
    assert size.tokens == 2 * FIRST_TOKENS
    size.passed(size.tokens, 0.5)
    assert size.tokens == 2 * FIRST_TOKENS, "a slow answer is no reason to ask for more"
    size.passed(100, 0.01)
    assert size.tokens == 2 * FIRST_TOKENS, "nor is a small one"


def test_after_a_refusal_it_halves_and_grows_slowly() -> None:
    size = BatchSize(2048, 8)
    size.too_much(FIRST_TOKENS)
    assert size.tokens == FIRST_TOKENS // 2
    size.too_much(100)
    assert size.tokens == 50
    size.passed(50, 0.01)
    assert size.tokens == 57


def reads(whole: int, limit: int, per_token: float, server: int, *, counts: bool) -> Cut:
    """Play a server that refuses texts above its own limit of tokens."""
    search, asked = Cut(whole, limit, refused=False), 0
    while search.length is not None:
        tokens = int(search.length / per_token) + 2
        asked += 1
        if tokens > server:
            search.was_refused()
        else:
            search.was_read(tokens if counts else None)
        assert asked < 40
    return search


@pytest.mark.parametrize("counts", [True, False])
@given(
    whole=st.integers(1, 200_000),
    per_token=st.floats(0.5, 8),
    server=st.integers(16, 8192),
)
def test_a_cut_comes_near_what_a_server_reads(
    counts: bool, whole: int, per_token: float, server: int
) -> None:
    found = reads(whole, server, per_token, server, counts=counts).best
    longest = min(whole, int((server - 2) * per_token))
    assert found <= longest + per_token + 1
    assert found >= min(longest, longest * 0.85 - 2 * per_token)


def test_a_space_that_reads_less_than_the_server_is_kept_to_by_counting() -> None:
    found = reads(10_000, 256, 4, 8192, counts=True).best
    assert 0.95 * 254 * 4 <= found <= 254 * 4 + 4


def test_a_text_that_fits_is_asked_for_once() -> None:
    search = Cut(100, 256, refused=False)
    assert search.length == 100
    assert search.was_read(30)
    assert search.length is None
    assert search.best == 100


def test_a_text_that_is_refused_to_its_last_letter_is_given_up() -> None:
    search = Cut(9, 256, refused=True)
    while search.length is not None:
        search.was_refused()
    assert search.best == 0


def test_parts_keep_the_order_and_the_limits() -> None:
    assert [list(part) for part in parts([1] * 5, 2)] == [[0, 1], [2, 3], [4]]
    half = MOST_BYTES // 2
    assert [list(part) for part in parts([half, half, 1, 2 * MOST_BYTES, 1], 32)] == [
        [0, 1],
        [2],
        [3],
        [4],
    ]
    assert list(parts([], 2)) == []


def test_short_texts_need_no_counting() -> None:
    assert not may_exceed(512, 256)
    assert may_exceed(513, 256)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10_000), min_size=1, max_size=50))
def test_shares_are_whole_and_add_up(total: int, sizes: list[int]) -> None:
    found = shares(total, sizes)
    assert found.sum() == total
    assert (found >= 0).all()


def test_shares_follow_the_sizes() -> None:
    assert shares(10, [300, 100, 100]).tolist() == [6, 2, 2]
