"""The switch from a plain function to a better one: at once an answer, later a faster one, never none."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from embed_platform.compute.local.upgrade import Upgrade


def test_the_first_answer_does_not_wait_and_later_ones_are_the_better_functions() -> None:
    may_finish = threading.Event()
    prepared_by: list[str] = []

    def prepare() -> Callable[[int], str]:
        prepared_by.append(threading.current_thread().name)
        may_finish.wait(5)
        return lambda number: f"better {number}"

    upgrade = Upgrade(lambda number: f"plain {number}", prepare)
    assert prepared_by == [], "what is never called is never prepared"
    assert [upgrade(1), upgrade(2)] == ["plain 1", "plain 2"]
    assert not upgrade.ready
    may_finish.set()
    assert upgrade.wait(5)
    assert upgrade(3) == "better 3"
    assert prepared_by == ["upgrade"], "once, beside whoever calls"


def test_a_preparation_that_fails_leaves_the_plain_function(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def prepare() -> Callable[[int], str]:
        raise RuntimeError("no compiler, and a private text")

    upgrade = Upgrade(lambda number: f"plain {number}", prepare)
    assert not upgrade.wait(5)
    assert upgrade(1) == "plain 1"
    assert "RuntimeError" in caplog.text and "private" not in caplog.text


def test_a_better_function_that_fails_later_is_given_up_and_its_call_answered() -> None:
    calls: list[int] = []

    def better(number: int) -> str:
        calls.append(number)
        if number == 2:
            raise ValueError("recompiled in vain")
        return f"better {number}"

    upgrade = Upgrade(lambda number: f"plain {number}", lambda: better)
    assert upgrade.wait(5)
    assert [upgrade(n) for n in (1, 2, 3)] == ["better 1", "plain 2", "plain 3"]
    assert calls == [1, 2]


def test_many_callers_prepare_once() -> None:
    prepared: list[int] = []

    def prepare() -> Callable[[int], int]:
        prepared.append(1)
        return lambda number: number

    upgrade = Upgrade(lambda number: number, prepare)
    threads = [threading.Thread(target=upgrade, args=(i,)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    upgrade.wait(5)
    assert prepared == [1]
