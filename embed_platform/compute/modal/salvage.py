"""Calls of a killed run: what they have finished is taken, what still runs is waited for a little, then ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from embed_platform.compute.modal.client import Call
from embed_platform.compute.modal.flight import Flight
from embed_platform.compute.modal.ledger import Entry
from embed_platform.compute.modal.payload import Answer, raise_problem, unpack
from embed_platform.errors import EmbedError, MachineUnavailable

# What ran when the other run was killed is paid for, and is about to be done.
WAIT_SECONDS = 60.0

T = TypeVar("T")
_log = logging.getLogger(__name__)


def salvage(
    entries: list[Entry],
    reattach: Callable[[str], Call],
    flight: Flight,
    read: Callable[[Entry, Answer], T],
    wait_seconds: float,
) -> Iterator[T]:
    """Finished work of calls that nobody waits for any more, the finished ones first.

    A call is forgotten when its work was taken, when there is none to take, and when it is
    cancelled; never before, so that it does not matter when this is killed too.

    Args:
        entries: the calls.
        reattach: gives the call of an id.
        flight: forgets and cancels.
        read: makes something of an answer; raises EmbedError when it cannot.
        wait_seconds: for those that still run, all together.
    """
    deadline = time.monotonic() + wait_seconds
    running: list[Entry] = []
    try:
        for entry in entries:
            yield from _taken(entry, reattach(entry.call), 0.0, flight, read, running)
        late: list[Entry] = []
        for entry in running:
            left = min(deadline - time.monotonic(), entry.until - time.time())
            yield from _taken(entry, reattach(entry.call), max(0.0, left), flight, read, late)
        for entry in late:
            if flight.end(reattach(entry.call)):
                flight.forget(entry)
    except MachineUnavailable as error:
        # they stay written down for another time
        _log.warning("what an earlier run has embedded cannot be had now: %s", error)


def _taken(
    entry: Entry,
    call: Call,
    seconds: float,
    flight: Flight,
    read: Callable[[Entry, Answer], T],
    running: list[Entry],
) -> Iterator[T]:
    """The work of one call; it is added to `running` when there is none yet."""
    try:
        data = call.result(seconds)
        if data is None:
            running.append(entry)
            return
        answer = unpack(data)
        raise_problem(answer)
        found = read(entry, answer)
    except MachineUnavailable:
        raise
    except EmbedError as error:
        _log.info("an earlier call has nothing to take: %s", error)
    else:
        yield found
    flight.forget(entry)
