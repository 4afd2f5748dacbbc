"""The vendor's client: the only file that imports it, and where its errors become ours."""

from __future__ import annotations

import importlib.metadata
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from embed_platform.compute.modal.deployment import CLASS_NAME, IDLE_SECONDS
from embed_platform.compute.modal.gpus import Wanted
from embed_platform.compute.modal.payload import REDEPLOY
from embed_platform.errors import (
    ComputeRefused,
    EmbedError,
    MachineUnavailable,
    SettingsError,
    TransientError,
)
from embed_platform.settings import Settings

# The wire format moves between minor versions.
VERSION = "1.6"
WHERE = "Modal"


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
        with vendor_errors(anything=True):
            try:
                return self._handle.get(timeout=seconds)
            except TimeoutError:  # the built-in one means only that it still runs
                return None

    def cancel(self) -> None:
        """End it, and the container that works on it.

        Raises:
            EmbedError: the vendor does not answer, or says no.
        """
        with vendor_errors():
            self._handle.cancel(terminate_containers=True)


class Deployed:
    """The deployed class with one model and the limits of one run."""

    def __init__(self, instance: Any) -> None:
        self._instance = instance

    @property
    def gpus(self) -> tuple[Wanted, ...]:
        """What its containers run on."""
        with vendor_errors():
            return tuple(Wanted(name, count) for name, count in self._instance.embed.info().gpus)

    def spawn(self, shard: str, texts: list[str], prompt: str) -> Call:
        """Begin to embed texts."""
        with vendor_errors():
            return _spawned(self._instance.embed.spawn(shard, texts, prompt))

    def spawn_stored(self, shard: str, source: str, target: str, prompt: str) -> Call:
        """Begin to embed texts that lie in the lake."""
        with vendor_errors():
            return _spawned(self._instance.embed_stored.spawn(shard, source, target, prompt))

    def containers(self) -> int:
        """How many run at this moment."""
        with vendor_errors():
            return int(self._instance.embed.get_current_stats().num_total_runners)

    def idle_seconds(self, seconds: int) -> None:
        """Change after how long an idle container is stopped; 2 is the least that the vendor takes."""
        with vendor_errors():
            self._instance.embed.autoscaler.update(scaledown_window=seconds)


