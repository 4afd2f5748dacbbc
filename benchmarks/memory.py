"""Peak memory and seconds of each step of the road on one large export, each in a process of its own.

Run: `python -m benchmarks.memory [tweets]`

The vectors are made up: what a model needs is a matter of the model. Peaks include the step's
imports, some 100 to 160 MB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.generate import write_zip
from benchmarks.made_up import peak_mb, show
from embed_platform.embedding.engine import Embedded, Provenance
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import load_settings

SPACE = EmbeddingSpace("benchmarks/made-up", "1", 384)
KINDS = ("tweet", "thread")


class MadeUp:
    """Random vectors; the first call, which asks for the probes, always answers the same."""

    provenance = Provenance("made-up", "1", "float32", "cpu")

    def __init__(self) -> None:
        self._random = np.random.default_rng(0)

    def embed(self, texts: list[str], prompt: str = "") -> Embedded:
        """Vectors of 384 dimensions."""
        vectors = self._random.standard_normal((len(texts), SPACE.dimension), dtype=np.float32)
        return Embedded(vectors, np.ones(len(texts), int), np.zeros(len(texts), bool), {})


def run(count: int = 600_000) -> list[dict[str, object]]:
    """Measure each step once, in the order of the road."""
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export.zip"
        write_zip(export, count)
        return [_measured(step, Path(folder) / "home", export) for step in STEPS]


def _measured(step: str, home: Path, export: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", step, str(export)],
        env=os.environ | {"EMBED_HOME": str(home)},
        cwd=Path(__file__).resolve().parents[1],
        check=True,
        capture_output=True,
        text=True,
    )
    return {"step": step, **json.loads(done.stdout.strip().splitlines()[-1])}


def _ingest(lake: Lake, export: Path) -> Any:
    from embed_platform.sources.twitter.ingest import ingest

    return ingest(lake, export).tweets


def _raw_tweets(lake: Lake, _: Path) -> Any:
    from embed_platform.sources.twitter.current import publish_raw_tweets

    return publish_raw_tweets(lake, lake.users()[0]).rows


def _tweets(lake: Lake, _: Path) -> Any:
    from embed_platform.corpus.clean import TWEETS, publish_clean, write_raw
    from embed_platform.corpus.dbt_run import run_dbt, scratch_folder

    with scratch_folder(lake) as scratch:
        write_raw(lake, TWEETS, lake.users(), scratch)
        run_dbt("tweets", scratch, {"scratch": str(scratch)})
        return sum(publish_clean(lake, TWEETS, lake.users(), scratch).values())


def _threads(lake: Lake, _: Path) -> Any:
    from embed_platform.corpus.build import build_threads

    return build_threads(lake, lake.users()[0])


def _documents(lake: Lake, _: Path) -> Any:
    from embed_platform.corpus.build import build_documents

    return sum(build_documents(lake, lake.users()[0]).rows.values())


def _vectors(lake: Lake, _: Path) -> Any:
    from embed_platform.embedding.embed import embed_users, tidy

    (result,) = embed_users(lake, SPACE, lake.users(), KINDS, MadeUp).values()
    tidy(lake, SPACE, lake.users()[0], KINDS)
    return result.embedded


def _publication(lake: Lake, _: Path) -> Any:
    from embed_platform.corpus.kinds import KINDS as ALL
    from embed_platform.stores.base import StoreTable
    from embed_platform.stores.open import open_store
    from embed_platform.stores.sync import Loaded, sync_space

    tables = [StoreTable(SPACE, ALL[kind]) for kind in KINDS]
    store = open_store("s3", lake.settings, lake)
    (loaded,) = sync_space(lake, store, tables, lake.users()).values()
    assert isinstance(loaded, Loaded), loaded
    return loaded.written


STEPS: dict[str, Callable[[Lake, Path], Any]] = {
    "ingest": _ingest,
    "raw tweets": _raw_tweets,
    "tweets (dbt)": _tweets,
    "threads": _threads,
    "documents": _documents,
    "vectors, model apart": _vectors,
    "publication, verified": _publication,
}


def _measure(step: str, export: Path) -> None:
    lake = open_lake(load_settings())
    started = time.perf_counter()
    rows = STEPS[step](lake, export)
    seconds = time.perf_counter() - started
    print(json.dumps({"rows": rows, "seconds": round(seconds, 1), "peak_mb": round(peak_mb())}))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _measure(sys.argv[1], Path(sys.argv[2]))
    else:
        show(run(*map(int, sys.argv[1:2])))
