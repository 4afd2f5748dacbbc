from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from embed_platform.lake.lake import Lake
from embed_platform.sources import partial
from embed_platform.sources.supabase.project import Project
from embed_platform_tests.sources.supabase.projects import Made, made_project


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause between two tries."""
    monkeypatch.setattr(partial, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr("postgrest._sync.request_builder.get_retry_delay", lambda count: 0)


@pytest.fixture
def made() -> Iterator[Made]:
    with made_project() as one:
        yield one


@pytest.fixture
def lake(made: Made, tmp_path: Path) -> Lake:
    return made.lake(tmp_path / "home")


@pytest.fixture
def project(lake: Lake) -> Iterator[Project]:
    with closing(Project(lake.settings)) as one:
        yield one
