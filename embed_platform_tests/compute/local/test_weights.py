"""Weights from the hub: fetched once and then found without it; the commit behind a branch, pinned in the home."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub.constants as hub_constants
import pytest

from embed_platform.compute.local.weights import pinned
from embed_platform.embedding.registry import home_registry, load_registry
from embed_platform.errors import ModelUnavailable
from embed_platform.settings import Settings, load_settings
from embed_platform_tests.road import Home
from embed_platform_tests.standins.hub_server import Hub, serving

NAME = "tsystems/colqwen2.5-3b-multilingual-v1.0-merged"
COMMIT = "c0ffee" * 6 + "beef"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """Where this process's client asks."""
    found = Hub()
    with serving(found) as address:
        monkeypatch.setattr(hub_constants, "ENDPOINT", address)
        monkeypatch.setattr(hub_constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        yield found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home")


def commits_asked(hub: Hub) -> list[str]:
    """Questions for a commit; its client asks other things besides."""
    return [path for path in hub.paths() if "/revision/" in path]


def test_the_commit_behind_a_branch_is_asked_once_and_makes_the_space(
    hub: Hub, settings: Settings
) -> None:
    hub.publish(NAME, COMMIT, {})
    entry = load_registry(settings).get("colqwen2.5")
    assert entry.space.is_floating
    found = pinned(entry, settings)
    assert found.space.revision == COMMIT and found.space.slug != entry.space.slug
    assert (found.kinds, found.stores, found.aliases) == (entry.kinds, entry.stores, entry.aliases)
    assert load_registry(settings).get("colqwen2.5") == found
    assert pinned(found, settings) is found and len(commits_asked(hub)) == 1
    assert COMMIT in home_registry(settings).read_text()


def test_without_the_hub_the_cache_tells_the_commit(
    hub: Hub, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "cache" / f"models--{NAME.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text(COMMIT)
    (folder / "snapshots" / COMMIT).mkdir(parents=True)
    (folder / "snapshots" / COMMIT / "config.json").write_text("{}")
    assert pinned(load_registry(settings).get("colqwen2.5"), settings).space.revision == COMMIT


def test_where_nobody_tells_the_commit_nothing_is_written(hub: Hub, settings: Settings) -> None:
    with pytest.raises(ModelUnavailable, match=r"commit behind 'main'.*models\.yaml"):
        pinned(load_registry(settings).get("colqwen2.5"), settings)
    assert not home_registry(settings).exists()


def test_what_names_a_commit_a_file_or_a_folder_is_left_alone(hub: Hub, settings: Settings) -> None:
    for entry in load_registry(settings).models.values():
        if entry.name != NAME:
            assert pinned(entry, settings) is entry
    assert commits_asked(hub) == []


def test_enabling_the_model_pins_it_as_adding_does(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    hub = Hub()
    hub.publish(NAME, COMMIT, {})
    with serving(hub) as address:
        there = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "cache")}
        done = home.run("models", "enable", "colqwen2.5", **there)
        assert f"pinned {NAME}@{COMMIT[:12]}" in done.stderr and "switched on" in done.stderr
        home.run("models", "add", "colqwen2.5", **there)
    assert commits_asked(hub) == [f"/api/models/{NAME}/revision/main"]
    (row,) = [row for row in home.json("models")["models"] if row["model"] == NAME]
    assert row["revision"] == COMMIT and row["used"]


# In a process of its own, for the hub's client reads the environment when it is imported.
FETCH = f"""
from embed_platform.compute.local.weights import fetch_model
from embed_platform.errors import ModelUnavailable
from embed_platform.settings import load_settings
try:
    folder = fetch_model({NAME!r}, {COMMIT!r}, load_settings())
    print(sorted(path.name for path in folder.iterdir()))
except ModelUnavailable as error:
    print(error)
"""


@pytest.fixture
def usual() -> Hub:
    """A model as most lie there: with a copy of its weights for another framework."""
    hub = Hub()
    files = {"config.json": b"{}", "model.safetensors": b"weights", "onnx/model.onnx": b"a copy"}
    hub.publish(NAME, COMMIT, files)
    return hub


def fetched(home: Path, address: str, **variables: str) -> str:
    """What a process finds that fetches the model."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("EMBED_", "HF_"))}
    places = {"EMBED_HOME": str(home), "HF_HOME": str(home / "hub"), "HF_ENDPOINT": address}
    done = subprocess.run(
        [sys.executable, "-c", FETCH],
        env=kept | places | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_a_model_is_fetched_once_without_copies_for_other_frameworks(
    usual: Hub, tmp_path: Path
) -> None:
    with serving(usual) as address:
        assert fetched(tmp_path, address) == "['config.json', 'model.safetensors']"
        assert not any("onnx" in path for path in usual.paths())
        usual.asked.clear()
        assert fetched(tmp_path, address) == "['config.json', 'model.safetensors']"
    assert usual.asked == [], "what was left out is not missing"


def test_a_gated_model_needs_its_token_and_the_error_says_so(usual: Hub, tmp_path: Path) -> None:
    usual.token = "hf_right"
    with serving(usual) as address:
        refused = fetched(tmp_path, address)
        assert f"{NAME}@{COMMIT[:12]}: the model cannot be fetched" in refused
        assert "HF_TOKEN for a gated model" in refused and "\n" not in refused
        assert "model.safetensors" in fetched(tmp_path, address, HF_TOKEN="hf_right")
