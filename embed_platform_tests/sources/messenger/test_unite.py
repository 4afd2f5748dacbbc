"""Exports of several years become one thread: nothing twice, nothing lost, people keep their number."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from embed_platform.sources.messenger.records import Parsed
from embed_platform.sources.messenger.unite import unite

USER, THREAD = "me", "t" * 32


def said(text: str, at: int, sender: str = "Ann", unsent: bool = False) -> Parsed:
    return Parsed(sender, at, text, False, unsent, (), {})


talks = st.lists(
    st.builds(said, st.sampled_from(["", "a", "b"]), st.integers(0, 4), st.sampled_from("AB")),
    max_size=12,
)


@given(talks, talks, talks)
def test_overlapping_copies_give_every_message_once_in_time_order(
    common: list[Parsed], before: list[Parsed], after: list[Parsed]
) -> None:
    older, newer = before + common, common + after
    found = unite(USER, THREAD, [older, newer])
    assert len({one.id for one in found}) == len(found)
    times = [one.timestamp_ms for one in found]
    assert times == sorted(times)

    def counted(copy: list[Parsed]) -> dict[tuple[int, str], int]:
        keys = [(one.timestamp_ms, one.text) for one in copy]
        return {key: keys.count(key) for key in keys}

    most = counted(older)
    for key, count in counted(newer).items():
        most[key] = max(count, most.get(key, 0))
    assert len(found) == sum(most.values())
    assert unite(USER, THREAD, [older, newer, newer]) == [
        one._replace(copy=2 if one.copy == 1 else one.copy) for one in found
    ]


def test_ties_stay_in_the_order_of_the_export() -> None:
    talk = [said("second file line", 5), said("first", 1), said("same time", 5)]
    assert [one.text for one in unite(USER, THREAD, [talk])] == [
        "first",
        "second file line",
        "same time",
    ]


def test_a_renamed_person_has_the_new_name_and_the_old_number() -> None:
    old = [said("only in the old export", 0, "Ann"), said("in both", 1, "Ann"), said("x", 2, "Bob")]
    new = [said("in both", 1, "Ann Married"), said("x", 2, "Bob"), said("new", 3, "Ann Married")]
    (before,) = {one.sender_id for one in unite(USER, THREAD, [old]) if one.sender_name == "Ann"}
    both = unite(USER, THREAD, [old, new])
    ann = [one for one in both if one.sender_name == "Ann Married"]
    assert [one.text for one in ann] == ["only in the old export", "in both", "new"]
    assert {one.sender_id for one in ann} == {before}
    again = [one._replace(sender="Ann Twice") if "Ann" in one.sender else one for one in new]
    third = unite(USER, THREAD, [old, new, again])
    assert {one.sender_id for one in third if one.sender_name == "Ann Twice"} == {before}
    assert {one.sender_name for one in third} == {"Ann Twice", "Bob"}


def test_what_was_taken_back_in_one_export_is_taken_back() -> None:
    old = [said("regret", 1), said("fine", 2)]
    new = [said("", 1, unsent=True), said("fine", 2)]
    found = unite(USER, THREAD, [old, new])
    assert [(one.text, one.unsent) for one in found if one.text] == [
        ("regret", True),
        ("fine", False),
    ]


def test_of_two_copies_ties_stay_in_the_order_of_the_newer() -> None:
    old = [said("a", 5), said("b", 5), said("only old", 5)]
    new = [said("b", 5), said("new", 5), said("a", 5)]
    found = [one.text for one in unite(USER, THREAD, [old, new])]
    assert found == ["b", "new", "a", "only old"]


@given(st.lists(talks, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_unsent_wins_whichever_copy_says_so(copies: list[list[Parsed]], random: Random) -> None:
    told = [[one._replace(unsent=random.random() < 0.3) for one in copy] for copy in copies]
    found = unite(USER, THREAD, told)
    unsent = {(one.timestamp_ms, one.text) for one in found if one.unsent}
    assert {(one.timestamp_ms, one.text) for copy in told for one in copy if one.unsent} <= unsent
    assert {one.id for one in found} == {one.id for one in unite(USER, THREAD, copies)}
