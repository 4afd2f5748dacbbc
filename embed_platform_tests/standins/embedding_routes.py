"""The requests of Ollama, OpenAI and TEI that an embedding stand-in answers, with their limits."""

from __future__ import annotations

import base64
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse

from embed_platform_tests.standins.embedding_state import No, Standin, json_answer, unit

TEI_INPUTS, TEI_BYTES, TEI_AT_ONCE = 32, 2_000_000, 512
OPENAI_INPUTS = 2048


def add_tei(app: FastAPI, state: Standin) -> None:
    @app.get("/info")
    def info() -> Any:
        return {
            "model_id": state.names[0], "model_sha": None, "model_dtype": "float32",
            "served_model_name": state.names[0], "max_concurrent_requests": TEI_AT_ONCE,
            "max_input_length": state.model.max_tokens, "max_batch_tokens": 16384,
            "max_client_batch_size": TEI_INPUTS, "auto_truncate": True, "version": "1.9.3",
        }  # fmt: skip

    @app.get("/health")
    def health() -> Response:
        return Response(status_code=200)

    @app.post("/embed")
    async def embed(request: Request) -> Response:
        if len(await request.body()) > TEI_BYTES:
            words = "Failed to buffer the request body: length limit exceeded"
            return PlainTextResponse(words, 413)
        content = await request.json()
        texts = content["inputs"]
        if len(texts) > TEI_INPUTS:
            raise No(422, f"batch size {len(texts)} > maximum allowed batch size {TEI_INPUTS}")
        if any(not text for text in texts):
            raise No(422, "`inputs` cannot be empty")
        if state.at_once * len(texts) > TEI_AT_ONCE:
            raise No(429, "Model is overloaded")
        vectors = await state.embed(texts, truncate=content.get("truncate", True), refusal=424)
        if content.get("normalize", True):
            vectors = unit(vectors)
        headers = {"x-compute-tokens": str(state.count(texts))}
        return json_answer(vectors.tolist(), headers)


def add_ollama(app: FastAPI, state: Standin) -> None:
    @app.get("/api/version")
    def version() -> Any:
        return {"version": "0.24.0"}

    @app.get("/api/tags")
    def tags() -> Any:
        details = {"family": "bert", "quantization_level": "F16"}
        named = [name if ":" in name else f"{name}:latest" for name in state.names]
        return {"models": [{"name": name, "model": name, "details": details} for name in named]}

    @app.post("/api/embed")
    async def embed(request: Request) -> Response:
        content = await request.json()
        if content["model"].removesuffix(":latest") not in state.names:
            raise No(404, f"model '{content['model']}' not found")
        texts = content["input"]
        vectors = await state.embed(texts, truncate=content.get("truncate", True), refusal=400)
        found = {"model": content["model"], "embeddings": unit(vectors).tolist()}
        return json_answer(found | {"prompt_eval_count": state.count(texts)})


def add_openai(app: FastAPI, state: Standin) -> None:
    @app.get("/v1/models")
    def models() -> Any:
        data = [{"id": name, "object": "model", "owned_by": "vllm"} for name in state.names]
        return {"object": "list", "data": data}

    @app.get("/version")
    def version() -> Any:
        return {"version": "0.15.0"}

    @app.post("/v1/embeddings")
    async def embed(request: Request) -> Response:
        content = await request.json()
        texts = content["input"]
        if content["model"] not in state.names:
            raise No(404, f"The model `{content['model']}` does not exist.")
        if len(texts) > OPENAI_INPUTS:
            raise No(400, f"Invalid 'input': array too long. Expected at most {OPENAI_INPUTS}")
        packed = content.get("encoding_format") == "base64"
        if packed and state.faults.take("nobase64") is not None:
            raise No(400, "Invalid value for 'encoding_format'")
        vectors = unit(await state.embed(texts, truncate=False, refusal=400))
        rows = [
            base64.b64encode(row.astype("<f4").tobytes()).decode() if packed else row.tolist()
            for row in vectors
        ]
        data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)]
        if state.faults.take("shuffle") is not None:
            data = data[1::2] + data[::2]
        tokens = state.count(texts)
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return json_answer({"object": "list", "data": data, "usage": usage})


def add_tokenizers(app: FastAPI, state: Standin) -> None:
    @app.post("/tokenize")
    def tokenize(content: dict[str, Any]) -> Any:
        if "inputs" in content and state.speaks("tei"):
            tokens = [state.model.tokens(text) for text in content["inputs"]]
            return [
                [
                    {"id": t.number, "special": t.stop is None, "start": t.start, "stop": t.stop}
                    for t in row
                ]
                for row in tokens
            ]
        if "prompt" in content and state.counts:
            numbers = [token.number for token in state.model.tokens(content["prompt"])]
            return {"count": len(numbers), "max_model_len": 512, "tokens": numbers}
        raise No(404, "Not Found")
