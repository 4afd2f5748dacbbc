"""A question to page images: which model, and what is said where nothing is embedded."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.compute.local.engine import describe_model
from embed_platform.embedding.registry import load_registry, save_model
from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.search.pages import page_model
from embed_platform_tests.compute.local import page_models


def test_the_model_that_somebody_added_is_the_one_that_is_recommended(
    lake: Lake, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="run --model tsystems/colqwen"):
        page_model(lake, load_registry(lake.settings), None)
    folder = page_models.colqwen2(tmp_path / "tiny")
    save_model(lake.settings, describe_model(str(folder), lake.settings))
    with pytest.raises(SettingsError, match=f"run --model {folder}"):
        page_model(lake, load_registry(lake.settings), None)
