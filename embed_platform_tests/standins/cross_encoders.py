"""Cross-encoders of no training in a folder: real architecture, real tokenizer, weights by chance."""

from __future__ import annotations

from pathlib import Path

from embed_platform.embedding.registry import load_registry
from embed_platform.settings import Settings


def write_cross_encoder(
    folder: Path,
    *,
    labels: int = 1,
    width: int = 32,
    layers: int = 1,
    heads: int = 2,
    spread: float = 0.2,
) -> Path:
    """A BERT classifier of pairs with MiniLM's tokenizer; the same weights each time.

    Args:
        folder: where it is written.
        labels: scores that it gives for a pair.
        width: of its hidden layers.
        layers: of them.
        heads: of attention.
        spread: of its weights; the wider, the further apart the scores, as training sets them.
    """
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    source = load_registry(Settings(home=folder)).get("minilm").source
    tokenizer = AutoTokenizer.from_pretrained(source)
    tokenizer.model_max_length = 512
    state = torch.random.get_rng_state()
    torch.manual_seed(7)
    network = BertForSequenceClassification(
        BertConfig(
            vocab_size=tokenizer.vocab_size,
            hidden_size=width,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=4 * width,
            num_labels=labels,
            initializer_range=spread,
        )
    )
    torch.random.set_rng_state(state)
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
