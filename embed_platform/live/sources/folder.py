"""A folder of text, Markdown and HTML files: what lies in it is all there is."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from embed_platform.errors import SourceUnavailable
from embed_platform.live.changes import (
    Change,
    Cursor,
    Delete,
    Everything,
    Failed,
    Item,
    Upsert,
)
from embed_platform.live.processors import plain_text
from embed_platform.live.web.charset import decoded

SUFFIXES = (".txt", ".md", ".markdown", ".rst", ".html", ".htm")


class Folder:
    """Files under a folder; a file's path within it is its key.

    Files whose name begins with a dot, and links that lead out of the folder, are left alone.

    Args:
        path: of the folder.
        suffixes: of the files that are read.
        poll_seconds: between two looks at all of them.
        files_per_poll: most that one batch reads; the others follow at once.
        max_bytes: larger files become dead letters.
    """

    def __init__(
        self,
        path: str | Path,
        suffixes: tuple[str, ...] | list[str] = SUFFIXES,
        poll_seconds: float = 10,
        files_per_poll: int = 500,
        max_bytes: int = 5 * 2**20,
    ) -> None:
        self.path = Path(path).expanduser().absolute()
        self.suffixes = tuple(suffix.lower() for suffix in suffixes)
        self.poll_seconds = poll_seconds
        self.files_per_poll = files_per_poll
        self.max_bytes = max_bytes
        # the walk that is under way, and where it stands; a large folder is listed once a pass
        self._walking: tuple[str, Iterator[str]] | None = None

    def poll(self, cursor: Cursor) -> tuple[list[Change], Cursor]:
        """The next files in the order of their paths; after the last one the snapshot ends.

        Raises:
            SourceUnavailable: the folder is not there, which does not mean that it is empty.
        """
        if not self.path.is_dir():
            raise SourceUnavailable("there is no such folder", where=str(self.path))
        after = str(cursor.get("after", ""))
        changes: list[Change] = []
        last = ""
        names = self._names(after)
        for name in names:
            changes.append(self._read(name))
            last = name
            if len(changes) == self.files_per_poll:
                self._walking = (last, names)
                return changes, {"after": last, "more": True}
        return [*changes, Everything()], {"after": "", "more": False}

    def fetch(self, keys: Sequence[str]) -> list[Change]:
        """These files as they are now; those that are not there are gone."""
        return [self._read(key) if (self.path / key).is_file() else Delete(key) for key in keys]

    def _names(self, after: str) -> Iterator[str]:
        """Names of files after one, in the order in which folders are walked."""
        walking, self._walking = self._walking, None
        if after and walking is not None and walking[0] == after:
            return walking[1]
        return self._walk("", after.split("/") if after else [])

    def _walk(self, folder: str, after: list[str]) -> Iterator[str]:
        try:
            with os.scandir(self.path / folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except FileNotFoundError:  # went away since its parent was listed
            return
        except OSError as error:
            raise SourceUnavailable(
                f"it cannot be listed ({error.strerror})", where=str(self.path / folder)
            ) from error
        first = after[0] if after else ""
        for entry in entries:
            if entry.name < first or entry.name.startswith("."):
                continue
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(name, after[1:] if entry.name == first else [])
            elif (entry.name != first or len(after) > 1) and self._wanted(entry):
                yield name

    def _wanted(self, entry: os.DirEntry[str]) -> bool:
        if not entry.name.lower().endswith(self.suffixes):
            return False
        inside = not entry.is_symlink() or Path(entry.path).resolve().is_relative_to(
            self.path.resolve()
        )
        return inside and entry.is_file()

    def _read(self, name: str) -> Change:
        path = self.path / name
        try:
            found = path.stat()
            if found.st_size > self.max_bytes:
                return Failed(name, f"larger than {self.max_bytes:,} bytes")
            text = decoded(path.read_bytes())
        except OSError as error:
            return Failed(name, f"it cannot be read ({error.strerror})")
        if name.lower().endswith((".html", ".htm")):
            text = plain_text(text)
        if not text.strip():
            return Failed(name, "the file holds no text")
        when = datetime.fromtimestamp(found.st_mtime, UTC)
        title = Path(name).name
        return Upsert(Item(name, text, url=path.as_uri(), title=title, created_at=when))
