"""The fleet: machines that serve, whatever goes wrong on the way, and nothing left of them afterwards."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path

import pytest

from embed_platform.compute.ledger import Ledger
from embed_platform.compute.runpod.fleet import RunPodFleet
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import ComputeRefused, PermanentError
from embed_platform_tests.compute.runpod.vendor import (
    CHEAPEST,
    KEY,
    MODEL,
    QUICK,
    LightEngine,
    Vendor,
    machine_of,
    until,
)

SECOND = "NVIDIA GeForce RTX 4090"


def refusal_of(fleet: RunPodFleet, seconds: float = 20.0) -> PermanentError:
    """Why no machine will ever come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            assert fleet.next_machine(0.1) is None
        except PermanentError as error:
            return error
    raise AssertionError("it neither came nor was refused")


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


@pytest.mark.slow
def test_leaving_waits_for_a_create_that_is_under_way(vendor: Vendor, home: Path) -> None:
    vendor.fault("hang_before", 1.8)
    with vendor.fleet(home, patience=replace(QUICK, settle=3.0)):
        until(lambda: vendor.state["calls"].get("create"))
    time.sleep(1.0)
    assert vendor.running == []


def test_a_listing_that_lags_behind_kills_no_pod(vendor: Vendor, home: Path) -> None:
    vendor.fault("lag", 1.5)
    with vendor.fleet(home) as fleet:
        machine_of(fleet)
        assert vendor.state["creates"] == 1


def test_a_pod_that_never_gets_a_machine_is_replaced_by_the_next_kind(
    vendor: Vendor, home: Path
) -> None:
    vendor.fault("stuck", gpus=[CHEAPEST])
    with vendor.fleet(home, patience=replace(QUICK, provision=0.5)) as fleet:
        assert machine_of(fleet).kind == "RTX 4090"
        assert len(vendor.running) == 1
    assert vendor.state["creates"] == 3  # both clouds of the first GPU


@pytest.mark.slow
def test_a_server_that_never_gets_healthy_is_replaced_and_its_last_words_are_kept(
    vendor: Vendor, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vendor.fault("unhealthy", times=1)
    with vendor.fleet(home, patience=replace(QUICK, ready=1.0)) as fleet:
        machine_of(fleet)
    assert "it last said: CUDA error: no kernel image is available for execution" in caplog.text
    assert vendor.state["creates"] == 2


@pytest.mark.slow
def test_a_fleet_that_never_comes_up_gives_up(vendor: Vendor, home: Path) -> None:
    vendor.fault("unhealthy")
    with vendor.fleet(home, patience=replace(QUICK, ready=0.5)) as fleet:
        assert "3 machines did not come up; the last: its server did not answer" in str(
            refusal_of(fleet)
        )
    assert vendor.state["creates"] == vendor.state["deletes"] == 3


def test_a_pod_that_dies_is_replaced(vendor: Vendor, home: Path) -> None:
    vendor.fault("die", 0.8, times=1)
    with vendor.fleet(home) as fleet:
        first, second = machine_of(fleet), machine_of(fleet)
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
    settings = vendor.settings(home).model_copy(update={"rent_minutes": 0.03})
    fleet = RunPodFleet(
        MODEL, settings, engine_of=LightEngine, proxy_url=vendor.proxy, patience=QUICK
    )
    with fleet:
        first = machine_of(fleet)
        until(lambda: first.name not in vendor.running, 5)


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


def test_a_port_within_reach_is_spoken_to_directly(vendor: Vendor, home: Path) -> None:
    vendor.fault("direct")
    fleet = RunPodFleet(
        MODEL, vendor.settings(home), engine_of=LightEngine, patience=QUICK,
        proxy_url="http://127.0.0.1:9/{pod}-{port}",
    )  # fmt: skip
    with fleet:
        assert machine_of(fleet).engine.embed(["a"], "").vectors.shape == (1, 8)


def test_ollama_is_reached_through_its_guard_once_it_has_the_model(
    vendor: Vendor, home: Path
) -> None:
    space = EmbeddingSpace("test/Tiny-GGUF", "Tiny-Q4_K_M.gguf", 8, quantisation="Q4_K_M")
    fleet = RunPodFleet(
        ModelEntry(space, parameters=1_000_000), vendor.settings(home), engine_of=LightEngine,
        proxy_url=vendor.proxy, patience=QUICK,
    )  # fmt: skip
    with fleet:
        machine = machine_of(fleet)
        assert machine.engine.embed(["a"], "").vectors.shape == (1, 8)
        assert vendor.state["bodies"][0]["image"].startswith("ollama/ollama:")
    assert vendor.running == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("space", "image"),
    [
        (
            EmbeddingSpace("test/tiny-bert", "a" * 40, 16),
            "ghcr.io/huggingface/text-embeddings-inference:86-",
        ),
        (EmbeddingSpace("test/unheard-of", "a" * 40, 16), "vllm/vllm-openai:"),
        (EmbeddingSpace("test/Tiny-GGUF", "tiny.gguf", 16, quantisation="F16"), "ollama/ollama:"),
    ],
)
def test_the_real_engine_speaks_to_a_real_server_in_a_pod(
    vendor: Vendor, home: Path, space: EmbeddingSpace, image: str
) -> None:
    vendor.fault("real")
    vendor.fault("dimension", 16)
    fleet = RunPodFleet(
        ModelEntry(space, parameters=1_000_000), vendor.settings(home), proxy_url=vendor.proxy,
        patience=replace(QUICK, ready=60.0),
    )  # fmt: skip
    with fleet:
        machine = machine_of(fleet, 60)
        assert machine.engine.embed(["one", "two"], "").vectors.shape == (2, 16)
        assert vendor.state["bodies"][0]["image"].startswith(image)
    assert vendor.running == []


