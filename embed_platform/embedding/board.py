"""Who embeds which shard next: work is pulled, comes back when its machine is lost, and is doubled at the end.

No thread starts here and nothing is embedded; every method may be called from any thread.
"""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Condition

from embed_platform.embedding.plan import Shard

# After so many machines that failed on it a shard is cut in two: one of its texts may be the reason.
ATTEMPTS = 3
# A shard that takes so many times the usual is looked at as stalled.
STALL_FACTOR = 8.0
STALL_SECONDS = 60.0
# Of the newest shards the usual time is taken.
REMEMBERED = 50


@dataclass(eq=False)
class Task:
    """A shard on its way.

    Attributes:
        shard: what to embed.
        attempts: how often a machine failed on it.
        running: when each machine that works on it began, by name.
        done: whether a result of it is of no more use: one was committed, or others stand for it.
    """

    shard: Shard
    attempts: int = 0
    running: dict[str, float] = field(default_factory=dict)
    done: bool = False


class Board:
    """The shards of a run.

    Args:
        shards: read as they are needed.
        give_up: called with a shard of one text that no machine could embed.
        clock: seconds that never go back.
    """

    def __init__(
        self,
        shards: Iterator[Shard],
        give_up: Callable[[Shard], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shards, self._give_up, self._clock = shards, give_up, clock
        self._changed = Condition()
        self._waiting: deque[Task] = deque()
        self._running: list[Task] = []
        self._rates: deque[float] = deque(maxlen=REMEMBERED)
        self._exhausted = self._stopped = False
        self._problem: BaseException | None = None

    def take(self, machine: str) -> Task | None:
        """The next shard for a machine; waits while others may give some back. None: there is no more."""
        with self._changed:
            while not self._stopped:
                task = self._next() or self._slowest(machine)
                if task is not None:
                    if task not in self._running:
                        self._running.append(task)
                    task.running[machine] = self._clock()
                    return task
                if self._stopped or self.finished:
                    return None
                self._changed.wait(0.05)
            return None

    def finish(self, task: Task, machine: str) -> bool:
        """Whether this result is the first of its shard, and so the one to commit."""
        with self._changed:
            began = task.running.pop(machine, None)
            first = not task.done
            task.done = True
            if began is not None:
                self._rates.append((self._clock() - began) / weight(task.shard))
            if task in self._running:
                self._running.remove(task)
            elif task in self._waiting:  # a machine that was given up has answered after all
                self._waiting.remove(task)
            self._changed.notify_all()
            return first

    def give_back(self, task: Task, machine: str) -> None:
        """A machine failed on a shard: another tries, or its halves are tried.

        Nothing happens when the machine was dropped before: that gave the shard back already.
        """
        with self._changed:
            began = task.running.pop(machine, None)
            self._changed.notify_all()
            if began is None or task.done or task.running:
                return
            self._running.remove(task)
            task.attempts += 1
            if task.attempts < ATTEMPTS:
                self._waiting.appendleft(task)
                return
            task.done = True
            if len(task.shard.items) > 1:
                self._waiting.extendleft(Task(half, 1) for half in halves(task.shard))
            else:
                self._give_up(task.shard)

    def stalled(self) -> list[str]:
        """Machines that have worked on one shard far longer than is usual."""
        with self._changed:
            now, usual = self._clock(), self._usual()
            return sorted(
                {
                    machine
                    for task in self._running
                    for machine, began in task.running.items()
                    if now - began > max(STALL_SECONDS, STALL_FACTOR * usual * weight(task.shard))
                }
            )

    def drop(self, machine: str) -> None:
        """A machine is gone: whatever it worked on is given back."""
        with self._changed:
            held = [task for task in self._running if machine in task.running]
        for task in held:
            self.give_back(task, machine)

    def stop(self) -> None:
        """Let nobody take more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    @property
    def finished(self) -> bool:
        """Whether every shard has its result.

        Raises:
            BaseException: whatever reading the shards raised.
        """
        with self._changed:
            if self._problem is not None:
                raise self._problem
            return self._exhausted and not self._waiting and not self._running

    def _next(self) -> Task | None:
        if self._waiting:
            return self._waiting.popleft()
        if self._exhausted:
            return None
        try:
            return Task(next(self._shards))
        except StopIteration:
            self._exhausted = True
        except BaseException as error:  # noqa: BLE001 - `finished` raises it where the run is
            self._problem, self._stopped = error, True
        return None

    def _slowest(self, machine: str) -> Task | None:
        """A shard that another machine works on for longer than is usual, so that nobody waits for the slowest."""
        now, usual = self._clock(), self._usual()
        late = [
            (min(task.running.values()), number)
            for number, task in enumerate(self._running)
            if len(task.running) == 1
            and machine not in task.running
            and now - min(task.running.values()) > usual * weight(task.shard)
        ]
        return self._running[min(late)[1]] if late and self._rates else None

    def _usual(self) -> float:
        """Seconds per token, as the median of the newest shards."""
        return statistics.median(self._rates) if self._rates else 0.0


def weight(shard: Shard) -> int:
    """Tokens of a shard, roughly."""
    return sum(item.tokens for item in shard.items)


def halves(shard: Shard) -> list[Shard]:
    """A shard of two or more texts cut in the middle."""
    middle = len(shard.items) // 2
    return [Shard(shard.items[:middle]), Shard(shard.items[middle:])]
