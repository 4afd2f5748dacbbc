"""The local cross-encoder, with real tokenizer and architecture: scores as sentence-transformers gives them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.compute.local.cross_encoder import (
    LocalCrossEncoder,
    open_cross_encoder,
    sigmoid,
)
from embed_platform.embedding.rerankers import RerankerEntry
from embed_platform.errors import BadRequest, ModelUnavailable, SettingsError
from embed_platform.settings import Settings
from embed_platform_tests.standins.cross_encoders import write_cross_encoder

QUERY = "when did the boats leave the harbour"
WORDS = "river stone garden winter letter music harbour bread"
PASSAGES = [
    " ".join(WORDS.split()[: 1 + i % 8] * (1 + i * i % 40)) + f" {i}" for i in range(40)
] + ["https://example.org/" + "x" * 40_000, "emoji 🎄 only", "слова " * 700]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cross_encoder(tmp_path_factory.mktemp("model"))


def entry(folder: Path, scale: str = "logit") -> RerankerEntry:
    return RerankerEntry(str(folder), scale=scale, revision="")  # type: ignore[arg-type]


def settings(dtype: str = "float32") -> Settings:
    return Settings(device="cpu", dtype=dtype, _env_file=None)  # type: ignore[call-arg, arg-type]


@pytest.fixture(scope="module")
def local(folder: Path) -> LocalCrossEncoder:
    return open_cross_encoder(entry(folder), settings())


@pytest.fixture(scope="module")
def reference(folder: Path) -> list[float]:
    """What sentence-transformers itself gives."""
    import torch
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(folder), device="cpu")
    pairs = [(QUERY, text) for text in PASSAGES]
    found = model.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)
    return [float(score) for score in found]


@given(st.floats(-1e6, 1e6))
def test_a_probability_is_the_logits_sigmoid_and_never_overflows(logit: float) -> None:
    found = float(sigmoid(np.array([logit]))[0])
    assert 0 <= found <= 1
    assert found + float(sigmoid(np.array([-logit]))[0]) == pytest.approx(1)


def test_scores_are_those_of_sentence_transformers_in_input_order(
    local: LocalCrossEncoder, reference: list[float]
) -> None:
    assert local.get_scores(QUERY, PASSAGES) == pytest.approx(reference, abs=2e-4)
    assert len({round(score, 3) for score in reference}) > 20, "a model that tells passages apart"
    assert local.get_scores(QUERY, PASSAGES[::-1]) == pytest.approx(reference[::-1], abs=2e-4)
    assert local.get_scores(QUERY, []) == []


@pytest.mark.parametrize("budget", [1, 64, 100_000])
def test_however_batches_are_cut_the_scores_are_the_same(
    folder: Path, reference: list[float], budget: int
) -> None:
    model = open_cross_encoder(entry(folder), settings(), batch_tokens=budget, batch_size=7)
    assert model.get_scores(QUERY, PASSAGES) == pytest.approx(reference, abs=2e-4)


def test_the_registry_says_what_a_score_is(
    folder: Path, local: LocalCrossEncoder, reference: list[float]
) -> None:
    model = open_cross_encoder(entry(folder, "probability"), settings())
    found = model.get_scores(QUERY, PASSAGES)
    assert found == pytest.approx(sigmoid(np.array(reference)).tolist(), abs=1e-4)


def test_in_bfloat16_the_order_is_nearly_the_same(folder: Path, reference: list[float]) -> None:
    model = open_cross_encoder(entry(folder), settings("bfloat16"))
    assert model.dtype == "bfloat16"
    found = model.get_scores(QUERY, PASSAGES)
    ranks = [np.argsort(np.argsort(scores)) for scores in (found, reference)]
    assert np.corrcoef(ranks[0], ranks[1])[0, 1] > 0.95


def test_a_compiled_model_answers_at_once_over_the_same_weights(
    folder: Path, reference: list[float]
) -> None:
    from sentence_transformers import CrossEncoder

    loaded = CrossEncoder(str(folder), device="cpu")
    # traced as for a GPU; only the last step, machine code, is left out
    model = LocalCrossEncoder(loaded, entry(folder), compiled=True, backend="eager")
    assert model.compiled is not None
    assert model.get_scores(QUERY, PASSAGES) == pytest.approx(reference, abs=2e-4)
    assert model.compiled.wait(120)
    assert model.get_scores(QUERY, PASSAGES) == pytest.approx(reference, abs=2e-4)
    assert model.compiled.ready, "no shape of these was too much for it"
    assert model.get_scores(QUERY, PASSAGES[:1]) == pytest.approx(reference[:1], abs=2e-4)


def test_a_compiler_that_is_not_there_leaves_the_plain_model(
    folder: Path, reference: list[float]
) -> None:
    from sentence_transformers import CrossEncoder

    loaded = CrossEncoder(str(folder), device="cpu")
    model = LocalCrossEncoder(loaded, entry(folder), compiled=True, backend="no-such-compiler")
    assert model.compiled is not None and not model.compiled.wait(60)
    assert model.get_scores(QUERY, PASSAGES) == pytest.approx(reference, abs=2e-4)


def test_on_a_cpu_nothing_is_compiled(local: LocalCrossEncoder) -> None:
    assert local.compiled is None and local.device == "cpu"


def test_what_is_no_reranker_is_refused_in_one_line(tmp_path: Path) -> None:
    three = write_cross_encoder(tmp_path / "three", labels=3)
    with pytest.raises(ModelUnavailable, match="it gives 3 scores for a pair"):
        open_cross_encoder(entry(three), settings())
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ModelUnavailable, match="no cross-encoder can be read there") as said:
        open_cross_encoder(entry(empty), settings())
    assert "\n" not in str(said.value)


def test_code_beside_the_weights_needs_leave_and_a_pinned_commit(folder: Path) -> None:
    own = RerankerEntry(str(folder), revision="main", remote_code=True)
    with pytest.raises(SettingsError, match=r"was not allowed.*trust_remote_code"):
        open_cross_encoder(own, settings())
    with pytest.raises(SettingsError, match="its revision is no commit"):
        open_cross_encoder(own, settings(), trust_remote_code=True)


@pytest.mark.parametrize(
    ("query", "passages"), [("", ["a"]), ("q" * 3_000_000, ["a"]), ("q", ["a"] * 9999)]
)
def test_what_makes_no_sense_never_reaches_the_model(
    local: LocalCrossEncoder, query: str, passages: list[str]
) -> None:
    with pytest.raises(BadRequest):
        local.get_scores(query, passages)
