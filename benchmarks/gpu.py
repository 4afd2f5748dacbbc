"""Tokens a second of the local engine on a GPU, beside `SentenceTransformer.encode` on the same texts.

Run: `python -m benchmarks.gpu [--model minilm …] [--texts 20000] [--device cuda] [--rounds 3] [--json]`

Nothing is downloaded: a model whose weights are not here is measured with random ones of its shape,
whose speed is the same. `python -m benchmarks.run_all gpu=figures.json` takes what `--json` printed on
another machine into RESULTS.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.generate import tweets
from benchmarks.made_up import show
from embed_platform.compute.local.attention import use_flash_attention
from embed_platform.compute.local.engine import LocalEngine, open_local_engine
from embed_platform.compute.prices import Card, cards
from embed_platform.embedding.engine import Matrix
from embed_platform.embedding.registry import ModelEntry, load_registry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import ModelUnavailable
from embed_platform.settings import Settings

MODELS = ("minilm", "modernbert-embed-base")
TEXTS = 20_000
ROUNDS = 3
# A text is so many tweets: posts, and chunks of conversations.
TWEETS_EACH = (1, 1, 1, 2, 4, 8)


@dataclass
class Road:
    """One way to embed the texts, and what was measured of it.

    Attributes:
        name: for the table.
        embed: the vectors of all texts.
        seconds: of each round.
        peak: most bytes on the GPU during a call, the model included; 0 on a CPU.
        vectors: of the last round.
    """

    name: str
    embed: Callable[[], Matrix]
    weights: int
    seconds: list[float]
    peak: int = 0
    vectors: Matrix | None = None

    def once(self) -> None:
        """Run it, and measure."""
        import torch

        on_gpu = torch.cuda.is_available()
        before = torch.cuda.memory_allocated() if on_gpu else 0
        if on_gpu:
            torch.cuda.reset_peak_memory_stats()
        started = time.perf_counter()
        self.vectors = self.embed()
        self.seconds.append(time.perf_counter() - started)
        if on_gpu:
            used = torch.cuda.max_memory_allocated() - before
            self.peak = max(self.peak, used + self.weights)


def run(
    models: Sequence[str] = MODELS,
    texts: int = TEXTS,
    device: str = "cuda",
    rounds: int = ROUNDS,
) -> list[dict[str, object]]:
    """Each model by each road, in turn; medians. No rows where there is no CUDA device to measure."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        return []
    return [row for model in models for row in measure(model, made_texts(texts), device, rounds)]


def measure(model: str, texts: list[str], device: str, rounds: int) -> list[dict[str, object]]:
    """The rows of one model: `encode` as it comes, `encode` as a careful reader would call it, ours."""
    import torch
    from sentence_transformers import SentenceTransformer

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), device=device)
        entry, weights = found_or_made(model, settings, Path(folder) / "model")
        engine = open_local_engine(entry, settings)
        maker = engine.provenance
        attention = "flash" if flash(engine) else "sdpa"
        plain = SentenceTransformer(entry.source, device=device)
        tuned = SentenceTransformer(
            entry.source, device=device, model_kwargs={"dtype": getattr(torch, maker.dtype)}
        )
    plain.max_seq_length = tuned.max_seq_length = entry.space.max_tokens
    prompt = entry.space.document_prompt
    tokens = int(engine.embed(texts, prompt).tokens.sum())  # and everything is warm
    for other in (plain, tuned):
        other.encode(texts[:100], prompt=prompt, show_progress_bar=False)

    def library(called: SentenceTransformer, size: int) -> Callable[[], Matrix]:
        return lambda: np.asarray(
            called.encode(texts, prompt=prompt, batch_size=size, show_progress_bar=False)
        )

    roads = [
        Road("encode()", library(plain, 32), held(plain), []),
        Road(f"encode(), {maker.dtype}, batches of 256", library(tuned, 256), held(tuned), []),
        Road(
            f"ours, {maker.dtype}, {attention}",
            lambda: engine.embed(texts, prompt).vectors,
            held(tuned),
            [],
        ),
    ]
    for _ in range(rounds):
        for road in roads:
            road.once()
    card = torch.cuda.get_device_name() if device == "cuda" else "CPU"
    peak = peak_tflops(card, cards())
    reference = roads[0].vectors
    assert reference is not None
    slowest = median(roads[0].seconds)
    rows: list[dict[str, object]] = []
    for road in roads:
        assert road.vectors is not None
        seconds = median(road.seconds)
        tflops = 2 * multiplied(plain) * tokens / seconds / 1e12
        rows.append(
            {
                "model": f"{model}, {weights}",
                "on": card,
                "road": road.name,
                "tokens_per_second": round(tokens / seconds),
                "times_encode": round(slowest / seconds, 2),
                "share_of_peak": f"{tflops / peak:.1%}" if peak else "",
                "peak_gb": round(road.peak / 1e9, 2) if road.peak else "",
                "mean_cosine": round(float(cosines(road.vectors, reference).mean()), 5),
                "of_two_texts": round(float(cosines(reference[:-1], reference[1:]).mean()), 2),
            }
        )
    return rows


