"""Dynamic batching: small requests that come at the same time share a forward pass.

One worker thread per model takes what waits, up to a budget of tokens. While it computes, requests
gather, so that batches grow with the load by themselves; only when company came last time does it
wait a few milliseconds for more, and a lone client loses nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition, Thread

import numpy as np

from embed_platform.embedding.engine import Embedded, Engine
from embed_platform.embedding.plan import CHARS_PER_TOKEN
from embed_platform.embedding.text_modality import usable
from embed_platform.errors import MachineUnavailable

WAIT_SECONDS = 0.004


class QueueFull(Exception):
    """More waits than may.

    Args:
        retry_after: seconds until about half of it is done.
    """

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(retry_after)


@dataclass(frozen=True)
class Waiting:
    """Texts of one request, and where their answer goes."""

    texts: Sequence[str]
    prompt: str
    tokens: int
    answer: Future[Embedded] = field(default_factory=Future)


@dataclass(frozen=True)
class Report:
    """What a forward pass did.

    Attributes:
        requests: that shared it.
        texts: in it.
        tokens: read.
        queued: tokens that still wait, about.
    """

    requests: int
    texts: int
    tokens: int
    queued: int


def estimate(texts: Iterable[str]) -> int:
    """About how many tokens texts have, before anybody counted; 2 at least each."""
    return sum(len(text) // CHARS_PER_TOKEN + 2 for text in texts)


def take(queue: deque[Waiting], budget: int) -> list[Waiting]:
    """Take from the left what fits into one pass: one prompt, `budget` tokens; one request may exceed it.

    Requests of another prompt keep their places.
    """
    taken: list[Waiting] = []
    passed: list[Waiting] = []
    tokens = 0
    while queue:
        item = queue[0]
        if taken and tokens + item.tokens > budget:
            break
        queue.popleft()
        if taken and item.prompt != taken[0].prompt:
            passed.append(item)
            continue
        taken.append(item)
        tokens += item.tokens
    queue.extendleft(reversed(passed))
    return taken


class Batcher:
    """The queue of one model and the thread that works it off.

    Args:
        open_engine: loads the model; called in the thread, again after it failed.
        name: of the model, for the thread's name.
        batch_tokens: tokens of a pass, about.
        queue_tokens: tokens that may wait, about; one request always may.
        on_pass: told of each pass, in the thread.
    """

    def __init__(
        self,
        open_engine: Callable[[], Engine],
        name: str,
        *,
        batch_tokens: int,
        queue_tokens: int,
        on_pass: Callable[[Report], None] = lambda report: None,
    ) -> None:
        self._open, self._name, self._on_pass = open_engine, name, on_pass
        self._batch_tokens, self._queue_tokens = batch_tokens, queue_tokens
        self._queue: deque[Waiting] = deque()
        self._changed = Condition()
        self._engine: Engine | None = None
        self._closed = False
        self._company = False
        self._tokens_per_second = 0.0
        self._thread = Thread(target=self._work, name=f"batch {name}", daemon=True)
        self._thread.start()

    @property
    def engine(self) -> Engine | None:
        """The loaded model, for the queue's own thread alone to embed with; None before it is."""
        return self._engine

    async def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        """Vectors of a request's texts; cancelled, what still waits is dropped.

        Raises:
            QueueFull: too much waits already.
            EmbedError: the model cannot be loaded, or the machine does not answer.
        """
        return await asyncio.wrap_future(self.submit(texts, prompt))

    def submit(
        self, texts: Sequence[str], prompt: str, *, patient: bool = False
    ) -> Future[Embedded]:
        """Put texts into the queue.

        Args:
            texts: of one request.
            prompt: read before each.
            patient: also into a full queue; for callers who wait for one answer before the next.

        Raises:
            QueueFull: too much waits already, and the caller is not patient.
            MachineUnavailable: the service is stopping.
        """
        item = Waiting(texts, prompt, estimate(texts))
        with self._changed:
            if self._closed:
                raise MachineUnavailable("the service is stopping", where=self._name)
            queued = self.queued_tokens
            if not patient and queued and queued + item.tokens > self._queue_tokens:
                raise QueueFull(queued / 2 / (self._tokens_per_second or queued))
            self._queue.append(item)
            self._changed.notify()
        return item.answer

    @property
    def queued_tokens(self) -> int:
        """Tokens that wait, about; those of requests that were cancelled not counted."""
        with self._changed:
            return sum(item.tokens for item in self._queue if not item.answer.cancelled())

    def warm(self) -> Future[Embedded]:
        """Load the model now; the future ends when that is done, with its error when it failed."""
        return self.submit((), "", patient=True)

    def close(self) -> None:
        """Take nothing more, finish what waits, end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while batch := self._next():
            started = time.monotonic()
            alive = [item for item in batch if item.answer.set_running_or_notify_cancel()]
            if not alive:
                continue
            texts = sum(len(item.texts) for item in alive)
            tokens = self._answer(alive)
            seconds = time.monotonic() - started
            if texts:
                self._company = len(alive) > 1
                estimated = sum(item.tokens for item in alive)
                self._tokens_per_second = estimated / max(seconds, 1e-6)
                self._on_pass(Report(len(alive), texts, tokens, self.queued_tokens))

    def _next(self) -> list[Waiting]:
        """What the next pass takes; nothing when the queue is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closed)
            if self._company and not self._closed:
                self._changed.wait_for(
                    lambda: self._closed or self.queued_tokens >= self._batch_tokens, WAIT_SECONDS
                )
            return take(self._queue, self._batch_tokens)

    def _all_waiting(self) -> list[Waiting]:
        """Take all that waits for a model that cannot be loaded: each would try again in turn."""
        with self._changed:
            waiting = list(self._queue)
            self._queue.clear()
        return [item for item in waiting if item.answer.set_running_or_notify_cancel()]

    def _answer(self, batch: list[Waiting]) -> int:
        """Embed a batch and hand out the parts; returns the tokens read.

        What breaks a shared pass is tried alone, so that one request's text fails no other's.
        """
        if self._engine is None:
            try:
                self._engine = self._open()
            except Exception as error:  # noqa: BLE001 - it is raised again where the requests are
                for item in [*batch, *self._all_waiting()]:
                    item.answer.set_exception(error)
                return 0
        try:
            texts = [text for item in batch for text in item.texts]
            found = usable(self._engine.embed(texts, batch[0].prompt)) if texts else None
        except Exception as error:  # noqa: BLE001 - it is raised again where the request is
            if len(batch) > 1:
                return sum(self._answer([item]) for item in batch)
            batch[0].answer.set_exception(error)
            return 0
        start = 0
        for item in batch:
            end = start + len(item.texts)
            item.answer.set_result(_part(found, start, end))
            start = end
        return int(found.tokens.sum()) if found else 0


def _part(found: Embedded | None, start: int, end: int) -> Embedded:
    """The rows of one request."""
    if found is None:
        empty = np.empty(0)
        return Embedded(
            empty.reshape(0, 0).astype(np.float32), empty.astype(np.int64), empty.astype(np.bool_)
        )
    failed = {row - start: why for row, why in found.failed.items() if start <= row < end}
    return Embedded(
        found.vectors[start:end], found.tokens[start:end], found.truncated[start:end], failed
    )
