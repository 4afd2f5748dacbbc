"""The fleet: machines that serve within the cap, and nothing left of them afterwards."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from embed_platform.compute.ledger import Ledger
from embed_platform.compute.runpod.fleet import RunPodFleet
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import ComputeRefused
from embed_platform_tests.compute.runpod.vendor import (
    MODEL,
    QUICK,
    LightEngine,
    Vendor,
    machine_of,
    refusal_of,
    until,
)


def test_machines_serve_and_leaving_leaves_nothing(vendor: Vendor, home: Path) -> None:
    with vendor.fleet(home, pods=2) as fleet:
        machines = [machine_of(fleet), machine_of(fleet)]
        assert fleet.machines == 2 and fleet.next_machine(0) is None
        assert {machine.kind for machine in machines} == {"RTX A4000"}
        for machine in machines:
            assert machine.engine.embed(["a", "b"], "").vectors.shape == (2, 8)
            assert machine.lanes == 2 and machine.far
        assert sorted(machine.name for machine in machines) == vendor.running
        assert 0 < fleet.dollars < 0.01
    assert vendor.running == [] and fleet.machines == 0
    assert vendor.state["creates"] == vendor.state["deletes"] == 2
    assert fleet.dollars >= vendor.state["dollars"] > 0
    rentals = list(Ledger(home).rentals())
    assert len(rentals) == 2 and not any(rental.is_open for rental in rentals)
    assert sum(rental.billed or 0 for rental in rentals) == pytest.approx(vendor.state["dollars"])


def test_entering_does_not_wait_for_the_vendor(vendor: Vendor, home: Path) -> None:
    vendor.fault("slow", 3.0)
    started = time.monotonic()
    with vendor.fleet(home) as fleet:
        assert fleet.next_machine(0) is None
        assert time.monotonic() - started < 1
    assert vendor.running == []


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ({"max_dollars": None}, "nothing is rented without a cap.*--max-dollars"),
        ({"max_dollars": 0}, "the cap is 0.*--max-dollars"),
        ({"gpu": "RTX 9090"}, "no GPU is called 'RTX 9090'; near it are RTX"),
    ],
)
def test_what_is_wrong_from_the_start_is_refused_before_anything_is_sent(
    vendor: Vendor, home: Path, setting: dict[str, object], why: str
) -> None:
    with pytest.raises(ComputeRefused, match=why), vendor.fleet(home, **setting):
        pass
    assert vendor.state["calls"] == {}


def test_without_a_key_nothing_is_sent(vendor: Vendor, home: Path) -> None:
    settings = vendor.settings(home).model_copy(update={"runpod_key": None})
    with pytest.raises(ComputeRefused, match="RUNPOD_API_KEY: there is no key"):
        RunPodFleet(MODEL, settings).__enter__()
    assert vendor.state["calls"] == {}


def test_a_model_of_this_machines_folder_is_refused_before_anything_is_sent(
    vendor: Vendor, home: Path
) -> None:
    entry = ModelEntry(EmbeddingSpace("/models/mine", "1", 8))
    with pytest.raises(ComputeRefused, match="is a folder of this machine"):
        RunPodFleet(entry, vendor.settings(home)).__enter__()
    assert vendor.state["calls"] == {}


def test_as_many_machines_are_rented_as_the_cap_allows(vendor: Vendor, home: Path) -> None:
    # 0.17 an hour for two hours each
    with vendor.fleet(home, pods=5, max_dollars=0.7, gpu="RTX A4000") as fleet:
        for _ in range(2):
            machine_of(fleet)
        time.sleep(0.5)
        assert vendor.state["creates"] == 2 and fleet.next_machine(0.1) is None
    assert vendor.running == []


def test_a_cap_below_the_cheapest_machine_rents_nothing(vendor: Vendor, home: Path) -> None:
    with vendor.fleet(home, max_dollars=0.3) as fleet:
        why = str(refusal_of(fleet))
    assert "could exceed --max-dollars 0.3" in why and "\n" not in why
    assert vendor.state["creates"] == 0


def test_a_machine_that_costs_more_than_was_listed_is_ended_at_once(
    vendor: Vendor, home: Path
) -> None:
    vendor.fault("dearer", 10.0)
    with vendor.fleet(home, max_dollars=1.0, gpu="RTX A4000") as fleet:
        assert "--max-dollars" in str(refusal_of(fleet))
        assert vendor.running == []
    assert vendor.state["creates"] == vendor.state["deletes"]


@pytest.mark.slow
def test_leaving_waits_for_a_create_that_is_under_way(vendor: Vendor, home: Path) -> None:
    vendor.fault("hang_before", 1.8)
    with vendor.fleet(home, patience=replace(QUICK, settle=3.0)):
        until(lambda: vendor.state["calls"].get("create"))
    time.sleep(1.0)
    assert vendor.running == []


@pytest.mark.slow
def test_the_cap_is_for_all_fleets_of_a_run_together(vendor: Vendor, home: Path) -> None:
    vendor.fault("price", 1800.0)  # half a dollar a second, 3,600 for two hours
    with vendor.fleet(home, max_dollars=3602) as first:
        machine_of(first)
        until(lambda: first.dollars > 2.5)
    with vendor.fleet(home, max_dollars=3602) as second:
        assert "could exceed --max-dollars 3602" in str(refusal_of(second))
        assert second.dollars == 0
    assert vendor.state["creates"] == 1


@pytest.mark.slow
def test_lost_machines_are_replaced_only_within_the_cap(vendor: Vendor, home: Path) -> None:
    vendor.fault("price", 1800.0)  # half a dollar a second
    with vendor.fleet(home, max_dollars=3601) as fleet:
        first = machine_of(fleet)
        until(lambda: fleet.dollars > 1.0)
        fleet.lost(first, "it stalls")
        assert "could exceed --max-dollars 3601" in str(refusal_of(fleet))
    assert vendor.state["creates"] == 1
    assert fleet.dollars >= vendor.state["dollars"]


def test_a_machine_ends_when_its_minutes_are_over(vendor: Vendor, home: Path) -> None:
    settings = vendor.settings(home).model_copy(update={"rent_minutes": 0.1})
    fleet = RunPodFleet(
        MODEL, settings, engine_of=LightEngine, proxy_url=vendor.proxy, patience=QUICK
    )
    with fleet:
        first = machine_of(fleet)
        until(lambda: first.name not in vendor.running, 15)


def test_an_error_in_the_block_leaves_nothing(vendor: Vendor, home: Path) -> None:
    with pytest.raises(RuntimeError, match="boom"), vendor.fleet(home, pods=2) as fleet:
        machine_of(fleet)
        raise RuntimeError("boom")
    assert vendor.running == []


def test_closing_twice_is_closing_once(vendor: Vendor, home: Path) -> None:
    fleet = vendor.fleet(home)
    with fleet:
        machine_of(fleet)
        fleet.close()
        assert vendor.running == []
    assert vendor.state["deletes"] == 1
    assert isinstance(refusal_of(fleet), ComputeRefused)
    assert list(fleet.salvage()) == []
