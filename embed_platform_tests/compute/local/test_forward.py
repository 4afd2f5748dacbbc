"""Batches run as the library runs texts one by one, whatever the model's modules and the GPU's memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Dense, Normalize

from embed_platform.compute.local.forward import Forward, Returning, ahead
from embed_platform.embedding.engine import Matrix
from embed_platform.embedding.probe import cosines
from embed_platform.errors import MachineUnavailable
from embed_platform_tests.compute.local.tiny_models import WIDTH, tiny

TEXTS = [
    "rain",
    "a long walk in the rain, " * 9,
    "two short phone calls",
    "🙂",
    "one apology",
    "and then the rain came in from the west, which nobody had planned for",
] * 4
MODELS: dict[str, dict[str, Any]] = {
    "mean": {},
    "cls": {"pooling": "cls"},
    "last token, padded on the left": {"pooling": "lasttoken", "causal": True},
    "mean without the prompt": {"include_prompt": False},
    "mean without the prompt, padded on the left": {"include_prompt": False, "causal": True},
}


def one_by_one(model: SentenceTransformer, texts: list[str], prompt: str = "") -> Matrix:
    return np.stack([model.encode(text, prompt=prompt, show_progress_bar=False) for text in texts])


@pytest.mark.parametrize("prompt", ["", "search for this: "])
@pytest.mark.parametrize("kind", MODELS)
def test_vectors_are_those_of_the_library(tmp_path: Path, kind: str, prompt: str) -> None:
    model = tiny(tmp_path, **MODELS[kind])
    found = Forward(model, 100).run(TEXTS, prompt, WIDTH)
    expected = one_by_one(model, TEXTS, prompt)
    assert found.failed == {}
    assert cosines(found.vectors, expected).min() > 0.99999
    assert cosines(expected[:1], expected[1:2])[0] < 0.99, "the texts differ"


def test_further_modules_and_a_shorter_vector_are_respected(tmp_path: Path) -> None:
    model = tiny(tmp_path, Dense(WIDTH, 16), Normalize())
    model.truncate_dim = 12
    found = Forward(model, 100).run(TEXTS, "", 12)
    assert np.allclose(found.vectors, one_by_one(model, TEXTS), atol=1e-5)


@pytest.mark.parametrize("budget", [70, 1000])
def test_texts_without_padding_give_the_same_vectors(tmp_path: Path, budget: int) -> None:
    # this architecture tells packed texts apart by their positions, without flash attention too
    model = tiny(tmp_path, causal=True, pooling="lasttoken")
    packed = Forward(model, budget)
    packed._first_position = 0
    found = packed.run(TEXTS, "", WIDTH)
    assert found.failed == {}
    assert cosines(found.vectors, one_by_one(model, TEXTS)).min() > 0.99999


def test_texts_are_packed_only_where_the_model_takes_them(tmp_path: Path) -> None:
    forward = Forward(tiny(tmp_path), 1000)
    forward.attend_by("eager")
    assert forward._first_position is None
    assert forward._model[0].unpad_inputs is None


class Small(torch.nn.Module):
    """A GPU whose memory holds so many tokens, padding included."""

    def __init__(self, most: int, error: type[RuntimeError] = torch.OutOfMemoryError) -> None:
        super().__init__()
        self.most, self.error, self.sizes = most, error, list[int]()

    def forward(self, features: dict[str, Any]) -> dict[str, Any]:
        self.sizes.append(features["input_ids"].numel())
        if self.sizes[-1] > self.most:
            raise self.error("CUDA error: out of memory\nTried to allocate 20.00 GiB")
        return features


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, torch.AcceleratorError])
def test_a_batch_too_large_for_the_gpu_is_halved_and_later_ones_are_smaller(
    tmp_path: Path, error: type[RuntimeError]
) -> None:
    model = tiny(tmp_path)
    expected = one_by_one(model, TEXTS)
    memory = Small(150, error)
    model.insert(1, memory)
    forward = Forward(model, 1000)
    found = forward.run(TEXTS, "", WIDTH)
    assert found.failed == {}
    assert cosines(found.vectors, expected).min() > 0.99999
    assert max(memory.sizes) > memory.most >= forward.budget
    memory.sizes.clear()
    again = forward.run(TEXTS, "", WIDTH)
    assert max(memory.sizes) <= memory.most, "the lower budget was kept"
    assert cosines(again.vectors, expected).min() > 0.99999


def test_a_text_too_large_for_the_gpu_fails_alone(tmp_path: Path) -> None:
    model = tiny(tmp_path)
    model.insert(1, Small(40))
    found = Forward(model, 1000).run(TEXTS, "", WIDTH)
    assert sorted(found.failed) == [i for i, text in enumerate(TEXTS) if "long walk" in text]
    assert all(why.startswith("OutOfMemoryError: CUDA") for why in found.failed.values())


def test_a_gpu_that_fails_is_no_text_that_fails(tmp_path: Path) -> None:
    class Broken(torch.nn.Module):
        def forward(self, features: dict[str, Any]) -> dict[str, Any]:
            raise torch.AcceleratorError("CUDA error: device-side assert triggered\nand more")

    model = tiny(tmp_path)
    model.insert(1, Broken())
    with pytest.raises(MachineUnavailable, match="device-side assert triggered") as caught:
        Forward(model, 1000).run(TEXTS, "", WIDTH)
    assert "\n" not in str(caught.value)


def test_results_are_there_once_they_are_waited_for() -> None:
    vectors = np.zeros((40, 3), dtype=np.float32)
    returning = Returning(vectors, from_gpu=False)
    order = np.random.default_rng(0).permutation(40).reshape(10, 4).tolist()
    for texts in order:
        returning.add(texts, torch.tensor(texts, dtype=torch.float32)[:, None].expand(-1, 3))
    returning.finish()
    assert (vectors == np.arange(40)[:, None]).all()


def test_work_ahead_comes_in_order_from_another_thread_and_never_too_far_ahead() -> None:
    started: list[int] = []
    threads: set[int] = set()

    def work(item: int) -> int:
        started.append(item)
        threads.add(threading.get_ident())
        return item * item

    for done, result in enumerate(ahead(work, range(20), 2)):
        assert result == done * done
        assert len(started) <= done + 3
    assert started == list(range(20))
    assert threads and threading.get_ident() not in threads


def test_work_ahead_runs_while_the_reader_is_busy() -> None:
    second = threading.Event()

    def work(item: int) -> int:
        if item == 1:
            second.set()
        return item

    results = ahead(work, [0, 1, 2], 2)
    assert next(results) == 0
    assert second.wait(10), "the next one was begun before it was asked for"
    results.close()


def test_work_ahead_ends_with_its_reader_and_hands_its_error_on() -> None:
    started: list[int] = []

    def endless() -> Iterator[int]:
        item = 0
        while True:
            yield item
            item += 1

    def work(item: int) -> int:
        started.append(item)
        if item == 5:
            raise KeyError("five")
        return item

    with pytest.raises(KeyError, match="five"):
        list(ahead(work, endless(), 2))
    assert len(started) <= 9
