"""A stand-in for the Hugging Face hub: the questions that its own client asks to fetch a model at a revision."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web


@dataclass(frozen=True)
class Asked:
    """A request that came: its path, and the token that it showed."""

    path: str
    token: str


@dataclass
class Hub:
    """Models by name, each with one revision.

    Attributes:
        asked: every request, in order.
        token: that has to be shown; empty for none.
    """

    asked: list[Asked] = field(default_factory=list)
    token: str = ""
    _models: dict[str, tuple[str, dict[str, bytes]]] = field(default_factory=dict)
    _door: web.AppRunner | None = None

    def publish(self, name: str, revision: str, files: Mapping[str, bytes]) -> None:
        """A model with these files at a revision; one of that name before it is gone."""
        self._models[name] = revision, dict(files)

    def paths(self) -> list[str]:
        """What was asked for."""
        return [asked.path for asked in self.asked]

    async def open(self) -> str:
        """Serve; returns the address, for HF_ENDPOINT."""
        hub = web.Application(middlewares=[self._noted])
        model = "{owner}/{model}"
        hub.add_routes(
            [
                web.get(f"/api/models/{model}/revision/{{revision}}", self._info),
                web.get(f"/api/models/{model}/tree/{{revision}}", self._tree),
                web.get(f"/{model}/resolve/{{revision}}/{{file:.+}}", self._file),
            ]
        )
        self._door = web.AppRunner(hub)
        await self._door.setup()
        await web.TCPSite(self._door, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._door.addresses[0][1]}"

    async def close(self) -> None:
        """Close the port."""
        assert self._door is not None
        await self._door.cleanup()

    @web.middleware
    async def _noted(self, request: web.Request, handler: web.Handler) -> web.StreamResponse:  # type: ignore[name-defined]
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.asked.append(Asked(request.path, shown))
        if self.token and shown != self.token:
            return web.Response(status=401, headers={"X-Error-Code": "GatedRepo"})
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _info(self, request: web.Request) -> web.Response:
        revision, files = self._model(request)
        siblings = [{"rfilename": name} for name in files]
        return web.json_response({"id": _name(request), "sha": revision, "siblings": siblings})

    async def _tree(self, request: web.Request) -> web.Response:
        _, files = self._model(request)
        return web.json_response(
            [
                {"type": "file", "path": name, "size": len(data), "oid": _digest(data)}
                for name, data in files.items()
            ]
        )

    async def _file(self, request: web.Request) -> web.Response:
        revision, files = self._model(request)
        data = files.get(request.match_info["file"])
        if data is None:
            raise web.HTTPNotFound(headers={"X-Error-Code": "EntryNotFound"})
        headers = {"ETag": f'"{_digest(data)}"', "X-Repo-Commit": revision}
        return web.Response(body=data, headers=headers)

    def _model(self, request: web.Request) -> tuple[str, dict[str, bytes]]:
        found = self._models.get(_name(request))
        if found is None:
            raise web.HTTPNotFound(headers={"X-Error-Code": "RepoNotFound"})
        if request.match_info["revision"] not in (found[0], "main"):
            raise web.HTTPNotFound(headers={"X-Error-Code": "RevisionNotFound"})
        return found


@contextmanager
def serving(hub: Hub) -> Iterator[str]:
    """Serve it from a thread of its own; gives the address, for HF_ENDPOINT."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(hub.open(), loop).result(10)
        asyncio.run_coroutine_threadsafe(hub.close(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def files_of(folder: Path) -> dict[str, bytes]:
    """A model's folder as `Hub.publish` takes it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _name(request: web.Request) -> str:
    return f"{request.match_info['owner']}/{request.match_info['model']}"


def _digest(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()
