"""Which documents never go where strangers read: private kinds, archives kept private, and feeds that do not say they may."""

from __future__ import annotations

from embed_platform.corpus.kinds import Kind
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.sources.records import keeps_private


def why_private(lake: Lake, user: str, kind: Kind) -> str:
    """Why documents of a user and kind are kept from public addresses; empty where they are not.

    An archive may say so of itself. A feed may follow a folder or a table of one's own, or pages
    that others wrote: it is private unless its pipeline says `publish: true`.
    """
    if kind.private:
        return "private"
    if user.startswith(layout.FEED_PREFIX):
        return "" if lake.storage.exists(layout.released(user)) else "the feed is private"
    return f"{user} keeps them private" if user and keeps_private(lake, user) else ""


def release(lake: Lake, user: str, *, publish: bool) -> None:
    """Remember whether a feed's documents may be published."""
    path = layout.released(user)
    if publish and not lake.storage.exists(path):
        lake.storage.put(path, b"{}")
    elif not publish:
        lake.storage.delete([path])
