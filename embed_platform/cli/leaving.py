"""forget: a person who leaves, and going on with what an earlier erasure still owes."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from embed_platform.cli.app import (
    AsJson,
    Yes,
    app,
    confirm,
    emit,
    escape,
    open_home,
    output,
    problem,
    say,
)
from embed_platform.cli.choices import chosen_users
from embed_platform.lake.lake import Lake
from embed_platform.upkeep.forget_receipts import Receipt, find, receipts
from embed_platform.upkeep.quotes import Quote, quotes


@app.command()
def forget(
    user: Annotated[str, typer.Argument(help="Whom.")],
    alias: Annotated[
        list[str] | None,
        typer.Option("--alias", help="A name by which other people's messages know the person."),
    ] = None,
    including_quotes: Annotated[
        bool,
        typer.Option(
            "--including-quotes", help="Take what these names say out of others' conversations too."
        ),
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for the end of runs about the user.")
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase a user from every store, from Dagster and from the lake, read it back, and keep them out."""
    from embed_platform.defs.leaving import leave

    settings, lake = open_home()
    name, names = _known(lake, user), alias or []
    found = quotes(lake, names, name)
    if not as_json:
        _tell_of_quotes(found, removed=including_quotes)
    confirm(f"Erase {name} everywhere? This cannot be undone.", yes=yes)
    receipt = leave(settings, lake, name, names, including_quotes=including_quotes, wait=wait)
    if as_json:
        listed = [vars(one) for one in found]
        counts = {"rows": receipt.stores, "files": sum(receipt.files.values())}
        emit(msgspec.structs.asdict(receipt) | counts | {"quotes_found": listed})
    else:
        _tell(receipt)
    if receipt.owed:
        raise typer.Exit(1)


@app.command("receipts")
def list_receipts(as_json: AsJson = False) -> None:
    """List erasures: those that are done, and what is still owed."""
    _, lake = open_home()
    rows = [*receipts(lake, finished=False), *receipts(lake, finished=True)]
    if as_json:
        emit({"receipts": [msgspec.structs.asdict(row) for row in rows]})
        return
    for row in rows:
        state = f"done {row.finished_at}" if row.finished_at else f"owed by {_owed(row)}"
        output.print(f"{row.user}  asked {row.asked_at}, {escape(state)}")


def _known(lake: Lake, user: str) -> str:
    """A user of the lake, or one whose erasure is not finished."""
    name = user.lower()
    if find(lake, name, finished=False) is not None:
        return name
    return chosen_users(lake, [name])[0]


def _tell_of_quotes(found: list[Quote], *, removed: bool) -> None:
    if not found:
        return
    for quote in found:
        output.print(
            f"{quote.user} · {quote.kind} · {quote.created_at[:10]} · {quote.messages} messages · {quote.id}"
        )
    users = len({quote.user for quote in found})
    what = "are made anew without them" if removed else "stay; --including-quotes takes them out"
    say(f"{len(found)} pieces of {users} other users' conversations quote these names and {what}.")


def _tell(receipt: Receipt) -> None:
    rows = ", ".join(f"{count:,} rows in {store}" for store, count in receipt.stores.items())
    files, runs = sum(receipt.files.values()), receipt.runs
    done = f"{files} files, {rows}, {runs} runs" + (
        f", {receipt.quotes} pieces of others' conversations" if receipt.quotes else ""
    )
    if receipt.originals:
        say(
            f"The {receipt.originals} kept exports of {', '.join(receipt.quoted_by)} are theirs and were "
            "not altered; what these names said in them is left out whenever they are read."
        )
    if receipt.owed:
        problem(
            f"{receipt.user}: {done} are gone, but it is still in {', '.join(receipt.owed)}: "
            f"{receipt.note} What is owed there is paid by the next run."
        )
        return
    say(
        f"{receipt.user} is erased: {done}; read back, nothing is left. "
        "A file in the inbox stays there, but is refused."
    )


def _owed(receipt: Receipt) -> str:
    return ", ".join(receipt.owed) or "the lake"
