"""What one container of the stand-in asks: its inputs, its streams, and where its results go."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import cbor2
from google.protobuf.empty_pb2 import Empty
from modal_proto import api_pb2

from embed_platform_tests.standins.modal_grpc import Service
from embed_platform_tests.standins.modal_state import Call

if TYPE_CHECKING:
    from embed_platform_tests.standins.modal_containers import Container, Containers

# A container that fails to start so often fails the calls that wait for it.
FAILED_STARTS = 3


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

    async def FunctionCallGetDataIn(
        self, request: api_pb2.FunctionCallGetDataRequest
    ) -> AsyncIterator[api_pb2.DataChunk]:
        """What a web request's client sends, as it comes."""
        call = self.state.calls[request.function_call_id]
        async for chunk in self.state.follow(call, call.data_in, request.last_index):
            yield chunk

    async def FunctionCallPutDataOut(self, request: api_pb2.FunctionCallPutDataRequest) -> Empty:
        """What it is answered."""
        self.state.calls[request.function_call_id].data_out.extend(request.data_chunks)
        await self.state.notify()
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
