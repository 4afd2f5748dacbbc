"""search and documents: questions to what is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

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
from embed_platform.cli.choices import chosen_kinds, chosen_stores, known_user, utc_text
from embed_platform.cli.pages import find_pages
from embed_platform.corpus.documents import document_kinds, read_documents
from embed_platform.corpus.kinds import KINDS, MESSAGE, MESSAGE_CHUNK, PAGE_IMAGE
from embed_platform.embedding.registry import load_registry
from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake

Mode = Literal["chunks", "messages"]
# Kinds by the names that the Messenger guide's front end has for them.
MODES = {"chunks": MESSAGE_CHUNK.name, "messages": MESSAGE.name}
KindOption = Annotated[str | None, typer.Option(help=f"Only this kind: {', '.join(KINDS)}.")]


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="The question.")],
    user: Annotated[str | None, typer.Option(help="Only this user.")] = None,
    kind: KindOption = None,
    mode: Annotated[
        Mode | None, typer.Option(help="Conversations by their chunks, or message by message.")
    ] = None,
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
    from embed_platform.compute.queries import open_query_engine
    from embed_platform.embedding.probe import read_space_file
    from embed_platform.search.retrieve import Query
    from embed_platform.search.retrieve import search as retrieve
    from embed_platform.stores.base import Filters, StoreTable
    from embed_platform.stores.open import open_store

    settings, lake = open_home()
    if mode and kind:
        raise SettingsError("--mode and --kind say the same; give one of them")
    registry = load_registry(settings)
    if kind == PAGE_IMAGE.name:
        filters = Filters(
            known_user(lake, user) if user else None,
            utc_text(since, "--since"),
            utc_text(until, "--until"),
        )
        find_pages(settings, lake, registry, text, model, store, filters, limit, as_json=as_json)
        return
    entry = registry.get(model) if model else registry.wanted(settings.models)[0]
    name = chosen_stores(settings, [store] if store else None)[0]
    person = known_user(lake, user) if user else None
    filters = Filters(person, utc_text(since, "--since"), utc_text(until, "--until"))
    if read_space_file(lake, entry.space.slug) is None:
        raise SettingsError(
            f"nothing is embedded with {entry.name} yet",
            remedy=f"`embed-platform run --model {entry.name}` does it",
        )
    kinds = chosen_kinds(MODES[mode] if mode else kind, entry.kinds)
    query = Query(text, kinds, filters, limit, collapse=not show_all)
    with console.status(f"searching {name}"):
        backend = open_store(name, settings, lake)
        reasons = {backend.refuses(StoreTable(entry.space, KINDS[kind])) for kind in kinds}
        if "" not in reasons:
            raise SettingsError(
                f"{name} does not hold {', '.join(kinds)}: {reasons.pop()}",
                remedy="`--store` names another store",
            )
        engine = open_query_engine(lake, entry, settings)
        results = retrieve(backend, entry.space, engine, query)
    if as_json:
        kept = ("id", "user", "kind", "text", "score", "created_at", "url", "metadata")
        emit({"results": [{key: getattr(result, key) for key in kept} for result in results]})
        return
    if not results:
        say(
            "Nothing was found. `embed-platform status` shows what is loaded; `embed-platform run` loads."
        )
    for result in results:
        snippet = one_line(result.text)
        where = f"{result.user} · {result.kind} · {result.created_at[:10]}"
        place = result.url or one_line(result.metadata.get("thread_name") or "")
        output.print(
            f"[bold]{result.score:.3f}[/]  {where}  [dim]{escape(place)}[/]", soft_wrap=True
        )
        output.print(
            f"       {escape(snippet[:280])}{'…' if len(snippet) > 280 else ''}", soft_wrap=True
        )


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
