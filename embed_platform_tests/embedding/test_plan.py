"""Rules of spaces, shards and batches."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from embed_platform.embedding.plan import Work, anti_join, batches_by_tokens, shards
from embed_platform.embedding.space import EmbeddingSpace

hashes = st.sets(st.text("abc", min_size=1, max_size=4))


@given(st.text(min_size=1, max_size=80), st.text(max_size=12), st.integers(1, 4096))
def test_a_slug_fits_every_store(model: str, revision: str, dimension: int) -> None:
    slug = EmbeddingSpace(model, revision, dimension).slug
    assert re.fullmatch(r"[a-z][a-z0-9_]*[0-9a-f]{8}", slug) and len(slug) <= 40


def test_a_field_at_its_default_renames_nothing_and_any_other_does() -> None:
    plain = EmbeddingSpace("a/b", "1", 8)
    assert plain.slug == EmbeddingSpace("a/b", "1", 8, quantisation="", query_prompt="").slug
    others = [
        {"query_prompt": "q: "},
        {"quantisation": "int8"},
        {"normalised": False},
        {"max_tokens": 8},
    ]
    assert (
        len({plain.slug, *(EmbeddingSpace("a/b", "1", 8, **other).slug for other in others)}) == 5
    )


@given(hashes, hashes, hashes)
def test_a_wanted_text_is_either_missing_or_there_or_set_aside(wanted, present, set_aside) -> None:
    debt = anti_join(wanted, present, set_aside)
    assert debt.missing == wanted - present - set_aside
    assert debt.reused == len(wanted & present)
    assert len(debt.missing) + debt.reused + debt.set_aside == len(wanted)


@given(st.lists(st.text(max_size=400), max_size=60), st.integers(10, 300))
def test_shards_hold_every_text_once_within_their_budget(items: list[str], budget: int) -> None:
    work = [Work("ann", str(i), text) for i, text in enumerate(items)]
    cut = list(shards(work, budget))
    assert [item for shard in cut for item in shard.items] == work
    assert all(len(s.items) == 1 or sum(item.tokens for item in s.items) <= budget for s in cut)


@given(st.lists(st.integers(1, 512), max_size=100), st.integers(1, 4096))
def test_batches_hold_every_text_once_within_the_padded_budget(
    lengths: list[int], budget: int
) -> None:
    batches = batches_by_tokens(lengths, budget)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(len(b) == 1 or max(lengths[i] for i in b) * len(b) <= budget for b in batches)


@given(st.lists(st.integers(1, 512), max_size=100), st.integers(1, 4096), st.integers(0, 500))
def test_batches_end_before_they_hold_more_padding_than_they_may(
    lengths: list[int], budget: int, padding: int
) -> None:
    batches = batches_by_tokens(lengths, budget, padding)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[i] for i in batch)
        assert len(batch) == 1 or longest * len(batch) <= budget
        assert sum(longest - lengths[i] for i in batch) <= padding
    assert len(batches) >= len(batches_by_tokens(lengths, budget))


def test_texts_of_one_length_share_a_batch_whatever_padding_may_be() -> None:
    assert len(batches_by_tokens([30] * 20, 600, 0)) == 1
    assert len(batches_by_tokens([100, 90, 40, 30], 4096, 50)) == 2
