"""stores, spaces, audit: keeping things right, and removing them."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from embed_platform.cli.app import (
    AsJson,
    Yes,
    app,
    confirm,
    console,
    emit,
    open_home,
    output,
    problem,
    say,
)
from embed_platform.cli.choices import chosen_stores, chosen_users
from embed_platform.cli.unfinished import settle_first
from embed_platform.embedding.registry import load_registry
from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.settings import STORE_NAMES, Settings
from embed_platform.stores.base import Store
from embed_platform.stores.open import open_store, stores_to_check

stores_app = typer.Typer(
    help="The stores: drop one, or rebuild it from the lake.", no_args_is_help=True
)
spaces_app = typer.Typer(help="The embedding spaces of the lake.", no_args_is_help=True)
app.add_typer(stores_app, name="stores")
app.add_typer(spaces_app, name="spaces")
StoreArgument = Annotated[str, typer.Argument(help="pgvector, milvus, s3 or qdrant.")]


@stores_app.command()
def drop(store: StoreArgument, yes: Yes = False) -> None:
    """Drop every table of the product in a store; the lake stays, the next run loads again."""
    settings, lake = open_home()
    chosen_stores(settings, [store])
    confirm(f"Drop all tables of embed-platform in {store}?", yes=yes)
    say(f"Dropped {_drop(settings, lake, store)} tables of {store}.")


@stores_app.command()
def rebuild(store: StoreArgument, yes: Yes = False) -> None:
    """Drop a store's tables and load them again from the lake; nothing is embedded again."""
    from embed_platform.definitions import defs
    from embed_platform.defs.launch import launch
    from embed_platform.upkeep.spaces import held_spaces

    settings, lake = open_home()
    chosen_stores(settings, [store])
    confirm(f"Drop and load {store} again?", yes=yes)
    _drop(settings, lake, store)
    held = {space.space.slug for space in held_spaces(lake)}
    entries = [
        entry for entry in load_registry(settings).models.values() if entry.space.slug in held
    ]
    with console.status(f"loading {store}"):
        summary = launch(defs, lake, chosen_users(lake, None, feeds=False), entries, [store])
    for line in summary.errors:
        problem(line)
    if summary.errors:
        raise typer.Exit(1)
    say(f"{store} is rebuilt and verified, {summary.seconds:.1f} s.")


@spaces_app.command("list")
def spaces_list(as_json: AsJson = False) -> None:
    """List spaces, their models, and who has vectors in them."""
    from embed_platform.embedding.vectors import embedded_hashes
    from embed_platform.upkeep.spaces import held_spaces

    _, lake = open_home()
    rows: list[dict[str, Any]] = []
    for held in held_spaces(lake):
        counts = {user: len(embedded_hashes(lake, held.space.slug, user)) for user in lake.users()}
        rows.append(
            {
                "space": held.space.slug,
                "model": held.space.model,
                "revision": held.space.revision,
                "dimension": held.space.dimension,
                "kinds": list(held.kinds),
                "vectors": {user: count for user, count in counts.items() if count},
            }
        )
    if as_json:
        emit({"spaces": rows})
        return
    table = Table("space", "model", "dimension", "users", "vectors", box=None, pad_edge=False)
    for row in rows:
        counts = row["vectors"]
        table.add_row(
            str(row["space"]),
            str(row["model"]),
            str(row["dimension"]),
            str(len(counts)),
            f"{sum(counts.values()):,}",
        )
    output.print(table)


@spaces_app.command("rm")
def spaces_rm(space: Annotated[str, typer.Argument(help="Its slug.")], yes: Yes = False) -> None:
    """Remove a space: its vectors, and its tables in every store."""
    from embed_platform.upkeep.spaces import held_spaces, remove_space

    settings, lake = open_home()
    held = next((held for held in held_spaces(lake) if held.space.slug == space), None)
    if held is None:
        raise SettingsError(
            f"there is no space {space!r}", remedy="`embed-platform spaces list` shows them"
        )
    confirm(f"Remove the space {space} from the lake and all stores?", yes=yes)
    remove_space(lake, held, all_stores(settings, lake))
    say(f"{space} is removed.")


@app.command()
def audit(
    repair: Annotated[bool, typer.Option("--apply", "--repair", help="Apply the plan.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read every store back and compare it with the lake; writes a repair plan."""
    from embed_platform.upkeep import audit as auditing

    settings, lake = open_home()
    settle_first(settings, lake)
    stores = [open_store(name, settings, lake) for name in stores_to_check(lake)]
    with console.status("reading back"):
        findings = auditing.audit(lake, stores)
    path = auditing.write_plan(lake, findings)
    if as_json:
        emit({"plan": path, "findings": [vars(finding) for finding in findings]})
    for finding in findings:
        counts = f"{finding.missing} missing, {finding.surplus} too many"
        say(
            f"{finding.user}: {finding.repair} {finding.store} {finding.space}, {counts} {finding.note}"
        )
    if not findings:
        say("Documents, vectors and stores agree.")
        return
    if not repair:
        say("`embed-platform audit --apply` applies the plan.")
        raise typer.Exit(1)
    problems = auditing.repair(
        lake, findings, stores, auditing.embed_with(lake, load_registry(settings))
    )
    for line in problems:
        problem(line)
    if problems:
        raise typer.Exit(1)
    say("Repaired and verified.")


def all_stores(settings: Settings, lake: Lake) -> list[Store]:
    """Every store, also those that the settings do not load at present: erasing must reach them."""
    return [open_store(name, settings, lake) for name in STORE_NAMES]


def _drop(settings: Settings, lake: Lake, name: str) -> int:
    from embed_platform.stores.loads import forget_loads

    store = open_store(name, settings, lake)
    tables = store.tables()
    forget_loads(lake, name, tables)
    for table in tables:
        store.drop(table)
    return len(tables)
