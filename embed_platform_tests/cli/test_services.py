"""Trying it out: the demo shows the whole road, again at no cost, and leaves nothing running after `down`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from embed_platform.cli.services import demo_searches
from embed_platform_tests.road import Home

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("demo") / "demo")
    yield home
    home.run("down")


def servers(home: Home) -> list[str]:
    """Command lines of processes that work in the home."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or [])
        if str(home.path) in words:
            found.append(words)
    return found


def test_the_demo_loads_three_stores_and_finds_what_it_promises(home: Home) -> None:
    done = home.run("demo")
    told = done.stdout
    assert "embedded 240" in done.stderr and "pgvector, milvus, s3" in done.stderr
    (user,) = home.json("status")["users"]
    assert user["spaces"][0]["stores"] == {"pgvector": 240, "milvus": 240, "s3": 240}
    documents = home.run("documents", "--kind", "tweet", "--json").stdout.splitlines()
    texts = {row["metadata"]["tweet_id"]: row["text"] for row in map(json.loads, documents)}
    lines = [line.strip() for line in told.splitlines()]
    assert len(demo_searches()) == 3
    for search in demo_searches():
        best = lines[lines.index(search["query"]) + 1]
        assert " ".join(texts[search["expect"]].split())[:60] in best
    for hint in ("source .venv/bin/activate", "embed-platform ui", "embed-platform ingest"):
        assert hint in told


def test_a_second_demo_embeds_nothing(home: Home) -> None:
    assert "embedded 0, reused 240" in home.run("demo").stderr


def test_down_stops_every_server_of_the_home_and_can_be_repeated(home: Home) -> None:
    assert servers(home)
    assert "Stopped" in home.run("down").stderr
    assert servers(home) == []
    assert "Nothing was running" in home.run("down").stderr


def test_a_home_whose_folder_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = Home(tmp_path / "file").run("status", check=False)
    assert done.returncode == 1
    assert done.stderr.count("error:") == 1 and "EMBED_HOME" in done.stderr
    assert "Traceback" not in done.stderr
