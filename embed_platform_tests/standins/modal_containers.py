"""Containers of the stand-in: the vendor's real entry point in a process, fed over a socket of its own."""

from __future__ import annotations

import asyncio
import math
import os
import shlex
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import cbor2
from google.protobuf.empty_pb2 import Empty
from grpclib.server import Server
from modal_proto import api_pb2

from embed_platform_tests.standins.modal_calls import Calling
from embed_platform_tests.standins.modal_grpc import Service
from embed_platform_tests.standins.modal_state import Call, Function, State

# A container that fails to start so often fails the calls that wait for it.
FAILED_STARTS = 3
# One that died is replaced after so long.
RESTART_SECONDS = 0.3
LIGHT = Path(__file__).with_name("light")


@dataclass
class Container:
    """One process."""

    id: str
    function: Function
    process: asyncio.subprocess.Process
    server: Server
    inputs: set[str] = field(default_factory=set)
    cancelled: list[str] = field(default_factory=list)
    idle_since: float = field(default_factory=time.monotonic)
    stopping: bool = False


class Containers:
    """Starts them when calls wait, stops them when they are idle, and sees them die.

    Args:
        state: shared with the RPCs.
        folder: for sockets, mounts and volumes.
        light: whether the stand-ins for torch and sentence-transformers are used.
    """

    def __init__(self, state: State, folder: Path, *, light: bool) -> None:
        self.state, self.folder, self.light = state, folder, light
        self.running: dict[str, Container] = {}
        self.failed_starts = 0
        self.started = 0
        self._not_before = 0.0
        self._watchers: set[asyncio.Task[None]] = set()
        self.calling: Calling | None = None
        self.layout = lambda app_id: api_pb2.AppLayout()

    async def scale(self) -> None:
        """Look after everything, for ever."""
        while True:
            for function in {
                call.function.id: call.function for call in self.state.calls.values()
            }.values():
                await self._scale_up(function)
            for container in list(self.running.values()):
                idle = time.monotonic() - container.idle_since
                if not container.inputs and idle > container.function.idle_seconds:
                    container.stopping = True
                    await self.state.notify()
            await self.state.wait(lambda: False, 0.2)

    def of(self, function: Function) -> list[Container]:
        """Those of a function."""
        return [c for c in self.running.values() if c.function is function]

    async def kill(self, container_id: str) -> None:
        """End one at once."""
        container = self.running.get(container_id)
        if container is not None and container.process.returncode is None:
            container.process.kill()
            await container.process.wait()

    async def close(self) -> None:
        """End all."""
        for container_id in list(self.running):
            await self.kill(container_id)
        await asyncio.gather(*self._watchers, return_exceptions=True)

    async def _scale_up(self, function: Function) -> None:
        if self.state.control.deaf or time.monotonic() < self._not_before:
            return
        mine = [call for call in self.state.calls.values() if call.function is function]
        open_calls = sum(call.output is None for call in mine)
        target = function.definition.target_concurrent_inputs or 1
        wanted = min(math.ceil(open_calls / target), function.most_containers)
        alive = [container for container in self.of(function) if not container.stopping]
        if any(call.waiting for call in mine):
            for _ in range(wanted - len(alive)):
                await self._start(function)

    async def _start(self, function: Function) -> None:
        container_id = self.state.new_id("ta")
        socket = self.folder / f"{container_id[-6:]}.sock"
        arguments = self.folder / f"{container_id}.args"
        arguments.write_bytes(self._arguments(container_id, function).SerializeToString())
        service = ContainerService(self, container_id)
        server = Server([service])
        await server.start(path=str(socket))
        log = self.folder / f"{container_id}.log"
        root = self._root(function)
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "modal._container_entrypoint",
                cwd=root,
                env=self._environment(function, container_id, socket, arguments, root),
                stdout=output,
                stderr=output,
            )
        container = Container(container_id, function, process, server)
        self.running[container_id] = container
        self.started += 1
        watcher = asyncio.create_task(self._watch(container, log))
        self._watchers.add(watcher)
        watcher.add_done_callback(self._watchers.discard)

    async def _watch(self, container: Container, log: Path) -> None:
        """When a container is gone, whatever it had not finished is given to another."""
        if await container.process.wait():
            self._not_before = time.monotonic() + RESTART_SECONDS
        container.server.close()
        self.running.pop(container.id, None)
        self.state.logs[container.id] = log.read_text(errors="replace")
        for call in self.state.calls.values():
            if call.task == container.id:
                call.task = ""
        await self.state.notify()

    def _arguments(self, container_id: str, function: Function) -> api_pb2.ContainerArguments:
        return api_pb2.ContainerArguments(
            task_id=container_id,
            function_id=function.id,
            app_id=function.app_id,
            function_def=function.definition,
            serialized_params=function.params,
            environment_name="main",
            app_layout=self.layout(function.app_id),
        )

    def _root(self, function: Function) -> Path:
        """/root of the container, from the mounts alone, so that a file that was left out is missing."""
        root = self.folder / f"root-{function.definition.image_id}-{function.app_id}"
        if not root.exists():
            for mount_id in function.definition.mount_ids:
                for file in self.state.mounts[mount_id]:
                    path = root / file.filename.removeprefix("/root/").lstrip("/")
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(self.state.files[file.sha256_hex])
        return root

    def _environment(
        self, function: Function, container_id: str, socket: Path, arguments: Path, root: Path
    ) -> dict[str, str]:
        variables = self._image_variables(function.definition.image_id)
        for mount in function.definition.volume_mounts:
            volume = self.folder / mount.volume_id
            volume.mkdir(exist_ok=True)
            variables = {k: v.replace(mount.mount_path, str(volume)) for k, v in variables.items()}
        for secret_id in function.definition.secret_ids:
            variables |= self.state.secrets[secret_id]
        light = [str(LIGHT)] if self.light else []
        return variables | {
            "HOME": str(self.folder),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([*light, str(root)]),
            "PYTHONUNBUFFERED": "1",
            "MODAL_CONTAINER_ARGUMENTS_PATH": str(arguments),
            "MODAL_HEARTBEAT_INTERVAL": "0.5",
            "MODAL_IS_REMOTE": "1",
            "MODAL_SERVER_URL": f"unix:{socket}",
            "MODAL_TASK_ID": container_id,
        }

    def _image_variables(self, image_id: str) -> dict[str, str]:
        image = self.state.images[image_id]
        found: dict[str, str] = {}
        for base in image.base_images:
            found |= self._image_variables(base.image_id)
        for line in image.dockerfile_commands:
            if line.startswith("ENV "):
                (word,) = shlex.split(line.removeprefix("ENV "))
                name, _, value = word.partition("=")
                found[name] = value
        return found


