"""A server that speaks Ollama's, OpenAI's and TEI's protocols, with their limits and error forms, and faults on demand.

python -m embed_platform_tests.standins.embedding_server --port 8080 --protocol tei --fault busy=1@3
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse

from embed_platform_tests.standins.embedding_faults import NAMES
from embed_platform_tests.standins.embedding_models import HashModel, MiniLm, Model
from embed_platform_tests.standins.embedding_routes import (
    add_ollama,
    add_openai,
    add_tei,
    add_tokenizers,
)
from embed_platform_tests.standins.embedding_state import PAGE, No, Standin, refusal


def build(state: Standin) -> FastAPI:
    """The application over a state."""
    app = FastAPI()

    @app.middleware("http")
    async def at_the_door(
        request: Request, go_on: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        path = request.url.path
        if path.startswith("/control"):
            return await go_on(request)
        state.stats["paths"].append(path)
        if state.protocol == "pages":
            return HTMLResponse(PAGE)
        if state.faults.unhealthy():
            return JSONResponse({"error": "loading", "error_type": "Unhealthy"}, 503)
        allowed = path == "/health" or request.headers.get("authorization") == f"Bearer {state.key}"
        if state.key and not allowed:
            return refusal(path, 401, "Incorrect API key provided")
        if request.method == "GET" or path == "/tokenize":
            return await go_on(request)
        return await embedding(request, go_on)

    async def embedding(
        request: Request, go_on: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Count a request for vectors, and let its faults happen."""
        body = await request.body()
        content = json.loads(body)
        texts = content.get("inputs", content.get("input", []))
        texts = [texts] if isinstance(texts, str) else texts
        stats, faults = state.stats, state.faults
        stats["requests"] += 1
        stats["texts"] += len(texts)
        stats["sizes"].append(len(texts))
        stats["most_texts"] = max(stats["most_texts"], len(texts))
        stats["most_bytes"] = max(stats["most_bytes"], len(body))
        stats["seen"] += [text[:40] for text in texts]
        if (after := faults.take("die")) is not None and stats["requests"] > int(after):
            os._exit(1)
        state.at_once += 1
        stats["most_at_once"] = max(stats["most_at_once"], state.at_once)
        try:
            await asyncio.sleep(float(faults.take("slow") or 0))
            await asyncio.sleep(float(faults.take("slow_text") or 0) * len(texts))
            answer = faulty(request.url.path, texts) or await go_on(request)
        finally:
            state.at_once -= 1
        stats["statuses"].append(answer.status_code)
        return (
            StreamingResponse(broken_off(), 200, {"content-length": "9999"})
            if (faults.take("cut") is not None)
            else answer
        )

    def faulty(path: str, texts: Sequence[str]) -> Response | None:
        """The answer that a fault gives instead of vectors."""
        faults = state.faults
        if (seconds := faults.take("busy")) is not None:
            answer = refusal(path, 429, "Model is overloaded")
            if seconds:
                answer.headers["retry-after"] = seconds
            return answer
        if (status := faults.take("status")) is not None:
            return refusal(path, int(status), "it broke")
        if faults.take("html") is not None:
            return HTMLResponse(PAGE)
        if (most := faults.take("inputs")) is not None and len(texts) > int(most):
            return refusal(path, 400, f"send {most} or fewer")
        return None

    @app.exception_handler(No)
    async def say_no(request: Request, error: No) -> Response:
        return refusal(request.url.path, error.status, error.words)

    add_control(app, state)
    if state.speaks("tei"):
        add_tei(app, state)
    if state.speaks("ollama"):
        add_ollama(app, state)
    if state.speaks("openai"):
        add_openai(app, state)
    if state.speaks("tei", "openai"):
        add_tokenizers(app, state)
    return app


async def broken_off() -> AsyncIterator[bytes]:
    yield b'{"embeddings": [[0.1, '
    raise ConnectionError("cut")


def add_control(app: FastAPI, state: Standin) -> None:
    @app.get("/control/stats")
    def stats() -> Any:
        return state.stats

    @app.post("/control/faults")
    def switch_on(specs: list[str]) -> None:
        for spec in specs:
            state.faults.switch_on(spec)

    @app.post("/control/clear")
    def clear() -> None:
        state.clear()


def main() -> None:
    """Serve until the process ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--protocol", default="all", choices=["all", "ollama", "openai", "tei", "none", "pages"]
    )
    parser.add_argument("--model", default="minilm", choices=["minilm", "hash"])
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--max-tokens", type=int, default=256)
    parser.add_argument("--name", action="append", default=[], help="of the model, as served")
    parser.add_argument("--key", default="")
    parser.add_argument("--counts", action="store_true", help="vLLM's /tokenize too")
    parser.add_argument("--fault", action="append", default=[], help=", ".join(NAMES))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model: Model = (
            HashModel(given.dimension, given.max_tokens, "test/hash")
            if given.model == "hash"
            else MiniLm(Path(folder))
        )
        state = Standin(
            model,
            protocol=given.protocol, names=given.name, key=given.key, counts=given.counts,
        )  # fmt: skip
        for spec in [*given.fault, *os.environ.get("STANDIN_FAULTS", "").split()]:
            state.faults.switch_on(spec)
        uvicorn.run(build(state), host="127.0.0.1", port=given.port, log_level="critical")


if __name__ == "__main__":
    main()
