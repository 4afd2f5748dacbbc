"""A connection to the vendor: the deployed class, its functions, and calls of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from embed_platform.compute.modal.asking import ANSWER_SECONDS, SEND_SECONDS, asked
from embed_platform.compute.modal.deployment import CLASS_NAME, IDLE_SECONDS
from embed_platform.compute.modal.gpus import Wanted
from embed_platform.compute.modal.vendor import WHERE, client_of, vendor
from embed_platform.errors import ComputeRefused, EmbedError
from embed_platform.settings import Settings


class _NoSuchFunction(ComputeRefused):
    """The app has no function of that name, or there is no such app."""


class Call:
    """One call that was made.

    Attributes:
        id: the vendor's, by which any process reaches it for about seven days.
    """

    def __init__(self, call_id: str, handle: Any) -> None:
        self.id, self._handle = call_id, handle

    def result(self, seconds: float) -> bytes | None:
        """What a method of our class returned; see `value`."""
        return self.value(seconds)  # type: ignore[no-any-return]

    def value(self, seconds: float) -> Any:
        """What it returned, waiting at most so long; None while it runs.

        Raises:
            TransientError: it failed, was cancelled, or its result is no longer kept.
            MachineUnavailable: the vendor does not answer.
            ComputeRefused: the vendor says no.
        """

        def newest() -> Any:
            try:
                return self._handle.get(timeout=seconds)
            except TimeoutError:  # the built-in one means only that it still runs
                return None

        return asked(newest, seconds=seconds + ANSWER_SECONDS, anything=True)

    def cancel(self) -> None:
        """End it, and the container that works on it.

        Raises:
            EmbedError: the vendor does not answer, or says no.
        """
        asked(lambda: self._handle.cancel(terminate_containers=True))


class Deployed:
    """The deployed class with one model and the limits of one run."""

    def __init__(self, instance: Any) -> None:
        self._instance = instance

    @property
    def gpus(self) -> tuple[Wanted, ...]:
        """What its containers run on."""
        found = asked(lambda: self._instance.embed.info())
        return tuple(Wanted(name, count) for name, count in found.gpus)

    def spawn(self, shard: str, texts: list[str], prompt: str) -> Call:
        """Begin to embed texts."""
        return _spawned(lambda: self._instance.embed.spawn(shard, texts, prompt))

    def spawn_stored(self, shard: str, source: str, target: str, prompt: str) -> Call:
        """Begin to embed texts that lie in the lake."""
        return _spawned(lambda: self._instance.embed_stored.spawn(shard, source, target, prompt))

    def spawn_pages(self, shard: str, kind: str, inputs: list[bytes]) -> Call:
        """Begin to embed page images (`image`) or questions to them (`text`, in UTF-8)."""
        return _spawned(lambda: self._instance.embed.spawn(shard, kind, inputs))

    def containers(self) -> int:
        """How many run at this moment."""
        return int(asked(lambda: self._instance.embed.get_current_stats()).num_total_runners)

    def idle_seconds(self, seconds: int) -> None:
        """Change after how long an idle container is stopped; 2 is the least that the vendor takes."""
        autoscaler = self._instance.embed.autoscaler
        asked(lambda: autoscaler.update(scaledown_window=seconds))


class Account:
    """A connection to the vendor under one token."""

    def __init__(self, settings: Settings) -> None:
        """Connect.

        Raises:
            ComputeRefused: the client is missing or of another version, or there is no token.
        """
        self._modal = vendor()
        self._settings = settings
        self._client = asked(lambda: client_of(settings))

    def deployed(
        self,
        model: str,
        gpu: Wanted | None,
        containers: int,
        timeout: int,
        name: str = CLASS_NAME,
    ) -> Deployed:
        """The deployed class for a model; nothing runs yet.

        Args:
            model: as `model_text` writes it.
            gpu: instead of what it was deployed for.
            containers: most at a time.
            timeout: seconds that one call may take.
            name: of the class.

        Raises:
            ComputeRefused: it is not deployed, or the token is refused.
            MachineUnavailable: the vendor does not answer.
        """
        options: dict[str, Any] = {
            "max_containers": containers,
            "timeout": timeout,
            "scaledown_window": IDLE_SECONDS,
        }
        if gpu is not None:
            options["gpu"] = str(gpu)

        def instance() -> Any:
            found = self._modal.Cls.from_name(
                self._settings.modal_app,
                name,
                environment_name=self._settings.modal_environment,
                client=self._client,
            )
            made = found.with_options(**options)(model=model)
            made.embed.hydrate()
            return made

        return Deployed(asked(instance, missing=self._not_deployed()))

    def begin(self, app: str, function: str, *values: object) -> Call:
        """Begin a call of a deployed function; raises as `function` does."""
        found = self.function(app, function)
        return _spawned(lambda: found.spawn(*values))

    def function(self, app: str, name: str) -> Any:
        """A deployed function, of our app or another; nothing runs yet.

        Raises:
            ComputeRefused: there is no such app or function, or the token is refused.
            MachineUnavailable: the vendor does not answer.
        """
        missing = ComputeRefused(
            f"no app {app!r} with a function {name!r} is deployed in the environment "
            f"{self._settings.modal_environment!r}",
            where=WHERE,
            remedy="`embed-platform modal deploy` deploys ours; "
            "app_name and api_name in EMBED_RERANKER_ARGS name another",
        )
        return self._hydrated(app, name, missing)

    def web_address(self, function: str) -> str | None:
        """Where a function of our app is reached over HTTP; None where the app has none of that name.

        Raises:
            ComputeRefused: the token is refused.
            MachineUnavailable: the vendor does not answer.
        """
        missing = _NoSuchFunction(function, where=WHERE)
        try:
            found = self._hydrated(self._settings.modal_app, function, missing)
        except _NoSuchFunction:
            return None
        return str(asked(lambda: found.get_web_url()))

    def call(self, call_id: str) -> Call:
        """A call that was made before, maybe by another process."""
        found = asked(lambda: self._modal.FunctionCall.from_id(call_id, client=self._client))
        return Call(call_id, found)

    def greet(self) -> None:
        """Ask whether the token is taken.

        Raises:
            ComputeRefused: it is not.
            MachineUnavailable: the vendor does not answer.
        """
        asked(lambda: self._client.hello())

    def close(self) -> None:
        """Disconnect."""
        self._client.close()

    def _hydrated(self, app: str, name: str, missing: EmbedError) -> Any:
        def function() -> Any:
            found = self._modal.Function.from_name(
                app,
                name,
                environment_name=self._settings.modal_environment,
                client=self._client,
            )
            found.hydrate()
            return found

        return asked(function, missing=missing)

    def _not_deployed(self) -> ComputeRefused:
        return ComputeRefused(
            f"the app {self._settings.modal_app!r} is not deployed in the environment "
            f"{self._settings.modal_environment!r}, or is an older one",
            where=WHERE,
            remedy="`embed-platform modal deploy` does it",
        )


def _spawned(spawn: Callable[[], Any]) -> Call:
    """A call that was made; one that is made after nobody waits any more is cancelled."""
    return asked(lambda: _call(spawn()), seconds=SEND_SECONDS, late=_cancel)


def _call(handle: Any) -> Call:
    return Call(str(handle.object_id), handle)


def _cancel(call: Call) -> None:
    with suppress(EmbedError):  # it ends by its own time-out
        call.cancel()
