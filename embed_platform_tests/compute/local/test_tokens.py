"""Texts are tokenised once and become the same inputs as the libraries' own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import DataCollatorWithFlattening

from embed_platform.compute.local.tokens import Reader, Tokens, readings
from embed_platform.errors import ModelUnavailable
from embed_platform_tests.compute.local.tiny_models import tiny

IDS = st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=12), min_size=1, max_size=8)


def tokens_of(ids: list[list[int]]) -> Tokens:
    return Tokens(list(range(len(ids))), {"input_ids": ids}, {}, [False] * len(ids))


@given(ids=IDS, side=st.sampled_from(["left", "right"]))
def test_a_padded_row_holds_its_text_on_the_other_side(ids: list[list[int]], side: str) -> None:
    inputs = tokens_of(ids).padded({"input_ids": 77}, side)
    longest = max(map(len, ids))
    for row, mask, text in zip(inputs["input_ids"], inputs["attention_mask"], ids, strict=True):
        space, filled = [77] * (longest - len(text)), [0] * (longest - len(text))
        ones = [1] * len(text)
        assert row.tolist() == (space + text if side == "left" else text + space)
        assert mask.tolist() == (filled + ones if side == "left" else ones + filled)


@given(ids=IDS, first=st.sampled_from([0, 2]))
def test_packed_texts_are_what_the_library_packs(ids: list[list[int]], first: int) -> None:
    collate = DataCollatorWithFlattening(
        return_position_ids=True,
        return_seq_idx=True,
        return_flash_attn_kwargs=True,
        position_ids_start=first,
    )
    expected = collate([{"input_ids": list(text)} for text in ids])
    del expected["labels"]
    found = tokens_of(ids).packed(first)
    assert set(found) == set(expected)
    for name, value in expected.items():
        if isinstance(found[name], np.ndarray):
            assert found[name].tolist() == value.tolist(), name
            assert str(found[name].dtype) == str(value.dtype).removeprefix("torch."), name
        else:
            assert found[name] == value, name


@given(ids=IDS)
def test_halves_are_the_whole(ids: list[list[int]]) -> None:
    first, second = tokens_of(ids).halves()
    assert first.texts + second.texts == list(range(len(ids)))
    assert first.columns["input_ids"] + second.columns["input_ids"] == ids
    assert abs(len(first.texts) - len(second.texts)) <= 1


@given(
    sizes=st.lists(st.integers(0, 400), max_size=60),
    first=st.integers(1, 200),
    more=st.integers(0, 400),
)
def test_every_text_is_read_once_the_longest_first(sizes: list[int], first: int, more: int) -> None:
    texts = ["x" * size for size in sizes]
    found = list(readings(texts, 50, first, first + more))
    order = [place for together in found for place in together]
    assert sorted(order) == list(range(len(texts)))
    assert [sizes[i] for i in order] == sorted(sizes, reverse=True)
    most = first + more + 50
    assert all(sum(min(sizes[i] // 4 + 2, 50) for i in some) <= most for some in found)


def test_more_is_read_each_time() -> None:
    found = list(readings(["x" * 32] * 100, 50, 20, 80))  # ten tokens each, as a guess
    assert [len(together) for together in found] == [2, 4, *[8] * 11, 6]


@pytest.mark.parametrize("in_bytes", [False, True])
def test_a_text_that_is_cut_is_known_by_its_one_reading(tmp_path: Path, in_bytes: bool) -> None:
    model = tiny(tmp_path, in_bytes=in_bytes)
    limit = model.max_seq_length
    fits = "a" * 15 if in_bytes else "a " * 62
    found = Reader(model).read(["a", fits, fits + " a"], "", [2, 0, 1])
    assert found.texts == [2, 0, 1]
    assert found.truncated == [True, False, False]
    assert [found.lengths[0], found.lengths[2]] == [limit, limit]
    plain = model.tokenizer(["a", fits])["input_ids"]
    assert found.columns["input_ids"][1:] == plain


def test_a_model_without_tokens_is_refused_in_one_line() -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import BoW

    model = SentenceTransformer(modules=[BoW(vocab=["a", "b"])], device="cpu")
    with pytest.raises(ModelUnavailable, match="BoW"):
        Reader(model).read(["a"], "", [0])
