"""Containers of the stand-in: the vendor's real entry point in a process, fed over a socket of its own."""

from __future__ import annotations

import asyncio
import hashlib
import math
import os
import shlex
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from grpclib.server import Server
from modal_proto import api_pb2

from embed_platform_tests.standins.modal_calls import Calling
from embed_platform_tests.standins.modal_inside import ContainerService
from embed_platform_tests.standins.modal_state import Function, State

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
        hub: address of the stand-in for the Hugging Face hub.
        light: whether the stand-ins for torch and sentence-transformers are used.
    """

    def __init__(self, state: State, folder: Path, hub: str, *, light: bool) -> None:
        self.state, self.folder, self.hub, self.light = state, folder, hub, light
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
        mounts = "".join(sorted(function.definition.mount_ids))
        root = self.folder / f"root-{hashlib.sha256(mounts.encode()).hexdigest()[:16]}"
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
        own = self.own_files(container_id)
        own.mkdir()
        image_id = function.definition.image_id
        kept = self._image_files(image_id)
        if kept is not None:
            shutil.copytree(kept, own / "opt", symlinks=True)
        # of a container's file system, these two are its own
        variables = {
            key: f"{own}{value}" if value.startswith(("/tmp/", "/opt/")) else value
            for key, value in self._image_variables(image_id).items()
        }
        for mount in function.definition.volume_mounts:
            volume = self.folder / mount.volume_id
            volume.mkdir(exist_ok=True)
            variables = {k: v.replace(mount.mount_path, str(volume)) for k, v in variables.items()}
        for secret_id in function.definition.secret_ids:
            variables |= self.state.secrets[secret_id]
        light = [str(LIGHT)] if self.light else []
        return variables | {
            "HF_ENDPOINT": self.hub,
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

    def own_files(self, container_id: str) -> Path:
        """Where a container's /tmp and /opt lie."""
        return self.folder / f"own-{container_id[-6:]}"

    def _image_files(self, image_id: str) -> Path | None:
        """/opt of an image, as the last of its build functions left it; None where it has none."""
        if image_id in self.state.image_files:
            return self.state.image_files[image_id]
        bases = (
            self._image_files(base.image_id) for base in self.state.images[image_id].base_images
        )
        return next((found for found in bases if found is not None), None)

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
