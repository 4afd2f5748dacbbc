"""What embedding would take: plain figures from plain inputs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.embedding.estimate import (
    UTILISATION,
    Offer,
    cheapest,
    estimate,
    fits,
    speed_range,
)

CARD = Offer("runpod", "RTX 4090", 24, 165, 0.34, "2026-11-01")


def test_speed_follows_from_the_models_size_and_the_cards_peak() -> None:
    low, high = speed_range(149e6, 165)
    assert low == pytest.approx(UTILISATION[0] * 165e12 / 298e6)
    assert high / low == pytest.approx(UTILISATION[1] / UTILISATION[0])


def test_a_measured_speed_replaces_the_estimate() -> None:
    found = estimate(CARD, 36_000_000, 149e6, measured=10_000)
    assert found is not None and found.measured
    assert found.gpu_hours[0] == found.gpu_hours[1] == pytest.approx(1 + 240 / 3600)
    assert found.dollars[0] == pytest.approx(found.gpu_hours[0] * 0.34)


def test_more_machines_are_faster_and_pay_for_starting_each() -> None:
    one, seven = (estimate(CARD, 10**9, 8e9, machines, 5_000) for machines in (1, 7))
    assert one is not None and seven is not None and seven.machines == 7
    assert seven.wall_minutes[0] < one.wall_minutes[0] / 5
    assert seven.gpu_hours[0] - one.gpu_hours[0] == pytest.approx(6 * 240 / 3600)


def test_no_machine_is_planned_for_that_would_get_no_work() -> None:
    found = estimate(CARD, 1_000, 149e6, 7)
    assert found is not None and found.machines == 1


def test_a_model_that_does_not_fit_or_is_not_known_has_no_estimate() -> None:
    assert fits(7.57e9, 24) and not fits(14e9, 24)
    assert estimate(CARD, 1_000, 14e9) is None
    assert estimate(CARD, 1_000, 0) is None
    assert estimate(CARD, 1_000, 0, measured=100.0) is not None


def test_the_cheapest_is_chosen_by_its_worst_case_and_meets_the_deadline() -> None:
    slow = estimate(CARD, 10**8, 149e6, measured=10_000)
    fast = estimate(Offer("modal", "H100", 80, 989, 3.95), 10**8, 149e6, measured=500_000)
    assert slow is not None and fast is not None
    assert cheapest([slow, fast]) is (slow if slow.dollars[1] < fast.dollars[1] else fast)
    assert cheapest([slow, fast], deadline_minutes=10) is fast
    assert cheapest([slow, fast], deadline_minutes=1) is None
    assert cheapest([]) is None


@given(
    tokens=st.integers(0, 10**10),
    parameters=st.floats(1e6, 7e9),
    machines=st.integers(1, 50),
)
def test_the_least_is_never_more_than_the_most(
    tokens: int, parameters: float, machines: int
) -> None:
    found = estimate(CARD, tokens, parameters, machines)
    assert found is not None and 1 <= found.machines <= machines
    for low, high in (found.gpu_hours, found.dollars, found.wall_minutes):
        assert 0 <= low <= high
