"""Marks of work: seen by everybody while it lasts, gone with its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from embed_platform.lake.under_way import under_way, working_on
from embed_platform.settings import Settings

HELD = """
import sys, time
from embed_platform.lake.under_way import working_on
from embed_platform.settings import Settings
with working_on(Settings(home=sys.argv[1]), ["ann", "bob"], "a run"):
    print("marked", flush=True)
    time.sleep(60)
"""


def test_work_is_seen_while_it_lasts_and_only_for_those_it_is_about(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with working_on(settings, ["ann", "bob"], "a run"), working_on(settings, ["bob"], "a feed"):
        assert under_way(settings, "ann") == ["a run"]
        assert sorted(under_way(settings, "bob")) == ["a feed", "a run"]
        assert under_way(settings, "eve") == under_way(settings, "an") == []
    assert under_way(settings, "bob") == [] and not list((tmp_path / "locks").iterdir())


def test_work_on_nobody_leaves_no_mark(tmp_path: Path) -> None:
    with working_on(Settings(home=tmp_path), [], "a run"):
        assert not (tmp_path / "locks").exists()


def test_a_process_that_is_killed_takes_its_mark_along(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", HELD, str(tmp_path)], stdout=subprocess.PIPE)
    assert child.stdout is not None and child.stdout.readline() == b"marked\n"
    settings = Settings(home=tmp_path)
    assert under_way(settings, "ann") == ["a run"]
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert under_way(settings, "ann") == [] and not list((tmp_path / "locks").iterdir())
