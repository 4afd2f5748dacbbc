"""`embed-platform live` as a person uses it, with the real model and pgvector."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from embed_platform_tests.live.kit import write
from embed_platform_tests.road import Home

pytestmark = pytest.mark.slow
YAML = """
name: notes
source: {{type: folder, path: {docs}, poll_seconds: 60}}
processors: [{{chunk: {{max_tokens: 64}}}}]
stores: [pgvector]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("live") / "home")
    yield home
    home.run("down")


def test_a_folder_is_checked_run_searched_verified_and_followed(home: Home, tmp_path: Path) -> None:
    docs = write(
        tmp_path / "docs",
        bees="Bees make honey from the nectar of flowers.",
        trains="The night train to Vienna leaves at ten.",
    )
    live = home.path / "live"
    live.mkdir(parents=True)
    path = live / "notes.yaml"
    path.write_text(YAML.format(docs=docs))
    found = home.json("live", "check", path)
    assert (found["items"], found["pieces"], found["failed"]) == (2, 2, {})
    assert not (home.path / "lake" / "documents").exists()
    assert home.json("live", "run", "--once", path)["embedded"] == 2
    assert "honey" in home.run("search", "insects", "--user", "feed.notes").stdout.splitlines()[1]
    (docs / "bees.md").unlink()
    assert home.json("live", "run", "--once", path)["deleted"] == 1
    (row,) = home.json("live", "list")["feeds"]
    assert (row["name"], row["items"], row["documents"], row["failed"]) == ("notes", 1, 1, "")
    (user,) = home.json("status")["users"]
    assert user["user"] == "feed.notes" and user["spaces"][0]["stores"] == {"pgvector": 1}
    # the audit asks every store, and misses the feed only where the pipeline put it
    assert home.json("audit")["findings"] == []
    found = home.json("verify")["users"]
    assert found and all(user["adds_up"] for user in found)


def test_mistakes_are_one_line(home: Home, tmp_path: Path) -> None:
    for text, problem in (
        ("name: x\nsource: {type: folder, path: /nowhere}", "no such folder"),
        ("name: x\nsource: {type: folder, path: /tmp}\nstores: [shop]", "unknown store 'shop'"),
        ("name: x\nsource: {type: folder, path: /tmp}\nspace: gpt", "not in the registry"),
    ):
        path = tmp_path / "x.yaml"
        path.write_text(text)
        done = home.run("live", "run", "--once", path, check=False)
        assert done.returncode == 1 and problem in done.stderr and "Traceback" not in done.stderr
