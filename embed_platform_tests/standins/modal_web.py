"""The stand-in's front door: a web request becomes an input of a web function, its messages the answer.

As the vendor does it: the connection's scope is the argument, the body and a client that goes away
come as messages on the call's stream in, the answer as messages on its stream out.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from modal._serialization import deserialize_data_format, serialize, serialize_data_format
from modal_proto import api_pb2

from embed_platform_tests.standins.modal_state import Call, Function, State

# Of the address to which whoever has waited long is sent on.
WAITING = "__modal_function_call_id"
ASGI = api_pb2.DATA_FORMAT_ASGI
# A body travels in pieces of so many bytes.
PIECE = 64 * 1024


class FrontDoor:
    """A port for each web function, kept when its app is deployed again."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._doors: dict[tuple[str, str], web.AppRunner] = {}

    async def address(self, app_id: str, name: str) -> str:
        """Where a web function is reached."""
        if (app_id, name) not in self._doors:

            async def answer(request: web.Request) -> web.StreamResponse:
                return await self._answer(request, app_id, name)

            door = web.Application(client_max_size=2**30)
            door.router.add_route("*", "/{path:.*}", answer)
            # a client that goes away ends the handler, which says so to the container
            runner = web.AppRunner(door, handler_cancellation=True, auto_decompress=False)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self._doors[app_id, name] = runner
        return f"http://127.0.0.1:{self._doors[app_id, name].addresses[0][1]}"

    async def close(self) -> None:
        """Close all ports."""
        for runner in self._doors.values():
            await runner.cleanup()

    async def _answer(self, request: web.Request, app_id: str, name: str) -> web.StreamResponse:
        call = self._state.calls.get(request.query.get(WAITING, ""))
        if call is None:
            function = self._published(app_id, name)
            if function is None:
                text = "modal-http: app for invoked web endpoint is stopped"
                return web.Response(status=404, text=text)
            call = self._begun(request, function)
        reading = asyncio.create_task(self._read(request, call))
        try:
            if not await self._begins_in_time(call):
                onward = request.rel_url.update_query({WAITING: call.id})
                return web.Response(status=303, headers={"Location": str(onward)})
            return await self._pass_on(request, call)
        except asyncio.CancelledError:
            await asyncio.shield(self._gone(call))
            raise
        finally:
            reading.cancel()

    def _begun(self, request: web.Request, function: Function) -> Call:
        call = Call(
            id=self._state.new_id("fc"),
            function=function,
            input_id=self._state.new_id("in"),
            input=api_pb2.FunctionInput(
                args=serialize(((_scope(request),), {})), data_format=api_pb2.DATA_FORMAT_PICKLE
            ),
            invocation=api_pb2.FUNCTION_CALL_INVOCATION_TYPE_SYNC,
        )
        self._state.calls[call.id] = call
        return call

    async def _begins_in_time(self, call: Call) -> bool:
        return await self._state.wait(
            lambda: bool(call.data_out) or call.output is not None, self._state.control.web_seconds
        )

    def _published(self, app_id: str, name: str) -> Function | None:
        app = self._state.apps[app_id]
        if app.state != api_pb2.APP_STATE_DEPLOYED or name not in app.functions:
            return None
        return self._state.functions[app.functions[name]]

    async def _read(self, request: web.Request, call: Call) -> None:
        """The body, as it comes; of a request that was sent on it came with the first."""
        if call.data_in:
            return
        await self._tell(call, {"type": "http.request", "body": b"", "more_body": True})
        async for piece in request.content.iter_chunked(PIECE):
            await self._tell(call, {"type": "http.request", "body": piece, "more_body": True})
        await self._tell(call, {"type": "http.request", "body": b"", "more_body": False})

    async def _gone(self, call: Call) -> None:
        if call.waiting:
            terminated = api_pb2.GenericResult.GENERIC_STATUS_TERMINATED
            await self._state.finish(call, api_pb2.GenericResult(status=terminated))
        await self._tell(call, {"type": "http.disconnect"})

    async def _tell(self, call: Call, message: dict[str, Any]) -> None:
        call.data_in.append(
            api_pb2.DataChunk(
                data_format=ASGI,
                data=serialize_data_format(message, ASGI),
                index=len(call.data_in) + 1,
            )
        )
        await self._state.notify()

    async def _pass_on(self, request: web.Request, call: Call) -> web.StreamResponse:
        answer: web.StreamResponse | None = None
        async for chunk in self._state.follow(call, call.data_out):
            message = self._message(chunk)
            if message["type"] == "http.response.start":
                answer = web.StreamResponse(status=message["status"])
                for key, value in message["headers"]:
                    answer.headers.add(key.decode("latin-1"), value.decode("latin-1"))
                await answer.prepare(request)
            elif message["type"] == "http.response.body" and answer is not None:
                await answer.write(message["body"])
        if answer is None:
            return web.Response(status=500, text="modal-http: internal error")
        await answer.write_eof()
        return answer

    def _message(self, chunk: api_pb2.DataChunk) -> Any:
        data = self._state.blobs[chunk.data_blob_id] if chunk.data_blob_id else chunk.data
        return deserialize_data_format(data, chunk.data_format, None)


def _scope(request: web.Request) -> Any:
    """What a container is told of a request: of the server's own address, nothing."""
    flat = [part for key, value in request.raw_headers for part in (key.lower(), value)]
    peer = request.transport.get_extra_info("peername") if request.transport else None
    http = api_pb2.Asgi.Http(
        http_version="1.1",
        method=request.method,
        scheme="https",
        path=request.path,
        query_string=request.query_string.encode(),
        headers=flat,
        client_host=peer[0] if peer else None,
        client_port=peer[1] if peer else None,
    )
    return deserialize_data_format(api_pb2.Asgi(http=http).SerializeToString(), ASGI, None)
