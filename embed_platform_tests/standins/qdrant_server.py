"""A Qdrant server over HTTP for tests: the real REST paths and bodies, answered by the client's own local mode.

It asks for a key, and like a server it may leave nearest rows out unless the search is exact.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter
from qdrant_client import QdrantClient, models
from qdrant_client.http.models import PointInsertOperations

from embed_platform_tests.servers import free_port

VERSION = "1.16.0"


def application(key: str, seen: list[str]) -> FastAPI:
    """The routes that the store uses; `seen` gets each request's method and path."""
    app, held = FastAPI(), QdrantClient(":memory:", force_disable_check_same_thread=True)

    @app.middleware("http")
    async def guard(request: Request, forward: Any) -> Any:
        seen.append(f"{request.method} {request.url.path}")
        if request.headers.get("api-key") != key:
            return JSONResponse({"status": {"error": "Must provide an API key"}}, 401)
        return await forward(request)

    def answer(value: Any) -> dict[str, Any]:
        return {"result": value, "status": "ok", "time": 0.0}

    @app.get("/")
    def root() -> Any:
        return {"title": "qdrant - vector search engine", "version": VERSION}

    @app.get("/collections")
    def collections() -> Any:
        return answer(held.get_collections())

    @app.get("/collections/{name}/exists")
    def exists(name: str) -> Any:
        return answer({"exists": held.collection_exists(name)})

    @app.get("/collections/{name}")
    def describe(name: str) -> Any:
        return answer(held.get_collection(name))

    @app.put("/collections/{name}")
    def create(name: str, body: models.CreateCollection) -> Any:
        return answer(held.create_collection(name, vectors_config=body.vectors))

    @app.delete("/collections/{name}")
    def drop(name: str) -> Any:
        return answer(held.delete_collection(name))

    @app.put("/collections/{name}/index")
    def index(name: str, body: models.CreateFieldIndex) -> Any:
        return answer({"operation_id": 0, "status": "completed"})

    @app.put("/collections/{name}/points")
    def upsert(name: str, body: dict[str, Any]) -> Any:
        points = TypeAdapter(PointInsertOperations).validate_python(body)
        return answer(held.upsert(name, points.batch))

    @app.post("/collections/{name}/points/delete")
    def delete(name: str, body: models.PointIdsList) -> Any:
        return answer(held.delete(name, body.points))

    @app.post("/collections/{name}/points/scroll")
    def scroll(name: str, body: models.ScrollRequest) -> Any:
        points, following = held.scroll(
            name, body.filter, body.limit or 10, offset=body.offset, with_payload=body.with_payload
        )
        return answer({"points": points, "next_page_offset": following})

    @app.post("/collections/{name}/points")
    def retrieve(name: str, body: models.PointRequest) -> Any:
        return answer(held.retrieve(name, body.ids, body.with_payload, body.with_vector))

    @app.post("/collections/{name}/facet")
    def facet(name: str, body: models.FacetRequest) -> Any:
        return answer(held.facet(name, body.key, body.filter, body.limit))

    @app.post("/collections/{name}/points/query")
    def query(name: str, body: models.QueryRequest) -> Any:
        exact = bool(body.params and body.params.exact)
        limit = body.limit if exact else max(1, body.limit - 1)
        return answer(
            held.query_points(
                name, body.query, query_filter=body.filter, limit=limit, with_payload=True
            )
        )

    return app


@contextmanager
def running_qdrant(key: str) -> Iterator[tuple[str, list[str]]]:
    """Its address and what it was asked; it ends with the block."""
    port, seen = free_port(), list[str]()
    config = uvicorn.Config(application(key, seen), port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}", seen
    finally:
        server.should_exit = True
        thread.join(10)
