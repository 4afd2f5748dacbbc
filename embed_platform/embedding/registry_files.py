"""The YAML files that registries are read from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from embed_platform.errors import SettingsError


def read_registry_file(path: Path, name: str) -> dict[str, Any]:
    """A file with an entry per model under a name; nothing where there is no file.

    Raises:
        SettingsError: it is no YAML, or holds something else.
    """
    if not path.exists():
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise SettingsError(
            f"no valid YAML ({str(error).splitlines()[0]})", where=str(path)
        ) from None
    if not isinstance(content, dict) or not isinstance(content.get(name, {}), dict):
        raise SettingsError(f"expected `{name}:` with an entry per model", where=str(path))
    return content
