"""The local engine with the real weights of MiniLM, which come with the product."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from embed_platform.compute.local.engine import LocalEngine, describe_model, open_local_engine
from embed_platform.corpus.documents import Document, documents_table, publish_documents
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.engine import Embedded
from embed_platform.embedding.probe import MIN_COSINE, PROBES, admit, cosines
from embed_platform.embedding.registry import ModelEntry, load_registry
from embed_platform.embedding.vectors import read_vectors
from embed_platform.errors import ModelUnavailable, SpaceMismatch
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings

TEXTS = [
    *PROBES,
    "x",
    "🙂🙂🙂",
    "שלום עולם",
    "Das Fahrrad steht im Keller.\n\nUnd das Auto?",
    "the bicycle is in the cellar " * 8,
    "\u0000\ud7ff\x1f control",
    "word " * 300,
]


def settings_of(tmp_path: Path, **fields: Any) -> Settings:
    return Settings(home=tmp_path, device="cpu", _env_file=None, **fields)  # type: ignore[call-arg]


def entry_of(settings: Settings) -> ModelEntry:
    return load_registry(settings).get("minilm")


def opened(folder: Path, **fields: Any) -> LocalEngine:
    settings = settings_of(folder, **fields)
    return open_local_engine(entry_of(settings), settings)


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> LocalEngine:
    return opened(tmp_path_factory.mktemp("exact"), dtype="float32")


@pytest.fixture(scope="module")
def reference(exact: LocalEngine) -> Embedded:
    return exact.embed(TEXTS, "")


def test_vectors_are_what_the_model_gives_one_text_at_a_time(
    exact: LocalEngine, reference: Embedded
) -> None:
    alone = np.stack([exact._model.encode(text, show_progress_bar=False) for text in TEXTS])
    assert reference.vectors.dtype == np.float32
    assert reference.vectors.shape == (len(TEXTS), 384)
    assert cosines(reference.vectors, alone).min() > 0.99999
    assert np.allclose(np.linalg.norm(reference.vectors, axis=1), 1, atol=1e-6)
    assert reference.failed == {}


def test_meaning_is_nearer_than_words(exact: LocalEngine) -> None:
    bike, same, other = exact.embed(
        ["My bike is broken.", "The bicycle does not work.", "My cake is broken."], ""
    ).vectors
    assert bike @ same > bike @ other


def test_bfloat16_agrees_with_float32(reference: Embedded, tmp_path: Path) -> None:
    engine = opened(tmp_path, dtype="bfloat16")
    found = engine.embed(TEXTS, "")
    assert engine.provenance.dtype == "bfloat16"
    assert cosines(found.vectors, reference.vectors).min() >= 0.999 > MIN_COSINE
    assert np.allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("batch_tokens", [64, 100_000])
def test_the_size_of_a_batch_does_not_turn_a_vector(
    exact: LocalEngine, reference: Embedded, batch_tokens: int
) -> None:
    other = LocalEngine(exact._model, exact._space, batch_tokens)
    assert cosines(other.embed(TEXTS, "").vectors, reference.vectors).min() > 0.99999


def test_the_same_call_gives_the_same_bytes(exact: LocalEngine, reference: Embedded) -> None:
    assert (exact.embed(TEXTS, "").vectors == reference.vectors).all()


def test_a_text_that_the_model_cuts_is_marked(reference: Embedded) -> None:
    assert reference.truncated.tolist() == [False] * (len(TEXTS) - 1) + [True]
    assert reference.tokens[-1] == 256
    assert reference.tokens[TEXTS.index("x")] == 3  # with the model's two marks


def test_a_prompt_is_read_before_the_text(exact: LocalEngine) -> None:
    prompted = exact.embed(["a cat"], "query: ")
    spelled_out = exact.embed(["query: a cat"], "")
    assert cosines(prompted.vectors, spelled_out.vectors).min() > 0.99999
    assert prompted.tokens.tolist() == spelled_out.tokens.tolist()


class Poisoned(torch.nn.Module):
    """Breaks on every batch that holds a token."""

    def __init__(self, token: int) -> None:
        super().__init__()
        self.token = token

    def forward(self, features: dict[str, Any]) -> dict[str, Any]:
        if (features["input_ids"] == self.token).any():
            raise RuntimeError("index out of range\nand a long explanation")
        return features


@pytest.fixture
def poisoned(exact: LocalEngine) -> Iterator[LocalEngine]:
    token = exact._model.tokenizer.convert_tokens_to_ids("poison")
    exact._model.insert(1, Poisoned(token))
    yield exact
    del exact._model[1]


def test_a_poison_text_fails_alone(poisoned: LocalEngine) -> None:
    texts = [f"text {i}" for i in range(15)]
    texts[3] = texts[11] = "poison"
    before = poisoned.embed([text for text in texts if text != "poison"], "").vectors
    found = poisoned.embed(texts, "")
    assert found.failed == dict.fromkeys((3, 11), "RuntimeError: index out of range")
    good = [i for i in range(15) if i not in found.failed]
    assert cosines(found.vectors[good], before).min() > 0.99999


def test_a_text_that_the_tokenizer_cannot_read_fails_alone(exact: LocalEngine) -> None:
    found = exact.embed(["before", "half a letter: \ud83d", "after"], "")
    assert list(found.failed) == [1]
    assert found.failed[1].startswith("TypeError")
    assert found.tokens.tolist() == [3, 0, 3]
    whole = exact.embed(["before", "after"], "").vectors
    assert cosines(found.vectors[[0, 2]], whole).min() > 0.99999


def test_no_texts_give_no_vectors(exact: LocalEngine) -> None:
    found = exact.embed([], "")
    assert (found.vectors.shape, found.failed) == ((0, 384), {})


def test_two_callers_at_once_get_their_own_vectors(exact: LocalEngine) -> None:
    texts = [[f"number {i} of caller {caller}" for i in range(300)] for caller in "ab"]
    with ThreadPoolExecutor(2) as pool:
        at_once = list(pool.map(lambda some: exact.embed(some, "").vectors, texts))
    for some, vectors in zip(texts, at_once, strict=True):
        assert (vectors == exact.embed(some, "").vectors).all()


def test_a_model_that_is_not_what_the_registry_says_is_refused(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    entry = entry_of(settings)
    wrong = {"dimension": 768, "normalised": False, "pooling": "cls"}
    for name, value in wrong.items():
        space = replace(entry.space, **{name: value})
        with pytest.raises(SpaceMismatch, match=rf"{name} is .* the registry says {value!r}"):
            open_local_engine(replace(entry, space=space), settings)


def test_a_folder_that_holds_no_model_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    with pytest.raises(ModelUnavailable) as caught:
        describe_model(str(tmp_path / "model"), settings_of(tmp_path))
    assert str(tmp_path / "model") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_of_a_model_is_described_as_what_it_is(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    known = entry_of(settings)
    space = describe_model(known.source, settings).space
    assert (space.dimension, space.normalised, space.pooling) == (384, True, "mean")
    assert space.max_tokens == known.space.max_tokens
    assert len(space.revision) == 40
    assert space.slug != known.space.slug, "another name and revision are another space"


def test_documents_are_embedded_once_with_the_real_model(lake: Lake, exact: LocalEngine) -> None:
    space = entry_of(lake.settings).space
    when = datetime(2026, 1, 1, tzinfo=UTC)
    documents = [Document("ann", "tweet", str(i), text, when) for i, text in enumerate(TEXTS)]
    publish_documents(lake, "ann", "tweet", documents_table(documents))
    first = embed_users(lake, space, ["ann"], ["tweet"], lambda: exact)["ann"]
    assert (first.embedded, first.truncated, first.dead_letters) == (len(TEXTS), 1, 0)
    assert read_vectors(lake, space, "ann")[1].shape == (len(TEXTS), 384)

    def never() -> LocalEngine:
        raise AssertionError("the model was loaded for nothing")

    assert embed_users(lake, space, ["ann"], ["tweet"], never)["ann"].reused == len(TEXTS)


def test_the_probes_admit_bfloat16_and_refuse_another_pooling(
    lake: Lake, exact: LocalEngine, tmp_path: Path
) -> None:
    space = entry_of(lake.settings).space
    admit(lake, space, exact, ["tweet"])
    admit(lake, space, opened(tmp_path, dtype="bfloat16"), ["tweet"])
    other = opened(tmp_path, dtype="float32")
    next(m for m in other._model if type(m).__name__ == "Pooling").pooling_mode = "cls"
    with pytest.raises(SpaceMismatch, match="disagrees"):
        admit(lake, space, other, ["tweet"])
