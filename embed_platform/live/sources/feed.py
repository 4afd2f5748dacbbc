"""RSS and Atom; the only file that imports feedparser."""

from __future__ import annotations

import calendar
import io
from datetime import UTC, datetime
from typing import Any

from embed_platform.errors import SettingsError, SourceRefused
from embed_platform.live.changes import Change, Cursor, Failed, Item, Upsert
from embed_platform.live.processors import plain_text
from embed_platform.live.sources.web import WebSource
from embed_platform.live.web.address import shown

_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"


class Rss(WebSource):
    """A feed in RSS or Atom.

    Entries that scroll off it stay; a feed that had entries and has none any more is an error.

    Args:
        url: of the feed.
        poll_seconds: between two polls.
    """

    def __init__(self, url: str, poll_seconds: float = 300) -> None:
        super().__init__(poll_seconds)
        self.url = url

    def poll(self, cursor: Cursor) -> tuple[list[Change], Cursor]:
        """All entries of the feed, unless the server says that it is unchanged.

        Raises:
            SourceRefused: it is no feed, it is gone, or it lost all its entries.
            SourceUnavailable: it does not answer.
        """
        page = self.fetcher.get(
            self.url, cursor.get("validators"), check=self.robots.check, accept=_ACCEPT
        )
        if page.status == 304:
            return [], cursor
        if page.gone:
            raise SourceRefused(
                f"the feed is gone (HTTP {page.status})",
                where=shown(self.url),
                remedy="Its items are kept; `embed-platform forget` removes them",
            )
        entries = self._entries(page.body, page.headers, page.url)
        if not entries and cursor.get("entries"):
            raise SourceRefused(
                f"the feed has no entries, {cursor['entries']} were there before",
                where=shown(self.url),
            )
        changes = [_change(entry) for entry in entries]
        found = [change for change in changes if change is not None]
        return found, {"validators": page.validators, "entries": len(entries)}

    def _entries(self, body: bytes, headers: Any, url: str) -> list[Any]:
        try:
            import feedparser  # type: ignore[import-untyped,unused-ignore]
        except ImportError:
            raise SettingsError(
                "reading feeds needs feedparser", remedy="pip install 'embed-platform[live]'"
            ) from None
        # a stream: bytes would be taken for the path of a file, or an address, where they are one
        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers={**headers, "content-location": url},
            sanitize_html=False,
        )
        if not parsed.get("version"):
            looks = "HTML" if b"<html" in body[:2000].lower() else "something else"
            raise SourceRefused(f"it is {looks}, not RSS or Atom", where=shown(self.url))
        return list(parsed.entries)


def _change(entry: Any) -> Change | None:
    """An entry as a change; one without id and address has no name and is passed over."""
    key = entry.get("id") or entry.get("link")
    if not key:
        return None
    content = [part.get("value", "") for part in entry.get("content", [])]
    text = max([*content, entry.get("summary", "")], key=len)
    title = plain_text(entry.get("title", ""))
    if not plain_text(text):
        text = title
    if not text:
        return Failed(str(key), "the entry has neither text nor title")
    return Upsert(
        Item(
            key=str(key),
            text=text,
            url=entry.get("link", ""),
            title=title,
            author=entry.get("author", ""),
            created_at=_time(entry),
            context=title if text != title else "",
        )
    )


def _time(entry: Any) -> datetime | None:
    for name in ("published_parsed", "updated_parsed"):
        value = entry.get(name)
        if value:
            try:
                return datetime.fromtimestamp(calendar.timegm(value), UTC)
            except (ValueError, OverflowError, OSError):
                continue
    return None
