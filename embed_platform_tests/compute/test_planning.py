"""The plan and the cap: what is left to embed, and when a run is refused before anything is rented."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.compute.planning import approve, make_plan
from embed_platform.compute.prices import modal_offers, runpod_offers
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.fleet import Machine
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.speeds import Speeds
from embed_platform.errors import ComputeRefused
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.embedding.test_embed import SPACE, write

ENTRY = ModelEntry(SPACE, kinds=("tweet",), parameters=149_000_000)


def settings(home: Path, **values: object) -> Settings:
    return Settings(home=home, _env_file=None, **values)  # type: ignore[call-arg,arg-type]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(settings(tmp_path / "home"))


def test_what_has_a_vector_is_not_planned_for(lake: Lake) -> None:
    write(lake, "ann", ["one", "two"])
    embed_users(lake, SPACE, ["ann"], ["tweet"], HashEngine)
    write(lake, "ann", ["one", "two", "three " + "word " * 39])
    write(lake, "bob", ["four"])
    plan = make_plan(lake, ENTRY, ["ann", "bob"], [*runpod_offers(), *modal_offers()])
    assert (plan.texts, plan.reused) == (2, 2)
    assert plan.tokens == (6 + 39 * 5) // 4 + 2 + 3
    assert {one.offer.compute for one in plan.estimates} == {"runpod", "modal"}


def test_tokens_beyond_what_the_model_reads_are_not_paid_for(lake: Lake) -> None:
    write(lake, "ann", ["word " * 10_000])
    assert make_plan(lake, ENTRY, ["ann"], []).tokens == SPACE.max_tokens


def test_a_measured_speed_is_used_and_this_machine_is_compared(lake: Lake) -> None:
    write(lake, "ann", ["word " * 400])
    speeds = Speeds(lake, SPACE.slug)
    speeds.add(Machine("a", HashEngine(), kind="RTX 4090"), 10_000, 1.0)
    speeds.add(Machine("b", HashEngine(), kind="local cpu"), 10_000, 10.0)
    speeds.keep()
    found = {
        (one.offer.compute, one.offer.gpu): one
        for one in make_plan(lake, ENTRY, ["ann"], [*runpod_offers(), *modal_offers()]).estimates
    }
    assert found["runpod", "RTX 4090"].measured and not found["runpod", "L4"].measured
    assert found["local", "cpu"].dollars == (0.0, 0.0)
    assert found["local", "cpu"].wall_minutes[0] == pytest.approx(
        SPACE.max_tokens / 1000 / 60, rel=0.1
    )


def test_nothing_is_rented_without_a_cap_or_surely_above_it(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", [f"text {n} " + "word " * 300 for n in range(50)])
    plan = make_plan(lake, ENTRY, ["ann"], [*runpod_offers(), *modal_offers()])
    home = tmp_path / "home"
    with pytest.raises(ComputeRefused, match="--max-dollars"):
        approve(plan, settings(home, compute="runpod"))
    with pytest.raises(ComputeRefused, match="more than the cap"):
        approve(plan, settings(home, compute="runpod", max_dollars=0))
    assert "dollars on L4" in approve(
        plan, settings(home, compute="modal", gpu="l4", max_dollars=5)
    )


def test_a_plan_of_nothing_is_approved_whatever_the_cap(lake: Lake, tmp_path: Path) -> None:
    plan = make_plan(lake, ENTRY, ["nobody"], [*runpod_offers(), *modal_offers()])
    assert approve(plan, settings(tmp_path / "home", compute="modal", max_dollars=0)) == "nothing"
