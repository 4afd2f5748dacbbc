"""Who is run again alone after a run over many."""

from __future__ import annotations

from embed_platform.defs.launch import to_repeat
from embed_platform.defs.partitions import RANGE_END, RANGE_START, Stretch
from embed_platform.lake.failures import UserFailure

FAILURES = {
    user: UserFailure(user, run_id, "documents", "it is cut short", "2026-11-21T00:00:00+00:00")
    for user, run_id in (("bob", "this"), ("dan", "an earlier one"))
}


def test_who_failed_in_a_run_of_many_is_run_again_alone() -> None:
    assert to_repeat(Stretch("ann", "eve"), "this", FAILURES) == [Stretch("bob", "bob")]


def test_a_run_of_one_user_is_not_repeated() -> None:
    assert to_repeat(Stretch("bob", "bob"), "this", FAILURES) == []


def test_a_stretch_of_one_is_a_partition_and_a_longer_one_is_told_by_tags() -> None:
    assert (Stretch("bob", "bob").key, Stretch("bob", "bob").tags) == ("bob", {})
    many = Stretch("ann", "eve")
    assert (many.key, many.tags) == (None, {RANGE_START: "ann", RANGE_END: "eve"})
