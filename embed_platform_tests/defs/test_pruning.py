"""Which runs may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from embed_platform.defs.pruning import RunFacts, prunable

KEYS = ["ann", "bob", "cid"]
NOW = datetime(2026, 1, 31, tzinfo=UTC)


def fact(
    run_id: str, days: int, first: str | None, last: str | None, *, finished: bool = True
) -> RunFacts:
    return RunFacts(
        run_id, NOW - timedelta(days=days), finished, frozenset({"documents"}), first, last
    )


def test_the_newest_run_of_each_partition_stays_however_old() -> None:
    runs = [
        fact("old", 90, "ann", "ann"),
        fact("new", 60, "ann", "cid"),
        fact("bob", 80, "bob", "bob"),
    ]
    assert set(prunable(runs, NOW - timedelta(days=30), KEYS)) == {"old", "bob"}


def test_young_and_unfinished_runs_stay() -> None:
    runs = [
        fact("a", 1, "ann", "ann"),
        fact("b", 2, "ann", "ann"),
        fact("c", 99, "ann", "ann", finished=False),
    ]
    assert prunable(runs, NOW - timedelta(days=30), KEYS) == []


def test_a_run_of_a_forgotten_user_goes() -> None:
    assert prunable([fact("gone", 90, "dora", "dora")], NOW - timedelta(days=30), KEYS) == ["gone"]
