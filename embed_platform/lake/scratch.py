"""Folders for files on their way, each named after its process, so that those of the dead can go."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import psutil

_NAMED = re.compile(r"-(\d+)-[^-]+$")


def scratch_prefix(name: str) -> str:
    """Beginning of the name of a scratch folder of this process."""
    return f"{name}-{os.getpid()}-"


def drop_leftovers(home: Path) -> int:
    """Remove the scratch folders of processes that are gone; returns how many."""
    found = [path for place in ("tmp", "scratch") for path in (home / place).glob("*")]
    folders = [path for path in found if _orphaned(path.name)]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return len(folders)


def _orphaned(name: str) -> bool:
    found = _NAMED.search(name)
    return found is not None and not psutil.pid_exists(int(found[1]))
