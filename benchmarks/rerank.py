"""256 passages of mixed lengths reranked, beside `CrossEncoder.predict` with its defaults.

The model has the size of ms-marco-MiniLM-L6-v2 and weights by chance: time does not depend on them.

Run: `python -m benchmarks.rerank [passages]`
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.baselines import rerank_predict
from benchmarks.made_up import show
from embed_platform.compute.local.cross_encoder import LocalCrossEncoder, open_cross_encoder
from embed_platform.embedding.rerankers import RerankerEntry
from embed_platform.settings import Settings
from embed_platform_tests.standins.cross_encoders import write_cross_encoder

ROUNDS = 3
QUERY = "which river runs through the garden behind the old house"
WORDS = [
    "river",
    "stone",
    "music",
    "night",
    "morning",
    "garden",
    "letter",
    "window",
    "water",
    "bread",
    "old",
    "house",
    "winter",
]
# Natural logarithms of the passages' words: half have between 28 and 107, some fill the model.
WORDS_MEAN, WORDS_SPREAD, MOST_WORDS = 4.0, 1.0, 450


def run(count: int = 256) -> list[dict[str, object]]:
    """Measure in turn, three rounds; medians. In float32 too, which leaves only the batches."""
    documents = passages(count)
    with tempfile.TemporaryDirectory() as folder:
        write_minilm(Path(folder))
        entry = RerankerEntry(folder, revision="")
        settings = Settings(home=Path(folder) / "home")
        roads = {
            dtype: open_cross_encoder(entry, settings.model_copy(update={"dtype": dtype}))
            for dtype in ("auto", "float32")
        }
        baseline = rerank_predict.load(folder)
        seconds: dict[str, list[float]] = {name: [] for name in (*roads, "theirs")}
        found: dict[str, np.ndarray] = {}
        for _ in range(ROUNDS):
            for name, model in roads.items():
                found[name], took = timed(model, documents)
                seconds[name].append(took)
            started = time.perf_counter()
            found["theirs"] = rerank_predict.predict(baseline, QUERY, documents)
            seconds["theirs"].append(time.perf_counter() - started)
    theirs = median(seconds["theirs"])
    return [
        {
            "benchmark": f"rerank {count} passages of mixed lengths",
            "road": f"LocalCrossEncoder ({model.dtype}, {model.device})",
            "rate": f"{median(seconds[name]):.2f} s",
            "against": f"predict() {theirs:.2f} s",
            "ratio": round(theirs / median(seconds[name]), 2),
            "target": f"1.3; largest difference of a score {np.abs(found[name] - found['theirs']).max():.5f}",
        }
        for name, model in roads.items()
    ]


def write_minilm(folder: Path) -> None:
    """A cross-encoder of the size of ms-marco-MiniLM-L6-v2."""
    write_cross_encoder(folder, width=384, layers=6, heads=12, spread=0.02)


def passages(count: int, seed: int = 1) -> list[str]:
    """Passages whose lengths are spread as those of documents are."""
    chance = random.Random(seed)
    return [
        " ".join(
            chance.choices(
                WORDS, k=1 + min(MOST_WORDS, int(chance.lognormvariate(WORDS_MEAN, WORDS_SPREAD)))
            )
        )
        for _ in range(count)
    ]


def timed(model: LocalCrossEncoder, documents: list[str]) -> tuple[np.ndarray, float]:
    """Scores, and the seconds that they took."""
    started = time.perf_counter()
    scores = np.array(model.get_scores(QUERY, documents))
    return scores, time.perf_counter() - started


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:])))
