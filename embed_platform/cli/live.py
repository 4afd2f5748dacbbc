"""live: pipelines over data that changes, run once or continuously."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.logging import RichHandler

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
)

live_app = typer.Typer(help="Feeds: data that changes, followed.", no_args_is_help=True)
app.add_typer(live_app, name="live")
PipelineFile = Annotated[Path, typer.Argument(help="The pipeline: a .yaml or .py file.")]


@live_app.callback()
def live() -> None:
    """Feeds: data that changes, followed."""


@live_app.command()
def run(
    path: PipelineFile,
    once: Annotated[
        bool, typer.Option("--once", help="Stop when the source has no more at this moment.")
    ] = False,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="Processes that embed and write.")
    ] = 1,
    allow_empty: Annotated[
        bool,
        typer.Option(
            "--allow-empty", help="With --once: believe a source that lost all its items."
        ),
    ] = False,
    restore: Annotated[
        bool, typer.Option("--after-forget", "--restore", help="Follow a feed that was erased.")
    ] = False,
    new_source: Annotated[
        bool,
        typer.Option("--new-source", help="Follow another source than before, from its beginning."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Follow a source: what is new or changed is embedded and loaded, what is gone is deleted."""
    from embed_platform.live import running
    from embed_platform.live.definitions import load_pipeline
    from embed_platform.live.opening import take_back

    _, lake = open_home()
    _log_to_terminal()
    if restore:
        take_back(lake, load_pipeline(path))
    if new_source:
        running.follow_another(lake, path)
    if not once:
        running.run_workers(lake, path, workers)
        return
    with console.status("polling"):
        done = (
            running.run_once(lake, path, allow_empty=allow_empty)
            if workers == 1
            else running.run_workers(lake, path, workers, once=True, allow_empty=allow_empty)
        )
    say(done.line)
    if done.dead_letters:
        say("[yellow]some items are set aside:[/] `embed-platform dead-letters` shows them")
    if as_json:
        emit(vars(done))


@live_app.command(hidden=True)
def worker(
    path: PipelineFile,
    process: Annotated[int, typer.Option("--process")],
    address: Annotated[list[str], typer.Option("--address")],
    once: Annotated[bool, typer.Option("--once")] = False,
    allow_empty: Annotated[bool, typer.Option("--allow-empty")] = False,
    told: Annotated[Path | None, typer.Option("--told")] = None,
) -> None:
    """One worker of `live run --workers`; writes what it did into a file."""
    from embed_platform.live import running
    from embed_platform.live.flow import AnotherWorkerEnded

    _, lake = open_home()
    _log_to_terminal()
    try:
        done = running.run_worker(lake, path, address, process, once=once, allow_empty=allow_empty)
    except AnotherWorkerEnded:  # what was wrong, or Ctrl-C, is told where it happened
        raise typer.Exit(1) from None
    if told is not None:
        told.write_bytes(msgspec.json.encode(done))


@live_app.command()
def check(path: PipelineFile, as_json: AsJson = False) -> None:
    """Poll a pipeline's source once from the beginning, and show what would come of it; nothing is written."""
    from embed_platform.live.checking import preview

    settings, _ = open_home()
    with console.status("polling"):
        found = preview(settings, path)
    if as_json:
        emit(found)
        return
    output.print(f"[bold]{found['name']}[/]  {found['space']} → {', '.join(found['stores'])}")
    output.print(
        f"{found['items']} items in the first batch, {found['pieces']} pieces, "
        f"{found['deleted']} deleted, {len(found['failed'])} could not be used"
    )
    for row in found["examples"]:
        output.print(
            f"  {escape(row['key'])[:60]}  {row['pieces']} pieces, {row['chars']:,} characters",
            soft_wrap=True,
        )
    for key, reason in found["failed"].items():
        problem(f"{key}: {reason}")


@live_app.command("list")
def list_feeds(as_json: AsJson = False) -> None:
    """The pipelines that Dagster runs, those that were run by hand, how each stands and whether it runs now."""
    from embed_platform.live.checking import standing

    settings, lake = open_home()
    rows = standing(lake)
    if as_json:
        emit({"folder": str(settings.pipelines_folder), "feeds": rows})
        return
    if not rows:
        output.print(f"No pipelines in {settings.pipelines_folder}, and none was run by hand")
    for row in rows:
        if "error" in row:
            problem(row["error"])
            continue
        output.print(
            f"[bold]{row['name']}[/]  {row['items']:,} items, {row['documents']:,} documents, "
            f"polled {row['polled'] or 'never'}, every {row['poll_seconds']:g} s, by {row['by']}"
            f"{', running now' if row['running'] else ''}"
        )
        if row["failed"]:
            problem(f"{row['name']}: {row['failed']}")


def _log_to_terminal() -> None:
    """What feeds tell, on standard error."""
    logger = logging.getLogger("embed_platform.live")
    logger.setLevel(logging.INFO)
    if not logger.handlers:
        handler = RichHandler(console=console, show_path=False, show_level=False, markup=False)
        logger.addHandler(handler)
