"""Servers that are there already: each is asked until it answers, and asked again when it was lost."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Condition, Thread
from types import TracebackType
from typing import Any, Generic, Never, Protocol, Self, TypeVar

from embed_platform.compute.http.wire import server_name
from embed_platform.embedding.engine import AnyEngine
from embed_platform.embedding.fleet import Machine, Salvaged
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import ComputeRefused, PermanentError, SettingsError, TransientError
from embed_platform.settings import Settings

# Seconds before a server that failed is asked again; doubled up to the longest.
PAUSE = 2.0
LONGEST_PAUSE = 30.0
# Seconds after which a server that never answered is given up.
PATIENCE = 60.0
# How often a server that was lost may come back.
RETURNS = 3

_log = logging.getLogger(__name__)


class ServerEngine(AnyEngine, Protocol):
    """An engine that keeps connections."""

    def close(self) -> None:
        """Let go of the server; calls under way end with MachineUnavailable."""


E = TypeVar("E", bound=ServerEngine)


class Servers(ABC, Generic[E]):
    """The servers of EMBED_HTTP_URLS, each a machine once it has shown that it embeds.

    Nothing is rented. A server that was lost is offered again when it answers again, a few times.

    Attributes:
        wanted: which servers these are, for whoever named none, and an example.

    Args:
        entry: the model.
        settings: where the servers are, and how to speak to them.
        pause: seconds before a server that failed is asked again.
        patience: seconds after which one that never answered is given up.

    Raises:
        SettingsError: no address is set, or one makes no sense.
    """

    dollars = 0.0
    wanted = ("no embedding server is named", "http://127.0.0.1:11434 for Ollama on this machine")
    missing = "Is the server running?"

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
                self.wanted[0], where="EMBED_HTTP_URLS", remedy=f"For example {self.wanted[1]}"
            )
        self.entry, self.settings = entry, settings
        self._pause, self._patience = pause, patience
        self._changed = Condition()
        self._ready: deque[Machine[E]] = deque()
        self._left = False
        self._seats: dict[str, _Seat[E]] = {
            server_name(url): _Seat(url) for url in settings.http_urls
        }

    def __enter__(self) -> Self:
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

    def next_machine(self, seconds: float) -> Machine[E] | None:
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

    def lost(self, machine: Machine[Any], reason: str) -> None:
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

    def salvage(self) -> Iterator[Salvaged[Never]]:
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
                    found = ComputeRefused(error.what, where=name, remedy=self.missing)
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

    @abstractmethod
    def connect(self, url: str) -> E:
        """An engine over the server at an address, once it embeds in the space.

        Raises:
            TransientError: it does not answer, or is not ready yet.
            PermanentError: it will not be of use.
        """

    def _offer(self, name: str, seat: _Seat[E]) -> None:
        engine = self.connect(seat.url)
        machine = Machine(name, engine, self.settings.http_in_flight, kind=f"http {name}")
        with self._changed:
            if self._left:
                engine.close()
                return
            seat.machine = machine
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
class _Seat(Generic[E]):
    """One address of a fleet.

    Attributes:
        url: as it was set; may hold a password.
        returns: how often it may still come back.
        machine: while it is in use.
        given_up: why it will not come back.
    """

    url: str = field(repr=False)
    returns: int = RETURNS
    machine: Machine[E] | None = None
    given_up: PermanentError | None = None

    def close(self) -> None:
        """Let go of the server."""
        if self.machine is not None:
            self.machine.engine.close()
        self.machine = None
