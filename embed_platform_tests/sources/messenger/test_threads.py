"""Which thread of an export is which: by what was said, not by what folders and groups are called."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from embed_platform.sources.messenger.archive import ThreadCopy
from embed_platform.sources.messenger.records import Parsed
from embed_platform.sources.messenger.threads import Identities, ThreadFacts, identities

Known = dict[str, list[ThreadFacts]]


def said(text: str, at: int = 0) -> Parsed:
    return Parsed("Ann", at, text, False, False, (), {})


def lines(start: int, end: int, what: str = "line") -> list[Parsed]:
    return [said(f"{what} {n}", n) for n in range(start, end)]


def facts(
    name: str,
    talk: Sequence[Parsed],
    people: Sequence[str] = ("Ann", "Me"),
    *,
    encrypted: bool = False,
) -> ThreadFacts:
    return ThreadFacts.of(
        ThreadCopy(name, "", tuple(people), encrypted, list(talk), [name] * len(talk))
    )


def export(known: Known, *threads: ThreadFacts) -> Identities:
    """Add an export to what is known; returns which thread each of it is."""
    found = identities("me", threads, known)
    for other, identity in found.joined.items():
        known[identity] += known.pop(other)
    for thread in threads:
        known.setdefault(found.of[thread.name], []).append(thread)
    return found


def test_a_renamed_folder_is_the_same_thread() -> None:
    known: Known = {}
    first = export(known, facts("inbox/ann_1", lines(0, 9)))
    again = export(known, facts("archived_threads/annmarried_2", lines(5, 20)))
    assert list(first.of.values()) == list(again.of.values()) and not again.joined


def test_a_folder_of_the_same_name_with_other_messages_is_another_thread() -> None:
    known: Known = {}
    export(known, facts("inbox/ann_1", lines(0, 9)))
    export(known, facts("inbox/ann_1", lines(20, 30, "other")))
    assert len(known) == 2


def test_what_an_id_is_made_of_does_not_change_between_exports() -> None:
    one, other = (export({}, facts(name, lines(0, 9))) for name in ("inbox/a_1", "inbox/b_2"))
    assert list(one.of.values()) == list(other.of.values())


def test_threads_that_begin_alike_are_told_apart_by_their_folders() -> None:
    wishes = [said("Happy new year!", 7)]
    known: Known = {}
    first = export(known, facts("inbox/a_1", wishes), facts("inbox/b_2", wishes))
    assert len(set(first.of.values())) == 2
    again = export(known, facts("inbox/b_2", wishes), facts("inbox/a_1", wishes))
    assert again.of == first.of


def test_somebody_new_who_got_the_same_wishes_gets_a_thread_of_their_own() -> None:
    known: Known = {}
    wishes = said("Happy new year!", 7)
    first = export(known, facts("inbox/ann_1", [wishes]))
    later = export(
        known,
        facts("inbox/ann_1", [wishes]),
        facts("inbox/bob_2", [wishes, said("hi bob", 9)], ["Bob", "Me"]),
    )
    assert later.of["inbox/ann_1"] == first.of["inbox/ann_1"] != later.of["inbox/bob_2"]


def test_threads_without_a_word_stay_apart_and_are_known_again() -> None:
    known: Known = {}
    empty = (
        facts("inbox/a_1", []),
        facts("inbox/b_2", [said("")]),
        facts("filtered_threads/c_3", []),
    )
    first, again = export(known, *empty), export(known, *empty)
    assert len(set(first.of.values())) == 3 and again.of == first.of


def test_an_export_that_spans_two_others_joins_them_under_the_larger_ones_identity() -> None:
    known: Known = {}
    early = export(known, facts("inbox/ann_1", lines(0, 10))).of["inbox/ann_1"]
    late = export(known, facts("inbox/ann_2", lines(20, 40))).of["inbox/ann_2"]
    assert early != late
    found = export(known, facts("inbox/ann_3", lines(5, 40)))
    assert found.of == {"inbox/ann_3": late} and found.joined == {early: late}


def test_an_export_that_spans_three_joins_all() -> None:
    known: Known = {}
    for start in (0, 20, 40):
        export(known, facts("inbox/ann_1", lines(start, start + 10)))
    assert len(known) == 3
    found = export(known, facts("inbox/ann_1", lines(0, 50)))
    assert len(known) == 1 and len(found.joined) == 2
    assert set(found.joined.values()) == set(found.of.values())


def test_two_threads_of_one_export_that_both_span_are_not_mixed() -> None:
    known: Known = {}
    for what in ("ann", "bob"):
        export(known, facts(f"inbox/{what}_1", lines(0, 10, what)))
        export(known, facts(f"inbox/{what}_2", lines(20, 30, what)))
    found = export(
        known,
        facts("inbox/x_1", lines(0, 30, "ann")),
        facts("inbox/y_1", lines(0, 30, "bob")),
    )
    assert len(known) == 2 and len(set(found.of.values())) == 2


PLAIN = facts("e2ee_cutover/ann_1", lines(0, 9))
SECRET = facts("Ann_1", lines(20, 30, "secret"), encrypted=True)


def test_an_encrypted_thread_continues_the_one_that_was_cut_over() -> None:
    for order in ([PLAIN, SECRET], [SECRET, PLAIN]):
        known: Known = {}
        first, second = (export(known, thread) for thread in order)
        assert len(known) == 1
        assert set(first.of.values()) == set(second.of.values()), "what is known keeps its identity"
    assert len(set(export({}, SECRET, PLAIN).of.values())) == 1


def test_an_encrypted_thread_is_joined_when_the_one_it_continues_is_cut_over_later() -> None:
    known: Known = {}
    plain = export(known, facts("inbox/ann_1", lines(0, 5))).of["inbox/ann_1"]
    secret = export(known, SECRET).of["Ann_1"]
    assert plain != secret
    found = export(known, PLAIN)
    assert found.joined == {secret: plain} and set(known) == {plain}


def test_an_encrypted_thread_continues_nothing_where_that_is_not_sure() -> None:
    others = [
        facts("inbox/ann_1", lines(0, 9)),  # was not cut over
        facts("e2ee_cutover/bob_1", lines(0, 9), ["Bob", "Me"]),  # somebody else
        facts("e2ee_cutover/ann_2", lines(15, 25)),  # went on for longer
        facts("e2ee_cutover/ann_3", [], ["Ann", "Me"]),  # nobody knows how long
        facts("e2ee_cutover/nobody_4", lines(0, 9), []),
    ]
    for other in others:
        for order in ([other, SECRET], [SECRET, other]):
            known: Known = {}
            for thread in order:
                export(known, thread)
            assert len(known) == 2, other.name
    two = [PLAIN, facts("e2ee_cutover/ann_9", lines(0, 9, "group"))]
    known = {}
    export(known, *two, SECRET)
    assert len(known) == 3


@given(st.permutations(range(4)), st.integers(1, 4))
def test_windows_of_one_conversation_become_one_thread_in_any_order(
    order: list[int], overlap: int
) -> None:
    windows = [lines(n * 10, n * 10 + 10 + overlap) for n in range(4)]
    known: Known = {}
    for place in order:
        export(known, facts(f"inbox/ann_{place}", windows[place]))
    assert len(known) == 1
