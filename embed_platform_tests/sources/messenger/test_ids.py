"""Ids that survive re-exports, splits and renamed people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from embed_platform.sources.messenger.ids import (
    first_pair,
    message_ids,
    new_thread,
    number,
    pairs,
    same_threads,
    sender_number,
)
from embed_platform.sources.messenger.records import Parsed

USER, THREAD = "me", "t" * 32


def said(text: str, at: int = 0, sender: str = "Ann", attachments: tuple[str, ...] = ()) -> Parsed:
    return Parsed(sender, at, text, False, False, attachments, {})


messages = st.lists(
    st.builds(said, st.sampled_from(["", "a", "b"]), st.integers(0, 3), st.sampled_from("AB")),
    max_size=20,
)


@given(messages, st.randoms())
def test_the_set_of_ids_is_the_same_however_a_thread_is_split_and_ordered(
    talk: list[Parsed], random
) -> None:
    mixed = list(talk)
    random.shuffle(mixed)
    assert set(message_ids(USER, THREAD, mixed)) == set(message_ids(USER, THREAD, talk))


@given(messages)
def test_equal_messages_of_one_millisecond_stay_as_many_as_they_are(talk: list[Parsed]) -> None:
    ids = message_ids(USER, THREAD, talk)
    assert len(set(ids)) == len(talk)


@given(messages, messages)
def test_copies_unite(older: list[Parsed], more: list[Parsed]) -> None:
    newer = older + more
    both = {*message_ids(USER, THREAD, older), *message_ids(USER, THREAD, newer)}
    assert both == set(message_ids(USER, THREAD, newer))


def test_a_renamed_sender_changes_no_id() -> None:
    before, after = [said("hi", sender="Ann")], [said("hi", sender="Ann Married")]
    assert message_ids(USER, THREAD, before) == message_ids(USER, THREAD, after)


def test_attachments_tell_messages_without_text_apart() -> None:
    two = [said("", attachments=("1.jpg",)), said("", attachments=("2.jpg",))]
    ids = message_ids(USER, THREAD, two)
    assert ids == message_ids(USER, THREAD, two[:1]) + message_ids(USER, THREAD, two[1:])


def test_another_user_or_thread_has_other_ids() -> None:
    one = [said("hi")]
    found = {
        *message_ids("me", THREAD, one),
        *message_ids("you", THREAD, one),
        *message_ids("me", "other", one),
    }
    assert len(found) == 3


def test_a_thread_is_known_again_by_what_was_said_in_it() -> None:
    old = [said(f"line {n}", n) for n in range(10)]
    known = {"trip": pairs(old), "work": pairs([said("agenda", 5)])}
    copies = {
        "renamed folder": pairs([*old[5:], said("new", 99)]),
        "another": pairs([said("hello", 1000)]),
    }
    assert same_threads(copies, known) == {"renamed folder": ["trip"]}


def test_what_was_sent_to_many_at_once_and_empty_messages_prove_nothing() -> None:
    wishes = said("Happy new year!", 7)
    known = {"ann": pairs([wishes, said("x", 8)]), "bob": pairs([wishes])}
    assert same_threads({"copy": pairs([wishes])}, known) == {}
    assert same_threads({"copy": pairs([wishes, said("x", 8)])}, known) == {"copy": ["ann"]}
    assert len(pairs([said("", 9)]).keys) == 0


def test_somebody_new_who_got_the_same_wishes_is_not_taken_for_another() -> None:
    wishes = said("Happy new year!", 7)
    known = {"ann": pairs([wishes, said("x", 8)])}
    copies = {"ann": pairs([wishes, said("x", 8)]), "bob": pairs([wishes, said("hi bob", 9)])}
    assert same_threads(copies, known) == {"ann": ["ann"]}


def test_the_thread_that_shares_most_is_the_one() -> None:
    talk = [said(f"line {n}", n) for n in range(6)]
    known = {"a": pairs(talk[:2]), "b": pairs([*talk[2:], *(said("b only", n) for n in range(9))])}
    assert same_threads({"copy": pairs([*talk, said("new", 9)])}, known)["copy"][0] == "b"


def test_threads_that_a_copy_holds_most_of_are_one() -> None:
    talk = [said(f"line {n}", n) for n in range(30)]
    known = {"early": pairs(talk[:10]), "late": pairs(talk[15:])}
    assert same_threads({"copy": pairs(talk)}, known) == {"copy": ["late", "early"]}


def test_one_shared_line_joins_no_two_threads() -> None:
    talk = [said(f"line {n}", n) for n in range(30)]
    others = [said(f"other {n}", n) for n in range(10, 20)]
    known = {"ann": pairs(talk[:10]), "bob": pairs([*others, talk[15]])}
    assert same_threads({"copy": pairs(talk)}, known) == {"copy": ["ann"]}


def test_a_new_thread_is_named_by_its_beginning_and_its_folder() -> None:
    talk = [said("b", 2), said("a", 1)]
    name = new_thread(USER, first_pair(talk), "inbox/ann_1")
    assert name == new_thread(USER, first_pair(talk[::-1]), "inbox/ann_1") and len(name) == 32
    assert name != new_thread(USER, first_pair(talk), "inbox/bob_2")
    assert new_thread(USER, first_pair([]), "inbox/ann_1")


@given(st.text(max_size=20))
def test_numbers_fit_sixty_three_bits_and_deleted_accounts_are_one_per_thread(name: str) -> None:
    assert 0 <= sender_number(USER, THREAD, name) < 2**63
    assert 0 <= number(new_thread(USER, first_pair([]), name)) < 2**63
    gone = {sender_number(USER, THREAD, "Facebook user"), sender_number(USER, "x", "Facebook user")}
    assert len(gone) == 2
    assert sender_number(USER, THREAD, "Ann") == sender_number(USER, "x", "Ann")
