"""Hacker News by its API: stories of a listing, their comments, edits and removals."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from embed_platform.errors import SourceRefused
from embed_platform.live.changes import Change, Cursor, Delete, Failed, Item, Upsert
from embed_platform.live.processors import plain_text
from embed_platform.live.sources.hacker_news_items import Entry, Items
from embed_platform.live.sources.web import WebSource
from embed_platform.live.web.address import shown

LISTINGS = ("new", "top", "best", "ask", "show", "job")
PAGE = "/page"
# Items whose edits are followed; older ones are edited hardly ever.
MOST_KNOWN = 10_000
MOST_WAITING = 20_000
MOST_TRIES = 3
# The API tells the changes of the last minutes only; after a longer pause the stories that are
# listed and so many of the newest known items are read again.
UPDATES_SECONDS = 300.0
MOST_REREAD = 1000
_DELETED = {"deleted", "dead"}


class HackerNews(WebSource):
    """Stories of a listing with their comments.

    What scrolls off the listing stays. An item's score is not part of it: it would change at
    every poll.

    Args:
        listing: new, top, best, ask, show or job.
        poll_seconds: between two polls.
        comments: whether comments are read too, each with what it answers.
        follow_links: whether the page that a story links to is read too, as an item of its own.
        stories: most of the listing that are looked at.
        items_per_poll: most that one batch reads; the others follow at once.
    """

    def __init__(
        self,
        listing: str = "new",
        poll_seconds: float = 30,
        comments: bool = True,
        follow_links: bool = False,
        stories: int = 500,
        items_per_poll: int = 200,
    ) -> None:
        super().__init__(poll_seconds)
        if listing not in LISTINGS:
            raise ValueError(f"listing is one of {', '.join(LISTINGS)}")
        self.listing, self.comments, self.follow_links = listing, comments, follow_links
        self.stories, self.items_per_poll = stories, items_per_poll

    def poll(self, cursor: Cursor) -> tuple[list[Change], Cursor]:
        """New stories and comments, and those that were edited or removed.

        The cursor holds `known` ids, the newest of them; `waiting`, what is still to be read,
        `[name, tries]` each; the `stories` that were listed last, and when (`listed_at`). An item
        that cannot be read is tried again; then it fails alone.

        Raises:
            SourceUnavailable: the API does not answer.
            SourceRefused: it answers something else, or lists nothing where it listed something.
        """
        known = set(cursor.get("known", []))
        waiting = dict(cursor.get("waiting", []))
        stories = list(cursor.get("stories", []))
        listed_at = float(cursor.get("listed_at", 0))
        more = bool(cursor.get("more"))
        if not more:
            stories, now = self._listing(len(stories)), time.time()
            fresh = [number for number in stories if number not in known]
            changed = self._updates()
            if now - listed_at > UPDATES_SECONDS:
                changed += [*stories, *sorted(known)[-MOST_REREAD:]]
            edited = [number for number in changed if number in known]
            waiting = {str(number): 0 for number in (*edited, *fresh)} | waiting
            listed_at = now
        # what was not to be read is asked for again after the next look at the listing
        ready = [name for name, tries in waiting.items() if not (more and tries)]
        batch = ready[: self.items_per_poll]
        changes: list[Change] = []
        found = Items(self._item)
        numbers = [int(name) for name in batch if not name.endswith(PAGE)]
        found.load(numbers)
        if more and numbers and all(number in found.unread for number in numbers):
            self._listing(len(stories))  # raises where the whole API does not answer
        found.load_ancestors(numbers)
        for name in batch:
            tries = waiting.pop(name) + 1
            number = int(name.removesuffix(PAGE))
            found.load([number])
            reason = found.problem(number)
            entry = found[number]
            if tries < MOST_TRIES and (reason or entry is None):
                waiting[name] = tries  # None: announced before every server has it
            elif name.endswith(PAGE):
                changes += self._page(number, name, found)
            elif number in found.unread:
                changes.append(Failed(name, found.unread[number]))
            elif entry is not None:
                changes += _changes(entry, found)
                waiting |= {kid: 0 for kid in self._kids(entry, known) if kid not in waiting}
                if self.follow_links and _links(entry) and number not in known:
                    waiting.setdefault(f"{name}{PAGE}", 0)
                known.add(number)
        return changes, {
            "known": sorted({*sorted(known)[-MOST_KNOWN:], *known.intersection(stories)}),
            "waiting": [[name, tries] for name, tries in list(waiting.items())[:MOST_WAITING]],
            "stories": stories,
            "listed_at": listed_at,
            "more": any(tries == 0 for tries in waiting.values()),
        }

    def fetch(self, keys: Sequence[str]) -> list[Change]:
        """These items and pages as they are now, listed or not; those that the API does not know are left out."""
        found = Items(self._item)
        numbers = [int(key.removesuffix(PAGE)) for key in keys]
        found.load(numbers)
        found.load_ancestors(numbers)
        changes: list[Change] = []
        for key, number in zip(keys, numbers, strict=True):
            entry = found[number]
            if number in found.unread:
                changes.append(Failed(key, found.unread[number]))
            elif key.endswith(PAGE):
                changes += self._page(number, key, found)
            elif entry is not None:
                changes += _changes(entry, found)
        return changes

    def _listing(self, before: int) -> list[int]:
        name = f"{self.listing}stories"
        found = self._ask(name)
        if not isinstance(found, list) or not all(isinstance(n, int) for n in found):
            raise SourceRefused("it is no list of stories", where=f"Hacker News, {name}")
        if not found and before:
            raise SourceRefused(
                f"the listing is empty, {before} stories were there before",
                where=f"Hacker News, {name}",
            )
        return found[: self.stories]

    def _updates(self) -> list[int]:
        found = self._ask("updates")
        items = found.get("items", []) if isinstance(found, dict) else []
        return [number for number in items if isinstance(number, int)]

    def _kids(self, entry: Entry, known: set[int]) -> list[str]:
        kids = entry.get("kids", []) if self.comments and not _DELETED & entry.keys() else []
        return [str(kid) for kid in kids if isinstance(kid, int) and kid not in known]

    def _page(self, number: int, name: str, found: Items) -> list[Change]:
        """What the page that a story links to says now; nothing where there is no link any more."""
        if number in found.unread:
            return [Failed(name, found.unread[number])]
        entry = found[number]
        if entry is None or not _links(entry):
            return []
        context = plain_text(str(entry.get("title", "")))
        change, _ = self.read_page(str(entry["url"]), name, {}, context=context)
        return [] if change is None else [change]

    def _item(self, number: int) -> Entry | None:
        found = self._ask(f"item/{number}")
        if found is not None and not isinstance(found, dict):
            raise SourceRefused("it is no item", where=f"Hacker News, {number}")
        return found

    def _ask(self, path: str) -> Any:
        url = f"{self.settings.hacker_news_url.rstrip('/')}/v0/{path}.json"
        # an API that is made to be asked: no robots.txt, no pause
        page = self.fetcher.get(url, pause=0)
        try:
            return msgspec.json.decode(page.body)
        except msgspec.DecodeError:
            raise SourceRefused("the answer is no JSON", where=shown(url)) from None


def _changes(entry: Entry, found: Items) -> list[Change]:
    """An item as changes: its page goes with a story that is removed."""
    number = str(entry.get("id", ""))
    if entry.get("deleted") or entry.get("dead"):
        page = [] if entry.get("type") == "comment" else [Delete(f"{number}{PAGE}")]
        return [Delete(number), *page]
    title = plain_text(str(entry.get("title", "")))
    text = str(entry.get("text", "")) or title
    if not plain_text(text):
        return [Failed(number, "the item has neither text nor title")]
    context = "\n".join(found.ancestors(entry)) if entry.get("parent") else title
    when = entry.get("time")
    return [
        Upsert(
            Item(
                key=number,
                text=text,
                url=f"https://news.ycombinator.com/item?id={number}",
                title=title or found.story_title(entry),
                author=str(entry.get("by", "")),
                created_at=datetime.fromtimestamp(when, UTC) if isinstance(when, int) else None,
                context="" if context == plain_text(text) else context,
            )
        )
    ]


def _links(entry: Entry) -> bool:
    return bool(entry.get("url")) and not entry.get("deleted") and not entry.get("dead")
