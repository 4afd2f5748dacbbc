"""Fusion and reordering: rules over made-up rankings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.search.fuse import RRF_K, best_of_conversations, fuse, ranking, reorder
from embed_platform.stores.base import Hit

orders = st.lists(st.integers(0, 30).map(str), unique=True, max_size=20)


def hits(order: list[str]) -> list[Hit]:
    return [Hit(key, 1 - place / 100, {"kind": "message"}) for place, key in enumerate(order)]


@given(orders, orders)
def test_the_sum_of_reciprocal_ranks_decides(first: list[str], second: list[str]) -> None:
    found = fuse([ranking("dense", hits(first)), ranking("lexical", hits(second))])
    expected = {
        key: sum(1 / (RRF_K + 1 + order.index(key)) for order in (first, second) if key in order)
        for key in {*first, *second}
    }
    assert {item.hit.id: item.hit.score for item in found} == pytest.approx(expected)
    scores = [item.hit.score for item in found]
    assert scores == sorted(scores, reverse=True)


@given(orders)
def test_one_ranking_alone_keeps_its_order(order: list[str]) -> None:
    assert [item.hit.id for item in fuse([ranking("dense", hits(order)), []])] == order


def test_what_both_name_stands_before_what_one_names() -> None:
    found = fuse([ranking("dense", hits(["a", "b", "c"])), ranking("lexical", hits(["x", "c"]))])
    assert found[0].hit.id == "c"
    stages = {stage.name: (stage.rank, round(stage.score, 4)) for stage in found[0].stages}
    assert stages == {
        "dense": (3, 0.98),
        "lexical": (2, 0.99),
        "hybrid": (1, round(1 / 63 + 1 / 62, 4)),
    }
    assert [stage.name for stage in found[-1].stages] == ["dense", "hybrid"]


@given(orders, st.randoms())
def test_new_scores_reorder_and_equal_ones_keep_their_places(
    order: list[str], random: object
) -> None:
    before = ranking("dense", hits(order))
    assert [r.hit.id for r in reorder("rerank", before, [1.0] * len(order))] == order
    rising = reorder("rerank", before, [float(place) for place in range(len(order))])
    assert [r.hit.id for r in rising] == order[::-1]
    assert [r.stages[-1].rank for r in rising] == list(range(1, len(order) + 1))


def test_of_each_conversation_the_first_piece_stays() -> None:
    def piece(key: str, conversation: str) -> Hit:
        return Hit(key, 0.0, {"user": "ann", "kind": "tweet", "conversation_id": conversation})

    found = ranking("dense", [piece("a", "1"), piece("b", "2"), piece("c", "1")])
    assert [item.hit.id for item in best_of_conversations(found)] == ["a", "b"]
