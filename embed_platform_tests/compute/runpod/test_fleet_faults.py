"""The fleet when a vendor has nothing, answers nothing, or gives pods that are of no use."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from embed_platform.compute.ledger import Ledger
from embed_platform_tests.compute.runpod.vendor import (
    CHEAPEST,
    QUICK,
    Vendor,
    machine_of,
    refusal_of,
    until,
)


def test_without_capacity_the_next_cheapest_is_rented(vendor: Vendor, home: Path) -> None:
    vendor.fault("capacity", gpus=[CHEAPEST])
    with vendor.fleet(home) as fleet:
        assert machine_of(fleet).kind == "RTX 4090"
    assert vendor.state["bodies"][0]["cloud"] == "COMMUNITY"


def test_a_pool_that_is_closed_to_the_account_is_skipped(vendor: Vendor, home: Path) -> None:
    vendor.fault("answer", 403, times=2, call="create")
    with vendor.fleet(home) as fleet:
        assert machine_of(fleet).kind == "RTX 4090"


def test_without_any_capacity_the_vendors_words_are_told(vendor: Vendor, home: Path) -> None:
    vendor.fault("capacity")
    with vendor.fleet(home) as fleet:
        assert "There are no longer any instances available" in str(refusal_of(fleet))
    assert vendor.state["calls"]["create"] <= 2 * 9


def test_an_empty_account_stops_at_once(vendor: Vendor, home: Path) -> None:
    vendor.fault("answer", 402, call="create")
    with vendor.fleet(home) as fleet:
        assert "balance is too low" in str(refusal_of(fleet))
    assert vendor.state["calls"]["create"] == 1


def test_a_wrong_key_stops_at_once(vendor: Vendor, home: Path) -> None:
    vendor.fault("answer", 401)
    with vendor.fleet(home, patience=replace(QUICK, close=1.0)) as fleet:
        assert "RUNPOD_API_KEY: the key is not accepted" in str(refusal_of(fleet))


def test_a_rate_limit_is_waited_for(vendor: Vendor, home: Path) -> None:
    vendor.fault("answer", 429, times=1, call="create", retry_after=1)
    started = time.monotonic()
    with vendor.fleet(home) as fleet:
        machine_of(fleet)
        assert time.monotonic() - started > 1
    assert vendor.state["creates"] == 1


@pytest.mark.slow
def test_a_failing_vendor_is_tried_again(vendor: Vendor, home: Path) -> None:
    vendor.fault("answer", 500, times=1, call="create")
    vendor.fault("answer", 502, times=1, call="create", html=True)
    with vendor.fleet(home) as fleet:
        assert machine_of(fleet).kind == "RTX A4000"
    assert vendor.state["creates"] == 1


def test_a_create_that_timed_out_but_succeeded_is_adopted(vendor: Vendor, home: Path) -> None:
    vendor.fault("hang_after", 3.0, times=1)
    with vendor.fleet(home) as fleet:
        machine = machine_of(fleet)
        assert vendor.state["calls"]["create"] == 1 and vendor.running == [machine.name]
    assert vendor.running == []


@pytest.mark.slow
def test_a_pod_that_appears_too_late_is_ended(vendor: Vendor, home: Path) -> None:
    vendor.fault("hang_before", 3.0, times=1)
    with vendor.fleet(home) as fleet:
        machine = machine_of(fleet)
        until(lambda: vendor.state["creates"] == 2)
        until(lambda: vendor.running == [machine.name], 5)
    assert vendor.running == [] and vendor.state["deletes"] == 2
    assert not Ledger(home).open_rentals()


def test_a_listing_that_lags_behind_kills_no_pod(vendor: Vendor, home: Path) -> None:
    vendor.fault("lag", 1.5)
    with vendor.fleet(home) as fleet:
        machine_of(fleet)
        assert vendor.state["creates"] == 1


def test_a_pod_that_never_gets_a_machine_is_replaced_by_the_next_kind(
    vendor: Vendor, home: Path
) -> None:
    vendor.fault("stuck", gpus=[CHEAPEST])
    with vendor.fleet(home, patience=replace(QUICK, provision=2.0)) as fleet:
        assert machine_of(fleet).kind == "RTX 4090"
        assert len(vendor.running) == 1
    assert vendor.state["creates"] == 3  # both clouds of the first GPU


@pytest.mark.slow
def test_a_server_that_never_gets_healthy_is_replaced_and_its_last_words_are_kept(
    vendor: Vendor, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vendor.fault("unhealthy", times=1)
    with vendor.fleet(home, patience=replace(QUICK, ready=5.0)) as fleet:
        machine_of(fleet)
    assert "it last said: CUDA error: no kernel image is available for execution" in caplog.text
    assert vendor.state["creates"] == 2


@pytest.mark.slow
def test_a_server_that_ends_at_once_is_replaced_and_its_last_words_are_kept(
    vendor: Vendor, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vendor.fault("ends", times=1)
    with vendor.fleet(home, patience=replace(QUICK, ready=5.0)) as fleet:
        machine_of(fleet)
    assert "it last said: the server ended with status 3" in caplog.text


@pytest.mark.slow
def test_a_fleet_that_never_comes_up_gives_up(vendor: Vendor, home: Path) -> None:
    vendor.fault("unhealthy")
    with vendor.fleet(home, patience=replace(QUICK, ready=0.5)) as fleet:
        assert "3 machines did not come up; the last: its server did not answer" in str(
            refusal_of(fleet)
        )
    assert vendor.state["creates"] == vendor.state["deletes"] == 3


def test_a_pod_that_dies_is_replaced(vendor: Vendor, home: Path) -> None:
    with vendor.fleet(home) as fleet:
        first = machine_of(fleet)
        vendor.kill(vendor.state["ids"][first.name])
        second = machine_of(fleet)
        assert first.name != second.name and first.kind == second.kind
        until(lambda: vendor.running == [second.name])


def test_a_pod_that_somebody_ended_elsewhere_is_replaced(vendor: Vendor, home: Path) -> None:
    with vendor.fleet(home) as fleet:
        first = machine_of(fleet)
        vendor.delete(vendor.state["ids"][first.name])
        second = machine_of(fleet)
        assert first.name != second.name and fleet.machines == 1


def test_a_lost_machine_is_ended_and_replaced(vendor: Vendor, home: Path) -> None:
    with vendor.fleet(home) as fleet:
        first = machine_of(fleet)
        fleet.lost(first, "it stalls")
        fleet.lost(first, "said twice")
        second = machine_of(fleet)
        # nor is the same kind rented again in the same cloud
        assert [body["cloud"] for body in vendor.state["bodies"]] == ["COMMUNITY", "SECURE"]
        until(lambda: vendor.running == [second.name])
    ended = (home / "rentals" / f"{first.name}.json").read_text()
    assert "it stalls" in ended


def test_deletes_that_fail_are_repeated_until_nothing_is_left(vendor: Vendor, home: Path) -> None:
    with vendor.fleet(home, pods=2) as fleet:
        machine_of(fleet)
        vendor.fault("answer", 500, times=6, call="delete")
        vendor.fault("answer", 409, times=1, call="delete")
    assert vendor.running == [] and not Ledger(home).open_rentals()


def test_what_cannot_be_ended_is_named_with_what_to_do(
    vendor: Vendor, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    patience = replace(QUICK, close=1.0, end=0.5)
    with vendor.fleet(home, patience=patience) as fleet:
        name = machine_of(fleet).name
        vendor.fault("answer", 403, call="delete")
    assert f"these may still be running: {name}. `embed-platform pods reap`" in caplog.text
    assert list(Ledger(home).open_rentals()) == [name]
