"""Fixtures: embedding stand-ins that live as long as the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from embed_platform_tests.compute.http.cases import OPTIONS, PROTOCOLS
from embed_platform_tests.standins.embedding_process import RunningStandin, running_standin


@pytest.fixture(scope="module", params=PROTOCOLS)
def _each_protocol(request: pytest.FixtureRequest) -> Iterator[RunningStandin]:
    with running_standin(*OPTIONS, "--protocol", request.param) as server:
        yield server


@pytest.fixture
def server(_each_protocol: RunningStandin) -> RunningStandin:
    """A healthy stand-in over hashes; the test runs once for each protocol."""
    _each_protocol.clear()
    return _each_protocol


@pytest.fixture(scope="module")
def _openai() -> Iterator[RunningStandin]:
    with running_standin(*OPTIONS, "--protocol", "openai") as running:
        yield running


@pytest.fixture
def openai(_openai: RunningStandin) -> RunningStandin:
    """A healthy stand-in over hashes that speaks OpenAI's protocol."""
    _openai.clear()
    return _openai


@pytest.fixture(scope="module")
def _everything() -> Iterator[RunningStandin]:
    with running_standin(*OPTIONS) as running:
        yield running


@pytest.fixture
def everything(_everything: RunningStandin) -> RunningStandin:
    """A healthy stand-in over hashes that speaks every protocol."""
    _everything.clear()
    return _everything
