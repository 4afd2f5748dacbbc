"""Images of the stand-in: their commands are believed, their build functions are run in a real container."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

from modal_proto import api_pb2

from embed_platform_tests.standins.modal_state import Call, State

BUILDER_VERSION = "2025.06"
METADATA = api_pb2.ImageMetadata(image_builder_version=BUILDER_VERSION)
SUCCESS = api_pb2.GenericResult.GENERIC_STATUS_SUCCESS


class Building:
    """RPCs of images; `state` is shared with the other half."""

    state: State

    async def end_build(self, image_id: str, task: str) -> None:
        """Keep what the container of a build function left as the image's files, and end it."""
        raise NotImplementedError

    async def ImageGetOrCreate(
        self, request: api_pb2.ImageGetOrCreateRequest
    ) -> api_pb2.ImageGetOrCreateResponse:
        image_id = f"im-{hashlib.sha256(request.image.SerializeToString()).hexdigest()[:22]}"
        self.state.images[image_id] = request.image
        if not request.build_function_id or image_id in self.state.image_files:
            result = api_pb2.GenericResult(status=SUCCESS)
            return api_pb2.ImageGetOrCreateResponse(
                image_id=image_id, result=result, metadata=METADATA
            )
        call = Call(
            id=self.state.new_id("fc"),
            function=self.state.functions[request.build_function_id],
            input_id=self.state.new_id("in"),
            input=request.image.build_function.input,
            invocation=api_pb2.FUNCTION_CALL_INVOCATION_TYPE_SYNC,
        )
        self.state.calls[call.id] = self.state.builds[image_id] = call
        await self.state.notify()
        return api_pb2.ImageGetOrCreateResponse(image_id=image_id)  # without a result: not yet

    async def ImageJoinStreaming(
        self, request: api_pb2.ImageJoinStreamingRequest
    ) -> AsyncIterator[api_pb2.ImageJoinStreamingResponse]:
        """The log of a build and its result, once it has ended; whoever hears nothing asks again."""
        call = self.state.builds[request.image_id]
        await self.state.wait(lambda: call.output is not None, request.timeout)
        if call.output is None:
            return
        result, task = call.output.result, call.output.task_id
        await self.end_build(request.image_id if result.status == SUCCESS else "", task)
        log = api_pb2.TaskLogs(data=self.state.logs.get(task, ""))
        yield api_pb2.ImageJoinStreamingResponse(task_logs=[log])
        yield api_pb2.ImageJoinStreamingResponse(result=result, metadata=METADATA)