class Account:
    """A connection to the vendor under one token."""

    def __init__(self, settings: Settings) -> None:
        """Connect.

        Raises:
            ComputeRefused: the client is missing or of another version, or there is no token.
        """
        self._modal = vendor()
        self._settings = settings
        with vendor_errors():
            self._client = _client(self._modal, settings)

    def deployed(self, model: str, gpu: Wanted | None, containers: int, timeout: int) -> Deployed:
        """The deployed class for a model; nothing runs yet.

        Args:
            model: as `model_text` writes it.
            gpu: instead of what it was deployed for.
            containers: most at a time.
            timeout: seconds that one call may take.

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
        with vendor_errors(missing=self._not_deployed()):
            found = self._modal.Cls.from_name(
                self._settings.modal_app,
                CLASS_NAME,
                environment_name=self._settings.modal_environment,
                client=self._client,
            )
            instance = found.with_options(**options)(model=model)
            instance.embed.hydrate()
            return Deployed(instance)

    def begin(self, app: str, function: str, *values: object) -> Call:
        """Begin a call of a deployed function, of our app or another.

        Raises:
            ComputeRefused: there is no such app or function, or the token is refused.
            MachineUnavailable: the vendor does not answer.
        """
        missing = ComputeRefused(
            f"no app {app!r} with a function {function!r} is deployed in the environment "
            f"{self._settings.modal_environment!r}",
            where=WHERE,
            remedy="`embed-platform modal deploy` deploys ours; "
            "app_name and api_name in EMBED_RERANKER_ARGS name another",
        )
        with vendor_errors(missing=missing):
            found = self._modal.Function.from_name(
                app,
                function,
                environment_name=self._settings.modal_environment,
                client=self._client,
            )
            return _spawned(found.spawn(*values))

    def call(self, call_id: str) -> Call:
        """A call that was made before, maybe by another process."""
        with vendor_errors():
            return Call(call_id, self._modal.FunctionCall.from_id(call_id, client=self._client))

    def greet(self) -> None:
        """Ask whether the token is taken.

        Raises:
            ComputeRefused: it is not.
            MachineUnavailable: the vendor does not answer.
        """
        with vendor_errors():
            self._client.hello()

    def close(self) -> None:
        """Disconnect."""
        self._client.close()

    def _not_deployed(self) -> ComputeRefused:
        return ComputeRefused(
            f"the app {self._settings.modal_app!r} is not deployed in the environment "
            f"{self._settings.modal_environment!r}, or is an older one",
            where=WHERE,
            remedy="`embed-platform modal deploy` does it",
        )


def vendor() -> Any:
    """The vendor's package.

    Raises:
        SettingsError: it is not installed.
        ComputeRefused: another version is, whose wire format may be another.
    """
    try:
        import modal
        import modal.config
    except ModuleNotFoundError:
        raise SettingsError(
            "the modal package is not installed", remedy="pip install 'embed-platform[modal]'"
        ) from None
    found = importlib.metadata.version("modal")
    if not found.startswith(f"{VERSION}."):
        raise ComputeRefused(
            f"modal {found} is installed, {VERSION} is needed",
            remedy="pip install 'embed-platform[modal]'",
        )
    # Arguments and results travel as CBOR, so that what a method returned is not unpickled here.
    os.environ["MODAL_PAYLOAD_FORMAT"] = "cbor"
    # It logs every header at DEBUG, and the token is one.
    logging.getLogger("hpack").setLevel(logging.WARNING)
    return modal


def vendor_address() -> str:
    """Where the vendor's API is, by its own configuration.

    Raises:
        SettingsError: its package is not installed.
    """
    return str(vendor().config.config["server_url"])


def token(settings: Settings) -> tuple[str, str] | None:
    """Id and secret of the token in the settings, if both are there."""
    if settings.modal_token_id is None or settings.modal_token_secret is None:
        return None
    return (
        settings.modal_token_id.get_secret_value(),
        settings.modal_token_secret.get_secret_value(),
    )


@contextmanager
def vendor_errors(missing: EmbedError | None = None, *, anything: bool = False) -> Iterator[None]:
    """Raise our errors for the vendor's, each as one line.

    Args:
        missing: what to raise when something is not found.
        anything: whether an error of any kind may come: what a container raised while it
            started is raised here as whatever it was.
    """
    import modal.exception as theirs

    try:
        yield
    except EmbedError:
        raise
    except theirs.NotFoundError as error:
        raise missing or TransientError(_line(error), where=WHERE) from error
    except theirs.AuthError as error:
        raise ComputeRefused(
            "there is no token"
            if "Token missing" in str(error)
            else f"the token is refused ({_line(error)})",
            where=WHERE,
            remedy="`modal token new` makes one, or set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET",
        ) from error
    except (theirs.PermissionDeniedError, theirs.VersionError, theirs.UnimplementedError) as error:
        raise ComputeRefused(_line(error), where=WHERE) from error
    except theirs.InvalidError as error:
        raise ComputeRefused(_line(error), where=WHERE, remedy=REDEPLOY) from error
    except (
        theirs.ConnectionError,
        theirs.ServiceError,
        theirs.InternalError,
        theirs.ClientClosed,
    ) as error:
        raise MachineUnavailable(f"it does not answer ({_line(error)})", where=WHERE) from error
    except theirs.OutputExpiredError as error:
        raise TransientError("the result is no longer kept", where=WHERE) from error
    except theirs.FunctionTimeoutError as error:
        raise TransientError("the call took longer than its time-out", where=WHERE) from error
    except (theirs.Error, OSError) as error:
        raise TransientError(f"the call failed ({_line(error)})", where=WHERE) from error
    except Exception as error:
        if not anything:
            raise
        raise TransientError(f"the container failed ({_line(error)})", where=WHERE) from error


def _spawned(handle: Any) -> Call:
    return Call(str(handle.object_id), handle)


def _client(modal: Any, settings: Settings) -> Any:
    found = token(settings)
    return modal.Client.from_credentials(*found) if found else modal.Client.from_env()


def _line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
