"""`embed-platform …`: the command line; every command is a thin layer over the domain."""

from __future__ import annotations

import sys

from embed_platform.cli.app import app, console, problem
from embed_platform.errors import EmbedError


def main() -> None:
    """Entry point: one line for an expected error, exit code 130 and how to go on after Ctrl-C."""
    from embed_platform.cli import archives, data, models, services, upkeep

    del archives, data, models, services, upkeep  # importing them registers their commands
    try:
        app()
    except EmbedError as error:
        problem(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        console.print("\nStopped. What was done is kept; the same command goes on from there.")
        sys.exit(130)
