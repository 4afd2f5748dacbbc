"""ingest, run, status: an archive on its way into the stores."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from embed_platform.cli.app import (
    AsJson,
    app,
    console,
    emit,
    escape,
    open_home,
    output,
    problem,
    say,
    size,
)
from embed_platform.cli.choices import chosen_stores, chosen_users, resolve_model
from embed_platform.cli.unfinished import settle_first
from embed_platform.embedding.registry import load_registry
from embed_platform.errors import EmbedError, SettingsError
from embed_platform.settings import load_settings
from embed_platform.sources.twitter.ingest import Ingested
from embed_platform.upkeep.status import status as read_status

NOUNS = {"twitter": "tweets", "messenger": "messages", "pages": "pages"}


@app.command()
def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Zips or folders from X or Facebook (all parts of an export together), archive.json, "
            "messenger.db, or a folder of archives."
        ),
    ],
    user: Annotated[
        str | None, typer.Option("--user", help="Name to keep it under, instead of the handle.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take an archive that is older than the current one.")
    ] = False,
    restore: Annotated[
        bool,
        typer.Option("--after-forget", "--restore", help="Take in somebody who was erased before."),
    ] = False,
    allow_missing: Annotated[
        bool,
        typer.Option("--allow-missing", help="Take messages although files of them are missing."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take archives into the lake; the same archive again changes nothing."""
    from embed_platform.defs.instance import open_instance, register_users
    from embed_platform.sources.intake import Choices, handovers, passed_over, take_in

    settings, lake = open_home()
    settle_first(settings, lake)
    found = handovers(lake, paths)
    tweets = sum(given.source == "twitter" for given in found)
    if user and tweets > 1:
        raise SettingsError(f"--user names one user, but {tweets} archives of tweets were found")
    done, failed = [], 0
    for given in found:
        with console.status(f"reading {escape(given.name)}"):
            outcomes = list(take_in(lake, given, Choices(user, force, restore, allow_missing)))
        for outcome in outcomes:
            if isinstance(outcome, EmbedError):
                failed += 1
                problem(str(outcome))
            else:
                done.append(outcome)
                _tell_of(outcome)
    if done:
        with open_instance(settings) as instance:
            register_users(instance, {result.user for result in done})
    left = passed_over(lake, paths)
    for one in left:
        say(
            f"[yellow]left out:[/] {escape(str(one.folder))}: nothing says whose its PDFs and images "
            f"({one.files}) are; `embed-platform ingest {escape(quote(str(one.folder)))} --user NAME` "
            "takes them in"
        )
    if as_json:
        folders = [str(one.folder) for one in left]
        emit({"ingested": [vars(result) for result in done], "failed": failed, "left_out": folders})
    elif done and not failed:
        say("Next: [bold]embed-platform run[/]")
    if failed:
        raise typer.Exit(1)


def _tell_of(result: Ingested) -> None:
    news = "kept" if result.is_new else "nothing new"
    count = f"{result.records:,} {NOUNS[result.source]}"
    say(f"[bold]{result.user}[/]: {news}, {count}, {result.oldest[:10]} to {result.newest[:10]}")
    if result.dead_letters:
        say(f"  {result.dead_letters} records could not be read and are set aside")


