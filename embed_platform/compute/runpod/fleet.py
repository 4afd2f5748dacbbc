"""A fleet of rented pods: whatever happens in it, nothing that it rented outlives it."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Never

from pydantic import SecretStr

from embed_platform.compute.runpod.api import RunPodApi
from embed_platform.compute.runpod.gpus import named
from embed_platform.compute.runpod.images import Image, server_for
from embed_platform.compute.runpod.reaper import reap_orphans
from embed_platform.compute.runpod.renting import Patience, Renting
from embed_platform.compute.runpod.request import PROXY_URL
from embed_platform.compute.runpod.slot import EngineOf, Slot
from embed_platform.compute.runpod.watch import look, sweep
from embed_platform.compute.signals import exit_on_termination, uninterrupted
from embed_platform.embedding.engine import Engine
from embed_platform.embedding.fleet import Machine, Salvaged
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import ComputeRefused, EmbedError, PermanentError
from embed_platform.settings import Settings

_log = logging.getLogger(__name__)
# Threads that have nothing to end any more are not waited for longer.
JOIN_SECONDS = 5.0


class RunPodFleet:
    """`settings.pods` pods of a model, rented in the background.

    Args:
        entry: the model that they serve.
        settings: with a key and a cap.
        engine_of: an engine of a server: its address, its key, and what it runs.
        proxy_url: template of the servers' addresses, with `{pod}` and `{port}`.
        patience: how long is waited for what.
    """

    def __init__(
        self,
        entry: ModelEntry,
        settings: Settings,
        *,
        engine_of: EngineOf | None = None,
        proxy_url: str = PROXY_URL,
        patience: Patience | None = None,
    ) -> None:
        self._entry, self._settings = entry, settings
        self._engine_of = engine_of or _http_engine(entry, settings)
        self._proxy_url, self._patience = proxy_url, patience or Patience()
        self._ready: Queue[Machine[Engine]] = Queue()
        self._renting: Renting | None = None
        self._slots: list[Slot] = []
        self._stopped = threading.Event()
        self._close_lock = threading.Lock()
        self._closed = False
        self._undo_signals: Callable[[], None] = lambda: None

    def __enter__(self) -> RunPodFleet:
        """Start renting.

        Raises:
            ComputeRefused: no key, no cap, no such GPU, or no image serves the model.
        """
        key = check(self._entry, self._settings)
        api = RunPodApi(self._settings.runpod_url, key, create_seconds=self._patience.create)
        self._renting = Renting(self._entry, self._settings, api, self._patience)
        # before the first thread: from here on there may be something to end
        atexit.register(self.close)
        self._undo_signals = exit_on_termination()
        self._slots = [
            Slot(number, self._renting, self._ready, self._engine_of, self._proxy_url)
            for number in range(self._settings.pods)
        ]
        try:
            for work in (self._watch, self._reap):
                threading.Thread(target=work, name="rent-watch", daemon=True).start()
            for slot in self._slots:
                slot.start()
        except BaseException:  # a signal: who has not entered does not leave
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End everything; returns when a listing shows that it is gone."""
        self.close()

    def close(self) -> None:
        """As leaving; also called when the process ends without having left. Can be repeated."""
        try:
            with uninterrupted(), self._close_lock:
                if self._renting is not None and not self._closed:
                    self._end_all(self._renting)
                    self._closed = True
        finally:
            self._undo_signals()
            if self._closed:
                atexit.unregister(self.close)

    def next_machine(self, seconds: float) -> Machine[Engine] | None:
        """Another machine that serves, waiting at most so long.

        Raises:
            PermanentError: every place of the fleet has given up; the most telling reason.
        """
        try:
            return self._ready.get(timeout=seconds) if seconds > 0 else self._ready.get_nowait()
        except Empty:
            pass
        if self._slots and not any(slot.is_alive() for slot in self._slots):
            with suppress(Empty):  # the last one may have handed over a machine before it ended
                return self._ready.get_nowait()
            raise _telling([slot.error for slot in self._slots])
        return None

    def lost(self, machine: Machine[Any], reason: str) -> None:
        """End a machine, and rent another within the cap; both in the background."""
        rented = self._renting.held().get(machine.name) if self._renting else None
        if rented is not None:
            rented.give_up(reason, blamed=True)

    def salvage(self) -> Iterator[Salvaged[Never]]:
        """Nothing: a pod keeps no answer."""
        return iter(())

    @property
    def dollars(self) -> float:
        """Spent so far: price times running time, or what was billed, whichever is more."""
        return self._renting.books.dollars if self._renting else 0.0

    @property
    def machines(self) -> int:
        """How many pods may be running."""
        return len(self._renting.books.open) if self._renting else 0

    def _watch(self) -> None:
        """Look at our pods until the end."""
        renting = self._renting
        assert renting is not None
        while not self._stopped.wait(self._patience.poll):
            try:
                look(renting)
            except EmbedError as error:
                _log.warning("the pods cannot be seen: %s", error)

    def _reap(self) -> None:
        """End what a killed run of this home left."""
        assert self._renting is not None
        try:
            for one in reap_orphans(self._renting.api, self._settings):
                _log.warning("%s was left by an earlier run and is ended", one.pod.name)
        except EmbedError as error:
            _log.warning("what earlier runs may have left was not ended: %s", error)

    def _end_all(self, renting: Renting) -> None:
        renting.closing.set()
        renting.give_up_all("the run ended")
        deadline = time.monotonic() + JOIN_SECONDS
        for slot in self._slots:
            slot.join(max(0.0, deadline - time.monotonic()))
        self._stopped.set()
        left = sweep(renting)
        if left:
            _log.error(
                "these may still be running: %s. `embed-platform pods reap` ends them",
                ", ".join(left),
            )
        renting.books.reconcile(renting.api)
        renting.api.close()


def check(entry: ModelEntry, settings: Settings) -> SecretStr:
    """The account's key, if everything else is there that renting needs.

    Raises:
        ComputeRefused: something is missing; says which setting.
    """
    if settings.max_dollars is None or settings.max_dollars <= 0:
        what = "nothing is rented without a cap" if settings.max_dollars is None else "the cap is 0"
        raise ComputeRefused(
            what, where="RunPod", remedy="Say how much a run may spend: --max-dollars 5"
        )
    if settings.runpod_key is None or not settings.runpod_key.get_secret_value():
        raise ComputeRefused(
            "there is no key",
            where="RUNPOD_API_KEY",
            remedy="The console's Credentials page makes one",
        )
    server_for(entry)
    named(settings.gpu)
    return settings.runpod_key


def _telling(errors: list[Exception | None]) -> Exception:
    """Of the reasons of all places the one that says most."""
    found = [error for error in errors if error is not None]
    unexpected = [error for error in found if not isinstance(error, EmbedError)]
    permanent = [error for error in found if isinstance(error, PermanentError)]
    if unexpected or permanent:
        return (unexpected or permanent)[0]
    what = str(found[0]) if found else "the fleet has been left"
    return ComputeRefused(f"no machine could be rented: {what}", where="RunPod")


def _http_engine(entry: ModelEntry, settings: Settings) -> EngineOf:
    """Engines over HTTP; `http` is imported when there is a server to speak to."""

    def engine_of(address: str, key: str, image: Image) -> Engine:
        from embed_platform.compute.http.fleet import HttpServer, open_http_engine

        server = HttpServer(address, SecretStr(key), image.protocol, image.model)
        seconds, lanes = settings.http_timeout, settings.http_in_flight
        return open_http_engine(entry, server, seconds=seconds, lanes=lanes)

    return engine_of
