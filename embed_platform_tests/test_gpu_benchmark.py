"""The GPU benchmark measures what it says, tried out on the processor."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import gpu, run_all
from embed_platform.compute.local.engine import open_local_engine
from embed_platform.compute.prices import cards
from embed_platform.settings import Settings


@pytest.mark.parametrize(
    ("card", "tflops"),
    [
        ("Tesla T4", 65),
        ("NVIDIA L4", 121),
        ("NVIDIA L40S", 362),
        ("NVIDIA A100-SXM4-40GB", 312),
        ("NVIDIA A100 80GB PCIe", 312),
        ("NVIDIA H100 PCIe", 756),
        ("NVIDIA H100 80GB HBM3", 989),
        ("NVIDIA H200", 989),
        ("NVIDIA GeForce RTX 4090", 165),
        ("NVIDIA GeForce GTX 1080", 0),
    ],
)
def test_a_card_is_known_by_its_drivers_name(card: str, tflops: float) -> None:
    assert gpu.peak_tflops(card, cards()) == tflops


@pytest.mark.slow
def test_every_road_gives_the_same_vectors(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--model", "minilm", "--device", "cpu", "--texts", "12", "--rounds", "1", "--json"]
    gpu.main(words)
    rows = json.loads(capsys.readouterr().out)
    assert [row["road"].split(",")[0] for row in rows] == ["encode()", "encode()", "ours"]
    for row in rows:
        assert row["model"] == "minilm, real weights"
        assert row["mean_cosine"] > 0.999 > row["of_two_texts"]
        assert row["tokens_per_second"] > 0
    assert rows[0]["times_encode"] == 1


def test_a_model_with_random_weights_is_a_model(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    settings = Settings(home=tmp_path, device="cpu", dtype="float32", _env_file=None)  # type: ignore[call-arg]
    shape = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2}
    entry = gpu.make_modernbert(tmp_path / "model", settings, **shape, num_attention_heads=2)
    texts = gpu.made_texts(20)
    found = open_local_engine(entry, settings).embed(texts, "")
    model = SentenceTransformer(entry.source, device="cpu")
    expected = np.asarray(model.encode(texts, show_progress_bar=False))
    assert gpu.cosines(found.vectors, expected).min() > 0.9999
    table = model[0].auto_model.embeddings.tok_embeddings.weight.numel()
    assert gpu.multiplied(model) == sum(p.numel() for p in model.parameters()) - table
    assert gpu.held(model) == 4 * (gpu.multiplied(model) + table)


def test_the_same_texts_are_made_again_of_several_lengths() -> None:
    texts = gpu.made_texts(30)
    assert texts == gpu.made_texts(30)
    assert max(map(len, texts)) > 3 * min(map(len, texts))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_there_are_no_rows_and_the_results_say_so() -> None:
    assert gpu.run() == []
    with pytest.raises(SystemExit, match="no CUDA device"):
        gpu.main([])
    assert "No GPU was measured" in run_all.report({})
    measured = {"gpu": {"date": "2026-01-01", "rows": [{"on": "NVIDIA L4"}]}}
    assert "No GPU was measured" not in run_all.report(measured)
    assert "| NVIDIA L4 |" in run_all.report(measured)
