"""What every test may use: a lake in a folder of its own, and no setting from outside."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import load_settings

_STATUS = pytest.StashKey[int]()
# several test processes share a few cores; threads of each model would wait for one another
os.environ.setdefault("OMP_NUM_THREADS", "1")
# a shared machine may pause for longer than any example takes; what a change must pass tries the
# same examples each time, everybody else new ones
settings.register_profile(
    "shared",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("shared")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Remember how it went, for the last word below."""
    session.config.stash[_STATUS] = int(exitstatus)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first, so that at the end no process is left alone with a long one."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave as the command line does: DuckDB reports leaks of its own when Python is taken down."""
    if _STATUS in config.stash:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash[_STATUS])


@pytest.fixture(scope="session", autouse=True)
def no_outside_settings() -> Iterator[None]:
    """No EMBED_* or AWS_* variable of whoever runs the tests: no test may write to their lake."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("EMBED_", "AWS_")):
                patch.delenv(name)
        yield


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No .env of the folder that the tests run in either."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def lake(clean_environment: None, tmp_path: Path) -> Lake:
    return open_lake(load_settings(home=tmp_path / "home"))
