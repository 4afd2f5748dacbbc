"""serve and keys: the HTTP service, and who may use it."""

from __future__ import annotations

import math
import os
import socket
from typing import Annotated

import typer
from rich.table import Table

from embed_platform.cli.app import AsJson, app, emit, escape, open_home, output, say
from embed_platform.errors import SettingsError
from embed_platform.settings import Settings, load_settings

keys_app = typer.Typer(help="Keys of the HTTP service.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
KeyName = Annotated[str, typer.Argument(help="Whose it is, or what for.")]


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; another than loopback needs keys.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port.")] = None,
) -> None:
    """Serve embeddings and what is in the archives over HTTP, until Ctrl-C."""
    # The model's threads share the cores with the one that answers: where they wait for one another
    # by spinning, each pass takes ten times as long. Read when torch is loaded, which is later.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import uvicorn

    from embed_platform.service.app import create_app
    from embed_platform.service.logs import write_logs

    open_home()
    settings = load_settings(serve_host=host, serve_port=port)
    _refuse_open_doors(settings)
    grace = grace_seconds(settings)
    listening = _listen(settings)
    application = create_app(settings)
    write_logs()
    shown = f"[{settings.serve_host}]" if ":" in settings.serve_host else settings.serve_host
    say(
        f"http://{escape(shown)}:{settings.serve_port}/v1  (described under /docs); Ctrl-C stops it"
    )
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=grace,
        )
    )
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        if server.force_exit:
            say("Stopped at once; what was in flight was cut off.")
        else:
            say(f"Stopped; what was in flight was answered, or cut off after {grace} s.")
    finally:
        listening.close()


def grace_seconds(settings: Settings) -> int:
    """Seconds for what is in flight when the service is told to stop: a body's and its answer's."""
    from embed_platform.service.middleware import BODY_SECONDS

    return math.ceil(BODY_SECONDS + settings.serve_timeout)


@keys_app.command("add")
def add_key(
    name: KeyName,
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help="read, embed or admin (all); may be given several times."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, for the only time: what is kept of it is a hash."""
    from embed_platform.service.keys import KeyFile

    scopes = scope or ["read", "embed"]
    settings, _ = open_home()
    secret = KeyFile(settings).add(name, scopes)
    if as_json:
        emit({"name": name, "scopes": scopes, "key": secret})
        return
    output.print(secret)
    say(f"{name} may {', '.join(scopes)}. Keep the key: it cannot be shown again.")


@keys_app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List the keys' names and scopes."""
    from embed_platform.service.keys import KeyFile

    keys = KeyFile(load_settings()).keys()
    if as_json:
        rows = [
            {"name": key.name, "scopes": list(key.scopes), "created_at": key.created_at}
            for key in keys
        ]
        emit({"keys": rows})
        return
    if not keys:
        say("No keys: the service answers this machine only. `embed-platform keys add NAME`")
        return
    table = Table("name", "scopes", "made", box=None, pad_edge=False)
    for key in keys:
        table.add_row(key.name, ", ".join(key.scopes), key.created_at)
    output.print(table)


@keys_app.command("rm")
def remove_key(name: KeyName) -> None:
    """Remove a key; `serve` refuses it from the next request on, Modal from the next `modal deploy` on."""
    from embed_platform.service.keys import KeyFile

    KeyFile(load_settings()).remove(name)
    say(f"{name} is gone.")


def _refuse_open_doors(settings: Settings) -> None:
    """Without keys the service is for this machine.

    Raises:
        SettingsError: the address is another's.
    """
    from embed_platform.service.auth import is_loopback
    from embed_platform.service.keys import KeyFile

    if not is_loopback(settings.serve_host) and not KeyFile(settings).keys():
        raise SettingsError(
            f"without keys it listens on loopback only, not on {settings.serve_host}",
            where="--host",
            remedy="`embed-platform keys add NAME` makes one",
        )


def _listen(settings: Settings) -> socket.socket:
    """The socket, opened before anything is loaded.

    Raises:
        SettingsError: the address or the port cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.serve_host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((settings.serve_host, settings.serve_port))
    except OSError as error:
        opened.close()
        raise SettingsError(
            f"cannot listen on {settings.serve_host}:{settings.serve_port} ({error.strerror})",
            remedy="--host and --port name another address",
        ) from error
    return opened
