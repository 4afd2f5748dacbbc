"""A stand-in for Modal on the loopback that speaks its real protocol and runs its real container entry point."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web
from grpclib.server import Server
from modal_proto import api_pb2

from embed_platform.embedding.rerankers import load_rerankers
from embed_platform.settings import Settings
from embed_platform_tests.standins.hub_server import Hub
from embed_platform_tests.standins.modal_calls import Calling
from embed_platform_tests.standins.modal_containers import Containers
from embed_platform_tests.standins.modal_deploy import Deploying
from embed_platform_tests.standins.modal_grpc import TOKEN, Service
from embed_platform_tests.standins.modal_images import Building
from embed_platform_tests.standins.modal_state import Call, Control, Function, State
from embed_platform_tests.standins.modal_web import FrontDoor

T = TypeVar("T")


class Frontend(Deploying, Building, Calling, Service):
    """Everything that somebody with a token may ask."""

    def __init__(
        self, state: State, containers: Containers, door: FrontDoor, blob_address: str
    ) -> None:
        Service.__init__(self, state, is_client=True)
        self._containers, self._door, self.blob_address = containers, door, blob_address

    async def web_address(self, app_id: str, name: str) -> str:
        """Where a web function is reached."""
        return await self._door.address(app_id, name)

    async def stop_containers(self, app_id: str) -> None:
        """Kill whatever runs of an app."""
        for container in list(self._containers.running.values()):
            if container.function.app_id == app_id:
                await self._containers.kill(container.id)

    async def end_build(self, image_id: str, task: str) -> None:
        """Keep what the container of a build function left as the image's files, and end it."""
        await self._containers.kill(task)
        await self.state.wait(lambda: task not in self._containers.running, 10)
        files = self._containers.own_files(task) / "opt"
        if image_id and files.is_dir():
            self.state.image_files[image_id] = files

    async def cancel_input(self, task: str, call: Call, *, terminate: bool) -> None:
        """Tell a container, or end it."""
        container = self._containers.running.get(task)
        if container is not None:
            container.inputs.discard(call.input_id)
            container.cancelled.append(call.input_id)
        if terminate:
            await self._containers.kill(task)

    def containers_of(self, function: Function) -> int:
        """How many run."""
        return len(self._containers.of(function))

    async def AppFetchLogs(
        self, request: api_pb2.AppFetchLogsRequest
    ) -> api_pb2.AppFetchLogsResponse:
        return api_pb2.AppFetchLogsResponse(
            batches=[
                api_pb2.TaskLogsBatch(
                    task_id=container, items=[api_pb2.TaskLogs(data=text, timestamp=1.0)]
                )
                for container, text in self.state.logs.items()
            ]
        )


