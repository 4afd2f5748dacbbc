"""What the stand-in for Modal remembers, and the faults that a test can ask for."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from modal_proto import api_pb2

Status = api_pb2.GenericResult.GenericStatus


@dataclass
class Control:
    """Faults, each off unless a test turns it on.

    Attributes:
        die_after: seconds after which a container that took an input is killed, and how often.
        hold_outputs: keep finished results back until `ModalServer.release`, which gives them in reverse.
        deaf: containers are never started: calls wait for ever.
        rewrite: changes the bytes that a method returned before anybody sees them.
        forget: results are no longer kept.
        down: every request is answered with UNAVAILABLE.
        silent: requests are taken, and answered only when this is over.
        web_seconds: a web request that has no answer after so long is sent on to another address.
    """

    die_after: float = 0.0
    deaths: int = 0
    hold_outputs: bool = False
    deaf: bool = False
    rewrite: Callable[[bytes], bytes] | None = None
    forget: bool = False
    down: bool = False
    silent: bool = False
    web_seconds: float = 150.0


@dataclass
class App:
    """A deployed app."""

    id: str
    name: str
    environment: str
    state: int = api_pb2.APP_STATE_INITIALIZING
    functions: dict[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)


@dataclass
class Function:
    """A function as it was created, or one bound to parameters and options."""

    id: str
    app_id: str
    name: str
    data: api_pb2.FunctionData = field(default_factory=api_pb2.FunctionData)
    methods: dict[str, api_pb2.MethodDefinition] = field(default_factory=dict)
    base: Function | None = None
    params: bytes = b""
    options: api_pb2.FunctionOptions = field(default_factory=api_pb2.FunctionOptions)
    idle_seconds: float = 60.0
    web_url: str = ""

    @property
    def definition(self) -> api_pb2.Function:
        """The first of its ranked definitions, which has everything but the other GPUs."""
        data = self.base.data if self.base else self.data
        return data.ranked_functions[0].function

    @property
    def most_containers(self) -> int:
        """By its options, else as deployed."""
        if self.options.HasField("concurrency_limit"):
            return self.options.concurrency_limit
        return self.definition.concurrency_limit or 100

    def metadata(self) -> api_pb2.FunctionHandleMetadata:
        """What a client is told about it."""
        source = self.base or self
        found = api_pb2.FunctionHandleMetadata(
            function_name=source.name,
            function_type=api_pb2.Function.FUNCTION_TYPE_FUNCTION,
            definition_id=f"de-{source.id}",
            app_id=source.app_id,
            class_parameter_info=source.data.class_parameter_info,
            supported_input_formats=source.data.supported_input_formats,
            supported_output_formats=source.data.supported_output_formats,
            web_url=source.web_url,
        )
        for name, method in source.methods.items():
            found.method_handle_metadata[name].CopyFrom(
                api_pb2.FunctionHandleMetadata(
                    function_name=method.function_name,
                    function_type=method.function_type,
                    use_method_name=name,
                    is_method=True,
                    app_id=source.app_id,
                    function_schema=method.function_schema,
                    supported_input_formats=method.supported_input_formats,
                    supported_output_formats=method.supported_output_formats,
                )
            )
        return found


@dataclass
class Call:
    """A function call with its one input; `data_in` and `data_out` are the streams of a web request."""

    id: str
    function: Function
    input_id: str
    input: api_pb2.FunctionInput
    invocation: int
    task: str = ""
    deliveries: int = 0
    output: api_pb2.FunctionGetOutputsItem | None = None
    held: bool = False
    finished_at: float = 0.0
    data_in: list[api_pb2.DataChunk] = field(default_factory=list)
    data_out: list[api_pb2.DataChunk] = field(default_factory=list)

    @property
    def waiting(self) -> bool:
        """Whether no container has it."""
        return self.output is None and not self.task


class State:
    """Everything that was created, and an event that is set when something changes.

    No `asyncio.Condition`: a request that is cancelled twice while it waits for one, as grpclib
    does when a client goes away, leaves its lock taken for ever (Python 3.11).
    """

    def __init__(self) -> None:
        self.control = Control()
        self._changed = asyncio.Event()
        self.apps: dict[str, App] = {}
        self.functions: dict[str, Function] = {}
        self.files: dict[str, bytes] = {}
        self.mounts: dict[str, list[api_pb2.MountFile]] = {}
        self.images: dict[str, api_pb2.Image] = {}
        self.builds: dict[str, Call] = {}
        self.image_files: dict[str, Path] = {}
        self.secrets: dict[str, dict[str, str]] = {}
        self.volumes: dict[str, str] = {}
        self.blobs: dict[str, bytes] = {}
        self.calls: dict[str, Call] = {}
        self.logs: dict[str, str] = {}
        self.requests: list[tuple[str, Any]] = []
        self._numbers = itertools.count(1)

    def new_id(self, prefix: str) -> str:
        """An id as the vendor writes them."""
        return f"{prefix}-{next(self._numbers):022d}"

    def app(self, name: str, environment: str) -> App | None:
        """The deployed app of that name."""
        for app in self.apps.values():
            if (app.name, app.environment, app.state) == (
                name,
                environment,
                api_pb2.APP_STATE_DEPLOYED,
            ):
                return app
        return None

    def call_of(self, input_id: str) -> Call:
        """The call of an input."""
        return next(call for call in self.calls.values() if call.input_id == input_id)

    async def finish(self, call: Call, result: api_pb2.GenericResult, data_format: int = 0) -> None:
        """Keep the result of a call, once."""
        if call.output is not None:
            return
        call.output = api_pb2.FunctionGetOutputsItem(
            result=result, idx=0, input_id=call.input_id, data_format=data_format, task_id=call.task
        )
        call.task, call.held, call.finished_at = "", self.control.hold_outputs, time.monotonic()
        await self.notify()

    async def follow(
        self, call: Call, chunks: list[api_pb2.DataChunk], sent: int = 0
    ) -> AsyncIterator[api_pb2.DataChunk]:
        """Chunks of one of a call's streams as they come, until the call has ended."""
        while True:
            await self.wait(partial(_has_more, call, chunks, sent), 5)
            for chunk in chunks[sent:]:
                sent += 1
                yield chunk
            if call.output is not None and sent >= len(chunks):
                return

    async def notify(self) -> None:
        """Wake whoever waits."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def wait(self, predicate: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is so; returns whether it is."""
        try:
            async with asyncio.timeout(seconds):
                while not predicate():
                    await self._changed.wait()
        except TimeoutError:
            return predicate()
        return True


def _has_more(call: Call, chunks: list[api_pb2.DataChunk], sent: int) -> bool:
    return len(chunks) > sent or call.output is not None
