"""Hacker News by its API: stories of a listing, their comments, edits and removals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import msgspec

from embed_platform.errors import SourceRefused
from embed_platform.live.changes import Change, Cursor, Delete, Failed, Item, Upsert
from embed_platform.live.processors import plain_text
from embed_platform.live.sources.web import WebSource

LISTINGS = ("new", "top", "best", "ask", "show", "job")
PAGE = "/page"
# Items whose edits are followed; older ones are edited hardly ever.
MOST_KNOWN = 10_000
MOST_WAITING = 20_000
MOST_TRIES = 3
_THREADS = 8
_ANCESTORS = 3
_EXCERPT = 200
_DELETED = {"deleted", "dead"}

Entry = dict[str, Any]


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
        `[name, tries]` each; and the `stories` that were listed last.

        Raises:
            SourceUnavailable: the API does not answer.
            SourceRefused: it answers something else, or lists nothing where it listed something.
        """
        known = set(cursor.get("known", []))
        waiting = dict(cursor.get("waiting", []))
        stories = list(cursor.get("stories", []))
        if not cursor.get("more"):
            stories = self._listing(len(stories))
            fresh = [number for number in stories if number not in known]
            updated = [number for number in self._updates() if number in known]
            waiting = {str(number): 0 for number in (*updated, *fresh)} | waiting
        batch = list(waiting)[: self.items_per_poll]
        changes: list[Change] = []
        cache: dict[int, Entry | None] = {}
        numbers = [int(name) for name in batch if not name.endswith(PAGE)]
        self._load(numbers, cache)
        self._load_ancestors(numbers, cache)
        for name in batch:
            tries = waiting.pop(name)
            if name.endswith(PAGE):
                self._follow(int(name.removesuffix(PAGE)), name, cache, changes)
                continue
            entry = cache[int(name)]
            if entry is None:  # announced before every server has it
                if tries + 1 < MOST_TRIES:
                    waiting[name] = tries + 1
                continue
            changes += _changes(entry, cache)
            fresh_kids = self._kids(entry, known)
            waiting |= {kid: 0 for kid in fresh_kids if kid not in waiting}
            if self.follow_links and _links(entry) and int(name) not in known:
                waiting.setdefault(f"{name}{PAGE}", 0)
            known.add(int(name))
        return changes, {
            "known": sorted({*sorted(known)[-MOST_KNOWN:], *known.intersection(stories)}),
            "waiting": [[name, tries] for name, tries in list(waiting.items())[:MOST_WAITING]],
            "stories": stories,
            "more": any(tries == 0 for tries in waiting.values()),
        }

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

    def _load(self, numbers: Iterable[int], cache: dict[int, Entry | None]) -> None:
        missing = [number for number in dict.fromkeys(numbers) if number not in cache]
        with ThreadPoolExecutor(_THREADS) as pool:
            cache.update(zip(missing, pool.map(self._item, missing), strict=True))

    def _load_ancestors(self, numbers: Sequence[int], cache: dict[int, Entry | None]) -> None:
        """What comments answer, up to their story, level by level."""
        entries = [cache[number] for number in numbers]
        while True:
            parents = {e["parent"] for e in entries if e and isinstance(e.get("parent"), int)}
            wanted = sorted(parents - cache.keys())
            if not wanted:
                return
            self._load(wanted, cache)
            entries = [cache[number] for number in wanted]

    def _follow(
        self, number: int, name: str, cache: dict[int, Entry | None], changes: list[Change]
    ) -> None:
        self._load([number], cache)
        entry = cache[number]
        if entry and _links(entry):
            change, _ = self.read_page(
                str(entry["url"]), name, {}, context=plain_text(str(entry.get("title", "")))
            )
            if change is not None:
                changes.append(change)

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
            raise SourceRefused("the answer is no JSON", where=url) from None


def _changes(entry: Entry, cache: dict[int, Entry | None]) -> list[Change]:
    """An item as changes: its page goes with a story that is removed."""
    number = str(entry.get("id", ""))
    if entry.get("deleted") or entry.get("dead"):
        page = [] if entry.get("type") == "comment" else [Delete(f"{number}{PAGE}")]
        return [Delete(number), *page]
    title = plain_text(str(entry.get("title", "")))
    text = str(entry.get("text", "")) or title
    if not plain_text(text):
        return [Failed(number, "the item has neither text nor title")]
    context = "\n".join(_ancestors(entry, cache)) if entry.get("parent") else title
    when = entry.get("time")
    return [
        Upsert(
            Item(
                key=number,
                text=text,
                url=f"https://news.ycombinator.com/item?id={number}",
                title=title or _story_title(entry, cache),
                author=str(entry.get("by", "")),
                created_at=datetime.fromtimestamp(when, UTC) if isinstance(when, int) else None,
                context="" if context == plain_text(text) else context,
            )
        )
    ]


def _chain(entry: Entry, cache: dict[int, Entry | None]) -> list[Entry]:
    """What an item answers, the story first."""
    found: list[Entry] = []
    parent = cache.get(entry.get("parent", 0))
    while parent is not None and parent not in found:
        found.insert(0, parent)
        parent = cache.get(parent.get("parent", 0))
    return found


def _ancestors(entry: Entry, cache: dict[int, Entry | None]) -> list[str]:
    """The story's title, and the beginnings of the nearest comments above."""
    chain = _chain(entry, cache)
    lines = [plain_text(str(chain[0].get("title", "")))] if chain else []
    for above in chain[1:][-_ANCESTORS:]:
        lines.append(f"> {' '.join(plain_text(str(above.get('text', ''))).split())[:_EXCERPT]}")
    return [line for line in lines if line.strip("> ")]


def _story_title(entry: Entry, cache: dict[int, Entry | None]) -> str:
    chain = _chain(entry, cache)
    return plain_text(str(chain[0].get("title", ""))) if chain else ""


def _links(entry: Entry) -> bool:
    return bool(entry.get("url")) and not entry.get("deleted") and not entry.get("dead")
