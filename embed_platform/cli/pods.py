"""pods: the machines that are rented from RunPod at this moment, and an end to those that nobody needs."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer
from rich.table import Table

from embed_platform.cli.app import AsJson, Yes, app, confirm, emit, output, say
from embed_platform.settings import load_settings

pods_app = typer.Typer(help="Machines rented from RunPod.", no_args_is_help=True)
app.add_typer(pods_app, name="pods")


@pods_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the pods under our prefix: whose they are, what they cost, which are orphans."""
    from embed_platform.compute.runpod.reaper import list_ours, opened

    settings = load_settings()
    with closing(opened(settings)) as api:
        found = list_ours(api, settings)
    rows = [
        {
            "pod": one.pod.name,
            "id": one.pod.id,
            "gpu": one.pod.gpu.id if one.pod.gpu else "",
            "cloud": one.pod.cloud,
            "status": one.pod.status,
            "dollars_per_hour": one.pod.cost,
            "dollars": round(one.dollars, 4),
            "minutes": round(one.age_seconds / 60, 1),
            "owner": one.owner,
            "orphaned": one.orphaned,
        }
        for one in found
    ]
    if as_json:
        emit({"pods": rows})
        return
    if not rows:
        say(f"No pod is rented under {settings.rent_prefix}.")
        return
    table = Table("pod", "gpu", "status", "$/h", "$", "minutes", "owner", box=None, pad_edge=False)
    for row in rows:
        owner = f"{row['owner']}: {row['orphaned']}" if row["orphaned"] else row["owner"]
        table.add_row(
            str(row["pod"]),
            str(row["gpu"]),
            str(row["status"]),
            f"{row['dollars_per_hour']:.2f}",
            f"{row['dollars']:.2f}",
            f"{row['minutes']:.0f}",
            str(owner),
        )
    output.print(table)


@pods_app.command()
def reap(
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that a living run or another home uses.")
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """End the pods that no living run owns, or that are older than they may be; returns when they are gone."""
    from embed_platform.compute.runpod import reaper

    settings = load_settings()
    if everything:
        confirm(f"End every pod under {settings.rent_prefix}, also those in use?", yes=yes)
    ended = reaper.reap(settings, everything=everything)
    if as_json:
        emit(
            {
                "ended": [
                    {"pod": one.pod.name, "id": one.pod.id, "reason": one.orphaned or "as told"}
                    for one in ended
                ]
            }
        )
        return
    for one in ended:
        say(f"{one.pod.name} is ended: {one.orphaned or 'as told'}, about ${one.dollars:.2f}")
    if not ended:
        say("Nothing was left running.")
