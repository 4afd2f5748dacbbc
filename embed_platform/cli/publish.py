"""publish: vectors that the lake holds, to where others read them."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from typing import Annotated

import typer

from embed_platform.cli.app import AsJson, app, console, emit, escape, open_home, problem, say
from embed_platform.cli.choices import chosen_users
from embed_platform.embedding.registry import load_registry
from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings
from embed_platform.stores.open import open_store
from embed_platform.stores.publication import S3Store
from embed_platform.upkeep.spaces import HeldSpace, held_spaces


@app.command()
def publish(
    user: Annotated[list[str] | None, typer.Option("--user", help="Only these users.")] = None,
    model: Annotated[
        str | None, typer.Option("--model", help="Only this model: name, alias or slug.")
    ] = None,
    store: Annotated[
        list[str] | None,
        typer.Option("--store", help="pgvector (EMBED_PG_DSN) or s3 (EMBED_PUBLISH_URL)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Push vectors to a server's pgvector and a bucket, as to Supabase; nothing is embedded."""
    from embed_platform.upkeep.publish import publish as push

    settings, lake = open_home()
    names = _targets(settings, store)
    users, spaces = chosen_users(lake, user), _spaces(settings, lake, model)
    done = []
    with ExitStack() as stack:
        stores = [open_store(name, settings, lake) for name in names]
        for one in stores:
            stack.callback(one.close)
        with console.status("publishing"):
            for published in push(lake, stores, spaces, users):
                done.append(asdict(published))
                say(
                    f"[bold]{published.store}[/] {published.space}: {published.rows:,} rows, "
                    f"{published.written:,} written, {published.deleted:,} deleted, read back"
                )
                for kind, reason in published.withheld.items():
                    say(f"  [yellow]{kind} withheld:[/] {escape(reason)}")
                for name, line in published.errors.items():
                    problem(f"{name}: {line}")
        manifests = [
            f"{one.address() or lake.published.url}/space={held.space.slug}/manifest.json"
            for one in stores
            if isinstance(one, S3Store)
            for held in spaces
        ]
    for address in manifests:
        say(f"manifest  {escape(address)}")
    if as_json:
        emit({"published": done, "manifests": manifests})
    if any(one["errors"] for one in done):
        raise typer.Exit(1)


def _targets(settings: Settings, named: list[str] | None) -> list[str]:
    """The stores to publish to: those named, or those whose server is set.

    Raises:
        SettingsError: one is no place to publish to, or none is set.
    """
    set_up = {
        "pgvector": settings.pg_dsn is not None,
        "s3": settings.publish_url.startswith("s3://"),
    }
    missing = [name for name in named or [] if not set_up.get(name)]
    if missing or not any(set_up.values()):
        raise SettingsError(
            f"{missing[0]} names no server to publish to" if missing else "nowhere to publish to",
            where="--store" if missing else None,
            remedy="Set EMBED_PG_DSN for pgvector, EMBED_PUBLISH_URL=s3://bucket/prefix and its keys for s3",
        )
    return named or [name for name, is_set in set_up.items() if is_set]


def _spaces(settings: Settings, lake: Lake, model: str | None) -> list[HeldSpace]:
    """The spaces of the lake, or that of a model.

    Raises:
        SettingsError: nothing was embedded with it.
    """
    held = held_spaces(lake)
    if model:
        entry = load_registry(settings).find(model)
        slug = entry.space.slug if entry else model
        held = [one for one in held if one.space.slug == slug]
    if not held:
        raise SettingsError(
            f"nothing is embedded with {model!r}" if model else "nothing is embedded yet",
            remedy="`embed-platform run` embeds what is kept",
        )
    return held
