"""Embedding servers that are there already: an engine over one, and the fleet of those in EMBED_HTTP_URLS."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Condition, Thread
from types import TracebackType
from typing import Literal

from pydantic import SecretStr

from embed_platform.compute.http_detect import (
    ServedModel,
    choose_model,
    describe,
    protocol_for,
)
from embed_platform.compute.http_engine import HttpEngine
from embed_platform.compute.http_protocols import ProtocolName
from embed_platform.compute.http_tokens import tokenizer_of
from embed_platform.compute.http_wire import Wire, server_name
from embed_platform.embedding.engine import Provenance
from embed_platform.embedding.fleet import Machine, Salvaged
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import (
    ComputeRefused,
    PermanentError,
    SettingsError,
    TransientError,
)
from embed_platform.settings import Settings

# Seconds before a server that failed is asked again; doubled up to the longest.
PAUSE = 2.0
LONGEST_PAUSE = 30.0
# Seconds after which a server that never answered is given up.
PATIENCE = 60.0
# How often a server that was lost may come back.
RETURNS = 3

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


class HttpFleet:
    """The servers of EMBED_HTTP_URLS, each a machine once it has given vectors of the space.

    Nothing is rented. A server that was lost is offered again when it answers again, a few times.

    Args:
        entry: the model.
        settings: where the servers are, and how to speak to them.
        pause: seconds before a server that failed is asked again.
        patience: seconds after which one that never answered is given up.

    Raises:
        SettingsError: no address is set, or one makes no sense.
    """

    dollars = 0.0

    def __init__(
        self,
        entry: ModelEntry,
        settings: Settings,
        *,
        pause: float = PAUSE,
        patience: float = PATIENCE,
    ) -> None:
        if not settings.http_urls:
            raise SettingsError(
                "no embedding server is named",
                where="EMBED_HTTP_URLS",
                remedy="For example http://127.0.0.1:11434 for Ollama on this machine",
            )
        self._entry, self._settings = entry, settings
        self._pause, self._patience = pause, patience
        self._changed = Condition()
        self._ready: deque[Machine] = deque()
        self._left = False
        self._seats = {server_name(url): _Seat(url) for url in settings.http_urls}

    def __enter__(self) -> HttpFleet:
        """Ask all servers at once, in the background."""
        for name in self._seats:
            self._ask(name, pause=0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the servers, which run on."""
        with self._changed:
            self._left = True
            self._changed.notify_all()
        for seat in self._seats.values():
            seat.close()

    def next_machine(self, seconds: float) -> Machine | None:
        """A server that has become ready, waiting at most so long; None when none has.

        Raises:
            PermanentError: no server is left that could still answer; says why for each.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._ready or self._all_given_up(), timeout=seconds)
            if self._ready:
                return self._ready.popleft()
            if self._all_given_up():
                raise self._none_left()
            return None

    def lost(self, machine: Machine, reason: str) -> None:
        """A server does not answer or answers wrongly: it is asked again after a pause, a few times."""
        seat = self._seats[machine.name]
        with self._changed:
            if seat.machine is not machine:
                return  # another lane said so before
            seat.close()
            seat.returns -= 1
            if seat.returns < 0:
                seat.given_up = ComputeRefused(
                    f"it was lost {RETURNS + 1} times, at last: {reason}", where=machine.name
                )
                self._changed.notify_all()
                return
        self._ask(machine.name, pause=self._pause)

    def salvage(self) -> Iterator[Salvaged]:
        """Servers keep nothing."""
        return iter(())

    @property
    def machines(self) -> int:
        """How many servers are in use."""
        with self._changed:
            return sum(seat.machine is not None for seat in self._seats.values())

    def _ask(self, name: str, pause: float) -> None:
        # a server that hangs must not keep the process
        Thread(
            target=self._until_ready, args=(name, pause), name=f"ask {name}", daemon=True
        ).start()

    def _until_ready(self, name: str, pause: float) -> None:
        """Ask a server until it is ready, refuses for good, or the patience is over."""
        seat, begun = self._seats[name], time.monotonic()
        found: PermanentError = ComputeRefused("asking it broke off", where=name)
        try:
            while not self._waited(pause):
                try:
                    self._offer(name, seat)
                    return
                except TransientError as error:
                    found = ComputeRefused(error.what, where=name, remedy="Is the server running?")
                    _log.info("%s", error)
                if time.monotonic() - begun + pause > self._patience:
                    return
                pause = min(max(self._pause, pause * 2), LONGEST_PAUSE)
        except PermanentError as error:
            found = error
        finally:
            with self._changed:
                if seat.machine is None:
                    seat.given_up = found
                self._changed.notify_all()

    def _waited(self, seconds: float) -> bool:
        """Wait; returns whether the fleet was left meanwhile."""
        with self._changed:
            return self._changed.wait_for(lambda: self._left, timeout=seconds)

    def _offer(self, name: str, seat: _Seat) -> None:
        settings = self._settings
        server = HttpServer(
            seat.url, settings.http_key, settings.http_protocol, settings.http_model
        )
        lanes = settings.http_in_flight
        engine = open_http_engine(self._entry, server, seconds=settings.http_timeout, lanes=lanes)
        machine = Machine(name, engine, lanes, kind=f"http {name}")
        with self._changed:
            if self._left:
                engine.close()
                return
            seat.engine, seat.machine = engine, machine
            self._ready.append(machine)

    def _all_given_up(self) -> bool:
        return all(seat.given_up is not None for seat in self._seats.values())

    def _none_left(self) -> PermanentError:
        errors = [seat.given_up for seat in self._seats.values() if seat.given_up is not None]
        if len(errors) == 1:
            return errors[0]
        return ComputeRefused(
            f"no server is left ({'; '.join(map(str, errors))})", where="EMBED_HTTP_URLS"
        )


@dataclass
class _Seat:
    """One address of a fleet.

    Attributes:
        url: as it was set; may hold a password.
        returns: how often it may still come back.
        engine: while it is in use.
        machine: likewise.
        given_up: why it will not come back.
    """

    url: str = field(repr=False)
    returns: int = RETURNS
    engine: HttpEngine | None = None
    machine: Machine | None = None
    given_up: PermanentError | None = None

    def close(self) -> None:
        """Let go of the server."""
        if self.engine is not None:
            self.engine.close()
        self.engine = self.machine = None
