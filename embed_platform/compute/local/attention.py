"""Flash attention for a loaded model, where the GPU has it and the vectors stay the same."""

from __future__ import annotations

import logging

import numpy as np

from embed_platform.compute.local.engine import LocalEngine

# Of other lengths, so that padding is part of the comparison.
TEXTS = ("rain", "The kettle clicked off before I had found a clean cup.", "a long walk " * 40)
# Two kernels in bfloat16 differ in the fourth digit.
SAME = 0.999

_log = logging.getLogger(__name__)


def use_flash_attention(engine: LocalEngine) -> bool:
    """Switch a model to flash attention; returns whether it stays on.

    It needs bfloat16 on a GPU (compute capability 8.0 and up), a model that supports it and a
    kernel that can be had. Whatever fails, and whenever texts come out differently, the model
    goes back to PyTorch's own attention.
    """
    maker = engine.provenance
    if (maker.device, maker.dtype) != ("cuda", "bfloat16"):
        return False
    before = engine.embed(TEXTS, "").vectors
    try:
        engine.attend_by("flash_attention_2")
        after = engine.embed(TEXTS, "")
    except (ImportError, ValueError, RuntimeError, OSError) as error:
        _log.warning("no flash attention (%s)", type(error).__name__)
        engine.attend_by("sdpa")
        return False
    lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(after.vectors, axis=1)
    same = not after.failed and bool(((before * after.vectors).sum(axis=1) >= SAME * lengths).all())
    if not same:
        _log.warning("no flash attention: texts come out differently")
        engine.attend_by("sdpa")
    return same
