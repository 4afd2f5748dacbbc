"""search --kind page_image: pages by what they look like and say."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from embed_platform.cli.app import console, emit, escape, one_line, output, say
from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings

if TYPE_CHECKING:
    from embed_platform.stores.base import Filters

SNIPPET = 280


def find_pages(
    settings: Settings,
    lake: Lake,
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
    from embed_platform.search.pages import answer_pages

    with console.status("searching"):
        found = answer_pages(
            lake, settings, text, filters=filters, limit=limit, model=model, store=store
        )
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
