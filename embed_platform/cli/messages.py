"""chunks and verify: what becomes of messages, before a text is embedded and after it is loaded."""

from __future__ import annotations

import typer

from embed_platform.cli.app import (
    AsJson,
    UserOption,
    app,
    console,
    emit,
    escape,
    open_home,
    output,
    problem,
    say,
)
from embed_platform.cli.choices import chosen_users
from embed_platform.corpus.chunk_stats import BUCKET_CHARS, ChunkStats
from embed_platform.embedding.plan import CHARS_PER_TOKEN
from embed_platform.embedding.registry import load_registry
from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.sources.records import list_archives
from embed_platform.upkeep.accounting import Step

chunks_app = typer.Typer(help="Conversations in chunks.", no_args_is_help=True)
app.add_typer(chunks_app, name="chunks")
BAR = 40


@chunks_app.callback()
def chunks() -> None:
    """Conversations in chunks."""


@chunks_app.command()
def stats(user: UserOption = None, as_json: AsJson = False) -> None:
    """Count what chunking makes of messages: right after `ingest`, nothing is embedded."""
    from embed_platform.corpus.chunk_stats import chunk_stats

    settings, lake = open_home()
    limits = {
        entry.name: entry.space.max_tokens
        for entry in load_registry(settings).wanted(settings.models)
    }
    for name in _with_messages(lake, user):
        with console.status(f"chunking {name}"):
            found = chunk_stats(lake, name)
        if as_json:
            emit({"user": name} | _as_json(found))
        else:
            _show(name, found, limits)


@app.command()
def verify(user: UserOption = None, as_json: AsJson = False) -> None:
    """Account for every record: exported, parsed, dropped and why, in documents, embedded, in each store."""
    from embed_platform.stores.open import open_store, stores_to_check
    from embed_platform.upkeep.accounting import account

    settings, lake = open_home()
    stores = [open_store(name, settings, lake) for name in stores_to_check(lake)]
    wrong, rows = 0, []
    for name in chosen_users(lake, [user] if user else None):
        with console.status(f"counting {name}"):
            steps = account(lake, name, stores)
        adds_up = all(step.adds_up for step in steps)
        wrong += not adds_up
        rows.append({"user": name, "adds_up": adds_up, "steps": [step.as_json() for step in steps]})
        if not as_json:
            output.print(f"[bold]{name}[/]")
            for step in steps:
                _show_step(step)
    if as_json:
        emit({"users": rows})
    elif not wrong:
        say("Every record is accounted for.")
    if wrong:
        raise typer.Exit(1)


def _show_step(step: Step) -> None:
    notes = ", ".join(f"{count:,} {reason}" for reason, count in step.explained.items())
    output.print(
        f"  [{'green' if step.adds_up else 'red'}]{'✓' if step.adds_up else '✗'}[/] "
        f"{step.count:>10,}  {step.name}{f'  [dim]({notes})[/]' if notes else ''}",
        soft_wrap=True,
    )
    if not step.adds_up:
        reason = step.note or f"{step.missing:,} missing, {step.surplus:,} too many"
        problem(f"{step.name}: {reason}{': ' if step.examples else ''}{', '.join(step.examples)}")


def _with_messages(lake: Lake, user: str | None) -> list[str]:
    if user:
        return chosen_users(lake, [user])
    found = [name for name in lake.users() if list_archives(lake, name, "messenger")]
    if not found:
        raise SettingsError(
            "nobody here has messages",
            remedy="`embed-platform ingest facebook-*.zip --user NAME` takes an export in",
        )
    return found


def _as_json(found: ChunkStats) -> dict[str, object]:
    return {
        "messages": found.messages,
        "dropped": found.dropped,
        "coalesced": found.coalesced,
        "sessions": found.sessions,
        "chunks": found.chunks,
        "ratio": found.ratio,
        "threads": found.threads,
        "chars": found.chars,
        "lengths": {str(chars): count for chars, count in sorted(found.lengths.items())},
    }


def _show(name: str, found: ChunkStats, limits: dict[str, int]) -> None:
    dropped = ", ".join(f"{count:,} {reason}" for reason, count in found.dropped.items())
    output.print(f"[bold]{name}[/]")
    output.print(f"  messages   {found.messages:>10,}  in {found.threads:,} threads")
    output.print(f"  left out   {sum(found.dropped.values()):>10,}  {dropped or 'nothing'}")
    output.print(f"  coalesced  {found.coalesced:>10,}")
    output.print(f"  sessions   {found.sessions:>10,}")
    output.print(f"  chunks     {found.chunks:>10,}  {found.ratio} messages with text a chunk")
    output.print(f"  tokens     {found.chars // CHARS_PER_TOKEN:>10,}  about, to embed")
    most = max(found.lengths.values(), default=1)
    for chars, count in sorted(found.lengths.items()):
        bar = "█" * max(1, round(BAR * count / most))
        output.print(f"  {chars:>6,}–{chars + BUCKET_CHARS - 1:<6,} {count:>8,}  [dim]{bar}[/]")
    for model, tokens in limits.items():
        longer = sum(n for chars, n in found.lengths.items() if chars > tokens * CHARS_PER_TOKEN)
        if longer:
            say(
                f"[yellow]{escape(model)} reads {tokens:,} tokens:[/] of {longer:,} chunks or more it would read "
                "the beginning only; EMBED_CHUNK_MAX_CHARS makes chunks shorter"
            )
