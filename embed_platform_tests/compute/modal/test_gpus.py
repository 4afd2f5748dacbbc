"""GPUs by name, what fits, what it costs."""

from __future__ import annotations

from datetime import date

import pytest

from embed_platform.compute.modal.gpus import (
    CPU_CORES,
    MEMORY_GIB,
    Wanted,
    dollars_per_second,
    fallbacks,
    fitting,
    load_prices,
    named_by,
    override,
    parse_gpus,
)
from embed_platform.compute.prices import cards
from embed_platform.errors import ComputeRefused

PRICES = load_prices()
L4, A10, H100 = Wanted("L4"), Wanted("A10"), Wanted("H100")


def test_gpus_are_read_as_people_write_them() -> None:
    assert parse_gpus("l4, A10:2", PRICES) == (L4, Wanted("A10", 2))
    assert parse_gpus("h100!", PRICES) == (Wanted("H100!"),)
    assert parse_gpus("", PRICES) == ()
    assert [str(gpu) for gpu in parse_gpus("B200+:4,T4", PRICES)] == ["B200+:4", "T4"]


@pytest.mark.parametrize(
    ("name", "near"), [("A100-80", "A100-80GB"), ("H10", "H100"), ("l40", "L40S")]
)
def test_an_unknown_gpu_is_refused_with_the_nearest_names(name: str, near: str) -> None:
    with pytest.raises(ComputeRefused) as caught:
        parse_gpus(name, PRICES)
    assert near in str(caught.value).partition("All of them")[0]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["L4:0", "L4:9", "A10:5", "T4:two", "T4:-1"])
def test_a_container_gets_no_more_gpus_than_the_vendor_has_in_one(text: str) -> None:
    with pytest.raises(ComputeRefused, match="a container gets 1 to"):
        parse_gpus(text, PRICES)


def test_the_table_is_dated_and_agrees_with_the_cards() -> None:
    assert isinstance(PRICES.as_of, date)
    known = cards()
    for name, gpu in PRICES.gpus.items():
        assert name not in known or known[name].memory == gpu.memory, name


def test_the_cheapest_gpu_that_fits_is_taken_and_never_one_without_bfloat16() -> None:
    assert fitting(22_700_000, PRICES) == L4
    assert fitting(7_570_000_000, PRICES) == L4
    assert fitting(13_000_000_000, PRICES) == Wanted("L40S")
    assert fallbacks(PRICES) == (L4, A10)
    with pytest.raises(ComputeRefused, match="no single GPU"):
        fitting(400_000_000_000, PRICES)


def test_what_is_asked_for_wins_over_what_was_deployed() -> None:
    assert override((H100,), (L4, A10), 0, PRICES) == H100
    assert override((L4, A10), (L4, A10), 0, PRICES) is None
    with pytest.raises(ComputeRefused, match="deployed for L4, A10, EMBED_GPU asks for L4, H100"):
        override((L4, H100), (L4, A10), 0, PRICES)


def test_without_a_wish_the_deployed_gpus_are_taken_where_they_hold_the_model() -> None:
    assert override((), (L4, A10), 149_000_000, PRICES) is None
    assert override((), (L4, A10), 13_000_000_000, PRICES) == Wanted("L40S")
    assert override((), (), 149_000_000, PRICES) == L4


def test_a_list_costs_what_its_dearest_gpu_costs() -> None:
    beside = CPU_CORES * PRICES.cpu_core + MEMORY_GIB * PRICES.memory_gib
    both = dollars_per_second((L4, Wanted("A10", 2)), PRICES)
    assert both == pytest.approx(2 * PRICES.gpus["A10"].dollars + beside)
    with pytest.raises(ComputeRefused, match="no price is known for X1"):
        dollars_per_second((Wanted("X1"),), PRICES)


@pytest.mark.parametrize(
    ("device", "meant"),
    [
        ("NVIDIA L4", {"L4"}),
        ("NVIDIA L40S", {"L40S"}),
        ("NVIDIA A100-SXM4-80GB", {"A100-40GB", "A100-80GB"}),
        ("NVIDIA H100 80GB HBM3", {"H100"}),
        ("NVIDIA RTX PRO 6000 Blackwell Server Edition", {"RTX-PRO-6000"}),
        ("", {"L4", "L40S", "A100-40GB", "A100-80GB", "H100", "RTX-PRO-6000"}),
        ("NVIDIA B300", {"L4", "L40S", "A100-40GB", "A100-80GB", "H100", "RTX-PRO-6000"}),
    ],
)
def test_a_device_is_known_by_its_drivers_name_and_an_unknown_one_may_be_any(
    device: str, meant: set[str]
) -> None:
    all_of_them = [
        Wanted(name) for name in ("L4", "L40S", "A100-40GB", "A100-80GB", "H100", "RTX-PRO-6000")
    ]
    assert {gpu.name for gpu in named_by(device, all_of_them)} == meant
