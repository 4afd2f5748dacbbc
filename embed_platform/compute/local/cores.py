"""Batches side by side on the cores of a CPU, which small matrices hardly share."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import chain, islice
from threading import Barrier
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

# Each holds the memory of one batch; more cores than that share batches.
MOST_LANES = 8
# Their positions depend on the longest text that was read last, and are kept in the model.
_REMEMBERING = {"dynamic", "longrope"}

Item = TypeVar("Item")


class Cores:
    """Threads that work side by side, each with its share of the cores that torch may use.

    Two threads with a core each embed 1.5 to 1.9 times as many tweets with MiniLM in bfloat16 as one
    thread with both. A single piece of work has all cores.

    Args:
        count: cores that torch may use in the thread that makes this.
        most: threads; 1 for none.
    """

    def __init__(self, count: int, most: int = MOST_LANES) -> None:
        self._count, self._lanes = count, max(1, min(count, most))
        self._pool: ThreadPoolExecutor | None = None

    def each(self, work: Callable[[Item], object], items: Iterable[Item]) -> None:
        """Do some work for each item; returns when all is done.

        Few items are taken ahead of the work. After an error what has begun is finished, and the
        error raised.
        """
        rest = iter(items)
        first = list(islice(rest, 2))
        if self._lanes == 1 or len(first) < 2:
            for item in chain(first, rest):
                work(item)
            return
        self._pool = self._pool or _threads(self._lanes, self._count // self._lanes, self._count)
        under_way: deque[Future[object]] = deque()
        try:
            for item in chain(first, rest):
                under_way.append(self._pool.submit(work, item))
                if len(under_way) > 2 * self._lanes:
                    under_way.popleft().result()
            while under_way:
                under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()
            wait(under_way)


def cores_for(model: SentenceTransformer) -> Cores:
    """All cores for a model on a CPU; nothing side by side elsewhere, or where its passes share a state."""
    import torch

    alone = model.device.type != "cpu" or any(map(_remembers, model.modules()))
    return Cores(torch.get_num_threads(), 1 if alone else MOST_LANES)


def _remembers(part: torch.nn.Module) -> bool:
    kinds = getattr(part, "rope_type", None)
    # one for each kind of layer in some models
    return not _REMEMBERING.isdisjoint(kinds.values() if isinstance(kinds, dict) else [kinds])


def _threads(lanes: int, cores: int, whole: int) -> ThreadPoolExecutor:
    """Threads in which torch uses so many cores each.

    The number that a thread sets is that of every thread which comes later, too, so that afterwards
    this one sets the whole number again.
    """
    import torch

    pool = ThreadPoolExecutor(lanes, thread_name_prefix="cores")
    all_there = Barrier(lanes)

    def narrow(_: Any) -> None:
        torch.get_num_threads()  # else the first operation takes the whole number
        torch.set_num_threads(cores)
        all_there.wait()  # so that each thread does this once

    list(pool.map(narrow, range(lanes)))
    torch.set_num_threads(whole)
    return pool
