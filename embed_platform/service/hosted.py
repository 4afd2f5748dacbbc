"""The application in a container of a vendor, which calls it instead of listening on a port."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from fastapi import FastAPI

from embed_platform.service.app import create_app
from embed_platform.service.logs import log_event, write_logs
from embed_platform.service.state import Service
from embed_platform.settings import Settings


def hosted_app(settings: Settings, registries: Iterable[Path] = ()) -> FastAPI:
    """The application with its first model in memory, so that no request waits for it.

    A model that cannot be loaded is for `/readyz` and for whoever asks it to say: a container that
    fails to start is started again and again, and every start costs.

    Args:
        settings: of the container.
        registries: files that say which models there are, taken into its home.

    Raises:
        SettingsError: the keys or the models' registry cannot be read.
    """
    write_logs()
    settings.home.mkdir(parents=True, exist_ok=True)
    for file in registries:
        shutil.copy(file, settings.home / file.name)
    app = create_app(settings)
    service: Service = app.state.service
    log_event("loaded", model=service.models.warm())
    return app
