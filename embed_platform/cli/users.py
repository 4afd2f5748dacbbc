"""users: who is there, and how often each is run again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from embed_platform.cli.app import AsJson, app, emit, open_home, output, say
from embed_platform.cli.choices import chosen_users
from embed_platform.live.definitions import load_folder
from embed_platform.sources.records import is_stale
from embed_platform.upkeep.cadence import (
    due,
    overdue,
    parse_every,
    read_cadences,
    set_cadence,
)

users_app = typer.Typer(help="Who is there, and how often each is run.", no_args_is_help=True)
app.add_typer(users_app, name="users")


@users_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List users, their cadence, who is due and who is stale."""
    _, lake = open_home()
    now, cadences = datetime.now(UTC), read_cadences(lake)
    waiting, late = due(cadences, now), overdue(cadences, now)
    rows = [
        {
            "user": user,
            "every": cadences[user].every if user in cadences else "",
            "started_at": cadences[user].started_at if user in cadences else "",
            "done_at": cadences[user].done_at if user in cadences else "",
            "due": user in waiting,
            "stale": user in late or is_stale(lake, user),
        }
        for user in sorted({*lake.users(), *cadences})
    ]
    if as_json:
        emit({"users": rows})
        return
    table = Table("user", "every", "last start", "last done", "", box=None, pad_edge=False)
    for row in rows:
        marks = ", ".join(name for name in ("due", "stale") if row[name])
        table.add_row(
            *(str(row[name] or "-") for name in ("user", "every", "started_at", "done_at")), marks
        )
    output.print(table)


@users_app.command("set")
def set_(
    user: Annotated[str, typer.Argument(help="Whom.")],
    every: Annotated[str, typer.Option("--every", help="hour, day, week, month or none.")],
) -> None:
    """Run a user or a feed again every so often, while Dagster is open (`embed-platform ui`)."""
    settings, lake = open_home()
    period = parse_every(every)
    feeds = {pipeline.user for pipeline in load_folder(settings.pipelines_folder)[0].values()}
    # a feed may have a cadence before its first run
    name = user.lower() if user.lower() in feeds else chosen_users(lake, [user])[0]
    set_cadence(lake, name, period)
    say(f"{name}: every {period}." if period else f"{name}: no cadence.")
