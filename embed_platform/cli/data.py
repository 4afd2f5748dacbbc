"""ingest, run, search, documents, status: an archive on its way to answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
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
from embed_platform.corpus.documents import document_kinds, read_documents
from embed_platform.corpus.kinds import KINDS
from embed_platform.embedding.registry import Registry, load_registry, save_model
from embed_platform.errors import EmbedError, SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.settings import STORE_NAMES, Settings
from embed_platform.upkeep.status import status as read_status


@app.command()
def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Zip from X, its folder, archive.json, or a folder of users' archives."
        ),
    ],
    user: Annotated[
        str | None, typer.Option("--user", help="Name to keep it under, instead of the handle.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take an archive that is older than the current one.")
    ] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Take in somebody who was erased before.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take archives into the lake; the same archive again changes nothing."""
    from embed_platform.defs.instance import open_instance, register_users
    from embed_platform.sources.containers import find_archives
    from embed_platform.sources.ingest import ingest as take_in

    settings, lake = open_home()
    found = [archive for path in paths for archive in find_archives(path)]
    if user and len(found) > 1:
        raise SettingsError(f"--user names one user, but {len(found)} archives were found")
    done, failed = [], 0
    for archive in found:
        try:
            with console.status(f"reading {archive.name}"):
                result = take_in(lake, archive, user, force=force, restore=restore)
        except EmbedError as error:
            failed += 1
            problem(str(error))
            continue
        done.append(result)
        news = "kept" if result.is_new else "nothing new"
        say(
            f"[bold]{result.user}[/]: {news}, {result.tweets:,} tweets, {result.oldest[:10]} to {result.newest[:10]}"
        )
        if result.dead_letters:
            say(f"  {result.dead_letters} records could not be read and are set aside")
    if done:
        with open_instance(settings) as instance:
            register_users(instance, {result.user for result in done})
    if as_json:
        emit({"ingested": [vars(result) for result in done], "failed": failed})
    elif done and not failed:
        say("Next: [bold]embed-platform run[/]")
    if failed:
        raise typer.Exit(1)


