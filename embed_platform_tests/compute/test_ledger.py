"""The ledger: written before, only added to, readable after a crash, without a secret."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from embed_platform.compute.ledger import (
    Billed,
    Created,
    Ended,
    Intent,
    Ledger,
    Owner,
    fold,
    is_alive,
    process_mark,
    this_process,
)

INTENT = Intent(
    vendor="runpod", run="aaaa000001", gpu="NVIDIA L4", cloud="SECURE", image="an/image:1",
    dollars_per_hour=0.44, minutes=120, owner=this_process(), at="2026-11-01T00:00:00+00:00",
)  # fmt: skip
LATER = "2026-11-01T01:00:00+00:00"


def test_a_rental_is_open_from_its_intent_until_its_end(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.write("x-1", INTENT)
    assert ledger.open_rentals()["x-1"].machine_ids == ()
    ledger.write("x-1", Created("pod1", 0.44, LATER))
    ledger.write("x-1", Ended("done", 3600, 0.44, LATER))
    assert ledger.open_rentals() == {}
    ledger.write("x-1", Billed(0.5, LATER))
    (rental,) = ledger.rentals()
    assert (rental.machine_ids, rental.dollars, rental.billed) == (("pod1",), 0.44, 0.5)


def test_a_line_that_a_crash_cut_short_hides_no_other(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.write("x-1", INTENT)
    with (ledger.folder / "x-1.json").open("ab") as file:
        file.write(b'\n{"event":"created","machine_i')
    ledger.write("x-1", Created("pod1", 0.44, LATER))
    (rental,) = ledger.rentals()
    assert rental.machine_ids == ("pod1",) and rental.is_open
    assert fold("x", [b"\x00\xff", b"[1]", b""]) is None


def test_what_is_written_is_never_written_over(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.write("x-1", INTENT)
    before = (ledger.folder / "x-1.json").read_bytes()
    ledger.write("x-1", Ended("done", 1, 0.1, LATER))
    assert (ledger.folder / "x-1.json").read_bytes().startswith(before)


def test_a_home_has_one_mark_whoever_asks_first(tmp_path: Path) -> None:
    marks: list[str] = []
    threads = [
        threading.Thread(target=lambda: marks.append(Ledger(tmp_path).mark())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(marks)) == 1 and len(marks[0]) == 4
    assert Ledger(tmp_path / "other").mark() != "" and not list(tmp_path.glob("rentals/.mark-*"))


def test_a_process_is_told_from_a_later_one_with_its_number() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = process_mark(process.pid)
    assert mark and mark == process_mark(process.pid)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert process_mark(process.pid) == ""  # a zombie rents nothing
    process.wait()
    assert process_mark(process.pid) == ""
    assert mark != process_mark(os.getpid())


def test_a_run_of_another_host_is_taken_to_live() -> None:
    mine = this_process()
    assert is_alive(mine)
    assert not is_alive(Owner(mine.host, 2**22 - 1, mine.mark))
    assert not is_alive(Owner(mine.host, mine.pid, "another boot:5"))
    assert is_alive(Owner("elsewhere", mine.pid, "another boot:5"))


def test_a_process_has_spent_what_its_rentals_cost_and_what_still_runs_may_cost(
    tmp_path: Path,
) -> None:
    ledger = Ledger(tmp_path)
    ledger.write("x-1", INTENT)
    ledger.write("x-1", Ended("done", 3600, 0.44, LATER))
    ledger.write("x-1", Billed(0.5, LATER))
    ledger.write("x-2", INTENT)
    assert ledger.spent_by(INTENT.owner) == pytest.approx(0.5 + 0.88)
    assert ledger.spent_by(Owner("elsewhere", 1, "")) == 0


def test_a_ledger_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "rentals").write_text("in the way")
    with pytest.raises(OSError, match="exists"):
        Ledger(tmp_path).write("x-1", INTENT)
