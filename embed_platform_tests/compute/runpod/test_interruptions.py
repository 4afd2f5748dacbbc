"""Coordinators that are interrupted, ended or killed, at every stage: nothing is left, or the reaper finds it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from embed_platform.compute.ledger import Ledger
from embed_platform_tests.compute.runpod.vendor import KEY, Vendor, until
from embed_platform_tests.road import Home

pytestmark = pytest.mark.slow
MODULE = "embed_platform_tests.compute.runpod.coordinator"


class Coordinator:
    """A run in a process of its own."""

    def __init__(self, home: Path, vendor: Vendor, *words: str) -> None:
        command = [sys.executable, "-m", MODULE, str(home), str(vendor.port), *words]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def wait_for(self, word: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.strip().startswith(word):
                return
        raise AssertionError(f"it ended without {word!r}: {self.process.communicate()[1]}")

    def signal(self, number: int) -> None:
        os.kill(self.process.pid, number)

    def end(self, seconds: float = 20.0) -> int:
        """Exit code."""
        self.process.communicate(timeout=seconds)
        return self.process.returncode


@contextmanager
def coordinating(home: Path, vendor: Vendor, *words: str) -> Iterator[Coordinator]:
    coordinator = Coordinator(home, vendor, *words)
    try:
        yield coordinator
    finally:
        coordinator.process.kill()
        coordinator.process.communicate()


def at_enter(vendor: Vendor, run: Coordinator) -> None:
    run.wait_for("entered")


def while_creating(vendor: Vendor, run: Coordinator) -> None:
    vendor.fault("hang_after", 0.8)
    run.wait_for("entered")
    until(lambda: vendor.state["calls"].get("create"))


def while_provisioning(vendor: Vendor, run: Coordinator) -> None:
    vendor.fault("stuck")
    until(lambda: vendor.running)


def while_loading(vendor: Vendor, run: Coordinator) -> None:
    vendor.fault("unhealthy")
    until(lambda: vendor.running)
    time.sleep(0.5)


def while_serving(vendor: Vendor, run: Coordinator) -> None:
    run.wait_for("machine")
    run.wait_for("machine")


STAGES = [at_enter, while_creating, while_provisioning, while_loading, while_serving]
Stage = Callable[[Vendor, Coordinator], None]


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_an_interrupted_run_leaves_nothing(
    vendor: Vendor, home: Path, stage: Stage, number: signal.Signals
) -> None:
    with coordinating(home, vendor, "2") as run:
        run.wait_for("begun")
        stage(vendor, run)
        run.signal(number)
        code = run.end()
    assert code in {signal.SIGINT: (-signal.SIGINT, 1, 130), signal.SIGTERM: (143,)}[number]
    assert vendor.running == []
    assert not Ledger(home).open_rentals()


def test_impatience_while_pods_are_being_ended_changes_nothing(vendor: Vendor, home: Path) -> None:
    with coordinating(home, vendor, "2", "5", "leave") as run:
        run.wait_for("machine")
        vendor.fault("answer", 500, times=12, call="delete")
        run.wait_for("leaving")
        for _ in range(6):
            run.signal(signal.SIGINT)
            run.signal(signal.SIGTERM)
            time.sleep(0.1)
        code = run.end()
    assert vendor.running == [] and code != 0
    assert not Ledger(home).open_rentals()


def test_a_program_that_never_leaves_its_fleet_ends_it_as_it_ends(
    vendor: Vendor, home: Path
) -> None:
    with coordinating(home, vendor, "1", "5", "forget") as run:
        run.wait_for("machine")
        assert run.end() == 0
    assert vendor.running == [] and vendor.state["creates"] == 1


def reap(vendor: Vendor, home: Path, *words: str) -> str:
    """`embed-platform pods reap` in a process of its own."""
    known = {"RUNPOD_API_KEY": KEY, "EMBED_RUNPOD_URL": vendor.url}
    return Home(home).run("pods", "reap", *words, **known).stderr


@pytest.mark.parametrize("stage", STAGES[1:], ids=lambda stage: stage.__name__)
def test_a_killed_run_leaves_a_ledger_and_the_reaper_ends_everything(
    vendor: Vendor, home: Path, stage: Stage
) -> None:
    with coordinating(home, vendor, "2") as run:
        run.wait_for("begun")
        stage(vendor, run)
        run.signal(signal.SIGKILL)
        assert run.end() == -signal.SIGKILL
    until(lambda: len(vendor.running) == 2)
    known = set(Ledger(home).open_rentals())
    assert set(vendor.running) <= known
    told = reap(vendor, home)
    assert told.count("is ended: its run has ended") == 2
    assert vendor.running == [] and not Ledger(home).open_rentals()
    assert "Nothing was left running" in reap(vendor, home)


def test_the_next_run_ends_what_a_killed_one_left(vendor: Vendor, home: Path) -> None:
    with coordinating(home, vendor, "1") as run:
        run.wait_for("machine")
        run.signal(signal.SIGKILL)
        run.end()
    (left,) = vendor.running
    with coordinating(home, vendor, "1") as run:
        run.wait_for("machine")
        until(lambda: left not in vendor.running)
        assert len(vendor.running) == 1
        run.signal(signal.SIGTERM)
        run.end()
    assert vendor.running == []


def test_two_runs_at_once_keep_to_their_caps_and_leave_each_other_alone(
    vendor: Vendor, home: Path
) -> None:
    # a tenth of a dollar a second; two hours of one machine are the cap
    vendor.fault("price", 360.0)
    with (
        coordinating(home, vendor, "3", "730", "leave") as one,
        coordinating(home, vendor, "3", "730", "leave") as two,
    ):
        one.wait_for("machine")
        two.wait_for("machine")
        assert len(vendor.running) == 2
        assert "Nothing was left running" in reap(vendor, home)
        assert len(vendor.running) == 2
        one.signal(signal.SIGINT)
        one.end()
        assert len(vendor.running) == 1
        two.signal(signal.SIGTERM)
        two.end()
    state = vendor.state
    assert state["running"] == [] and state["creates"] == 2
    assert all(dollars <= 730 for dollars in state["dollars_by_run"].values())


def test_two_homes_with_one_account_leave_each_other_alone(vendor: Vendor, tmp_path: Path) -> None:
    with (
        coordinating(tmp_path / "a", vendor, "1") as one,
        coordinating(tmp_path / "b", vendor, "1") as two,
    ):
        one.wait_for("machine")
        two.wait_for("machine")
        one.signal(signal.SIGKILL)
        one.end()
        assert "Nothing was left running" in reap(vendor, tmp_path / "b")
        assert len(vendor.running) == 2
        assert "its run has ended" in reap(vendor, tmp_path / "a")
        assert len(vendor.running) == 1
        two.signal(signal.SIGTERM)
        two.end()
    assert vendor.running == []
