"""Pods and runs that are killed one after the other; the full size is `benchmarks/soak.py`."""

from __future__ import annotations

import pytest

from benchmarks.soak import CAP, soak

pytestmark = pytest.mark.slow


def test_pods_and_a_run_that_are_killed_lose_nothing_double_nothing_and_leave_nothing() -> None:
    found = soak(texts=6000, pods=4, every=1.0, kills=1, pace=0.008)
    assert found.runs == 2 and found.pods_killed >= 3, "it was over before anything was killed"
    assert (found.lost, found.wrong, found.again) == (0, 0, 0)
    assert found.rows_twice == 0
    assert found.embedded_twice <= found.in_the_air
    assert found.left_by_killed > 0, "the run was killed when it had rented nothing"
    assert (found.left, found.open_rentals) == (0, 0)
    assert 0 < found.dollars[0] <= CAP
    # ours counts from before a create until its end is confirmed, so that it is never less
    assert found.ledger_dollars[1] >= found.dollars[1] * 0.99
