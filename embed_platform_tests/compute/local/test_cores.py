"""Batches side by side on the cores of a CPU: all is done, in few threads, and nothing else is changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.compute.local.cores import Cores, cores_for
from embed_platform.compute.local.forward import Forward
from embed_platform.embedding.probe import cosines
from embed_platform_tests.compute.local.test_forward import TEXTS
from embed_platform_tests.compute.local.tiny_models import WIDTH, tiny


@pytest.fixture(autouse=True)
def two_cores() -> Iterator[None]:
    """What torch may use, whatever the machine has; afterwards as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_one_piece_of_work_stays_in_the_callers_thread_with_all_its_cores() -> None:
    threads: list[int] = []
    Cores(2).each(lambda _: threads.append(threading.get_ident()), ["alone"])
    assert threads == [threading.get_ident()]


def test_several_are_done_side_by_side_with_a_core_each() -> None:
    both, cores = threading.Barrier(2, timeout=20), []

    def work(_: int) -> None:
        both.wait()  # returns only when two are at work
        cores.append(torch.get_num_threads())

    Cores(2).each(work, range(6))
    assert cores == [1] * 6


def test_threads_that_come_later_have_all_cores_again() -> None:
    Cores(2).each(lambda _: None, range(4))
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert (found, torch.get_num_threads()) == ([2], 2)


@given(st.lists(st.integers()), st.integers(1, 5))
def test_everything_is_done_once(items: list[int], lanes: int) -> None:
    done: list[int] = []
    Cores(lanes).each(done.append, items)
    assert sorted(done) == sorted(items)


def test_an_error_is_raised_once_what_has_begun_is_finished_and_little_more_is_taken() -> None:
    taken, begun, ended = [], [], []

    def endless() -> Iterator[int]:
        number = 0
        while True:
            taken.append(number)
            yield number
            number += 1

    def work(number: int) -> None:
        begun.append(number)
        if number == 5:
            raise KeyError("five")
        ended.append(number)

    with pytest.raises(KeyError, match="five"):
        Cores(2).each(work, endless())
    assert sorted([*ended, 5]) == sorted(begun)
    assert len(taken) <= 5 + 2 * 2 + 2


def test_vectors_are_those_of_one_batch_after_the_other(tmp_path: Path) -> None:
    model = tiny(tmp_path)
    found = Forward(model, 100).run(TEXTS, "", WIDTH)
    torch.set_num_threads(1)
    expected = Forward(model, 100).run(TEXTS, "", WIDTH)
    assert found.failed == expected.failed == {}
    assert (found.tokens == expected.tokens).all()
    assert cosines(found.vectors, expected.vectors).min() > 0.99999


def test_a_text_that_breaks_the_model_fails_alone_beside_others(tmp_path: Path) -> None:
    class Picky(torch.nn.Module):
        def forward(self, features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
            if features["input_ids"].shape[1] > 40:
                raise ValueError("too long for me")
            return features

    model = tiny(tmp_path)
    model.insert(1, Picky())
    found = Forward(model, 100).run(TEXTS, "", WIDTH)
    assert sorted(found.failed) == [i for i, text in enumerate(TEXTS) if "long walk" in text]


@pytest.mark.parametrize("rope", ["longrope", {"full": "default", "sliding": "dynamic"}])
def test_a_model_whose_passes_share_a_state_runs_one_batch_after_the_other(
    tmp_path: Path, rope: object
) -> None:
    threads: set[int] = set()
    model = tiny(tmp_path)
    model[0].rope_type = rope
    cores_for(model).each(lambda _: threads.add(threading.get_ident()), range(4))
    assert threads == {threading.get_ident()}
