"""Embedding servers that are there already: an engine over one, and the fleet of those in EMBED_HTTP_URLS."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Literal

from pydantic import SecretStr

from embed_platform.compute.http.detect import (
    ServedModel,
    choose_model,
    describe,
    protocol_for,
)
from embed_platform.compute.http.engine import HttpEngine
from embed_platform.compute.http.protocols import ProtocolName
from embed_platform.compute.http.servers import Servers
from embed_platform.compute.http.tokens import tokenizer_of
from embed_platform.compute.http.wire import Wire
from embed_platform.embedding.engine import Provenance
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.space import EmbeddingSpace

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HttpServer:
    """Where an embedding server is and how to speak to it; its repr shows neither key nor account.

    Attributes:
        url: base address, with or without OpenAI's `/v1`.
        key: bearer key.
        protocol: that it speaks; `auto` to find out.
        model: name of the model there; empty to look for the registry's names.
    """

    url: str = field(repr=False)
    key: SecretStr | None = None
    protocol: Literal["auto"] | ProtocolName = "auto"
    model: str = ""


def open_http_engine(
    entry: ModelEntry, server: HttpServer, *, seconds: float, lanes: int = 1
) -> HttpEngine:
    """Connect to a server, find the model there and see that it gives this space's vectors.

    Args:
        entry: the model.
        server: where.
        seconds: that a request may take.
        lanes: how many calls of `embed` may be under way.

    Raises:
        MachineUnavailable: it does not answer, or is not ready yet.
        ComputeRefused: it wants a key, or is no embedding server.
        ModelUnavailable: it does not have the model.
        SpaceMismatch: its vectors are not those of the space.
        SettingsError: the address makes no sense.
    """
    wire = Wire(server.url, server.key, seconds, lanes)
    try:
        served = describe(wire, server.protocol, named=bool(server.model))
        model = choose_model(entry, served, server.model, wire.name)
        engine = HttpEngine(
            wire,
            protocol_for(served, model, entry.space),
            entry.space,
            Provenance(served.engine, served.version, model.dtype, "http"),
            max_tokens=_tokens_read(wire, model, entry.space),
            tokenizer=tokenizer_of(wire, served, model),
        )
        engine.prove()
    except BaseException:
        wire.close()
        raise
    return engine


def _tokens_read(wire: Wire, model: ServedModel, space: EmbeddingSpace) -> int:
    """Tokens of a text that count: the space's limit, unless the server reads less."""
    if model.max_tokens is None or model.max_tokens >= space.max_tokens:
        return space.max_tokens
    _log.warning(
        "%s reads %d tokens of a text, %s has %d: long texts are cut earlier there",
        wire.name, model.max_tokens, space.slug, space.max_tokens,
    )  # fmt: skip
    return model.max_tokens


class HttpFleet(Servers[HttpEngine]):
    """Servers of texts, each a machine once it has given vectors of the space."""

    def connect(self, url: str) -> HttpEngine:
        """By `open_http_engine`, as the settings say."""
        settings = self.settings
        server = HttpServer(url, settings.http_key, settings.http_protocol, settings.http_model)
        return open_http_engine(
            self.entry, server, seconds=settings.http_timeout, lanes=settings.http_in_flight
        )
