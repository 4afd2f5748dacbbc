"""Texts per second of the local engine, beside `SentenceTransformer.encode` with its defaults.

Run: `python -m benchmarks.embed [texts]`
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.baselines import embed_encode
from benchmarks.generate import tweets
from benchmarks.made_up import show
from embed_platform.compute.local.engine import open_local_engine
from embed_platform.embedding.registry import load_registry
from embed_platform.settings import Settings

ROUNDS = 3


def run(count: int = 1000) -> list[dict[str, object]]:
    """Measure in turn, three rounds; medians."""
    texts = [str(record["tweet"]["full_text"]) for record in tweets(7, count)]
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        entry = load_registry(settings).wanted()[0]
        engine = open_local_engine(entry, settings)
    model = embed_encode.load(entry.source)
    ours, theirs, cosine = [], [], 0.0
    for _ in range(ROUNDS):
        started = time.perf_counter()
        vectors = engine.embed(texts, "").vectors
        ours.append(count / (time.perf_counter() - started))
        started = time.perf_counter()
        reference = embed_encode.encode(model, texts)
        theirs.append(count / (time.perf_counter() - started))
        lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(reference, axis=1)
        cosine = float(((vectors * reference).sum(axis=1) / lengths).mean())
    maker = engine.provenance
    return [
        {
            "benchmark": "embed",
            "road": f"LocalEngine ({maker.dtype})",
            "rate": f"{median(ours):.0f} texts/s",
            "against": f"encode() {median(theirs):.0f} texts/s",
            "ratio": round(median(ours) / median(theirs), 2),
            "target": f"1.5 at mean cosine 0.999 (here {cosine:.5f})",
        }
    ]


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:])))
