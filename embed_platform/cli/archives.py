"""archives: what is kept of each upload, and its removal."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from embed_platform.cli.app import (
    AsJson,
    UserOption,
    Yes,
    app,
    confirm,
    emit,
    open_home,
    output,
    say,
)
from embed_platform.cli.choices import chosen_users
from embed_platform.errors import SettingsError
from embed_platform.sources.records import current, list_archives, remove_archive

archives_app = typer.Typer(help="The archives that are kept.", no_args_is_help=True)
app.add_typer(archives_app, name="archives")


@archives_app.command("list")
def list_(user: UserOption = None, as_json: AsJson = False) -> None:
    """List kept archives and whether each is part of the present."""
    _, lake = open_home()
    rows = []
    for name in chosen_users(lake, [user]) if user else lake.users():
        kept = list_archives(lake, name)
        present = {record.archive_id for record in current(kept)}
        for record in kept:
            rows.append(
                {
                    "archive": record.archive_id,
                    "user": name,
                    "handle": record.handle,
                    "source": record.source,
                    "records": record.records,
                    "oldest": record.oldest,
                    "newest": record.newest,
                    "bytes": sum(member.bytes for member in record.members),
                    "current": record.archive_id in present,
                    "ingested_at": record.ingested_at,
                }
            )
    if as_json:
        emit({"archives": rows})
        return
    table = Table("archive", "user", "records", "from", "to", "current", box=None, pad_edge=False)
    for row in rows:
        table.add_row(
            str(row["archive"])[:12],
            str(row["user"]),
            f"{row['records']:,}",
            str(row["oldest"])[:10],
            str(row["newest"])[:10],
            "yes" if row["current"] else "no",
        )
    output.print(table)


@archives_app.command("rm")
def rm(
    archive: Annotated[str, typer.Argument(help="Its id, or the beginning of it.")],
    user: UserOption = None,
    yes: Yes = False,
) -> None:
    """Remove an archive; what only it held disappears at the next run."""
    _, lake = open_home()
    owners = [
        name
        for name in (chosen_users(lake, [user]) if user else lake.users())
        for record in list_archives(lake, name)
        if record.archive_id.startswith(archive)
    ]
    if len(owners) != 1:
        raise SettingsError(
            f"{archive!r} names {len(owners)} archives",
            remedy="`embed-platform archives list` shows their ids",
        )
    if len(list_archives(lake, owners[0])) == 1:
        raise SettingsError(
            f"it is the only archive of {owners[0]!r}",
            remedy=f"`embed-platform forget {owners[0]}` removes the user altogether",
        )
    confirm(f"Remove archive {archive} of {owners[0]}?", yes=yes)
    remove_archive(lake, owners[0], archive)
    say(f"Removed. `embed-platform run --user {owners[0]}` brings the stores in line.")
