"""Stands in for torch where a test needs a container that starts in a second: names, no numbers."""

from __future__ import annotations

from types import SimpleNamespace

float32 = "torch.float32"
bfloat16 = "torch.bfloat16"
cuda = SimpleNamespace(is_available=lambda: False)
backends = SimpleNamespace(mps=SimpleNamespace(is_available=lambda: False))
cpu = SimpleNamespace(_is_amx_tile_supported=lambda: False, _is_avx512_bf16_supported=lambda: False)
