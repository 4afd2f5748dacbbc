"""One stand-in for all tests of a session, cleared for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from embed_platform_tests.compute.runpod.vendor import Vendor, started


@pytest.fixture(scope="session")
def running_vendor() -> Iterator[Vendor]:
    vendor, process = started()
    yield vendor
    process.terminate()
    process.wait(20)


@pytest.fixture
def vendor(running_vendor: Vendor) -> Iterator[Vendor]:
    running_vendor.clear()
    yield running_vendor
    running_vendor.clear()


@pytest.fixture
def home(tmp_path: Path, clean_environment: None) -> Path:
    return tmp_path / "home"
