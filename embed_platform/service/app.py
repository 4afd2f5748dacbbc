"""The application: routers, handlers, what is around them, and its OpenAPI description."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException

from embed_platform.errors import EmbedError
from embed_platform.service import problems
from embed_platform.service.middleware import Around
from embed_platform.service.routes import (
    archive,
    embeddings,
    erasures,
    exports,
    health,
    models,
    pages,
    rerank,
    search,
    users,
)
from embed_platform.service.state import open_service
from embed_platform.settings import Settings, load_settings

# A further router is one line here.
ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    models.router,
    embeddings.router,
    users.router,
    archive.router,
    erasures.router,
    exports.router,
    search.router,
    rerank.router,
    pages.router,
)
DESCRIPTION = """\
Vectors of texts, and of what is in the archives.

`POST /v1/embeddings` and `GET /v1/models` are OpenAI's: its clients work with `base_url` set to `…/v1`.
Every error has the body `{"error": {"message", "type", "param", "code"}}`, every answer an `X-Request-Id`.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application over a home; it is started and stopped once.

    Args:
        settings: of the home; read from the environment when None.

    Raises:
        SettingsError: the keys or the models' registry cannot be read.
    """
    service = open_service(settings or load_settings())

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        service.models.readiness()  # begins to load the first model
        await asyncio.to_thread(service.erasures.resume)
        yield
        await asyncio.to_thread(service.close)

    app = FastAPI(
        title="embed_platform",
        version=version("embed-platform"),
        description=DESCRIPTION,
        lifespan=life,
        redoc_url=None,
    )
    app.state.service = service
    app.add_middleware(
        Around, settings=service.settings, keys=service.keys, metrics=service.metrics
    )
    app.add_exception_handler(problems.ApiError, problems.on_api_error)
    app.add_exception_handler(EmbedError, problems.on_embed_error)
    app.add_exception_handler(RequestValidationError, problems.on_invalid)
    app.add_exception_handler(HTTPException, problems.on_http_error)
    for router in ROUTERS:
        app.include_router(router)
    app.state.routes = [route for router in ROUTERS for route in router.routes]
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """OpenAPI of the application, without the 422 that the framework adds: here it is a 400."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=app.openapi_tags,
        )
        for path in found["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
        for unused in ("HTTPValidationError", "ValidationError"):
            found["components"]["schemas"].pop(unused, None)
        app.openapi_schema = found
    return app.openapi_schema
