"""stores, spaces, forget, audit, dead-letters: keeping things right, and removing them."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from embed_platform.cli.app import (
    AsJson,
    UserOption,
    Yes,
    app,
    confirm,
    console,
    emit,
    escape,
    open_home,
    output,
    problem,
    say,
)
from embed_platform.cli.choices import chosen_stores, chosen_users
from embed_platform.embedding.embed import clear_dead_letters
from embed_platform.embedding.registry import load_registry
from embed_platform.errors import SettingsError
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.settings import STORE_NAMES, Settings
from embed_platform.stores.base import Store
from embed_platform.stores.open import open_store

stores_app = typer.Typer(
    help="The stores: drop one, or rebuild it from the lake.", no_args_is_help=True
)
spaces_app = typer.Typer(help="The embedding spaces of the lake.", no_args_is_help=True)
app.add_typer(stores_app, name="stores")
app.add_typer(spaces_app, name="spaces")
StoreArgument = Annotated[str, typer.Argument(help="pgvector, milvus or s3.")]


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
def forget(
    user: Annotated[str, typer.Argument(help="Whom.")], yes: Yes = False, as_json: AsJson = False
) -> None:
    """Erase a user from the lake and from every store, and keep them out."""
    from embed_platform.defs.instance import open_instance, unregister_user
    from embed_platform.upkeep.forget import forget as erase

    settings, lake = open_home()
    name = chosen_users(lake, [user])[0]
    confirm(f"Erase {name} everywhere? This cannot be undone.", yes=yes)
    done = erase(lake, name, all_stores(settings, lake))
    with open_instance(settings) as instance:
        runs = unregister_user(instance, name)
    if as_json:
        emit({"user": name, "rows": done.rows, "files": done.files, "runs": runs})
        return
    rows = ", ".join(f"{count:,} rows in {store}" for store, count in done.rows.items())
    say(
        f"{name} is erased: {done.files} files, {rows}; read back, nothing is left. "
        "A file in the inbox stays there, but is refused."
    )


@app.command()
def audit(
    repair: Annotated[bool, typer.Option("--repair", help="Apply the plan.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read every store back and compare it with the lake; writes a repair plan."""
    from embed_platform.upkeep import audit as auditing

    settings, lake = open_home()
    stores = [open_store(name, settings, lake) for name in settings.stores]
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
        say("`embed-platform audit --repair` applies the plan.")
        raise typer.Exit(1)
    problems = auditing.repair(
        lake, findings, stores, auditing.embed_with(lake, load_registry(settings))
    )
    for line in problems:
        problem(line)
    if problems:
        raise typer.Exit(1)
    say("Repaired and verified.")


@app.command("dead-letters")
def dead_letters(
    user: UserOption = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Let the next run try texts that no vector came of.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show records that were set aside, and why; records of an archive are tried at every run."""
    _, lake = open_home()
    for name in chosen_users(lake, [user] if user else None):
        if retry:
            count = clear_dead_letters(lake, name)
            say(f"{name}: the next run tries {count} texts again.")
            continue
        for step, letters in read_dead_letters(lake.storage, name).items():
            for letter in letters:
                if as_json:
                    emit(
                        {"user": name, "step": step, "where": letter.where, "reason": letter.reason}
                    )
                else:
                    output.print(
                        f"{name} · {step} · {escape(letter.where)}: {escape(letter.reason)}",
                        soft_wrap=True,
                    )


def all_stores(settings: Settings, lake: Lake) -> list[Store]:
    """Every store, also those that the settings do not load at present: erasing must reach them."""
    return [open_store(name, settings, lake) for name in STORE_NAMES]


def _drop(settings: Settings, lake: Lake, name: str) -> int:
    from embed_platform.stores.sync import forget_loads

    store = open_store(name, settings, lake)
    tables = store.tables()
    forget_loads(lake, name, tables)
    for table in tables:
        store.drop(table)
    return len(tables)
