"""Models of page images with random weights, about 100,000 parameters each, in folders as real ones lie."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    ColPaliConfig,
    ColPaliForRetrieval,
    ColPaliProcessor,
    ColQwen2Config,
    ColQwen2ForRetrieval,
    ColQwen2Processor,
    GemmaTokenizerFast,
    PaliGemmaConfig,
    Qwen2_5_VLConfig,
    Qwen2TokenizerFast,
    Qwen2VLConfig,
    Qwen2VLImageProcessorPil,
)

QWEN_TOKENS = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
]
PATCH, SIDE = 14, 28
MOST_TOKENS = 16


def colqwen2(folder: Path, generation: str = "2.5") -> Path:
    """ColQwen2 over Qwen2-VL or Qwen2.5-VL, as transformers saves it."""
    torch.manual_seed(0)
    tokens = {
        token: i
        for i, token in enumerate([*sorted(pre_tokenizers.ByteLevel.alphabet()), *QWEN_TOKENS])
    }
    text = {
        "vocab_size": len(tokens),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 4096,
        "rope_parameters": {
            "rope_type": "default",
            "mrope_section": [1, 1, 2],
            "rope_theta": 10_000.0,
        },
        "bos_token_id": None,
        "eos_token_id": None,
        "pad_token_id": tokens["<|endoftext|>"],
    }
    vision = {"depth": 2, "num_heads": 4, "patch_size": PATCH, "hidden_size": 32}
    marks = {
        "image_token_id": tokens["<|image_pad|>"],
        "video_token_id": tokens["<|video_pad|>"],
        "vision_start_token_id": tokens["<|vision_start|>"],
        "vision_end_token_id": tokens["<|vision_end|>"],
    }
    if generation == "2":
        own = {"embed_dim": 32, "mlp_ratio": 2}
        inner = Qwen2VLConfig(text_config=text, vision_config=vision | own, **marks)
    else:
        own = {
            "out_hidden_size": 32,
            "intermediate_size": 64,
            "window_size": 112,
            "fullatt_block_indexes": [1],
        }
        inner = Qwen2_5_VLConfig(text_config=text, vision_config=vision | own, **marks)
    ColQwen2ForRetrieval(ColQwen2Config(vlm_config=inner, embedding_dim=128)).save_pretrained(
        folder
    )
    ColQwen2Processor(
        image_processor=Qwen2VLImageProcessorPil(
            size={"shortest_edge": SIDE * SIDE, "longest_edge": SIDE * SIDE * MOST_TOKENS}
        ),
        tokenizer=Qwen2TokenizerFast(
            tokenizer_object=_bytewise(tokens),
            pad_token="<|endoftext|>",
            eos_token="<|endoftext|>",
            unk_token=None,
            additional_special_tokens=QWEN_TOKENS[1:],
        ),
    ).save_pretrained(folder)
    return folder


def colpali_engine(folder: Path, native: Path) -> Path:
    """The same model in the layout of colpali-engine: its names, its config, its processor files."""
    folder.mkdir()
    names = {"vlm.visual.": "visual.", "vlm.language_model.": "model."}
    weights = {}
    for key, value in load_file(native / "model.safetensors").items():
        renamed = key.replace("embedding_proj_layer.", "custom_text_proj.")
        for ours, theirs in names.items():
            renamed = renamed.replace(ours, theirs)
        weights[renamed] = value
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    config = json.loads((native / "config.json").read_text())["vlm_config"]
    config["architectures"] = ["ColQwen2_5"]
    (folder / "config.json").write_text(json.dumps(config))
    processor = json.loads((native / "processor_config.json").read_text())
    (folder / "preprocessor_config.json").write_text(json.dumps(processor["image_processor"]))
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_bytes((native / name).read_bytes())
    return folder


def colpali(folder: Path) -> Path:
    """ColPali over PaliGemma, as transformers saves it."""
    from transformers import SiglipImageProcessorPil

    torch.manual_seed(0)
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<image>"]
    tokens = {
        token: i for i, token in enumerate([*special, *sorted(pre_tokenizers.ByteLevel.alphabet())])
    }
    count = (56 // PATCH) ** 2
    inner = PaliGemmaConfig(
        text_config={
            "model_type": "gemma",
            "vocab_size": len(tokens) + 64,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 1,
            "head_dim": 8,
            "pad_token_id": 0,
        },
        vision_config={
            "model_type": "siglip_vision_model",
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "patch_size": PATCH,
            "image_size": 56,
            "projection_dim": 32,
        },
        image_token_index=tokens["<image>"],
        image_token_id=tokens["<image>"],
        projection_dim=32,
        hidden_size=32,
    )
    ColPaliForRetrieval(ColPaliConfig(vlm_config=inner, embedding_dim=128)).save_pretrained(folder)
    ColPaliProcessor(
        image_processor=SiglipImageProcessorPil(
            size={"height": 56, "width": 56}, image_seq_length=count
        ),
        tokenizer=GemmaTokenizerFast(
            tokenizer_object=_bytewise(tokens),
            pad_token="<pad>",
            eos_token="<eos>",
            bos_token="<bos>",
            unk_token="<unk>",
            additional_special_tokens=["<image>"],
        ),
    ).save_pretrained(folder)
    return folder


def _bytewise(tokens: dict[str, int]) -> Tokenizer:
    """A tokenizer that reads byte by byte."""
    made = Tokenizer(models.BPE(vocab=tokens, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return made
