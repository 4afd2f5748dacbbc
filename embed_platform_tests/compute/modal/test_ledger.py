"""Calls written down: found again when their process is gone, and nothing else in them."""

from __future__ import annotations

import os
import subprocess
import sys

import msgspec

from embed_platform.compute.ledger import process_mark
from embed_platform.compute.modal.ledger import Entry, call_ledger, new_entry
from embed_platform.settings import Settings


def entry_of(call: str, space: str = "minilm_00000000") -> Entry:
    return new_entry(call, f"shard of {call}", space, ("h1", "h2"), 1e10, "")


def of_a_dead_process(entry: Entry) -> Entry:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        mark = process_mark(process.pid)
    return msgspec.structs.replace(entry, pid=process.pid, process=mark)


def test_a_call_stays_written_down_until_it_is_dropped(settings: Settings) -> None:
    ledger = call_ledger(settings)
    assert list(ledger.entries()) == []
    ledger.note(entry_of("fc-1"))
    assert list(call_ledger(settings).entries()) == [entry_of("fc-1")]
    ledger.drop("fc-1")
    ledger.drop("fc-1")
    assert list(ledger.entries()) == []


def test_only_calls_of_processes_that_are_gone_are_left_over(settings: Settings) -> None:
    ledger = call_ledger(settings)
    alive, dead = entry_of("fc-1"), of_a_dead_process(entry_of("fc-2"))
    other_space = of_a_dead_process(entry_of("fc-3", "other_00000000"))
    elsewhere = msgspec.structs.replace(dead, call="fc-4", host="another-machine")
    for entry in (alive, dead, other_space, elsewhere):
        ledger.note(entry)
    assert ledger.left_over("minilm_00000000") == [dead]


def test_a_call_that_its_process_has_left_is_left_over_while_it_lives_and_afterwards(
    settings: Settings,
) -> None:
    ledger = call_ledger(settings)
    for entry in (entry_of("fc-1"), of_a_dead_process(entry_of("fc-2"))):
        ledger.leave(entry)
    assert [entry.call for entry in ledger.left_over("minilm_00000000")] == ["fc-1", "fc-2"]


def test_a_later_process_with_the_same_number_is_not_taken_for_it(settings: Settings) -> None:
    ledger = call_ledger(settings)
    entry = msgspec.structs.replace(entry_of("fc-1"), pid=os.getpid(), process="boot:1")
    ledger.note(entry)
    assert ledger.left_over("minilm_00000000") == [entry]


def test_a_file_that_cannot_be_read_is_removed(settings: Settings) -> None:
    ledger = call_ledger(settings)
    ledger.note(entry_of("fc-1"))
    (ledger.folder / "fc-2.json").write_text('{"call": "fc-2"')
    assert [entry.call for entry in ledger.entries()] == ["fc-1"]
    assert not (ledger.folder / "fc-2.json").exists()
