from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from embed_platform.lake.lake import Lake
from embed_platform.sources.supabase.project import Project
from embed_platform_tests.sources.supabase.projects import Made, made_project


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