@pytest.mark.slow
def test_a_server_of_another_dimension_is_refused_in_one_line(vendor: Vendor, home: Path) -> None:
    vendor.fault("real")
    fleet = RunPodFleet(
        MODEL, vendor.settings(home), proxy_url=vendor.proxy, patience=replace(QUICK, ready=60.0)
    )
    vendor.fault("dimension", 16)
    with fleet:
        why = str(refusal_of(fleet, 60))
    assert "16 dimensions" in why and "\n" not in why
    assert vendor.running == []


@pytest.mark.slow
def test_no_secret_is_in_a_log_a_repr_or_the_ledger(
    vendor: Vendor, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vendor.fault("answer", 500, times=1, call="create")
    vendor.fault("unhealthy", times=1)
    hub = "hf_of_the_hub"
    with (
        caplog.at_level(logging.DEBUG),
        vendor.fleet(
            home, runpod_cloud="SECURE", HF_TOKEN=hub, patience=replace(QUICK, ready=1.0)
        ) as fleet,
    ):
        machine = machine_of(fleet)
        shown = [repr(vars(fleet)), repr(vars(fleet._renting)), repr(machine), repr(fleet)]
        shown += [repr(rented) for rented in fleet._renting.held().values()]  # type: ignore[union-attr]
    body = vendor.state["bodies"][-1]
    server_key = body["env"]["API_KEY"]
    assert len(server_key) >= 43 and body["env"]["HF_TOKEN"] == hub
    written = "".join(path.read_text() for path in home.rglob("*") if path.is_file())
    everything = caplog.text + "".join(shown) + written + body["args"] + body["name"]
    for secret in (KEY, server_key, hub):
        assert secret not in everything
    assert KEY not in str(body)


def test_the_community_cloud_never_sees_the_hubs_token(vendor: Vendor, home: Path) -> None:
    with vendor.fleet(home, HF_TOKEN="hf_secret") as fleet:
        machine_of(fleet)
    assert vendor.state["bodies"][0]["cloud"] == "COMMUNITY"
    assert "hf_secret" not in str(vendor.state["bodies"])
