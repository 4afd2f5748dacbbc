"""The vendor's package: the only file that imports it, and where its errors become ours."""

from __future__ import annotations

import importlib.metadata
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
        raise missing or TransientError(_first_line(error), where=WHERE) from error
    except theirs.AuthError as error:
        raise ComputeRefused(
            "there is no token"
            if "Token missing" in str(error)
            else f"the token is refused ({_first_line(error)})",
            where=WHERE,
            remedy="`modal token new` makes one, or set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET",
        ) from error
    except (theirs.PermissionDeniedError, theirs.VersionError, theirs.UnimplementedError) as error:
        raise ComputeRefused(_first_line(error), where=WHERE) from error
    except theirs.InvalidError as error:
        raise ComputeRefused(_first_line(error), where=WHERE, remedy=REDEPLOY) from error
    except (
        theirs.ConnectionError,
        theirs.ServiceError,
        theirs.InternalError,
        theirs.ClientClosed,
    ) as error:
        raise MachineUnavailable(
            f"it does not answer ({_first_line(error)})", where=WHERE
        ) from error
    except theirs.OutputExpiredError as error:
        raise TransientError("the result is no longer kept", where=WHERE) from error
    except theirs.FunctionTimeoutError as error:
        raise TransientError("the call took longer than its time-out", where=WHERE) from error
    except (theirs.Error, OSError) as error:
        raise TransientError(f"the call failed ({_first_line(error)})", where=WHERE) from error
    except Exception as error:
        if not anything:
            raise
        raise TransientError(f"the container failed ({_first_line(error)})", where=WHERE) from error


def client_of(settings: Settings) -> Any:
    """The vendor's own client, with the settings' token or the one that it finds itself."""
    modal = vendor()
    found = token(settings)
    return modal.Client.from_credentials(*found) if found else modal.Client.from_env()


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
