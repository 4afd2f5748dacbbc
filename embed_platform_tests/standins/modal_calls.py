"""The half of the stand-in that callers talk to: lookups, calls, results, blobs."""

from __future__ import annotations

import asyncio
import hashlib

from google.protobuf.empty_pb2 import Empty
from grpclib import GRPCError
from grpclib.const import Status
from modal_proto import api_pb2

from embed_platform_tests.standins.modal_state import Call, Function, State

TERMINATED = api_pb2.GenericResult.GENERIC_STATUS_TERMINATED


class Calling:
    """RPCs of whoever calls; `state` is shared with the other half."""

    state: State
    blob_address: str

    async def ClientHello(self, request: Empty) -> api_pb2.ClientHelloResponse:
        return api_pb2.ClientHelloResponse()

    async def ClassGet(self, request: api_pb2.ClassGetRequest) -> api_pb2.ClassGetResponse:
        app = self.state.app(request.app_name, request.environment_name or "main")
        if app is None or request.object_tag not in app.classes:
            raise GRPCError(
                Status.NOT_FOUND, f"no class {request.object_tag} in {request.app_name}"
            )
        return api_pb2.ClassGetResponse(
            class_id=app.classes[request.object_tag], handle_metadata=api_pb2.ClassHandleMetadata()
        )

    async def FunctionGet(self, request: api_pb2.FunctionGetRequest) -> api_pb2.FunctionGetResponse:
        app = self.state.app(request.app_name, request.environment_name or "main")
        if app is None or request.object_tag not in app.functions:
            raise GRPCError(Status.NOT_FOUND, f"no {request.object_tag} in {request.app_name}")
        function = self.state.functions[app.functions[request.object_tag]]
        return api_pb2.FunctionGetResponse(
            function_id=function.id, handle_metadata=function.metadata(), function=function.data
        )

    async def FunctionBindParams(
        self, request: api_pb2.FunctionBindParamsRequest
    ) -> api_pb2.FunctionBindParamsResponse:
        base = self.state.functions[request.function_id]
        digest = hashlib.sha256(request.SerializeToString(deterministic=True)).hexdigest()[:22]
        function = self.state.functions.setdefault(
            f"fu-{digest}",
            Function(
                f"fu-{digest}",
                base.app_id,
                base.name,
                base=base,
                params=request.serialized_params,
                options=request.function_options,
                idle_seconds=base.idle_seconds,
            ),
        )
        function.base = base  # the app may have been deployed again
        return api_pb2.FunctionBindParamsResponse(
            bound_function_id=function.id, handle_metadata=function.metadata()
        )

    async def FunctionMap(self, request: api_pb2.FunctionMapRequest) -> api_pb2.FunctionMapResponse:
        (item,) = request.pipelined_inputs
        call = Call(
            id=self.state.new_id("fc"),
            function=self.state.functions[request.function_id],
            input_id=self.state.new_id("in"),
            input=item.input,
            invocation=request.function_call_invocation_type,
        )
        self.state.calls[call.id] = call
        await self.state.notify()
        return api_pb2.FunctionMapResponse(
            function_call_id=call.id,
            function_call_jwt="jwt",
            pipelined_inputs=[
                api_pb2.FunctionPutInputsResponseItem(
                    idx=0, input_id=call.input_id, input_jwt="jwt"
                )
            ],
        )

    async def FunctionGetOutputs(
        self, request: api_pb2.FunctionGetOutputsRequest
    ) -> api_pb2.FunctionGetOutputsResponse:
        call = self._call(request.function_call_id)
        if self.state.control.forget:
            await asyncio.sleep(0.1)  # the client asks again and again until its time is up
            return api_pb2.FunctionGetOutputsResponse(num_unfinished_inputs=0)
        await self.state.wait(lambda: _visible(call), request.timeout)
        if not _visible(call) or call.output is None:
            return api_pb2.FunctionGetOutputsResponse(num_unfinished_inputs=1)
        return api_pb2.FunctionGetOutputsResponse(outputs=[call.output], idxs=[0])

    async def FunctionCallFromId(
        self, request: api_pb2.FunctionCallFromIdRequest
    ) -> api_pb2.FunctionCallFromIdResponse:
        call = self._call(request.function_call_id)
        return api_pb2.FunctionCallFromIdResponse(function_call_id=call.id, num_inputs=1)

    async def FunctionCallCancel(self, request: api_pb2.FunctionCallCancelRequest) -> Empty:
        call = self._call(request.function_call_id)
        if call.output is None:
            task, call.held = call.task, False
            await self.state.finish(call, api_pb2.GenericResult(status=TERMINATED))
            if task:
                await self.cancel_input(task, call, terminate=request.terminate_containers)
        return Empty()

    async def cancel_input(self, task: str, call: Call, *, terminate: bool) -> None:
        """Tell a container, or end it."""
        raise NotImplementedError

    def containers_of(self, function: Function) -> int:
        """How many run."""
        raise NotImplementedError

    async def FunctionGetCurrentStats(
        self, request: api_pb2.FunctionGetCurrentStatsRequest
    ) -> api_pb2.FunctionStats:
        function = self.state.functions[request.function_id]
        mine = [call for call in self.state.calls.values() if call.function is function]
        return api_pb2.FunctionStats(
            backlog=sum(call.waiting for call in mine),
            num_total_tasks=self.containers_of(function),
            num_running_inputs=sum(bool(call.task) for call in mine),
        )

    async def FunctionUpdateSchedulingParams(
        self, request: api_pb2.FunctionUpdateSchedulingParamsRequest
    ) -> api_pb2.FunctionUpdateSchedulingParamsResponse:
        if request.settings.HasField("scaledown_window"):
            if request.settings.scaledown_window < 2:
                raise GRPCError(Status.INVALID_ARGUMENT, "scaledown_window is 2 at least")
            function = self.state.functions[request.function_id]
            function.idle_seconds = request.settings.scaledown_window
            await self.state.notify()
        return api_pb2.FunctionUpdateSchedulingParamsResponse(current_settings=request.settings)

    async def BlobCreate(self, request: api_pb2.BlobCreateRequest) -> api_pb2.BlobCreateResponse:
        blob_id = self.state.new_id("bl")
        address = f"{self.blob_address}/{blob_id}"
        return api_pb2.BlobCreateResponse(
            blob_id=blob_id,
            upload_url=address,
            blob_ids=[blob_id],
            upload_urls=api_pb2.UploadUrlList(items=[address]),
        )

    async def BlobGet(self, request: api_pb2.BlobGetRequest) -> api_pb2.BlobGetResponse:
        return api_pb2.BlobGetResponse(download_url=f"{self.blob_address}/{request.blob_id}")

    def _call(self, call_id: str) -> Call:
        found = self.state.calls.get(call_id)
        if found is None:
            raise GRPCError(Status.NOT_FOUND, f"no call {call_id}")
        return found


def _visible(call: Call) -> bool:
    return call.output is not None and not call.held
