"""One place of a fleet: rents a pod, waits until it serves, hands it over, ends it, rents the next."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from queue import Queue
from threading import Thread
from typing import Protocol, runtime_checkable

import httpx2
import msgspec

from embed_platform.compute.runpod.images import Image
from embed_platform.compute.runpod.renting import Rented, Renting
from embed_platform.compute.runpod.request import address_of
from embed_platform.embedding.engine import Engine
from embed_platform.embedding.fleet import Machine
from embed_platform.errors import ComputeRefused, EmbedError, TransientError

EngineOf = Callable[[str, str, Image], Engine]
PREFLIGHT = "The kettle clicked off before I had found a clean cup."
HEALTH_SECONDS = 10.0
# What goes wrong so often will go wrong again, and each time costs some minutes.
FAILURES_PER_SLOT = 3
RENTALS_PER_SLOT = 10
_log = logging.getLogger(__name__)


class Slot(Thread):
    """Ends with `error` set when it can rent no more, or without when the fleet is being left.

    Args:
        renting: of the run.
        ready: where machines go that serve.
        engine_of: an engine of a server: its address, its key, and what it runs.
        proxy_url: template of addresses, with `{pod}` and `{port}`.
    """

    def __init__(
        self,
        number: int,
        renting: Renting,
        ready: Queue[Machine[Engine]],
        engine_of: EngineOf,
        proxy_url: str,
    ) -> None:
        # a daemon: a request that hangs must not keep the process once the pods are gone
        super().__init__(name=f"rent-{number}", daemon=True)
        self._renting, self._ready, self._engine_of = renting, ready, engine_of
        self._proxy_url = proxy_url
        self.error: Exception | None = None

    def run(self) -> None:
        """Rent one pod after the other."""
        try:
            self.error = self._rent_on()
        except Exception as error:  # noqa: BLE001 - it is raised again where the run is
            self.error = error

    def _rent_on(self) -> ComputeRefused | None:
        """Pods until the fleet is left (None), or until so many went wrong that others would too."""
        failures = 0
        for _ in range(RENTALS_PER_SLOT):
            rented = self._renting.rent()
            if rented is None:
                return None
            served = self._use(rented)
            if self._renting.closing.is_set():
                return None
            _log.warning("%s was given up: %s", rented.name, rented.reason)
            if rented.is_blamed or not served:
                self._renting.avoid(rented.candidate, self._renting.patience.avoid)
            failures += not served
            if failures == FAILURES_PER_SLOT:
                what = f"{failures} machines did not come up; the last: {rented.reason}"
                return ComputeRefused(what, where="RunPod")
        return ComputeRefused(f"{RENTALS_PER_SLOT} machines were lost", where="RunPod")

    def _use(self, rented: Rented) -> bool:
        """Hand a pod over once it serves, and end it when it is of no more use; whether it served."""
        machine = None
        try:
            machine = self._come_up(rented)
            if machine is not None:
                self._ready.put(machine)
                rented.over.wait()
                _close(machine.engine)
        finally:
            self._renting.end(rented, "it could not be used")
        return machine is not None

    def _come_up(self, rented: Rented) -> Machine[Engine] | None:
        """The machine once it embeds; None when it was given up before.

        RUNNING is not ready: the container runs, but the server in it may load for minutes yet.
        """
        patience, words, read_at = self._renting.patience, "", rented.since
        while not rented.over.is_set():
            age = time.monotonic() - rented.since
            if rented.pod.status == "PROVISIONING" and age > patience.provision:
                rented.give_up(f"it was still PROVISIONING after {age:.0f} s")
            elif age > patience.ready:
                rented.give_up(f"its server did not answer in {age:.0f} s")
            elif rented.pod.status == "RUNNING" and (machine := self._serving(rented)):
                return machine
            else:
                rented.over.wait(min(patience.poll, 2.0))
            # from time to time: once a pod is gone, its log is too
            if time.monotonic() - read_at > patience.words and not rented.over.is_set():
                words, read_at = self._last_words(rented) or words, time.monotonic()
        if words and not self._renting.closing.is_set():
            rented.reason = f"{rented.reason}; it last said: {words}"
        return None

    def _serving(self, rented: Rented) -> Machine[Engine] | None:
        """The machine if its server is healthy and gives a vector; None when not yet.

        Raises:
            PermanentError: it serves something else than was asked for.
        """
        image, settings = rented.candidate.image, self._renting.settings
        address, key = self._address(rented), self._renting.server_key.get_secret_value()
        if not is_healthy(address, key, image):
            return None
        try:
            engine = self._engine_of(address, key, image)
            answer = engine.embed([PREFLIGHT], "")
        except TransientError as error:
            _log.info("%s is up but does not embed yet: %s", rented.name, error)
            return None
        if answer.failed:
            raise ComputeRefused(f"it embeds nothing ({answer.failed[0]})", where=rented.name)
        kind = rented.candidate.gpu.name
        return Machine(rented.name, engine, settings.http_in_flight, kind=kind)

    def _address(self, rented: Rented) -> str:
        return address_of(rented.pod, rented.candidate.image.port, self._proxy_url)

    def _last_words(self, rented: Rented) -> str:
        """The last line of the container's log, without what must not be shown; may be empty."""
        try:
            lines = self._renting.api.log_lines(rented.pod.id)
        except EmbedError:
            return ""
        last = next((line for line in reversed(lines) if line.strip()), "")
        secret = self._renting.server_key.get_secret_value()
        return re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", last.replace(secret, "(key)")).strip()[:160]


def _close(engine: Engine) -> None:
    """Let go of the server, so that calls under way end; not every engine has something to let go of."""
    if isinstance(engine, Closable):
        engine.close()


@runtime_checkable
class Closable(Protocol):
    """An engine that holds connections."""

    def close(self) -> None:
        """Let go of them."""


def is_healthy(address: str, key: str, image: Image) -> bool:
    """Whether a server is up and has its model."""
    try:
        answer = httpx2.get(
            f"{address}{image.health}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=HEALTH_SECONDS,
        )
    except httpx2.HTTPError:
        return False
    if answer.status_code != 200:
        return False
    return image.protocol != "ollama" or has_model(answer.content, image.model)


class _Tag(msgspec.Struct):
    name: str = ""


class _Tags(msgspec.Struct):
    models: list[_Tag] = []


def has_model(tags: bytes, model: str) -> bool:
    """Whether Ollama's list holds a model; while it is being fetched it does not."""
    try:
        listed = msgspec.json.decode(tags, type=_Tags)
    except msgspec.MsgspecError:
        return False
    wanted = model.lower()
    return any(tag.name.lower() in (wanted, f"{wanted}:latest") for tag in listed.models)
