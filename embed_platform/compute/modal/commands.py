"""The vendor's own command line for what it does best: deploying, reading logs, stopping."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from embed_platform.compute.modal.client import Account
from embed_platform.compute.modal.deployment import Deployment, app_file, deployment_of
from embed_platform.compute.modal.serving import FUNCTION_NAME
from embed_platform.compute.modal.vendor import WHERE, token
from embed_platform.errors import ComputeRefused, SettingsError
from embed_platform.settings import Settings


def deploy(settings: Settings) -> Deployment:
    """Deploy the app, or a new version of it; the vendor's output goes to the terminal.

    Raises:
        ComputeRefused: there is no token, it is refused, the GPU is none, or the deployment failed.
        SettingsError: the vendor's package or the app's file is not there.
    """
    deployment = deployment_of(settings)
    if not app_file().exists():
        raise SettingsError("the app's file is missing", where=str(app_file()))
    if _modal(settings, ["deploy", str(app_file())]):
        raise ComputeRefused("the deployment failed; what Modal says is above", where=WHERE)
    return deployment


def service_address(settings: Settings) -> str | None:
    """Where the deployed HTTP service is reached; None where the app is deployed without it.

    Raises:
        ComputeRefused: there is no token, or it is refused.
        MachineUnavailable: the vendor does not answer.
    """
    account = Account(settings)
    try:
        return account.web_address(FUNCTION_NAME)
    finally:
        account.close()


def show_logs(settings: Settings) -> None:
    """Show what the containers have printed.

    Raises:
        ComputeRefused: there is no token, it is refused, or there is no such app.
    """
    if _modal(settings, ["app", "logs", settings.modal_app]):
        raise ComputeRefused("there are no logs to show; what Modal says is above", where=WHERE)


def undeploy(settings: Settings) -> None:
    """Stop the app and every container of it.

    Raises:
        ComputeRefused: there is no token, it is refused, or there is no such app.
    """
    if _modal(settings, ["app", "stop", settings.modal_app, "--yes"]):
        raise ComputeRefused("it was not stopped; what Modal says is above", where=WHERE)


def _modal(settings: Settings, words: Sequence[str]) -> int:
    """Exit code of the vendor's command; the token goes by the environment, where no list of processes shows it."""
    account = Account(settings)
    try:
        account.greet()
    finally:
        account.close()
    found = token(settings)
    secret = {"MODAL_TOKEN_ID": found[0], "MODAL_TOKEN_SECRET": found[1]} if found else {}
    command = [sys.executable, "-m", "modal", *words, "--env", settings.modal_environment]
    return subprocess.run(command, env=os.environ | secret, check=False).returncode
