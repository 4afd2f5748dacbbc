"""Shards through the machines of a fleet: committed as they come, the first valid result wins."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import Generic, TypeVar

from embed_platform.embedding.board import Board, Task
from embed_platform.embedding.engine import AnyEngine, Embedded, EmbeddedPages
from embed_platform.embedding.fleet import Fleet, Machine
from embed_platform.embedding.plan import Shard
from embed_platform.errors import (
    EmbedError,
    MachineUnavailable,
    PermanentError,
    SpaceMismatch,
    TransientError,
)

POLL_SECONDS = 0.2
# A machine that fails so often in a row is given up.
FAILURES_IN_A_ROW = 3
# Answers that wait to be committed; further ones wait in their machines' threads.
WAITING_ANSWERS = 16

E = TypeVar("E", bound=AnyEngine)
A = TypeVar("A", bound=Embedded | EmbeddedPages)
_log = logging.getLogger(__name__)
Embed = Callable[[Machine[E], Shard], A]
Commit = Callable[[Shard, A, Machine[E], float], None]
GiveUp = Callable[[Shard, str], None]


@dataclass(frozen=True)
class _Done(Generic[E, A]):
    machine: Machine[E]
    task: Task
    answer: A
    seconds: float


@dataclass(frozen=True)
class _Gone(Generic[E]):
    machine: Machine[E]
    error: BaseException


def embed_shards(
    fleet: Fleet[E, A],
    shards: Iterator[Shard],
    *,
    embed: Embed[E, A],
    admit: Callable[[E], None],
    commit: Commit[A, E],
    give_up: GiveUp,
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Embed every shard once. The fleet has been entered already, and is left by the caller.

    Args:
        fleet: whose machines to use, as they become ready.
        shards: read as they are needed, by any thread, one at a time.
        embed: a shard's vectors by one machine, found usable; called by the lanes' threads.
        admit: compares a machine with the space; raises SpaceMismatch.
        commit: keeps a shard's vectors, told of the machine and its seconds; called in this
            thread, once for each shard.
        give_up: told of a text or image that no machine could embed, and why.
        tick: called again and again while it runs.

    Raises:
        PermanentError: no machine is left, and no other will come.
        Exception: whatever the code of an engine or reading `shards` raises unexpectedly.
    """
    answers: Queue[_Done[E, A] | _Gone[E]] = Queue(WAITING_ANSWERS)
    board = Board(shards, lambda shard: give_up(shard, "no machine gives a vector of it"))
    working: dict[str, Machine[E]] = {}
    last: EmbedError | None = None
    try:
        while not board.finished:
            tick()
            machine = _another(fleet, working, last)
            if machine is not None:
                admit_error = _admitted(machine, admit)
                if admit_error is None:
                    working[machine.name] = machine
                    _start(machine, embed, board, answers)
                else:
                    last = admit_error
                    fleet.lost(machine, str(admit_error))
                continue
            for name in board.stalled():
                if name in working:
                    last = MachineUnavailable("it stalls", where=name)
                    _lose(fleet, board, working, working[name], str(last))
            try:
                answer = answers.get(timeout=POLL_SECONDS)
            except Empty:
                continue
            if isinstance(answer, _Done):
                if board.finish(answer.task, answer.machine.name):
                    commit(answer.task.shard, answer.answer, answer.machine, answer.seconds)
                continue
            if not isinstance(answer.error, EmbedError):
                raise answer.error
            last = answer.error
            _lose(fleet, board, working, answer.machine, str(last))
    finally:
        board.stop()


def _another(
    fleet: Fleet[E, A], working: dict[str, Machine[E]], last: EmbedError | None
) -> Machine[E] | None:
    """The next machine that is ready; while some work on, it does not matter that no other comes."""
    try:
        return fleet.next_machine(0 if working else POLL_SECONDS)
    except PermanentError as error:
        if working:
            return None
        raise last or error from error


def _admitted(machine: Machine[E], admit: Callable[[E], None]) -> EmbedError | None:
    """None when the machine agrees with its space; else why not."""
    try:
        admit(machine.engine)
    except SpaceMismatch as error:
        _log.error("%s is refused: %s", machine.name, error)
        return error
    except EmbedError as error:
        return error
    return None


def _lose(
    fleet: Fleet[E, A],
    board: Board,
    working: dict[str, Machine[E]],
    machine: Machine[E],
    reason: str,
) -> None:
    # each of its lanes may say so, some of them when another machine bears its name already
    if working.get(machine.name) is machine:
        del working[machine.name]
        _log.warning("%s is lost: %s", machine.name, reason)
        fleet.lost(machine, reason)
        board.drop(machine.name)


def _start(
    machine: Machine[E],
    embed: Embed[E, A],
    board: Board,
    answers: Queue[_Done[E, A] | _Gone[E]],
) -> None:
    for lane in range(machine.lanes):
        Thread(
            target=_work,
            args=(machine, embed, board, answers),
            name=f"{machine.name}/{lane}",
            daemon=True,  # a call that never returns must not keep the process
        ).start()


def _work(
    machine: Machine[E],
    embed: Embed[E, A],
    board: Board,
    answers: Queue[_Done[E, A] | _Gone[E]],
) -> None:
    """One lane: pull, embed, hand over, until there is no more or the machine fails."""
    failures = 0
    while (task := board.take(machine.name)) is not None:
        started = time.monotonic()
        try:
            answer = embed(machine, task.shard)
        except TransientError as error:
            board.give_back(task, machine.name)
            failures += 1
            if failures == FAILURES_IN_A_ROW or isinstance(error, MachineUnavailable):
                answers.put(_Gone(machine, error))
                return
        except BaseException as error:  # noqa: BLE001 - it is raised again where the run is
            board.give_back(task, machine.name)
            answers.put(_Gone(machine, error))
            return
        else:
            failures = 0
            answers.put(_Done(machine, task, answer, time.monotonic() - started))
