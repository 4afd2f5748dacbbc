"""The Typer app and what all commands share: consoles, settings, the lake, JSON."""

from __future__ import annotations

import re
import sys
from typing import Annotated, Any

import msgspec
import typer
from rich import markup
from rich.console import Console

from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings, load_settings

app = typer.Typer(
    name="embed-platform",
    help="Personal archives as vectors: taken in, cleaned, embedded, loaded into stores, kept right.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
console = Console(stderr=True, highlight=False)
output = Console(highlight=False)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
UserOption = Annotated[str | None, typer.Option("--user", help="Only this user.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def problem(line: str) -> None:
    """One line on standard error."""
    console.print(f"[bold red]error:[/] {escape(one_line(line))}", soft_wrap=True)


def escape(text: str) -> str:
    """Text that rich must not read as markup."""
    return markup.escape(text)


def one_line(text: str) -> str:
    """A text on one line without what a terminal would act on: control and direction marks."""
    return " ".join(_CONTROL.sub(" ", text).split())


def say(line: str) -> None:
    """One line for a person, on standard error, so that standard output stays for data."""
    console.print(line, soft_wrap=True)


def emit(value: Any) -> None:
    """One line of JSON on standard output."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def open_home(*, create: bool = True) -> tuple[Settings, Lake]:
    """Settings and lake; says where the home is when this makes it."""
    settings = load_settings()
    if create and not settings.home.exists():
        say(f"New home: [bold]{settings.home}[/] (EMBED_HOME moves it)")
    return settings, open_lake(settings)


def confirm(question: str, *, yes: bool) -> None:
    """Ask unless told not to; a no ends the command with exit code 1."""
    if not yes and not typer.confirm(question):
        raise typer.Exit(1)


def size(count: int) -> str:
    """Bytes as people read them."""
    value = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
