"""Flash attention is switched on where it can be and changes nothing, and off again otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from embed_platform.compute.local.attention import use_flash_attention
from embed_platform.compute.local.engine import LocalEngine, open_local_engine
from embed_platform.embedding.engine import Embedded, Provenance
from embed_platform.embedding.probe import PROBES
from embed_platform.embedding.registry import load_registry
from embed_platform.settings import load_settings


class OnGpu(LocalEngine):
    """As if it ran on a GPU: its vectors turn by `turn` radians once flash attention is on."""

    def __init__(self, device: str = "cuda", dtype: str = "bfloat16", turn: float = 0.0) -> None:
        self.turn, self.attention = turn, "sdpa"
        self.refusal: Exception | None = None
        self._provenance = Provenance("sentence-transformers", "6", dtype, device)

    def attend_by(self, implementation: str) -> None:
        if implementation != "sdpa" and self.refusal is not None:
            raise self.refusal
        self.attention = implementation

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        angle = self.turn if self.attention != "sdpa" else 0.0
        row = np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)
        none = np.zeros(len(texts), dtype=np.int64)
        return Embedded(np.tile(row, (len(texts), 1)), none, none.astype(np.bool_))


def test_it_stays_on_where_the_vectors_stay_the_same() -> None:
    engine = OnGpu(turn=0.01)
    assert use_flash_attention(engine)
    assert engine.attention == "flash_attention_2"


def test_it_goes_off_again_where_the_vectors_change() -> None:
    engine = OnGpu(turn=0.2)
    assert not use_flash_attention(engine)
    assert engine.attention == "sdpa"


@pytest.mark.parametrize(
    "refusal",
    [ImportError("no kernels"), ValueError("not for this model"), RuntimeError("CUDA: no kernel")],
)
def test_what_cannot_be_had_is_done_without(refusal: Exception) -> None:
    engine = OnGpu()
    engine.refusal = refusal
    assert not use_flash_attention(engine)
    assert engine.attention == "sdpa"


@pytest.mark.parametrize(("device", "dtype"), [("cpu", "bfloat16"), ("cuda", "float32")])
def test_it_is_not_tried_where_no_gpu_has_it(device: str, dtype: str) -> None:
    engine = OnGpu(device, dtype)
    engine.refusal = AssertionError("it was tried")
    assert not use_flash_attention(engine)


def test_a_real_model_changes_its_attention_or_says_why_not(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home", device="cpu", dtype="float32")
    engine = open_local_engine(load_registry(settings).get("minilm"), settings)
    before = engine.embed(PROBES, "").vectors
    engine.attend_by("eager")
    assert np.allclose(engine.embed(PROBES, "").vectors, before, atol=1e-5)
    with pytest.raises((ImportError, ValueError)):
        engine.attend_by("flash_attention_2")
