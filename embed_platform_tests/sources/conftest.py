from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(Settings(home=tmp_path / "home", _env_file=None))  # type: ignore[call-arg]