def flash(engine: LocalEngine) -> bool:
    """Switch flash attention on where its package is installed; whether it is on."""
    return importlib.util.find_spec("flash_attn") is not None and use_flash_attention(engine)


def made_texts(count: int) -> list[str]:
    """Made-up posts and chunks; the same for the same count."""
    chance = random.Random(7)
    sizes = [chance.choice(TWEETS_EACH) for _ in range(count)]
    posts = (str(record["tweet"]["full_text"]) for record in tweets(7, sum(sizes)))
    return ["\n".join(next(posts) for _ in range(size)) for size in sizes]


def found_or_made(name: str, settings: Settings, folder: Path) -> tuple[ModelEntry, str]:
    """A model of the registry, and whether its weights are real or random.

    Raises:
        ModelUnavailable: its weights are not here, and its shape is not known here either.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    entry = load_registry(settings).get(name)
    if Path(entry.source).is_dir():
        return entry, "real weights"
    try:
        snapshot_download(entry.name, revision=entry.space.revision, local_files_only=True)
    except (LocalEntryNotFoundError, ValueError):
        if "modernbert" not in entry.name.lower():
            raise ModelUnavailable(
                "its weights are not in the hub's cache", where=entry.name
            ) from None
        return make_modernbert(folder, settings), "random weights"
    return entry, "real weights"


def make_modernbert(folder: Path, settings: Settings, **shape: Any) -> ModelEntry:
    """ModernBERT-base with random weights, read by MiniLM's tokenizer, in a folder.

    Args:
        folder: where it is written.
        settings: for the registry, which knows where MiniLM's tokenizer is.
        shape: fields of transformers' ModernBertConfig, whose defaults are those of `base`.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Normalize, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import AutoTokenizer, ModernBertConfig, ModernBertModel

    torch.manual_seed(7)
    tokenizer = AutoTokenizer.from_pretrained(load_registry(settings).get("minilm").source)
    config = ModernBertConfig(pad_token_id=tokenizer.pad_token_id, **shape)
    tokenizer.model_max_length = config.max_position_embeddings
    bare = folder / "bare"
    ModernBertModel(config).save_pretrained(bare)
    tokenizer.save_pretrained(bare)
    modules = [Transformer(str(bare)), Pooling(config.hidden_size), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save_pretrained(str(folder))
    space = EmbeddingSpace(
        str(folder),
        "random",
        config.hidden_size,
        max_tokens=config.max_position_embeddings,
    )
    return ModelEntry(space)


def peak_tflops(card: str, table: Mapping[str, Card]) -> float:
    """Dense 16-bit TFLOP/s of a card by its driver's name; 0 where the table has it not.

    The entry with most words wins: `NVIDIA H100 PCIe` is not an `H100`.
    """
    words = set(re.split(r"[\s-]+", card.upper()))
    fitting = [name for name in table if set(re.split(r"[\s-]+", name.upper())) <= words]
    best = max(fitting, key=lambda name: len(re.split(r"[\s-]+", name)), default="")
    return table[best].tflops if best else 0.0


def multiplied(model: Any) -> int:
    """Parameters that every token is multiplied with, two FLOP each: all but the tables that are looked up."""
    import torch

    tables = sum(
        parameter.numel()
        for module in model.modules()
        if isinstance(module, torch.nn.Embedding)
        for parameter in module.parameters()
    )
    return int(sum(parameter.numel() for parameter in model.parameters()) - tables)


def held(model: Any) -> int:
    """Bytes of a model's weights."""
    return int(sum(p.numel() * p.element_size() for p in model.parameters()))


def cosines(some: Matrix, others: Matrix) -> Matrix:
    """Row by row."""
    lengths = np.linalg.norm(some, axis=1) * np.linalg.norm(others, axis=1)
    found: Matrix = (some * others).sum(axis=1) / lengths
    return found


def main(arguments: Sequence[str]) -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--model", nargs="+", default=list(MODELS))
    parser.add_argument("--texts", type=int, default=TEXTS)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    given = parser.parse_args(arguments)
    rows = run(given.model, given.texts, given.device, given.rounds)
    if not rows:
        raise SystemExit("no CUDA device here; --device cpu --texts 200 tries it out")
    if given.json:
        print(json.dumps(rows, indent=1))
    else:
        show(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