@app.command()
def run(
    user: Annotated[list[str] | None, typer.Option("--user", help="Only these users.")] = None,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", help="Models to embed with: name, alias or folder."),
    ] = None,
    store: Annotated[
        list[str] | None,
        typer.Option("--store", help="Stores to load: pgvector, milvus, s3, qdrant."),
    ] = None,
    compute: Annotated[
        str | None, typer.Option("--compute", help="Where to embed: local, http, runpod or modal.")
    ] = None,
    gpu: Annotated[str | None, typer.Option("--gpu", help="GPU to rent.")] = None,
    pods: Annotated[
        int | None, typer.Option("--pods", min=1, max=100, help="Machines to rent at a time.")
    ] = None,
    max_dollars: Annotated[
        float | None, typer.Option("--max-dollars", min=0, help="Most that this run may spend.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Clean, embed and load what is new, through Dagster; what is done already costs nothing."""
    settings, lake = open_home()
    chosen = {"compute": compute, "gpu": gpu, "pods": pods, "max_dollars": max_dollars}
    machines = {name: value for name, value in chosen.items() if value is not None}
    settings = load_settings(**machines)
    settle_first(settings, lake)
    users = chosen_users(lake, user, feeds=False)
    entries = [resolve_model(settings, name) for name in model or settings.models] or load_registry(
        settings
    ).wanted()

    # after the models are resolved: a new one has its assets only once it is in the registry
    from embed_platform.definitions import defs
    from embed_platform.defs.launch import launch
    from embed_platform.upkeep.cadence import note_done
    from embed_platform.upkeep.superseded import prune_verified

    stores = chosen_stores(settings, store)
    say(
        f"{len(users)} user{'s' * (len(users) != 1)}, {', '.join(e.name for e in entries)} → {', '.join(stores)}"
    )
    pages = any(entry.space.multi_vector for entry in entries)
    if pages and "milvus" in stores and not settings.milvus_uri:
        from embed_platform.stores.milvus.pages import REFUSED

        say(REFUSED)
    with console.status("starting") as shown:

        def on_step(step: str, message: str) -> None:
            shown.update(f"[bold]{escape(step)}[/] {escape(message)}")

        summary = launch(defs, lake, users, entries, stores, on_step, machines)
    for line in summary.errors:
        problem(line)
    if not summary.errors:
        for name in users:
            prune_verified(lake, name)
            note_done(lake, name, datetime.now(UTC))
    say(
        f"embedded {summary.embedded:,}, reused {summary.reused:,}, deleted {summary.deleted:,}, "
        f"dead letters {summary.dead_letters:,}, {summary.seconds:.1f} s"
        + (f", ${summary.dollars:.2f}" if summary.dollars else "")
    )
    if summary.dead_letters:
        say("[yellow]some records are set aside:[/] `embed-platform dead-letters` shows them")
    if as_json:
        emit(summary.as_json())
    if summary.errors:
        raise typer.Exit(1)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show users, documents, what was left out and why, vectors, stores, and where the data are."""
    _, lake = open_home()
    found = read_status(lake)
    if as_json:
        emit(found)
        return
    output.print(f"home  {found['home']}  ({size(found['disk_bytes'])} on disk)")
    output.print(f"lake  {lake.storage.url}\npublication  {lake.published.url}")
    if not found["users"]:
        output.print("No users yet: embed-platform ingest PATH, or embed-platform demo")
    for row in found["users"]:
        letters = f", {row['dead_letters']} dead letters" if row["dead_letters"] else ""
        output.print(
            f"\n[bold]{row['user']}[/]  {row['archives']} archive{'s' * (row['archives'] != 1)}"
        )
        if row.get("stale"):
            output.print("  [yellow]an archive waits:[/] embed-platform run")
        if row.get("overdue"):
            output.print(f"  [yellow]stale:[/] no run has ended well for two {row['every']}s")
        private = f"  [magenta]private: {', '.join(row['private'])}[/]" if row["private"] else ""
        output.print(f"  documents  {_counts(row['documents']) or 'none yet'}{private}")
        output.print(f"  left out   {_counts(row['excluded']) or 'nothing'}{letters}")
        for space in row["spaces"]:
            name = space["model"].rsplit("/", 1)[-1]
            output.print(
                f"  vectors    {space['embedded']:,} by {name} → {_counts(space['stores']) or 'no store yet'}"
            )
    for row in found["erasures"]:
        problem(
            f"{row['user']} is not forgotten yet: owed by {', '.join(row['owed']) or 'the lake'}. "
            f"{row['note']} The next run goes on with it."
        )
    for row in found["users"]:
        if "failed" in row:
            problem(f"{row['user']}: {row['failed']}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))
