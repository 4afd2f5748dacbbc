"""Web pages by their addresses: asked with ETag and Last-Modified, read for their main text."""

from __future__ import annotations

from collections.abc import Sequence

from embed_platform.errors import SourceUnavailable
from embed_platform.live.changes import Change, Cursor, Failed
from embed_platform.live.sources.web import WebSource
from embed_platform.live.web.address import shown


class HttpPages(WebSource):
    """A list of pages.

    Args:
        urls: http or https; a page's address is its key.
        poll_seconds: between two looks at all of them.
        pages_per_poll: most that one batch reads; the others follow at once.
    """

    def __init__(
        self, urls: Sequence[str], poll_seconds: float = 300, pages_per_poll: int = 50
    ) -> None:
        super().__init__(poll_seconds)
        if not urls or isinstance(urls, str):
            raise ValueError("urls is a list of at least one address")
        self.urls = list(dict.fromkeys(urls))
        self.pages_per_poll = pages_per_poll

    def poll(self, cursor: Cursor) -> tuple[list[Change], Cursor]:
        """Read the next pages of the list.

        The cursor holds each page's validators, and how far the list was read.

        Raises:
            SourceUnavailable: none of several pages could be read.
        """
        start = int(cursor.get("next", 0))
        if start >= len(self.urls):
            start = 0
        known = {url: v for url, v in cursor.get("pages", {}).items() if url in set(self.urls)}
        changes: list[Change] = []
        part = self.urls[start : start + self.pages_per_poll]
        for url in part:
            change, known[url] = self.read_page(url, url, known.get(url, {}))
            if change is not None:
                changes.append(change)
        failed = [change for change in changes if isinstance(change, Failed)]
        if len(failed) == len(self.urls) > 1:
            raise SourceUnavailable(
                f"none of {len(failed)} pages: {failed[0].reason}", where=shown(part[0])
            )
        end = start + len(part)
        more = end < len(self.urls)
        return changes, {"pages": known, "next": end if more else 0, "more": more}

    def fetch(self, keys: Sequence[str]) -> list[Change]:
        """These pages as they are now, on the list or not."""
        found = (self.read_page(key, key, {})[0] for key in keys)
        return [change for change in found if change is not None]