@app.command()
def run(
    user: Annotated[list[str] | None, typer.Option("--user", help="Only these users.")] = None,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", help="Models to embed with: name, alias or folder."),
    ] = None,
    store: Annotated[
        list[str] | None, typer.Option("--store", help="Stores to load: pgvector, milvus, s3.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Clean, embed and load what is new, through Dagster; what is done already costs nothing."""
    from embed_platform.definitions import defs
    from embed_platform.defs.launch import launch
    from embed_platform.upkeep.superseded import prune_verified

    settings, lake = open_home()
    users = chosen_users(lake, user)
    entries = [resolve_model(settings, name) for name in model or settings.models] or load_registry(
        settings
    ).wanted()
    stores = chosen_stores(settings, store)
    say(
        f"{len(users)} user{'s' * (len(users) != 1)}, {', '.join(e.name for e in entries)} → {', '.join(stores)}"
    )
    with console.status("starting") as shown:

        def on_step(step: str, message: str) -> None:
            shown.update(f"[bold]{escape(step)}[/] {escape(message)}")

        summary = launch(defs, lake, users, entries, stores, on_step)
    for line in summary.errors:
        problem(line)
    if not summary.errors:
        for name in users:
            prune_verified(lake, name)
    say(
        f"embedded {summary.embedded:,}, reused {summary.reused:,}, deleted {summary.deleted:,}, "
        f"dead letters {summary.dead_letters:,}, {summary.seconds:.1f} s"
    )
    if summary.dead_letters:
        say("[yellow]some records are set aside:[/] `embed-platform dead-letters` shows them")
    if as_json:
        emit(summary.as_json())
    if summary.errors:
        raise typer.Exit(1)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="The question.")],
    user: Annotated[str | None, typer.Option(help="Only this user.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind: tweet or thread.")] = None,
    model: Annotated[str | None, typer.Option(help="Model whose space is searched.")] = None,
    store: Annotated[
        str | None, typer.Option(help="Store to ask: pgvector, milvus, or s3 for the exact scan.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="From this day or time on, UTC.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this day or time, UTC.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most results.")] = 10,
    show_all: Annotated[
        bool, typer.Option("--no-collapse", help="All pieces of a conversation, not the best.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find documents by meaning."""
    from embed_platform.compute.engines import open_engine
    from embed_platform.embedding.probe import read_space_file
    from embed_platform.search.retrieve import Query
    from embed_platform.search.retrieve import search as retrieve
    from embed_platform.stores.base import Filters
    from embed_platform.stores.open import open_store

    settings, lake = open_home()
    registry = load_registry(settings)
    entry = registry.get(model) if model else registry.wanted(settings.models)[0]
    name = chosen_stores(settings, [store] if store else None)[0]
    person = known_user(lake, user) if user else None
    filters = Filters(person, utc_text(since, "--since"), utc_text(until, "--until"))
    if read_space_file(lake, entry.space.slug) is None:
        raise SettingsError(
            f"nothing is embedded with {entry.name} yet",
            remedy=f"`embed-platform run --model {entry.name}` does it",
        )
    query = Query(text, chosen_kinds(kind, entry.kinds), filters, limit, collapse=not show_all)
    with console.status(f"searching {name}"):
        backend = open_store(name, settings, lake)
        results = retrieve(backend, entry.space, open_engine(entry, settings), query)
    if as_json:
        kept = ("id", "user", "kind", "text", "score", "created_at", "url", "metadata")
        emit({"results": [{key: getattr(result, key) for key in kept} for result in results]})
        return
    if not results:
        say(
            "Nothing was found. `embed-platform status` shows what is loaded; `embed-platform run` loads."
        )
    for result in results:
        snippet = " ".join(result.text.split())
        where = f"{result.user} · {result.kind} · {result.created_at[:10]}"
        output.print(
            f"[bold]{result.score:.3f}[/]  {where}  [dim]{result.url or ''}[/]", soft_wrap=True
        )
        output.print(
            f"       {escape(snippet[:280])}{'…' if len(snippet) > 280 else ''}", soft_wrap=True
        )


@app.command()
def documents(
    user: Annotated[str | None, typer.Option(help="Only this user.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind: tweet or thread.")] = None,
    since: Annotated[str | None, typer.Option(help="From this day or time on, UTC.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this day or time, UTC.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Most documents.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what is embedded, oldest first."""
    _, lake = open_home()
    users = [known_user(lake, user)] if user else lake.users()
    kinds = chosen_kinds(kind, tuple(KINDS))
    rows = sorted(
        _documents(lake, users, kinds, utc_text(since, "--since"), utc_text(until, "--until")),
        key=lambda row: (row["created_at"], row["id"]),
    )
    for row in rows[:limit]:
        if as_json:
            emit(row)
        else:
            line = " ".join(row["text"].split())
            output.print(
                f"{row['created_at'][:10]}  {row['user']} · {row['kind']}  {escape(line[:120])}"
            )


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
        output.print(f"  documents  {_counts(row['documents']) or 'none yet'}")
        output.print(f"  left out   {_counts(row['excluded']) or 'nothing'}{letters}")
        for space in row["spaces"]:
            name = space["model"].rsplit("/", 1)[-1]
            output.print(
                f"  vectors    {space['embedded']:,} by {name} → {_counts(space['stores']) or 'no store yet'}"
            )
    for row in found["users"]:
        if "failed" in row:
            problem(f"{row['user']}: {row['failed']}")


def chosen_users(lake: Lake, names: list[str] | None) -> list[str]:
    """The users of a command: those named, or all.

    Raises:
        SettingsError: one is unknown, or there are none.
    """
    known = lake.users()
    unknown = [name for name in names or [] if name.lower() not in known]
    if unknown or not known:
        what = f"{unknown[0]!r} is no user here" if unknown else "there are no users yet"
        raise SettingsError(
            what,
            remedy="`embed-platform ingest PATH` takes in an archive; `embed-platform status` lists the users",
        )
    return [name.lower() for name in names] if names else known


def known_user(lake: Lake, name: str) -> str:
    """The user of a question, with a word where there is none: of the erased, nothing is an answer."""
    user = name.lower()
    if user not in lake.users():
        say(f"[yellow]{escape(user)} is no user here[/]; `embed-platform status` lists the users")
    return user


def chosen_stores(settings: Settings, names: list[str] | None) -> tuple[str, ...]:
    """The stores of a command: those named, or those of the settings."""
    for name in names or []:
        if name not in STORE_NAMES:
            raise SettingsError(
                f"unknown store {name!r}; the stores are {', '.join(STORE_NAMES)}", where="--store"
            )
    return tuple(names or settings.stores)


def chosen_kinds(kind: str | None, served: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds of a command: the one named, or all that the model serves."""
    if kind and kind not in KINDS:
        raise SettingsError(
            f"unknown kind {kind!r}; the kinds are {', '.join(KINDS)}", where="--kind"
        )
    return (kind,) if kind else served


def resolve_model(settings: Settings, name: str) -> Any:
    """The registry's entry of a name; an unknown model is fetched, pinned and written to the home's registry."""
    registry: Registry = load_registry(settings)
    entry = registry.find(name)
    if entry is None:
        from embed_platform.compute.local import describe_model

        say(f"{name} is not in the registry yet; fetching it")
        entry = describe_model(name, settings)
        save_model(settings, entry)
        say(
            f"pinned {entry.name}@{entry.space.revision[:12]}, {entry.space.dimension} dimensions, "
            f"in {settings.home / 'models.yaml'}"
        )
    return entry


def utc_text(value: str | None, option: str) -> str | None:
    """A day or time as ISO 8601 text in UTC, as documents carry it.

    Raises:
        SettingsError: it is neither.
    """
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise SettingsError(
            f"{value!r} is no day and no time",
            where=option,
            remedy="Write 2024-05-31 or 2024-05-31T18:00",
        ) from None
    time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return time.isoformat()


def _documents(
    lake: Lake, users: list[str], kinds: tuple[str, ...], since: str | None, until: str | None
) -> Iterator[dict[str, Any]]:
    for user in users:
        for held in document_kinds(lake, user):
            if held not in kinds:
                continue
            for row in read_documents(lake, user, held).to_pylist():
                created = row["created_at"].isoformat()
                if (since is None or created >= since) and (until is None or created < until):
                    yield {
                        "id": row["id"],
                        "user": user,
                        "kind": held,
                        "text": row["text"],
                        "created_at": created,
                        "metadata": msgspec.json.decode(row["metadata"]),
                    }


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))
