"""search --kind page_image: pages by what they look like and say."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from embed_platform.cli.app import console, emit, escape, one_line, output, say
from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.embedding.probe import read_space_file
from embed_platform.embedding.registry import ModelEntry, Registry
from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings

if TYPE_CHECKING:
    from embed_platform.stores.base import Filters

SNIPPET = 280


def find_pages(
    settings: Settings,
    lake: Lake,
    registry: Registry,
    text: str,
    model: str | None,
    store: str | None,
    filters: Filters,
    limit: int,
    *,
    as_json: bool,
) -> None:
    """Search page images and print file, page and score of each answer.

    Raises:
        SettingsError: nothing is embedded, or the store holds no pages.
    """
    from embed_platform.compute.page_images import open_page_engine
    from embed_platform.search.pages import search_pages
    from embed_platform.stores.base import PageStore, StoreTable
    from embed_platform.stores.open import open_store

    entry = page_model(lake, registry, model)
    name = store or entry.stores[0]
    backend = open_store(name, settings, lake)
    reason = backend.refuses(StoreTable(entry.space, PAGE_IMAGE))
    if reason:
        raise SettingsError(reason, where=f"--store {name}")
    with console.status(f"searching {name}"):
        engine = open_page_engine(entry, settings)
        pages = cast(PageStore, backend)
        found = search_pages(pages, entry.space, engine, text, filters=filters, limit=limit)
    if as_json:
        emit({"results": [{"kind": PAGE_IMAGE.name} | asdict(page) for page in found]})
        return
    if not found:
        say("Nothing was found. `embed-platform status` shows what is loaded.")
    for page in found:
        output.print(
            f"[bold]{page.score:.3f}[/]  {page.user} · {escape(one_line(page.file))}, "
            f"page {page.page} of {page.pages} · {page.created_at[:10]}",
            soft_wrap=True,
        )
        snippet = one_line(page.text)
        if snippet:
            end = "…" if len(snippet) > SNIPPET else ""
            output.print(f"       {escape(snippet[:SNIPPET])}{end}", soft_wrap=True)


def page_model(lake: Lake, registry: Registry, model: str | None) -> ModelEntry:
    """The model of a search over pages: the one named, else the first that has embedded any.

    Raises:
        SettingsError: it does not embed pages, or has not yet.
    """
    serving = [entry for entry in registry.models.values() if PAGE_IMAGE.name in entry.kinds]
    names = ", ".join(entry.name for entry in serving)
    if model:
        entry = registry.get(model)
        if entry not in serving:
            raise SettingsError(
                f"{entry.name} does not embed page images",
                where="--model",
                remedy=f"These do: {names}",
            )
        serving = [entry]
    used = [entry for entry in serving if read_space_file(lake, entry.space.slug) is not None]
    if not used:
        raise SettingsError(
            "no page images are embedded yet",
            remedy=f"`embed-platform run --model {serving[0].name}` does it",
        )
    return used[0]
