"""What every test may use: a lake in a folder of its own, and no setting from outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import load_settings


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No EMBED_* or AWS_* variable, and no .env of the folder that the tests run in."""
    for name in list(os.environ):
        if name.startswith(("EMBED_", "AWS_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def lake(clean_environment: None, tmp_path: Path) -> Lake:
    return open_lake(load_settings(home=tmp_path / "home"))
