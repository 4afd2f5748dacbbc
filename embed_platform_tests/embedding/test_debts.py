"""Two that embed the same users at once: each text is embedded by one of them, and nobody waits for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from embed_platform.embedding.debts import debts
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.vectors import read_vectors
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import load_settings
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.embedding.made import KINDS, SPACE, no_engine, write

# embeds slowly, and prints each text and at last what the users' results are
EMBED = """
import sys
from embed_platform.embedding.embed import embed_users
from embed_platform.lake.lake import open_lake
from embed_platform.settings import load_settings
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.embedding.made import KINDS, SPACE

class Telling(HashEngine):
    def embed(self, texts, prompt):
        for text in texts:
            print("text", text, flush=True)
        return super().embed(texts, prompt)

home, *users = sys.argv[1:]
lake = open_lake(load_settings(home=home, shard_tokens=1000))
for user, found in embed_users(lake, SPACE, users, KINDS, lambda: Telling(seconds=0.05)).items():
    print("result", user, found.embedded, found.reused)
"""
TEXTS = 40


@pytest.fixture
def lake(clean_environment: None, tmp_path: Path) -> Lake:
    lake = open_lake(load_settings(home=tmp_path / "home", shard_tokens=1000))
    for user in ("ann", "bob", "eve"):
        write(lake, user, [f"of {user} {number}" + " word" * 80 for number in range(TEXTS)])
    return lake


def embedding(lake: Lake, *users: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", EMBED, str(lake.settings.home), *users]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def read(process: subprocess.Popen[str]) -> tuple[set[str], dict[str, tuple[int, int]]]:
    """The texts that a process embedded; by user, what it embedded and what was there."""
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    lines = [line.split() for line in out.splitlines()]
    results = {line[1]: (int(line[2]), int(line[3])) for line in lines if line[0] == "result"}
    return {" ".join(line[2:4]) for line in lines if line[:2] == ["text", "of"]}, results


def test_two_processes_that_embed_the_same_users_embed_each_text_once(lake: Lake) -> None:
    first, second = embedding(lake, "ann", "bob"), embedding(lake, "bob", "ann")
    (texts, ours), (others, theirs) = read(first), read(second)
    assert texts.isdisjoint(others)
    assert len(texts | others) == 2 * TEXTS
    for user in ("ann", "bob"):
        assert sorted([ours[user], theirs[user]]) == [(0, TEXTS), (TEXTS, 0)]
        assert len(read_vectors(lake, SPACE, user)[0]) == TEXTS


def test_users_who_overlap_in_part_are_embedded_once_and_the_rest_too(lake: Lake) -> None:
    first, second = embedding(lake, "ann", "bob"), embedding(lake, "bob", "eve")
    (texts, ours), (others, theirs) = read(first), read(second)
    assert texts.isdisjoint(others)
    assert ours["ann"] == theirs["eve"] == (TEXTS, 0)
    assert sorted([ours["bob"], theirs["bob"]]) == [(0, TEXTS), (TEXTS, 0)]


def test_who_owes_nothing_or_is_claimed_by_nobody_waits_for_nobody(lake: Lake) -> None:
    embed_users(lake, SPACE, ["eve"], KINDS, HashEngine)
    with debts(lake, SPACE, ["ann"], KINDS) as found:
        assert found.owed == {"ann": TEXTS}
        assert embed_users(lake, SPACE, ["eve"], KINDS, no_engine)["eve"].reused == TEXTS
        assert embed_users(lake, SPACE, ["bob"], KINDS, HashEngine)["bob"].embedded == TEXTS


def test_threads_of_one_process_take_turns_and_writing_goes_on_meanwhile(lake: Lake) -> None:
    results = []

    def work() -> None:
        results.append(embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)["ann"])

    thread = Thread(target=work)
    with debts(lake, SPACE, ["ann"], KINDS):
        thread.start()
        with lake.writing("ann"):
            thread.join(0.5)
        assert thread.is_alive() and not results
    thread.join(60)
    assert [result.embedded for result in results] == [TEXTS]


def test_a_killed_process_holds_nobody_up_and_leaves_no_name(lake: Lake) -> None:
    killed = embedding(lake, "ann")
    assert killed.stdout is not None and killed.stdout.readline().startswith("text")
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    (left,) = lake.storage.list("claims")
    assert b"ann" not in lake.storage.get(left.path)
    result = embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)["ann"]
    assert result.embedded + result.reused == TEXTS
    assert lake.storage.list("claims") == []
    assert list((lake.settings.home / "locks").glob("claim-*")) == []
