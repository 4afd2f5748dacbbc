"""Log lines as JSON on standard error: names, counts and seconds, never texts or keys."""

from __future__ import annotations

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

import msgspec

_log = logging.getLogger("embed_platform.service")


def log_event(event: str, **fields: Any) -> None:
    """One line of what happened."""
    if _log.isEnabledFor(logging.INFO):
        _log.info(_line("info", event, fields))


def log_error(event: str, error: BaseException, **fields: Any) -> None:
    """One line of an unexpected error: its type and where it was raised.

    Its message is left out: it may quote what was sent.
    """
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames]
    _log.error(_line("error", event, {"error": type(error).__name__, "where": where, **fields}))


def write_logs() -> None:
    """Let the lines go to standard error, and warnings and errors of the server's library too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _log.handlers, _log.propagate = [handler], False
    _log.setLevel(logging.INFO)


def _line(level: str, event: str, fields: dict[str, Any]) -> str:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return msgspec.json.encode({"time": now, "level": level, "event": event, **fields}).decode()
