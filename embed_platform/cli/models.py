"""models: which there are, adding one, switching one on or off."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from embed_platform.cli.app import AsJson, app, emit, output, say
from embed_platform.cli.choices import resolve_model
from embed_platform.embedding.registry import load_registry, switch
from embed_platform.settings import load_settings

models_app = typer.Typer(
    help="The models that texts can be embedded with.", invoke_without_command=True
)
app.add_typer(models_app, name="models")
Name = Annotated[str, typer.Argument(help="Name on the Hugging Face hub, alias, or folder.")]


@models_app.callback()
def models(context: typer.Context, as_json: AsJson = False) -> None:
    """List the models; `run` without --model uses those marked."""
    if context.invoked_subcommand:
        return
    settings = load_settings()
    registry = load_registry(settings)
    used = {entry.name for entry in registry.wanted(settings.models)}
    rows = [
        {
            "model": e.name,
            "space": e.space.slug,
            "revision": e.space.revision,
            "dimension": e.space.dimension,
            "normalised": e.space.normalised,
            "max_tokens": e.space.max_tokens,
            "used": e.name in used,
            "aliases": list(e.aliases),
        }
        for e in registry.models.values()
    ]
    if as_json:
        emit({"models": rows})
        return
    table = Table(
        "", "model", "dimension", "normalised", "tokens", "space", box=None, pad_edge=False
    )
    for row in rows:
        mark = "●" if row["used"] else ""
        table.add_row(
            mark,
            str(row["model"]),
            str(row["dimension"]),
            "yes" if row["normalised"] else "no",
            str(row["max_tokens"]),
            str(row["space"]),
        )
    output.print(table)


@models_app.command()
def add(name: Name) -> None:
    """Fetch a model, pin its revision and write it to the home's models.yaml."""
    entry = resolve_model(load_settings(), name)
    say(f"{entry.name} is the space {entry.space.slug}")


@models_app.command()
def enable(name: Name) -> None:
    """Let `run` embed with it without being told."""
    settings = load_settings()
    resolve_model(settings, name)
    say(f"{switch(settings, name, enabled=True).name} is switched on")


@models_app.command()
def disable(name: Name) -> None:
    """Let `run` leave it out again; its vectors stay."""
    say(f"{switch(load_settings(), name, enabled=False).name} is switched off")
