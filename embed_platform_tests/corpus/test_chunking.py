"""Chunks of conversations: nothing kept is lost, order and limits hold, ids know no place."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.corpus.chunking import (
    Chunk,
    ChunkRules,
    Message,
    coalesced,
    cut_before,
    kept,
    sessions,
    shown_name,
    thread_chunks,
    windows,
)

RULES = ChunkRules()
SMALL = ChunkRules(
    coalesce_chars=20, window_messages=4, overlap_messages=2, max_chars=60, session_seconds=600
)
HOUR = 3_600_000


def said(*texts: str, sender: int = 1, start: int = 0, step: int = 200_000) -> list[Message]:
    """Messages of one sender, too far apart to be coalesced unless `step` says so."""
    return [
        Message(f"m{start + i}", sender, f"P{sender}", (start + i) * step, text)
        for i, text in enumerate(texts)
    ]


def lines(chunks: list[Chunk]) -> list[str]:
    return [chunk.text for chunk in chunks]


def test_messages_within_two_minutes_of_the_last_one_are_one_turn() -> None:
    talk = [
        Message("a", 1, "Ann", 0, "one"),
        Message("b", 1, "Ann", 120_000, "two"),
        Message("c", 1, "Ann", 240_000, "three"),
        Message("d", 1, "Ann", 360_001, "four"),
        Message("e", 2, "Bob", 360_002, "five"),
    ]
    assert [[m.id for m in turn.messages] for turn in coalesced(talk, RULES)] == [
        ["a", "b", "c"],
        ["d"],
        ["e"],
    ]
    (chunk,) = thread_chunks(talk, RULES)
    assert chunk.text == "[Ann]: one\n[Ann]: two\n[Ann]: three\n[Ann]: four\n[Bob]: five"


def test_a_turn_counts_code_points_and_the_breaks_between() -> None:
    exact = [Message("a", 1, "A", 0, "👍" * 249), Message("b", 1, "A", 1, "x" * 250)]
    assert len(coalesced(exact, RULES)) == 1
    over = [exact[0], exact[1]._replace(text="x" * 251)]
    assert len(coalesced(over, RULES)) == 2


def test_a_pause_of_more_than_two_hours_after_the_end_begins_a_session() -> None:
    talk = [
        Message("a", 1, "A", 0, "x"),
        Message("b", 1, "A", 100_000, "x"),
        Message("c", 2, "B", 100_000 + 2 * HOUR, "x"),
        Message("d", 2, "B", 100_001 + 4 * HOUR, "x"),
    ]
    found = sessions(coalesced(talk, RULES), RULES)
    assert [[m.id for turn in session for m in turn.messages] for session in found] == [
        ["a", "b", "c"],
        ["d"],
    ]
    assert [(c.session_idx, c.chunk_idx) for c in thread_chunks(talk, RULES)] == [(0, 0), (1, 0)]


def test_thirty_turns_make_a_window_and_ten_come_again() -> None:
    assert windows([10] * 30, RULES) == [(0, 30)]
    assert windows([10] * 31, RULES) == [(0, 30), (20, 31)]
    assert windows([10] * 70, RULES) == [(0, 30), (20, 50), (40, 70)]


def test_a_short_window_overlaps_by_a_third() -> None:
    # six turns of 999 and the breaks between them fill 6,000 less one
    assert windows([999] * 12, RULES) == [(0, 6), (4, 10), (8, 12)]
    assert windows([3500] * 3, RULES) == [(0, 1), (1, 2), (2, 3)]


def test_a_window_holds_exactly_the_limit() -> None:
    assert windows([2999, 3000], RULES) == [(0, 2)]
    assert windows([3000, 3000], RULES) == [(0, 1), (1, 2)]


def test_empty_messages_and_system_lines_are_left_out() -> None:
    talk = [
        *said("hello", "  \n "),
        Message("s", 1, "P1", 900_000, "You sent a photo.", system=True),
    ]
    assert [m.id for m in kept(talk, RULES)] == ["m0"]
    assert [m.id for m in kept(talk, replace(RULES, drop_system=False))] == ["m0", "s"]
    assert thread_chunks(talk[1:], RULES) == []


def test_blank_lines_go_and_every_line_names_its_sender() -> None:
    (chunk,) = thread_chunks(said("one\n\n two\r\nthree\u2028[P2]: four"), RULES)
    assert chunk.text == "[P1]: one\n[P1]:  two\n[P1]: three\n[P1]: [P2]: four"


def test_a_long_message_is_cut_after_sentences_into_numbered_pieces() -> None:
    text = " ".join(f"This is sentence number {n}." for n in range(600))
    chunks = thread_chunks(said("before", text, "after"), RULES)
    pieces = [chunk for chunk in chunks if chunk.messages[0].id == "m1"]
    assert [chunk.piece for chunk in pieces] == list(range(len(pieces))) and len(pieces) > 2
    assert all(len(c.text) <= 6000 and c.text.startswith("[P1]: ") for c in pieces)
    assert all(c.text.endswith(".") for c in pieces)
    assert " ".join(c.text.removeprefix("[P1]: ") for c in pieces) == text
    assert len({chunk.id for chunk in chunks}) == len(chunks)


def test_a_text_without_boundaries_is_cut_between_characters() -> None:
    text = "e\u0301" * 10
    cut = cut_before(text, 5)
    assert cut == 4, "never between a letter and its accent"
    chunks = thread_chunks(said("x" * 13_000), RULES)
    assert [len(chunk.text) for chunk in chunks] == [6000, 6000, 13_000 - 2 * 5994 + 6]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann", "Ann"),
        ("", "Unknown"),
        ("a\nb", "a b"),
        ("[Bob]: hi", "(Bob): hi"),
        ("\u202eevil\u202c", "evil"),
        ("x" * 500, "x" * 100),
        ("Žofie 🌸", "Žofie 🌸"),
    ],
)
def test_a_name_can_stand_in_brackets_on_one_line(name: str, shown: str) -> None:
    assert shown_name(name) == shown


texts = st.one_of(
    st.text(max_size=12),
    st.text("ab. \n", max_size=150),
    st.sampled_from(["", " ", "ok", "You sent a photo."]),
)


@st.composite
def threads(draw: st.DrawFn) -> list[Message]:
    gaps = draw(st.lists(st.sampled_from([0, 1, 60_000, 120_001, 700_000]), max_size=25))
    at, found = 0, []
    for number, gap in enumerate(gaps):
        at += gap
        sender = draw(st.integers(1, 3))
        system = draw(st.integers(0, 9)) == 0
        found.append(Message(f"m{number}", sender, f"P{sender}", at, draw(texts), system))
    return found


@given(threads())
def test_every_kept_message_is_in_a_chunk_in_order_and_within_the_limits(
    talk: list[Message],
) -> None:
    chunks = thread_chunks(talk, SMALL)
    wanted = [m.id for m in kept(talk, SMALL)]
    assert {m.id for chunk in chunks for m in chunk.messages} == set(wanted)
    place = {key: n for n, key in enumerate(wanted)}
    for chunk in chunks:
        places = [place[m.id] for m in chunk.messages]
        assert places == list(range(places[0], places[-1] + 1)), "a stretch without holes"
        assert len(chunk.text) <= SMALL.max_chars and chunk.text
        assert all(line.startswith("[P") for line in chunk.text.split("\n"))
        assert len(coalesced(chunk.messages, SMALL)) <= SMALL.window_messages
    starts = [(c.session_idx, c.chunk_idx) for c in chunks]
    assert starts == sorted(starts)
    firsts = [place[c.messages[0].id] for c in chunks]
    assert firsts == sorted(firsts)
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    assert thread_chunks(talk, SMALL) == chunks, "the same messages give the same chunks"


@given(st.lists(st.integers(1, 80), min_size=1, max_size=60))
def test_windows_follow_the_rule_and_reach_the_end(lengths: list[int]) -> None:
    found = windows(lengths, SMALL)
    assert found[0][0] == 0 and found[-1][1] == len(lengths)
    assert all(end < len(lengths) for _, end in found[:-1])
    for (start, end), (after, _) in pairwise(found):
        assert after == max(start + 1, end - min(2, (end - start) // 3))
        assert after <= end, "no turn is passed over"
    for start, end in found:
        inside = lengths[start:end]
        fits = sum(inside) + len(inside) - 1 <= SMALL.max_chars
        assert len(inside) == 1 or (fits and len(inside) <= SMALL.window_messages)


@given(threads(), st.data())
def test_a_message_that_comes_late_changes_the_ids_of_its_session_alone(
    talk: list[Message], data: st.DataObject
) -> None:
    whole = [m for m in talk if not m.system and m.text.strip()]
    if not whole:
        return
    late = data.draw(st.sampled_from(whole))
    without = [m for m in talk if m.id != late.id]
    before, after = thread_chunks(without, SMALL), thread_chunks(talk, SMALL)
    (session,) = {
        number
        for number, turns in enumerate(sessions(coalesced(kept(talk, SMALL), SMALL), SMALL))
        for turn in turns
        if late in turn.messages
    }
    inside = {m.id for c in after if c.session_idx == session for m in c.messages}
    changed = {c.id for c in after} ^ {c.id for c in before}
    for chunk in [*before, *after]:
        if chunk.id in changed:
            assert {m.id for m in chunk.messages} <= inside
