"""The queue of a model: what shares a pass, what waits, what is refused, what is dropped."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.embedding.engine import Embedded
from embed_platform.errors import MachineUnavailable, ModelUnavailable
from embed_platform.service.batching import (
    Batcher,
    QueueFull,
    Report,
    Waiting,
    take,
)
from embed_platform_tests.embedding.engines import HashEngine, UselessEngine


class Gate(HashEngine):
    """Waits at each call until it may go on; breaks on the text `break`."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.entered = threading.Event(), threading.Event()
        self.passes: list[list[str]] = []

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        self.entered.set()
        assert self.open.wait(10)
        self.passes.append(list(texts))
        if "break" in texts:
            raise RuntimeError("broken")
        return super().embed(texts, prompt)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def reports() -> list[Report]:
    return []


@pytest.fixture
def batcher(gate: Gate, reports: list[Report]) -> Iterator[Batcher]:
    made = Batcher(lambda: gate, "test", batch_tokens=60, queue_tokens=90, on_pass=reports.append)
    yield made
    gate.open.set()
    made.close()


def busy(batcher: Batcher, gate: Gate) -> Future[Embedded]:
    """A first request that is being computed."""
    first = batcher.submit(["first"], "")
    assert gate.entered.wait(10)
    return first


@given(
    st.lists(st.tuples(st.integers(1, 50), st.sampled_from(["", "query: "])), min_size=1),
    st.integers(1, 100),
)
def test_a_pass_takes_one_prompt_within_the_budget_and_loses_nobody(
    requests: list[tuple[int, str]], budget: int
) -> None:
    waiting = [Waiting(["text"], prompt, tokens) for tokens, prompt in requests]
    queue = deque(waiting)
    taken = take(queue, budget)
    assert taken[0] is waiting[0]
    assert {item.prompt for item in taken} == {waiting[0].prompt}
    assert len(taken) == 1 or sum(item.tokens for item in taken) <= budget
    assert [item for item in waiting if item not in taken] == list(queue)


def test_requests_that_come_while_it_computes_share_the_next_pass_and_get_their_own_rows(
    batcher: Batcher, gate: Gate, reports: list[Report]
) -> None:
    first = busy(batcher, gate)
    asked = {text: batcher.submit([text, text + "!"], "") for text in ("a", "b", "c")}
    gate.open.set()
    alone = HashEngine()
    for text, future in asked.items():
        expected = alone.embed([text, text + "!"], "").vectors
        np.testing.assert_array_equal(future.result(10).vectors, expected)
    assert first.result(10).vectors.shape == (1, 8)
    assert gate.passes == [["first"], ["a", "a!", "b", "b!", "c", "c!"]]
    assert [(r.requests, r.texts) for r in reports] == [(1, 1), (3, 6)]


def test_a_full_queue_refuses_and_says_when_to_come_again(batcher: Batcher, gate: Gate) -> None:
    busy(batcher, gate)
    batcher.submit(["x" * 300], "")
    with pytest.raises(QueueFull) as refused:
        batcher.submit(["x" * 80], "")
    assert refused.value.retry_after > 0
    patient = batcher.submit(["x" * 80], "", patient=True)
    gate.open.set()
    assert patient.result(10).vectors.shape == (1, 8)


def test_one_request_may_exceed_the_limits_when_nothing_waits(batcher: Batcher, gate: Gate) -> None:
    gate.open.set()
    assert batcher.submit(["x" * 4000], "").result(10).vectors.shape == (1, 8)


def test_what_a_client_no_longer_wants_is_dropped_and_makes_room(
    batcher: Batcher, gate: Gate
) -> None:
    busy(batcher, gate)
    gone = batcher.submit(["x" * 300], "")
    assert gone.cancel()
    kept = batcher.submit(["y" * 300], "")
    gate.open.set()
    assert kept.result(10).vectors.shape == (1, 8)
    assert ["x" * 300] not in gate.passes
    with pytest.raises(CancelledError):
        gone.result()


def test_a_cancelled_wait_cancels_what_is_queued(batcher: Batcher, gate: Gate) -> None:
    busy(batcher, gate)

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await batcher.embed(["nobody waits"], "")

    asyncio.run(give_up())
    gate.open.set()
    batcher.submit(["last"], "").result(10)
    assert gate.passes == [["first"], ["last"]]


def test_a_text_that_breaks_a_shared_pass_fails_its_own_request_only(
    batcher: Batcher, gate: Gate
) -> None:
    busy(batcher, gate)
    good, bad = batcher.submit(["good"], ""), batcher.submit(["break"], "")
    gate.open.set()
    assert good.result(10).vectors.shape == (1, 8)
    with pytest.raises(RuntimeError, match="broken"):
        bad.result(10)


def test_a_model_that_cannot_be_loaded_is_tried_again_at_the_next_request() -> None:
    attempts = []

    def load() -> HashEngine:
        attempts.append(1)
        if len(attempts) == 1:
            raise ModelUnavailable("not now")
        return HashEngine()

    batcher = Batcher(load, "test", batch_tokens=60, queue_tokens=60)
    with pytest.raises(ModelUnavailable):
        batcher.submit(["a"], "").result(10)
    assert batcher.engine is None
    assert batcher.submit(["a"], "").result(10).vectors.shape == (1, 8)
    assert batcher.engine is not None
    batcher.close()


def test_all_who_wait_for_a_model_that_cannot_be_loaded_fail_together() -> None:
    attempts, go_on = [], threading.Event()

    def load() -> HashEngine:
        attempts.append(1)
        assert go_on.wait(10)
        raise ModelUnavailable("not now")

    batcher = Batcher(load, "test", batch_tokens=60, queue_tokens=10_000)
    waiting = [batcher.submit([f"text {i}"], f"prompt {i % 3}") for i in range(64)]
    assert waiting[-1].cancel()
    go_on.set()
    for future in waiting[:-1]:
        with pytest.raises(ModelUnavailable, match="not now"):
            future.result(10)
    batcher.close()
    assert len(attempts) == 1


def test_closing_finishes_what_waits_and_takes_nothing_more(batcher: Batcher, gate: Gate) -> None:
    busy(batcher, gate)
    waiting = batcher.submit(["waits"], "")
    closing = threading.Thread(target=batcher.close)
    closing.start()
    gate.open.set()
    closing.join(10)
    assert waiting.result(0).vectors.shape == (1, 8)
    with pytest.raises(MachineUnavailable, match="stopping"):
        batcher.submit(["late"], "")


def test_a_vector_without_direction_is_a_failure_not_a_row() -> None:
    batcher = Batcher(UselessEngine, "test", batch_tokens=60, queue_tokens=60)
    assert set(batcher.submit(["fine", "zero"], "").result(10).failed) == {1}
    batcher.close()
