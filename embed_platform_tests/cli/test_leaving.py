"""Leaving, cadences and dead letters on the command line, with a kill -9 in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from embed_platform.corpus.documents import text_hash
from embed_platform.embedding.debts import dead_step
from embed_platform.lake.dead_letters import DeadLetter, write_dead_letters
from embed_platform.lake.lake import open_lake
from embed_platform.settings import load_settings
from embed_platform_tests.road import COMMAND, SAMPLE, Home
from embed_platform_tests.sources.exports import members, tweet, write_zip

pytestmark = pytest.mark.slow
SECRET = "a sentence of somebody who will leave"
STORES = {"EMBED_STORES": "s3,qdrant"}


@pytest.fixture
def home(tmp_path: Path):
    home = Home(tmp_path / "home")
    tweets = [tweet(n, full_text=f"{SECRET}, number {n}") for n in range(20)]
    tweets.append(tweet(99, created_at="at no time"))
    home.archive = write_zip(
        tmp_path / "leaver.zip", members(tweets, username="leaver", account_id="777")
    )
    home.run("ingest", SAMPLE)
    home.run("ingest", home.archive, EMBED_DEAD_LETTER_LIMIT="1")
    yield home
    home.run("down")


def traces(home: Home) -> list[str]:
    """Files in which the person's texts or name are left, receipts aside."""
    words = (SECRET.encode(), b"leaver")
    return [
        str(path)
        for path in home.path.rglob("*")
        if path.is_file() and "erasures" not in path.parts
        if "leaver" in path.name or any(word in path.read_bytes() for word in words)
    ]


@pytest.mark.parametrize("seconds", [2.5, 4.5])
def test_an_erasure_that_is_killed_is_finished_by_the_next_command(
    home: Home, seconds: float
) -> None:
    home.run("run", EMBED_DEAD_LETTER_LIMIT="1", **STORES)
    child = subprocess.Popen(
        [str(COMMAND), "forget", "leaver", "--yes"],
        env=home.environment(**STORES),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    users = {row["user"] for row in home.json("status")["users"]}
    begun = home.json("receipts")["receipts"]
    if not begun:  # it had not come as far as its receipt: nothing is removed
        assert "leaver" in users
        home.run("forget", "leaver", "--yes", **STORES)
    home.run("run", **STORES)
    status = home.json("status")
    assert status["erasures"] == [] and [u["user"] for u in status["users"]] == ["tilda_marrowby"]
    (receipt,) = home.json("receipts")["receipts"]
    assert receipt["finished_at"] and receipt["stores"]["qdrant"] == 20
    home.run("down")
    assert traces(home) == []
    refused = home.run("ingest", home.archive, check=False, EMBED_DEAD_LETTER_LIMIT="1")
    assert refused.returncode == 1 and "--after-forget" in refused.stderr
    home.run("ingest", home.archive, "--after-forget", EMBED_DEAD_LETTER_LIMIT="1")
    assert home.json("users", "list")["users"][0]["user"] == "leaver"


def test_dead_letters_of_all_sources_are_listed_shown_and_replayed(home: Home) -> None:
    settings = load_settings(home=home.path)
    home.run("run", "--user", "tilda_marrowby", **STORES)
    (space,) = home.json("status")["users"][1]["spaces"]
    text = f"{SECRET}, number 3"
    step = dead_step(space["space"])
    letter = DeadLetter(text_hash(text), "the machine was tired")
    write_dead_letters(open_lake(settings).storage, "leaver", step, [letter])
    home.run("run", EMBED_DEAD_LETTER_LIMIT="1", **STORES)

    lines = home.run("dead-letters", "list", "--json").stdout.splitlines()
    letters = {row["step"]: row for row in map(json.loads, lines)}
    assert set(letters) == {step, "raw_tweets"}
    old = home.run("dead-letters", "--json").stdout.splitlines()
    assert [json.loads(row)["where"] for row in old] == [json.loads(row)["where"] for row in lines]

    shown = home.json("dead-letters", "show", letters["raw_tweets"]["id"][:6])
    assert "at no time" in shown["raw"] and shown["reason"]
    (document,) = home.json("dead-letters", "show", letters[step]["id"])["documents"]
    assert len(document) == 32

    done = home.json(
        "dead-letters", "replay", letters[step]["id"], EMBED_DEAD_LETTER_LIMIT="1", **STORES
    )
    assert done == {"tried": 1, "left": []}
    found = home.json("search", text, "--store", "qdrant", "--limit", "1")["results"]
    assert found[0]["text"] == text
    again = home.run(
        "dead-letters", "replay", "--json", check=False, EMBED_DEAD_LETTER_LIMIT="1", **STORES
    )
    assert again.returncode == 1
    (left,) = json.loads(again.stdout.splitlines()[-1])["left"]
    assert left["step"] == "raw_tweets"
    unknown = home.run("dead-letters", "show", "ffffffffffff", check=False)
    assert "names 0 dead letters" in unknown.stderr


def test_a_cadence_is_set_listed_and_taken_away(home: Home) -> None:
    home.run("users", "set", "leaver", "--every", "day")
    rows = {row["user"]: row for row in home.json("users", "list")["users"]}
    assert (rows["leaver"]["every"], rows["leaver"]["due"]) == ("day", True)
    assert (rows["tilda_marrowby"]["every"], rows["tilda_marrowby"]["due"]) == ("", False)
    assert "leaver" in home.run("users", "list").stdout
    wrong = home.run("users", "set", "leaver", "--every", "fortnight", check=False)
    assert wrong.returncode == 1 and "no period" in wrong.stderr
    home.run("users", "set", "leaver", "--every", "none")
    assert not any(row["every"] for row in home.json("users", "list")["users"])
