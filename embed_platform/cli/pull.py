"""pull: archives from where they live, a Supabase project or an S3 prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from typing import Annotated, Any

import typer

from embed_platform.cli.app import AsJson, app, console, emit, escape, open_home, problem, say
from embed_platform.errors import EmbedError, SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings
from embed_platform.sources.inbox import Drop
from embed_platform.sources.records import list_archives
from embed_platform.sources.supabase.project import Project
from embed_platform.sources.supabase.pull import Person, Pulled, person
from embed_platform.sources.supabase.pull import pull as pull_account
from embed_platform.sources.twitter.ingest import Ingested

pull_app = typer.Typer(help="Pull archives from where they live.", no_args_is_help=True)
app.add_typer(pull_app, name="pull")
Restore = Annotated[
    bool,
    typer.Option("--after-forget", "--restore", help="Take in somebody who was erased before."),
]


@pull_app.command()
def supabase(
    user: Annotated[
        list[str] | None,
        typer.Option(
            "--user", help="Only these: a username there, or a user who was pulled before."
        ),
    ] = None,
    restore: Restore = False,
    as_json: AsJson = False,
) -> None:
    """Pull completed uploads from a Supabase project; what was pulled before is compared, not fetched."""
    settings, lake = open_home()
    with closing(Project(settings)) as project:
        found = _named(lake, project, user) if user else _everybody(lake, project)
        rows = list(_pulled(lake, project, found, restore=restore))
    _finish(settings, rows, as_json=as_json)


@pull_app.command()
def s3(
    user: Annotated[list[str] | None, typer.Option("--user", help="Only these users.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take archives that are older than the current ones.")
    ] = False,
    restore: Restore = False,
    as_json: AsJson = False,
) -> None:
    """Pull new archives from the S3 inbox; files that are still being written stay for the next time."""
    from embed_platform.sources.pulls import inbox_marks
    from embed_platform.sources.s3_inbox import open_inbox, pull_drop, scan_s3

    settings, lake = open_home()
    inbox = open_inbox(settings)
    rows: list[dict[str, Any]] = []
    wanted = {name.lower() for name in user or []}
    for drop in scan_s3(lake, inbox, inbox_marks(lake), limit=10**6, restore=restore):
        if drop.problem:
            rows.append(_failed(drop.paths[0], drop.problem))
        elif not wanted or drop.user in wanted:

            def work(drop: Drop = drop) -> list[dict[str, Any]]:
                done = pull_drop(lake, inbox, drop, force=force, restore=restore)
                return [_row(one) for one in done]

            rows += _tried(f"{drop.paths[0]} → {drop.user}", work)
    _finish(settings, rows, as_json=as_json)


def _everybody(lake: Lake, project: Project) -> Iterator[Person | str]:
    """Who has a completed upload, or why somebody is left out."""
    from embed_platform.sources.supabase.uploads import completed, newest
    from embed_platform.sources.supabase.watch import people

    found, left_out = people(lake, project, list(newest(completed(project)).values()))
    yield from left_out
    yield from (one for one, _ in found)


def _named(lake: Lake, project: Project, names: Iterable[str]) -> Iterator[Person]:
    """Whom the command names: by the username there, or the key here.

    Raises:
        SettingsError: nobody has that name.
    """
    from embed_platform.sources.supabase.uploads import account_of, usernames

    for name in names:
        if known := account_of(project, name):
            yield person(lake, *known)
            continue
        kept = {record.account_id for record in list_archives(lake, name.lower())} - {""}
        there = usernames(project, kept)
        if len(there) != 1:
            raise SettingsError(
                f"nobody in the project is called {name!r}",
                where=project.url,
                remedy="Give the username as it is there",
            )
        ((account, username),) = there.items()
        yield person(lake, account, username, name)


def _pulled(
    lake: Lake, project: Project, found: Iterable[Person | str], *, restore: bool
) -> Iterator[dict[str, Any]]:
    for one in found:
        if isinstance(one, str):
            say(f"[yellow]left out:[/] {escape(one)}")
        else:
            work = partial(pull_account, lake, project, one, restore=restore)
            yield from _tried(f"{one.username} → {one.user}", partial(_one_row, work))


def _tried(name: str, work: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """What became of one upload; its failure does not stop the others."""
    try:
        with console.status(f"pulling {escape(name)}"):
            rows = work()
    except EmbedError as error:
        return [_failed(name, str(error))]
    for row in rows:
        say(f"[bold]{escape(row['user'])}[/]: {row['what']}")
    return rows


def _one_row(work: Callable[[], Pulled]) -> list[dict[str, Any]]:
    return [_row_of(work())]


def _failed(name: str, line: str) -> dict[str, Any]:
    problem(line)
    return {"user": name, "error": line}


def _row_of(pulled: Pulled) -> dict[str, Any]:
    row = {"user": pulled.person.user, "road": pulled.road, "withdrawn": pulled.withdrawn}
    if pulled.emptied:
        return row | {
            "is_new": True,
            "what": "every tweet was withdrawn; `run` takes them out of the stores",
        }
    if pulled.ingested is None:
        return row | {"is_new": False, "what": "nothing new"}
    told = _row(pulled.ingested)
    if pulled.withdrawn:
        told["what"] += f"; {pulled.withdrawn:,} withdrawn"
    return told | row


def _row(done: Ingested) -> dict[str, Any]:
    noun = "messages" if done.source == "messenger" else "tweets"
    span = f"{done.records:,} {noun}, {done.oldest[:10]} to {done.newest[:10]}"
    what = f"kept, {span}" if done.is_new else f"nothing new, {span}"
    row = {"user": done.user, "archive": done.archive_id, "records": done.records}
    return row | {"is_new": done.is_new, "what": what}


def _finish(settings: Settings, rows: list[dict[str, Any]], *, as_json: bool) -> None:
    from embed_platform.defs.instance import open_instance, register_users

    done = [row for row in rows if "error" not in row]
    if done:
        with open_instance(settings) as instance:
            register_users(instance, {row["user"] for row in done})
    failed = len(rows) - len(done)
    if as_json:
        emit({"pulled": done, "failed": failed})
    elif not rows:
        say("Nothing new.")
    elif any(row["is_new"] for row in done) and not failed:
        say("Next: [bold]embed-platform run[/]")
    if failed:
        raise typer.Exit(1)
