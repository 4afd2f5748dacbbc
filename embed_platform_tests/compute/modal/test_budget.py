"""The most that a run may cost, and the cap."""

from __future__ import annotations

import pytest

from embed_platform.compute.modal.budget import budget_of, within_cap
from embed_platform.compute.modal.fleet import ModalFleet
from embed_platform.compute.modal.gpus import Wanted, dollars_per_second, load_prices
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import ComputeRefused
from embed_platform_tests.compute.modal.conftest import MakeSettings

PRICES = load_prices()
L4 = Wanted("L4")


def test_the_budget_is_containers_times_timeout_times_price() -> None:
    budget = budget_of(4, 7200, 60, (L4,), PRICES)
    assert budget.dollars == pytest.approx(4 * 7260 * dollars_per_second((L4,), PRICES))
    assert f"{PRICES.as_of}" in str(budget)


def test_nothing_is_rented_without_a_cap_and_nothing_above_it() -> None:
    budget = budget_of(2, 3600, 60, (L4,), PRICES)
    assert within_cap(budget, budget.dollars) is budget
    with pytest.raises(
        ComputeRefused, match=r"without a cap.*\$1\.\d\d.*EMBED_MAX_DOLLARS|EMBED_MAX_DOLLARS"
    ):
        within_cap(budget, None)
    with pytest.raises(ComputeRefused, match=r"\$1\.00 is less than") as caught:
        within_cap(budget, 1.0)
    assert f"{PRICES.as_of}" in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"max_dollars": None}, "nothing is rented without a cap"),
        ({"max_dollars": 0.0}, "is less than this run may cost"),
        ({"max_dollars": 5.0, "gpu": "H100", "pods": 50}, "50 x H100"),
        ({"gpu": "H1000"}, "Modal has no GPU 'H1000'; the nearest are H100"),
    ],
)
def test_a_fleet_is_refused_before_anything_starts(
    make_settings: MakeSettings, entry: ModelEntry, fields: dict[str, object], reason: str
) -> None:
    with pytest.raises(ComputeRefused) as caught:
        ModalFleet(entry, make_settings(**fields))
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
