"""What everybody writes first: an endpoint that embeds one request at a time.

Run: `python -m benchmarks.baselines.serve_plain PORT encode|engine`
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from embed_platform.compute.local.engine import open_local_engine
from embed_platform.embedding.registry import load_registry
from embed_platform.settings import Settings


class Body(BaseModel):
    """What is asked."""

    model: str
    input: str | list[str]


def build(encode: Callable[[list[str]], np.ndarray]) -> FastAPI:
    """An application with the one endpoint."""
    app, lock = FastAPI(), Lock()

    @app.post("/v1/embeddings")
    def embeddings(body: Body) -> dict[str, Any]:
        texts = [body.input] if isinstance(body.input, str) else body.input
        with lock:
            vectors = encode(texts)
        return {
            "object": "list",
            "model": body.model,
            "data": [
                {"object": "embedding", "index": i, "embedding": row.tolist()}
                for i, row in enumerate(vectors)
            ],
        }

    return app


def encoder(road: str) -> Callable[[list[str]], np.ndarray]:
    """`encode()` with its defaults, or the engine that the service uses too."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        entry = load_registry(settings).wanted()[0]
        if road == "engine":
            engine = open_local_engine(entry, settings)
            return lambda texts: engine.embed(texts, "").vectors
    from benchmarks.baselines.embed_encode import encode, load

    model = load(entry.source)
    return lambda texts: encode(model, texts)


if __name__ == "__main__":
    uvicorn.run(
        build(encoder(sys.argv[2])), host="127.0.0.1", port=int(sys.argv[1]), access_log=False
    )
