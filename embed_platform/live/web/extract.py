"""The main text of a web page; the only file that imports trafilatura."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from embed_platform.errors import BadRecord, SettingsError
from embed_platform.live.web.address import shown

_READABLE = ("text/html", "application/xhtml", "text/plain", "application/xml", "text/xml")


@dataclass(frozen=True)
class MainText:
    """What a page says without its frame."""

    text: str
    title: str = ""
    author: str = ""
    created_at: datetime | None = None


def main_text(markup: str, url: str, content_type: str = "text/html") -> MainText:
    """The main text of a page.

    Raises:
        BadRecord: it is no text, or there is none in it.
        SettingsError: trafilatura is not installed.
    """
    kind = content_type.split(";")[0].strip().lower()
    if kind and not kind.startswith(_READABLE):
        raise BadRecord(f"{kind} is not read", where=shown(url))
    if kind.startswith("text/plain"):
        return MainText(markup.strip())
    try:
        import trafilatura
    except ImportError:
        raise SettingsError(
            "reading web pages needs trafilatura", remedy="pip install 'embed-platform[live]'"
        ) from None
    found: Any = trafilatura.bare_extraction(
        markup, url=shown(url), with_metadata=True, include_comments=False
    )
    text = (found.text or "").strip() if found is not None else ""
    if found is None or not text:
        raise BadRecord("no main text was found", where=shown(url))
    return MainText(text, found.title or "", found.author or "", _day(found.date))


def _day(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None
