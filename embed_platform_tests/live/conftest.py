"""Fixtures: a web server of our own, and settings that may read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from embed_platform.settings import Settings, load_settings
from embed_platform_tests.servers import servers_home as servers_home
from embed_platform_tests.standins.web_server import Web, serving


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


@pytest.fixture
def web_settings(clean_environment: None, web: Web, tmp_path: Path) -> Settings:
    return load_settings(
        home=tmp_path / "home",
        live_private_hosts=(web.host,),
        live_host_seconds=0,
        live_timeout=1.5,
        live_max_bytes=1_000_000,
        hacker_news_url=web.url,
    )
