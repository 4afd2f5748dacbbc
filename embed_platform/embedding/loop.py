"""Shards through the machines of a fleet: checked, committed as they come, first valid result wins."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread

import numpy as np

from embed_platform.embedding.board import Board, Task
from embed_platform.embedding.engine import Embedded, Engine
from embed_platform.embedding.fleet import Fleet, Machine
from embed_platform.embedding.plan import Shard
from embed_platform.embedding.probe import MIN_COSINE, cosines
from embed_platform.embedding.space import EmbeddingSpace
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
# Of each shard of a far machine, one text in so many is asked again, by itself and in another
# order: an answer in which the vectors are shifted by one looks right otherwise.
ASKED_AGAIN = 400
# Answers that wait to be committed; further ones wait in their machines' threads.
WAITING_ANSWERS = 16

_log = logging.getLogger(__name__)
Commit = Callable[[Shard, Embedded, Machine, float], None]
GiveUp = Callable[[Shard, str], None]


@dataclass(frozen=True)
class _Done:
    machine: Machine
    task: Task
    answer: Embedded
    seconds: float


@dataclass(frozen=True)
class _Gone:
    machine: Machine
    error: BaseException


def embed_shards(
    fleet: Fleet,
    space: EmbeddingSpace,
    shards: Iterator[Shard],
    *,
    admit: Callable[[Engine], None],
    commit: Commit,
    give_up: GiveUp,
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Embed every shard once. The fleet has been entered already, and is left by the caller.

    Args:
        fleet: whose machines to use, as they become ready.
        space: in which.
        shards: read as they are needed.
        admit: compares a machine with the space; raises SpaceMismatch.
        commit: keeps a shard's vectors, told of the machine and its seconds; called in this
            thread, once for each shard.
        give_up: told of a text that no machine could embed, and why.
        tick: called again and again while it runs.

    Raises:
        PermanentError: no machine is left, and no other will come.
        Exception: whatever the code of an engine raises unexpectedly.
    """
    answers: Queue[_Done | _Gone] = Queue(WAITING_ANSWERS)
    board = Board(shards, lambda shard: give_up(shard, "no machine gives a vector of it"))
    working: dict[str, Machine] = {}
    last: EmbedError | None = None
    try:
        while not board.finished:
            tick()
            machine = _another(fleet, working, last)
            if machine is not None:
                admit_error = _admitted(machine, admit)
                if admit_error is None:
                    working[machine.name] = machine
                    _start(machine, space, board, answers)
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


def _another(fleet: Fleet, working: dict[str, Machine], last: EmbedError | None) -> Machine | None:
    """The next machine that is ready; while some work on, it does not matter that no other comes."""
    try:
        return fleet.next_machine(0 if working else POLL_SECONDS)
    except PermanentError as error:
        if working:
            return None
        raise last or error from error


def _admitted(machine: Machine, admit: Callable[[Engine], None]) -> EmbedError | None:
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
    fleet: Fleet, board: Board, working: dict[str, Machine], machine: Machine, reason: str
) -> None:
    # each of its lanes may say so, some of them when another machine bears its name already
    if working.get(machine.name) is machine:
        del working[machine.name]
        _log.warning("%s is lost: %s", machine.name, reason)
        fleet.lost(machine, reason)
        board.drop(machine.name)


def _start(
    machine: Machine, space: EmbeddingSpace, board: Board, answers: Queue[_Done | _Gone]
) -> None:
    for lane in range(machine.lanes):
        Thread(
            target=_work,
            args=(machine, space, board, answers),
            name=f"{machine.name}/{lane}",
            daemon=True,  # a call that never returns must not keep the process
        ).start()


def _work(
    machine: Machine, space: EmbeddingSpace, board: Board, answers: Queue[_Done | _Gone]
) -> None:
    """One lane: pull, embed, hand over, until there is no more or the machine fails."""
    failures = 0
    while (task := board.take(machine.name)) is not None:
        started = time.monotonic()
        try:
            answer = embed_checked(machine, space, task.shard)
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


def embed_checked(machine: Machine, space: EmbeddingSpace, shard: Shard) -> Embedded:
    """A shard's vectors by one machine, each found usable.

    Raises:
        SpaceMismatch: another number or length of vectors, or other ones when asked again.
        TransientError: the machine did not answer.
    """
    texts = list(shard.texts().values())
    answer = usable(machine.engine.embed(texts, space.document_prompt))
    if answer.vectors.shape != (len(texts), space.dimension):
        raise SpaceMismatch(
            f"{answer.vectors.shape} vectors for {len(texts)} texts in {space.dimension} dimensions",
            where=machine.name,
        )
    if machine.far:
        _ask_again(machine, space, texts, answer)
    return answer


def usable(answer: Embedded) -> Embedded:
    """Vectors that are not finite, have no direction or are constant become failures, not rows."""
    vectors = answer.vectors
    useless = ~np.isfinite(vectors).all(axis=1) | (np.abs(vectors).sum(axis=1) == 0)
    if vectors.shape[1] > 1:
        useless |= np.ptp(vectors, axis=1) == 0
    failed = {int(i): "the model gave no usable vector" for i in np.flatnonzero(useless)}
    return Embedded(vectors, answer.tokens, answer.truncated, failed | answer.failed)


def _ask_again(machine: Machine, space: EmbeddingSpace, texts: list[str], answer: Embedded) -> None:
    good = [row for row in range(len(texts)) if row not in answer.failed]
    picked = random.sample(good, min(len(good), 1 + len(texts) // ASKED_AGAIN))
    if not picked:
        return
    again = machine.engine.embed([texts[row] for row in picked], space.document_prompt)
    kept = [at for at in range(len(picked)) if at not in again.failed]
    found = cosines(again.vectors[kept], answer.vectors[[picked[at] for at in kept]])
    if len(kept) and float(np.min(found)) < MIN_COSINE:
        raise SpaceMismatch(
            f"asked for the same text again it gives another vector (cosine {float(np.min(found)):.3f})",
            where=machine.name,
            remedy="Its vectors are thrown away; the others go on",
        )