class ContainerService(Service):
    """What one container asks: its inputs, and where its results go."""

    def __init__(self, containers: Containers, container_id: str) -> None:
        super().__init__(containers.state, is_client=False)
        self._containers, self._id = containers, container_id

    async def ContainerHello(self, request: Empty) -> Empty:
        return Empty()

    async def ContainerHeartbeat(
        self, request: api_pb2.ContainerHeartbeatRequest
    ) -> api_pb2.ContainerHeartbeatResponse:
        container = self._containers.running.get(self._id)
        if container is None or not container.cancelled:
            return api_pb2.ContainerHeartbeatResponse()
        ids, container.cancelled = container.cancelled, []
        return api_pb2.ContainerHeartbeatResponse(
            cancel_input_event=api_pb2.CancelInputEvent(input_ids=ids)
        )

    async def FunctionGetInputs(
        self, request: api_pb2.FunctionGetInputsRequest
    ) -> api_pb2.FunctionGetInputsResponse:
        container = self._containers.running[self._id]
        await self.state.wait(lambda: container.stopping or self._next(container) is not None, 5)
        if container.stopping:
            stop = api_pb2.FunctionGetInputsItem(kill_switch=True)
            return api_pb2.FunctionGetInputsResponse(inputs=[stop])
        call = self._next(container)
        if call is None:
            return api_pb2.FunctionGetInputsResponse()
        call.task, container.stopping = container.id, False
        container.inputs.add(call.input_id)
        call.deliveries += 1
        self._maybe_die(container)
        item = api_pb2.FunctionGetInputsItem(
            input_id=call.input_id,
            input=call.input,
            function_call_id=call.id,
            function_call_invocation_type=call.invocation,  # type: ignore[arg-type]
            retry_count=call.deliveries - 1,
        )
        return api_pb2.FunctionGetInputsResponse(inputs=[item])

    async def FunctionPutOutputs(self, request: api_pb2.FunctionPutOutputsRequest) -> Empty:
        container = self._containers.running[self._id]
        for item in request.outputs:
            container.inputs.discard(item.input_id)
            container.idle_since = time.monotonic()
            call = self.state.call_of(item.input_id)
            # what containers send one another is not CBOR, and is nobody's to change
            from_outside = item.data_format == api_pb2.DATA_FORMAT_CBOR
            result = self._rewritten(item.result) if from_outside else item.result
            await self.state.finish(call, result, item.data_format)
        return Empty()

    async def TaskResult(self, request: api_pb2.TaskResultRequest) -> Empty:
        self._containers.failed_starts += 1
        if self._containers.failed_starts % FAILED_STARTS == 0:
            function = self._containers.running[self._id].function
            for call in list(self.state.calls.values()):
                if call.function is function and call.output is None:
                    await self.state.finish(call, request.result)
        return Empty()

    async def FunctionGetDynamicConcurrency(
        self, request: api_pb2.FunctionGetDynamicConcurrencyRequest
    ) -> api_pb2.FunctionGetDynamicConcurrencyResponse:
        return api_pb2.FunctionGetDynamicConcurrencyResponse(concurrency=request.max_concurrency)

    async def VolumeReload(self, request: api_pb2.VolumeReloadRequest) -> Empty:
        return Empty()

    async def VolumeCommit(
        self, request: api_pb2.VolumeCommitRequest
    ) -> api_pb2.VolumeCommitResponse:
        return api_pb2.VolumeCommitResponse()

    async def BlobCreate(self, request: api_pb2.BlobCreateRequest) -> api_pb2.BlobCreateResponse:
        assert self._containers.calling is not None
        return await self._containers.calling.BlobCreate(request)

    async def BlobGet(self, request: api_pb2.BlobGetRequest) -> api_pb2.BlobGetResponse:
        assert self._containers.calling is not None
        return await self._containers.calling.BlobGet(request)

    async def FunctionMap(self, request: api_pb2.FunctionMapRequest) -> api_pb2.FunctionMapResponse:
        """A container that calls another function of its app."""
        assert self._containers.calling is not None
        return await self._containers.calling.FunctionMap(request)

    async def FunctionGetOutputs(
        self, request: api_pb2.FunctionGetOutputsRequest
    ) -> api_pb2.FunctionGetOutputsResponse:
        assert self._containers.calling is not None
        return await self._containers.calling.FunctionGetOutputs(request)

    def _next(self, container: Container) -> Call | None:
        definition = container.function.definition
        if len(container.inputs) >= (definition.max_concurrent_inputs or 1):
            return None
        for call in self.state.calls.values():
            if call.function is container.function and call.waiting:
                return call
        return None

    def _maybe_die(self, container: Container) -> None:
        def die() -> None:
            if container.process.returncode is None:
                container.process.kill()

        control = self.state.control
        if control.deaths:
            control.deaths -= 1
            asyncio.get_running_loop().call_later(control.die_after, die)

    def _rewritten(self, result: api_pb2.GenericResult) -> api_pb2.GenericResult:
        rewrite = self.state.control.rewrite
        if rewrite is None or result.status != api_pb2.GenericResult.GENERIC_STATUS_SUCCESS:
            return result
        data = self.state.blobs[result.data_blob_id] if result.data_blob_id else result.data
        changed = cbor2.dumps(rewrite(cbor2.loads(data)))
        return api_pb2.GenericResult(status=result.status, data=changed)
