"""Trying it out: the demo shows the whole road, again at no cost, and leaves nothing running after `down`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from embed_platform.cli.services import demo_searches
from embed_platform.settings import DEFAULT_STORES
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


def documents(home: Home, kind: str) -> list[dict[str, Any]]:
    lines = home.run("documents", "--kind", kind, "--json").stdout.splitlines()
    return [json.loads(line) for line in lines]


def test_the_demo_loads_three_stores_and_finds_what_it_promises(home: Home) -> None:
    done = home.run("demo")
    told = done.stdout
    assert "embedded 283" in done.stderr and "pgvector, milvus, s3" in done.stderr
    held = {user["user"]: user["spaces"][0]["stores"] for user in home.json("status")["users"]}
    wanted = {"tilda_marrowby": 240, "edwin_pellow": 43}
    assert held == {user: dict.fromkeys(DEFAULT_STORES, rows) for user, rows in wanted.items()}
    lines = [line.strip() for line in told.splitlines()]
    tweets = {row["metadata"]["tweet_id"]: row["text"] for row in documents(home, "tweet")}
    chunks = [row["text"] for row in documents(home, "message_chunk")]
    expected = [(search, tweets[search["expect"]]) for search in demo_searches()]
    for search in demo_searches("messenger_searches.yaml"):
        (chunk,) = [text for text in chunks if search["expect"] in text]
        expected.append((search, chunk))
    assert len(expected) == 6
    for search, text in expected:
        best = lines[lines.index(search["query"]) + 1]
        assert " ".join(text.split())[:60] in best
    for hint in ("source .venv/bin/activate", "embed-platform ui", "embed-platform ingest"):
        assert hint in told


def test_a_second_demo_embeds_nothing(home: Home) -> None:
    assert "embedded 0, reused 283" in home.run("demo").stderr


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
