"""Processors: markup goes, chunks hold their tokens and lose no word, recipes tell them apart."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.live.changes import Item
from embed_platform.live.processors import (
    chunk,
    chunks,
    clean_html,
    plain_text,
    process,
    recipe,
    rough_tokens,
)

TEXT = st.text(st.sampled_from("ab .\n!日"), max_size=400)


@given(TEXT, st.integers(16, 60))
def test_a_chunk_holds_its_tokens_and_no_word_is_lost(text: str, budget: int) -> None:
    pieces = list(chunks(text, budget, 0, rough_tokens))
    assert "".join("".join(pieces).split()) == "".join(text.split())
    for piece in pieces:
        assert sum(rough_tokens(piece.split())) <= budget


@given(TEXT, st.integers(1, 8))
def test_an_overlap_repeats_and_always_comes_to_an_end(text: str, overlap: int) -> None:
    pieces = list(chunks(text, 16, overlap, rough_tokens))
    assert set("".join(pieces).split()) >= set()
    assert len(pieces) <= len(text) + 1
    assert "".join(text.split()).startswith("".join(pieces[0].split()) if pieces else "")


def test_a_chunk_ends_with_a_sentence_where_one_ends_late_enough() -> None:
    text = "One two three four five six seven eight nine ten. Eleven twelve thirteen fourteen fifteen sixteen."
    first, *_ = chunks(text, 20, 0, rough_tokens)
    assert first.endswith("ten.")


def test_the_context_is_counted_and_put_before_each_piece() -> None:
    pieces = process(Item("k", "word " * 100, context="A story"), [chunk(max_tokens=32)])
    assert len(pieces) > 3 and all(piece.context == "A story" for piece in pieces)


def test_markup_goes_and_paragraphs_stay() -> None:
    dirty = "<p>Fish &amp; chips<p>a &lt; b<script>alert('x')</script><br>c<!-- no --><b>d</b>"
    assert plain_text(dirty) == "Fish & chips\na < b\nc d"
    assert plain_text("2 < 3 and 5 > 4") == "2 < 3 and 5 > 4"
    assert process(Item("k", "<p> </p>"), [clean_html]) == []


@pytest.mark.parametrize("part", ["<a", "<br", "<!", "<a '", "</", "<script", "<!--", "&#1", "< "])
def test_hostile_markup_takes_no_longer_than_other(part: str) -> None:
    started = time.monotonic()
    plain_text(part * 200_000)
    assert time.monotonic() - started < 3


def test_the_number_of_no_character_is_no_error() -> None:
    assert plain_text(f"a&#{'9' * 5000};b") == "a\ufffdb"


def test_what_looks_like_a_tag_and_never_ends_is_text() -> None:
    assert plain_text("<p>one</p> if a <b and no more") == "one\nif a <b and no more"


def test_a_processor_may_give_several_items_or_none() -> None:
    def halves(item: Item) -> list[Item]:
        middle = len(item.text) // 2
        return [Item(item.key, item.text[:middle]), Item(item.key, item.text[middle:])]

    assert [i.text for i in process(Item("k", "abcd"), [halves])] == ["ab", "cd"]
    assert process(Item("k", "abcd"), [halves, lambda item: None]) == []


def test_a_recipe_changes_with_the_parameters_and_with_the_code() -> None:
    one, two = (lambda item: item), (lambda item: None)
    found = {recipe(p) for p in ([chunk()], [chunk(max_tokens=64)], [one], [two], [clean_html])}
    assert len(found) == 5 and recipe([chunk()]) == recipe([chunk()])

    class Mine:
        def __init__(self, n: int) -> None:
            self.n = n

        def __call__(self, item: Item) -> Item:
            return item

    assert recipe([Mine(1)]) == recipe([Mine(1)]) != recipe([Mine(2)])
