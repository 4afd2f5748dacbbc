"""The plan right after `ingest`, without a key, and what a rented run is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform_tests.road import SAMPLE, Home

pytestmark = pytest.mark.slow
MESSENGER = SAMPLE.with_name("messenger")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    home = Home(tmp_path_factory.mktemp("plan") / "home")
    home.run("ingest", SAMPLE)
    home.run("ingest", MESSENGER, "--user", "edwin")
    yield home
    home.run("down")


def test_a_plan_needs_no_key_and_no_run(home: Home) -> None:
    plan = home.json("plan", "--model", "nomic-ai/modernbert-embed-base", "--pods", "3")
    assert (plan["texts"], plan["reused"]) == (240 + 43, 0)
    assert {one["compute"] for one in plan["estimates"]} == {"runpod", "modal"}
    assert all(one["price_of"] and not one["measured"] for one in plan["estimates"])
    assert plan["cheapest"]["dollars"][1] == min(one["dollars"][1] for one in plan["estimates"])
    shown = home.run("plan")
    assert "283 texts to embed" in shown.stdout and "RTX 4090" in shown.stdout
    assert "Prices of modal 20" in shown.stderr


def test_a_deadline_that_nothing_meets_is_said(home: Home) -> None:
    done = home.json("plan", "--deadline", "1", "--model", "qwen3-embedding:8b")
    assert done["cheapest"] is None
    assert (
        "--pods rents more"
        in home.run("plan", "--deadline", "1", "--model", "qwen3-embedding:8b").stderr
    )


def test_nothing_is_rented_without_a_cap_or_above_it_and_the_check_says_so(home: Home) -> None:
    without = home.run("run", "--compute", "runpod", "--store", "s3", check=False)
    assert without.returncode == 1 and "--max-dollars" in without.stderr
    words = ("run", "--compute", "modal", "--max-dollars", "0", "--store", "s3")
    above = home.run(*words, check=False)
    assert above.returncode == 1 and "more than the cap of 0.00" in above.stderr


def test_what_was_embedded_is_not_planned_again_and_this_machine_is_measured(home: Home) -> None:
    run = home.json("run", "--store", "s3")
    assert (run["embedded"], run["dollars"]) == (283, 0.0)
    plan = home.json("plan")
    assert (plan["texts"], plan["tokens"], plan["reused"]) == (0, 0, 283)
    assert "0 texts to embed" in home.run("plan").stdout
    assert Path(home.path / "lake" / "speeds").exists()


def test_an_unknown_model_or_machine_is_one_line(home: Home) -> None:
    unknown = home.run("plan", "--model", "nobody/nothing", check=False)
    assert unknown.returncode == 1 and "not in the registry" in unknown.stderr
    wrong = home.run("run", "--compute", "abacus", check=False)
    assert wrong.returncode == 1 and "EMBED_COMPUTE" in wrong.stderr
