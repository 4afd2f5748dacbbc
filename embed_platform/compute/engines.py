"""Engines by model, each loaded once per process; a loaded model is the slowest part of a small run."""

from __future__ import annotations

import importlib.util
import threading

from embed_platform.compute.local.attention import use_flash_attention
from embed_platform.compute.local.engine import LocalEngine, open_local_engine
from embed_platform.embedding.registry import ModelEntry
from embed_platform.settings import Settings

# two threads must not load one model twice
_loading = threading.Lock()
_loaded: dict[tuple[str, str, str, int], LocalEngine] = {}


def open_engine(entry: ModelEntry, settings: Settings) -> LocalEngine:
    """The engine of a model, loaded at the first call."""
    key = (entry.space.slug, settings.device, settings.dtype, settings.batch_tokens)
    with _loading:
        if key not in _loaded:
            engine = open_local_engine(entry, settings)
            if importlib.util.find_spec("flash_attn"):
                use_flash_attention(engine)
            _loaded[key] = engine
        return _loaded[key]