class ModalServer:
    """The stand-in in a thread of its own. A context: when it is left, no process of it runs.

    Args:
        folder: for everything on disk; its path must be short, for sockets lie in it.
        light: whether containers use the stand-ins for torch and sentence-transformers, and so
            start in a second; else they load real weights.
    """

    def __init__(self, folder: Path, *, light: bool = True) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.folder, self._light = folder, light
        self.port = 0

    def __enter__(self) -> ModalServer:
        """Serve."""
        self._thread.start()
        self._run(self._open())
        return self

    def __exit__(self, *exc: object) -> None:
        """End every process and the thread."""
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    @property
    def control(self) -> Control:
        """Its faults."""
        return self.state.control

    def environment(self) -> dict[str, str]:
        """What points the vendor's client here."""
        return {
            "MODAL_SERVER_URL": f"http://127.0.0.1:{self.port}",
            "MODAL_TOKEN_ID": TOKEN[0],
            "MODAL_TOKEN_SECRET": TOKEN[1],
            "MODAL_CONFIG_PATH": str(self.folder / "no-such-file"),
            "MODAL_ENVIRONMENT": "main",
            # others may edit our package while it is uploaded
            "MODAL_BUILD_VALIDATION": "ignore",
        }

    def release(self) -> list[str]:
        """Give held results, the newest first, a little apart; returns the calls in that order."""
        self.control.hold_outputs = False
        return self._run(self._release())

    def reset(self) -> None:
        """No faults, no containers, no calls; what is deployed stays."""
        self._run(self._reset())

    def pause(self, *, on: bool) -> None:
        """Light models stop where they are, until they may go on."""
        file = self.folder / "pause"
        file.touch() if on else file.unlink(missing_ok=True)

    def web_url(self, app: str, function: str) -> str:
        """Where a web function of a deployed app is reached."""
        found = self.state.app(app, "main")
        assert found is not None
        return self.state.functions[found.functions[function]].web_url

    def kill_containers(self) -> None:
        """As a pre-emption of all."""
        for container_id in list(self.containers.running):
            self._run(self.containers.kill(container_id))

    @property
    def pids(self) -> list[int]:
        """Processes of its containers."""
        return [container.process.pid for container in self.containers.running.values()]

    def unfinished(self) -> list[str]:
        """Calls without a result."""
        return [call.id for call in self.state.calls.values() if call.output is None]

    def asked(self, name: str) -> list[Any]:
        """Requests of one RPC."""
        return [request for rpc, request in self.state.requests if rpc == name]

    def logs(self) -> str:
        """What containers that are gone have printed."""
        return "\n".join(self.state.logs.values())

    async def _reset(self) -> None:
        self.state.control = Control()
        self.pause(on=False)
        for container_id in list(self.containers.running):
            await self.containers.kill(container_id)
        for forgotten in (self.state.calls, self.state.requests, self.state.logs):
            forgotten.clear()
        self.containers.failed_starts = self.containers.started = 0

    async def _release(self) -> list[str]:
        held = [call for call in self.state.calls.values() if call.held]
        held.sort(key=lambda call: -call.finished_at)
        for call in held:
            call.held = False
            await self.state.notify()
            await asyncio.sleep(0.1)
        return [call.id for call in held]

    async def _open(self) -> None:
        self.state = State()
        self.hub = Hub()
        settings = Settings(home=self.folder / "home", _env_file=None)  # type: ignore[call-arg]
        default = load_rerankers(settings).get(Settings.model_fields["modal_reranker"].default)
        self.hub.publish(default.name, default.revision, {"config.json": b"{}"})
        address = await self.hub.open()
        self.containers = Containers(self.state, self.folder, address, light=self._light)
        self._blobs = web.AppRunner(self._blob_store())
        await self._blobs.setup()
        site = web.TCPSite(self._blobs, "127.0.0.1", 0)
        await site.start()
        address = f"http://127.0.0.1:{self._blobs.addresses[0][1]}"
        self._door = FrontDoor(self.state)
        self.frontend = Frontend(self.state, self.containers, self._door, address)
        self.containers.calling = self.frontend
        self.containers.layout = self.frontend.layout
        self._server = Server([self.frontend])
        await self._server.start("127.0.0.1", 0)
        self.port = self._server._server.sockets[0].getsockname()[1]
        self._scaler = asyncio.create_task(self.containers.scale())

    async def _close(self) -> None:
        self._scaler.cancel()
        await asyncio.gather(self._scaler, return_exceptions=True)
        await self.containers.close()
        self._server.close()
        await self._blobs.cleanup()
        await self._door.close()
        await self.hub.close()

    def _blob_store(self) -> web.Application:
        async def put(request: web.Request) -> web.Response:
            data = await request.read()
            self.state.blobs[request.match_info["name"]] = data
            digest = hashlib.md5(data).hexdigest()  # the client compares it
            return web.Response(headers={"ETag": f'"{digest}"'})

        async def get(request: web.Request) -> web.Response:
            return web.Response(body=self.state.blobs[request.match_info["name"]])

        store = web.Application(client_max_size=2**30)
        store.add_routes([web.put("/{name}", put), web.get("/{name}", get)])
        return store

    def _run(self, work: Coroutine[Any, Any, T], seconds: float = 60.0) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)
