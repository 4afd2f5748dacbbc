"""Which models are served: not all that are known, since whoever may embed loads one by naming it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.registry import load_registry, switch
from embed_platform.lake.lake import Lake
from embed_platform.service import models as module
from embed_platform.service.metrics import Metrics
from embed_platform.service.models import Models
from embed_platform.service.problems import ApiError
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.service.conftest import new_home

HUGE = "Qwen/Qwen3-Embedding-8B"
OTHER = "test/nested"
DEFAULT = "sentence-transformers/all-MiniLM-L6-v2"


@pytest.fixture
def opened() -> list[Models]:
    return []


def models_of(lake: Lake, opened: list[Models]) -> Models:
    opened.append(Models(lake, lake.settings, Metrics(), lambda *_: HashEngine(384)))
    return opened[-1]


@pytest.fixture(autouse=True)
def closed(opened: list[Models]) -> Iterator[None]:
    yield
    for models in opened:
        models.close()


def names(models: Models) -> list[str]:
    return [entry.name for entry in models.entries()]


def test_those_that_run_uses_are_served_and_no_others(tmp_path: Path, opened: list[Any]) -> None:
    lake = new_home(tmp_path)
    models = models_of(lake, opened)
    assert HUGE in load_registry(lake.settings).models
    assert names(models) == [DEFAULT, OTHER]
    switch(lake.settings, OTHER, enabled=False)
    assert names(models) == [DEFAULT]
    with pytest.raises(ApiError, match="EMBED_SERVE_MODELS"):
        models.get(HUGE)


def test_a_model_is_served_once_it_holds_vectors(
    tmp_path: Path, opened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = new_home(tmp_path)
    switch(lake.settings, OTHER, enabled=False)
    models = models_of(lake, opened)
    with pytest.raises(ApiError, match="not served here"):
        models.get(OTHER)
    space = load_registry(lake.settings).get(OTHER).space
    embed_users(lake, space, ["ann"], ["tweet"], lambda: HashEngine(384))
    monkeypatch.setattr(module, "LOOK_AGAIN_SECONDS", 0.0)
    assert models.get(OTHER).name == OTHER
    assert names(models) == [DEFAULT, OTHER]


def test_the_setting_names_exactly_those_that_are_served(tmp_path: Path, opened: list[Any]) -> None:
    lake = new_home(tmp_path, serve_models=(HUGE,))
    assert names(models_of(lake, opened)) == [HUGE]
