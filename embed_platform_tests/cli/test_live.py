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


def test_letters_of_a_feed_are_listed_shown_and_replayed(home: Home, tmp_path: Path) -> None:
    docs = write(tmp_path / "docs", full="Cheese is made of milk.", empty=" ")
    path = tmp_path / "cheese.yaml"
    path.write_text(YAML.replace("notes", "cheese").format(docs=docs))
    assert home.json("live", "run", "--once", path)["dead_letters"] == 1
    letter = home.json("dead-letters", "list", "--user", "feed.cheese")
    assert (letter["where"], letter["reason"]) == ("empty.md", "the file holds no text")
    shown = home.run("dead-letters", "show", letter["id"]).stdout
    assert "empty.md" in shown and "live" in shown
    done = home.run("dead-letters", "replay", "--user", "feed.cheese", check=False)
    assert done.returncode == 1 and "1 records tried again, 0 came through" in done.stderr
    path.rename(tmp_path / "away.yaml")
    done = home.run("dead-letters", "replay", "--user", "feed.cheese", check=False)
    assert done.returncode == 1 and "there is no pipeline of 'feed.cheese'" in done.stderr
    assert "live run --once FILE" in done.stderr and "Traceback" not in done.stderr
    (tmp_path / "away.yaml").rename(path)
    write(docs, empty="The goat stands on the roof.")
    assert home.json("dead-letters", "replay", letter["id"]) == {"tried": 1, "left": []}
    found = home.run("search", "an animal", "--user", "feed.cheese", "--kind", "web_page").stdout
    assert "goat" in found.splitlines()[1]
    assert home.json("live", "run", "--once", path)["changed"] == 0
    names = {row["name"]: row["by"] for row in home.json("live", "list")["feeds"]}
    assert names["cheese"] == "hand"


def test_a_feed_may_have_a_cadence_before_its_first_run(home: Home, tmp_path: Path) -> None:
    folder = home.path / "live"
    folder.mkdir(parents=True, exist_ok=True)
    docs = write(tmp_path / "docs", full="Cheese is made of milk.")
    (folder / "later.yaml").write_text(YAML.replace("notes", "later").format(docs=docs))
    assert "every hour" in home.run("users", "set", "feed.later", "--every", "hour").stderr
    rows = {row["user"]: row for row in home.json("users", "list")["users"]}
    assert rows["feed.later"]["every"] == "hour" and rows["feed.later"]["due"]
    assert home.run("users", "set", "feed.nobody", "--every", "hour", check=False).returncode == 1
