"""Runs over many users, runs that are killed, a full disk, a lake on S3: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from benchmarks.generate import write_users
from embed_platform_tests.road import COMMAND, SAMPLE, Home

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path):
    home = Home(tmp_path / "home")
    yield home
    home.run("down")


def damage(home: Home, user: str) -> tuple[Path, bytes]:
    """Cut a kept member of a user in half; returns it and what it held."""
    members = (home.path / "lake" / "members" / f"user={user}").iterdir()
    largest = max(members, key=lambda path: path.stat().st_size)
    whole = largest.read_bytes()
    largest.write_bytes(whole[: len(whole) // 2])
    return largest, whole


def test_a_failing_user_fails_alone_and_ends_red_with_the_own_error(
    home: Home, tmp_path: Path
) -> None:
    write_users(tmp_path / "users", 4, 20)
    home.run("ingest", tmp_path / "users")
    users = [user["user"] for user in home.json("status")["users"]]
    victim = users[1]
    member, whole = damage(home, victim)
    done = home.run("run", "--store", "s3", "--json", check=False)
    assert done.returncode == 1
    assert done.stderr.count("error:") == 1 and victim in done.stderr
    loaded = {user["user"] for user in home.json("status")["users"] if user["spaces"]}
    assert loaded == set(users) - {victim}
    assert statuses(home)[0] == ("FAILURE", victim)
    member.write_bytes(whole)
    home.launch("s3")
    healed = {user["user"]: user for user in home.json("status")["users"]}
    assert set(healed) == {user for user in healed if healed[user]["spaces"]}
    assert "failed" not in healed[victim]


def statuses(home: Home) -> list[tuple[str, str | None]]:
    """Status and partition of the home's runs, newest first."""
    import dagster as dg
    from dagster._core.instance.ref import InstanceRef

    with dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home.path / "dagster"))) as instance:
        runs = [record.dagster_run for record in instance.get_run_records()]
    return [(run.status.value, run.tags.get("dagster/partition")) for run in runs]


@pytest.mark.parametrize("seconds", [2.5, 4.0, 6.0, 8.0])
def test_a_run_that_was_killed_is_completed_by_the_next(home: Home, seconds: float) -> None:
    home.run("ingest", SAMPLE)
    words = [str(COMMAND), "run", "--store", "s3", "--store", "pgvector"]
    child = subprocess.Popen(
        words,
        env=home.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    home.launch("s3", "pgvector")
    (user,) = home.json("status")["users"]
    (space,) = user["spaces"]
    assert space["embedded"] == 240 and space["stores"] == {"pgvector": 240, "s3": 240}
    assert home.json("audit", EMBED_STORES="s3,pgvector")["findings"] == []
    again = home.launch("s3", "pgvector")
    assert (again["embedded"], again["deleted"]) == (0, 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system can be mounted by root only")
def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        home = Home(disk / "home")
        home.run("ingest", SAMPLE)
        before = home.json("archives", "list")
        large = shutil.copytree(SAMPLE, tmp_path / "large")
        tweets = large / "data" / "tweets.js"
        text = tweets.read_text(encoding="utf-8")
        tweets.write_text(text.replace("[\n", "[\n" + " " * 3_000_000 + "\n", 1), encoding="utf-8")
        done = home.run("ingest", large, "--force", check=False)
        assert done.returncode == 1
        assert "space" in done.stderr.lower() and "Traceback" not in done.stderr
        assert home.json("archives", "list") == before
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_the_lake_and_the_publication_can_lie_on_s3(
    tmp_path: Path, s3_server: dict[str, str]
) -> None:
    home = Home(tmp_path / "home")
    places = {
        "EMBED_LAKE_URL": "s3://bucket/lake",
        "EMBED_PUBLISH_URL": "s3://bucket/public",
        "AWS_ENDPOINT_URL": s3_server["s3_endpoint"],
        "AWS_ACCESS_KEY_ID": s3_server["s3_key"],
        "AWS_SECRET_ACCESS_KEY": s3_server["s3_secret"],
    }
    home.run("ingest", SAMPLE, **places)
    first = home.json("run", "--store", "s3", **places)
    again = home.json("run", "--store", "s3", **places)
    assert (first["embedded"], again["embedded"]) == (240, 0)
    top = home.json("search", "How do you cope with bereavement?", "--store", "s3", **places)[
        "results"
    ][0]
    assert top["text"].startswith("Grief")
    assert not (home.path / "lake").exists() and not (home.path / "publish").exists()
    gone = home.json("forget", "tilda_marrowby", "--yes", **places)
    assert gone["rows"]["s3"] == 240
    assert home.json("status", **places)["users"] == []
    home.run("down", **places)
