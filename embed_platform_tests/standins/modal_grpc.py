"""The vendor's gRPC service from its own descriptor: what a class implements is served, the rest says its name."""

from __future__ import annotations

import asyncio
from typing import Any

import grpclib.const
from google.protobuf.message_factory import GetMessageClass
from grpclib import GRPCError
from grpclib.const import Status
from modal_proto import api_pb2

from embed_platform_tests.standins.modal_state import State

TOKEN = ("ak-the-token", "as-the-secret-of-the-token")
_SERVICE = api_pb2.DESCRIPTOR.services_by_name["ModalClient"]


class Service:
    """Serves the methods of a subclass under the names of the vendor's RPCs.

    Args:
        state: where requests are remembered.
        is_client: whether whoever asks must show the token.
    """

    def __init__(self, state: State, *, is_client: bool) -> None:
        self.state, self._is_client = state, is_client

    def __mapping__(self) -> dict[str, grpclib.const.Handler]:
        """What grpclib asks for."""
        return {
            f"/{_SERVICE.full_name}/{method.name}": self._handler(method)
            for method in _SERVICE.methods
        }

    def _handler(self, method: Any) -> grpclib.const.Handler:
        streams = (method.client_streaming, method.server_streaming)

        async def handle(stream: Any) -> None:
            request = await stream.recv_message()
            self.state.requests.append((method.name, request))
            self._check(stream.metadata)
            while self._is_client and self.state.control.silent:
                await asyncio.sleep(0.05)
            answer = getattr(self, method.name, None)
            if answer is None:
                raise GRPCError(Status.UNIMPLEMENTED, f"the stand-in has no {method.name}")
            if method.server_streaming:
                async for item in answer(request):
                    await stream.send_message(item)
            else:
                await stream.send_message(await answer(request))

        return grpclib.const.Handler(
            handle,
            {
                (False, False): grpclib.const.Cardinality.UNARY_UNARY,
                (False, True): grpclib.const.Cardinality.UNARY_STREAM,
                (True, False): grpclib.const.Cardinality.STREAM_UNARY,
                (True, True): grpclib.const.Cardinality.STREAM_STREAM,
            }[streams],
            GetMessageClass(method.input_type),
            GetMessageClass(method.output_type),
        )

    def _check(self, metadata: Any) -> None:
        if self.state.control.down and self._is_client:
            raise GRPCError(Status.UNAVAILABLE, "the stand-in is down")
        shown = (metadata.get("x-modal-token-id"), metadata.get("x-modal-token-secret"))
        if self._is_client and shown != TOKEN:
            raise GRPCError(Status.UNAUTHENTICATED, "Token ID is malformed or unknown")
