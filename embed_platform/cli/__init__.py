"""`embed-platform …`: the command line; every command is a thin layer over the domain."""

from __future__ import annotations

import atexit
import os
import sys

import typer

from embed_platform.cli.app import app, console, problem
from embed_platform.errors import EmbedError

# Exit code after Ctrl-C, as shells have it: 128 and the signal's number.
STOPPED = 130


def main() -> None:
    """Entry point.

    It ends what is registered to end and then leaves at once, for DuckDB reports leaks of its own
    on the terminal when the interpreter is taken down with torch loaded.
    """
    code = _run()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run() -> int:
    """Exit code of the command: one line for an expected error, 130 and how to go on after Ctrl-C."""
    from embed_platform.cli import (
        archives,
        data,
        dead_letters,
        doctor,
        find,
        imports,
        leaving,
        live,
        messages,
        modal,
        models,
        plan,
        pods,
        publish,
        pull,
        serve,
        services,
        upkeep,
        users,
    )

    # importing them registers their commands
    del archives, data, dead_letters, doctor, find, imports, leaving, live, messages, modal
    del models, plan, pods, publish, pull, serve, services, upkeep, users
    try:
        # Typer turns a KeyboardInterrupt into this code without a word
        if (result := app(standalone_mode=False)) == STOPPED:
            raise KeyboardInterrupt
    except EmbedError as error:
        problem(str(error))
        return 1
    except (KeyboardInterrupt, typer.Abort):
        console.print("\nStopped. What was done is kept; the same command goes on from there.")
        return STOPPED
    except Exception as error:
        # wrong usage: Typer carries these exceptions under a private name, known by their `show`
        if not hasattr(error, "show"):
            raise
        error.show()
        return int(getattr(error, "exit_code", 2))
    return result if isinstance(result, int) else 0
