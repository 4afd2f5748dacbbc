"""search and documents: questions to what is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import typer

from embed_platform.cli.app import (
    AsJson,
    app,
    console,
    emit,
    escape,
    one_line,
    open_home,
    output,
    say,
)
from embed_platform.cli.choices import chosen_kinds, chosen_stores, known_user, period
from embed_platform.cli.pages import find_pages
from embed_platform.corpus.documents import document_kinds, read_documents
from embed_platform.corpus.kinds import KINDS, MESSAGE, MESSAGE_CHUNK, PAGE_IMAGE
from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake

if TYPE_CHECKING:
    from embed_platform.search.context import Piece
    from embed_platform.search.pipeline import Found

Mode = Literal["chunks", "messages"]
By = Literal["dense", "lexical", "hybrid"]
# Kinds by the names that the Messenger guide's front end has for them.
MODES = {"chunks": MESSAGE_CHUNK.name, "messages": MESSAGE.name}
KindOption = Annotated[
    list[str] | None, typer.Option("--kind", help=f"Only these kinds: {', '.join(KINDS)}.")
]


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="The question.")],
    user: Annotated[str | None, typer.Option(help="Only this user.")] = None,
    kind: KindOption = None,
    mode: Annotated[
        Mode | None, typer.Option(help="Conversations by their chunks, or message by message.")
    ] = None,
    by: Annotated[
        By, typer.Option(help="Find by meaning (dense), by words (lexical), or by both (hybrid).")
    ] = "dense",
    rerank: Annotated[
        bool, typer.Option("--rerank", help="Let a reranker read the best results again.")
    ] = False,
    model: Annotated[str | None, typer.Option(help="Model whose space is searched.")] = None,
    store: Annotated[
        str | None,
        typer.Option(help="Store to ask: pgvector, milvus, qdrant, or s3 for the exact scan."),
    ] = None,
    since: Annotated[str | None, typer.Option(help="From this day or time on, UTC.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this day or time, UTC.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most results.")] = 10,
    show_all: Annotated[
        bool, typer.Option("--no-collapse", help="All pieces of a conversation, not the best.")
    ] = False,
    context: Annotated[
        int, typer.Option(min=0, max=100, help="Tweets or messages to show before and after each.")
    ] = 0,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the rank and score of each stage.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find documents by meaning, by words, or by both."""
    from embed_platform.search.pages import refuse_for_pages
    from embed_platform.search.pipeline import Request, answer
    from embed_platform.stores.base import Filters

    settings, lake = open_home()
    if mode and kind:
        raise SettingsError("--mode and --kind say the same; give one of them")
    if store:
        chosen_stores(settings, [store])
    kinds = chosen_kinds([MODES[mode]] if mode else kind, ())
    dates = period(since, until)
    filters = Filters(known_user(lake, user) if user else None, *dates)
    if PAGE_IMAGE.name in kinds:
        refuse_for_pages(kinds, by=by, rerank=rerank, explain=explain, context=context)
        find_pages(settings, lake, text, model, store, filters, limit, as_json=as_json)
        return
    request = Request(
        text,
        kinds,
        filters,
        limit,
        collapse=not show_all,
        by=by,
        rerank=rerank,
        context=context,
        model=model or "",
        store=store or "",
    )
    with console.status("searching"):
        results = answer(lake, settings, request)
    if as_json:
        emit({"results": [found.as_json() for found in results]})
        return
    if not results:
        say(
            "Nothing was found. `embed-platform status` shows what is loaded; `embed-platform run` loads."
        )
    for found in results:
        _show(found, explain=explain)


def _show(found: Found, *, explain: bool) -> None:
    """One answer on the terminal."""
    result = found.result
    where = f"{result.user} · {result.kind} · {result.created_at[:10]}"
    place = result.url or one_line(result.metadata.get("thread_name") or "")
    output.print(f"[bold]{result.score:.3f}[/]  {where}  [dim]{escape(place)}[/]", soft_wrap=True)
    if explain:
        stages = ", ".join(f"{s.name} {s.rank} ({s.score:.4f})" for s in found.stages)
        output.print(f"       [cyan]{stages}[/]", soft_wrap=True)
    for piece in found.context.before:
        _show_piece(piece)
    output.print(f"       {escape(_snippet(result.text))}", soft_wrap=True)
    for piece in found.context.after:
        _show_piece(piece)


def _show_piece(piece: Piece) -> None:
    line = _snippet(f"{piece.created_at[:16]} {piece.who}: {piece.text}", 140)
    output.print(f"         [dim]{escape(line)}[/]", soft_wrap=True)


def _snippet(text: str, most: int = 280) -> str:
    line = one_line(text)
    return f"{line[:most]}…" if len(line) > most else line


@app.command()
def documents(
    user: Annotated[str | None, typer.Option(help="Only this user.")] = None,
    kind: KindOption = None,
    since: Annotated[str | None, typer.Option(help="From this day or time on, UTC.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this day or time, UTC.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Most documents.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what is embedded, oldest first."""
    _, lake = open_home()
    kinds, dates = chosen_kinds(kind, tuple(KINDS)), period(since, until)
    users = [known_user(lake, user)] if user else lake.users()
    rows = sorted(
        _documents(lake, users, kinds, *dates),
        key=lambda row: (row["created_at"], row["id"]),
    )
    for row in rows[:limit]:
        if as_json:
            emit(row)
        else:
            line = one_line(row["text"])
            output.print(
                f"{row['created_at'][:10]}  {row['user']} · {row['kind']}  {escape(line[:120])}"
            )


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
