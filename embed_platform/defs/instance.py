"""Dagster's instance of a home: its folder, its configuration, its partitions."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable
from pathlib import Path

import dagster as dg
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager

from embed_platform.defs.partitions import USERS_NAME
from embed_platform.settings import Settings

_POSTGRES_STORAGE = """
storage:
  postgres:
    postgres_url:
      env: EMBED_DAGSTER_PG_DSN
"""
_HAS_STORAGE = re.compile(r"^storage:", re.MULTILINE)
_TEMPLATE = Path(__file__).with_name("dagster.yaml")


def prepare_instance(settings: Settings) -> Path:
    """Make the instance's folder with its dagster.yaml, and point this process at it.

    A dagster.yaml that is already there stays as its owner left it, but for the storage that
    EMBED_DAGSTER_PG_DSN asks for: that comes and goes with the setting.
    """
    folder = settings.dagster_home
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "dagster.yaml"
    present = config.read_text(encoding="utf-8") if config.exists() else None
    plain = (present or _TEMPLATE.read_text(encoding="utf-8")).replace(_POSTGRES_STORAGE, "")
    wanted = plain
    if settings.dagster_pg_dsn is not None:
        # Dagster reads the variable itself, so that the address is in no file of its own
        os.environ["EMBED_DAGSTER_PG_DSN"] = settings.dagster_pg_dsn.get_secret_value()
        wanted = plain if _HAS_STORAGE.search(plain) else plain + _POSTGRES_STORAGE
    if wanted != present:
        config.write_text(wanted, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(folder)
    os.environ["EMBED_HOME"] = str(settings.home)
    return folder


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The home's Dagster instance, for a run in this process.

    Such a run's output stays on the terminal; capturing it as the UI's runs do would start
    helper processes that a Ctrl-C hits too.
    """
    folder = prepare_instance(settings)
    # it shows a traceback when Ctrl-C comes while it closes a connection, and raises it all the same
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    quiet = {"module": NoOpComputeLogManager.__module__, "class": NoOpComputeLogManager.__name__}
    return dg.DagsterInstance.from_ref(
        InstanceRef.from_dir(str(folder), overrides={"compute_logs": quiet})
    )


def register_users(instance: dg.DagsterInstance, users: Iterable[str]) -> None:
    """Make partitions of users, those born together in one go, so that their keys lie side by side."""
    known = set(instance.get_dynamic_partitions(USERS_NAME))
    born = sorted(set(users) - known)
    if born:
        instance.add_dynamic_partitions(USERS_NAME, born)
