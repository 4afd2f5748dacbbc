"""Engines by model, each loaded once per process; a loaded model is the slowest part of a small run."""

from __future__ import annotations

import importlib.util

from embed_platform.compute.local import LocalEngine, open_local_engine
from embed_platform.compute.modal.attention import use_flash_attention
from embed_platform.embedding.registry import ModelEntry
from embed_platform.settings import Settings

_loaded: dict[tuple[str, str, str, int], LocalEngine] = {}


def open_engine(entry: ModelEntry, settings: Settings) -> LocalEngine:
    """The engine of a model, loaded at the first call."""
    key = (entry.space.slug, settings.device, settings.dtype, settings.batch_tokens)
    if key not in _loaded:
        _loaded[key] = open_local_engine(entry, settings)
        if importlib.util.find_spec("flash_attn"):
            use_flash_attention(_loaded[key])
    return _loaded[key]
