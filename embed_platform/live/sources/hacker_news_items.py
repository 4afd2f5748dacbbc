"""Items of Hacker News that one poll reads: each once, several at a time, with what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from embed_platform.errors import SourceRefused, SourceUnavailable
from embed_platform.live.processors import plain_text

Entry = dict[str, Any]
_THREADS = 8
_ANCESTORS = 3
_EXCERPT = 200


class Items:
    """Items by their numbers, read with a function that returns None for one that is not there.

    Attributes:
        unread: why an item could not be read.
    """

    def __init__(self, read: Callable[[int], Entry | None]) -> None:
        self._read = read
        self._entries: dict[int, Entry | None] = {}
        self.unread: dict[int, str] = {}

    def __getitem__(self, number: int) -> Entry | None:
        return self._entries.get(number)

    def load(self, numbers: Iterable[int]) -> None:
        """Read those that were not read yet."""
        missing = [number for number in dict.fromkeys(numbers) if number not in self._entries]
        if missing:
            with ThreadPoolExecutor(_THREADS) as pool:
                self._entries.update(zip(missing, pool.map(self._one, missing), strict=True))

    def load_ancestors(self, numbers: Sequence[int]) -> None:
        """What comments answer, up to their story, level by level."""
        entries = [self[number] for number in numbers]
        while True:
            parents = {e["parent"] for e in entries if e and isinstance(e.get("parent"), int)}
            wanted = sorted(parents - self._entries.keys())
            if not wanted:
                return
            self.load(wanted)
            entries = [self[number] for number in wanted]

    def problem(self, number: int) -> str:
        """Why an item, or something that it answers, could not be read; empty where all could."""
        at: int | None = number
        passed: set[int] = set()
        while isinstance(at, int) and at not in passed:
            if at in self.unread:
                return self.unread[at]
            passed.add(at)
            at = (self[at] or {}).get("parent")
        return ""

    def ancestors(self, entry: Entry) -> list[str]:
        """The story's title, and the beginnings of the nearest comments above."""
        chain = self._chain(entry)
        lines = [plain_text(str(chain[0].get("title", "")))] if chain else []
        for above in chain[1:][-_ANCESTORS:]:
            lines.append(f"> {' '.join(plain_text(str(above.get('text', ''))).split())[:_EXCERPT]}")
        return [line for line in lines if line.strip("> ")]

    def story_title(self, entry: Entry) -> str:
        """Title of the story that an item belongs to."""
        chain = self._chain(entry)
        return plain_text(str(chain[0].get("title", ""))) if chain else ""

    def _chain(self, entry: Entry) -> list[Entry]:
        """What an item answers, the story first."""
        found: list[Entry] = []
        parent = self._entries.get(entry.get("parent", 0))
        while parent is not None and parent not in found:
            found.insert(0, parent)
            parent = self._entries.get(parent.get("parent", 0))
        return found

    def _one(self, number: int) -> Entry | None:
        try:
            return self._read(number)
        except (SourceRefused, SourceUnavailable) as error:
            self.unread[number] = error.what
            return None
