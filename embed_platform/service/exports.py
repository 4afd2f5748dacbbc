"""What is published: each Parquet file with its size, its dates and its checksum."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from embed_platform.corpus.kinds import KINDS
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.storage import FileEntry

_SLUG = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
_FILE = re.compile(r"^[0-9a-f]{16}-[0-9]+\.parquet$")
REMEMBERED = 100_000


@dataclass(frozen=True)
class Described:
    """What reading a file says of it: its sha256, and the dates of its oldest and newest row."""

    sha256: str
    oldest: str | None
    newest: str | None


class Exports:
    """The publication's files. A file's name follows from its content, so each is read once."""

    def __init__(self, lake: Lake) -> None:
        self._files, self._public_url = lake.published, lake.settings.public_url.rstrip("/")
        self._known: dict[str, Described] = {}
        self._lock = Lock()

    def spaces(self) -> list[str]:
        """Slugs of the spaces that are published."""
        folders = self._files.folders()
        return [slug for folder in folders if (slug := layout.partition_value(folder, "space"))]

    def manifest(self, slug: str) -> dict[str, Any] | None:
        """What the publication says of a space; None where there is none."""
        if not _SLUG.match(slug):
            return None
        try:
            data = self._files.get(f"{layout.publication(slug)}/manifest.json")
            content: dict[str, Any] = msgspec.json.decode(data)
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        return content

    def page(self, slug: str, after: str, limit: int) -> tuple[list[dict[str, Any]], str | None]:
        """Files of a space in the order of their paths.

        Args:
            slug: of the space.
            after: path of the last file of the page before; empty for the first page.
            limit: most files.

        Returns:
            The files, and `after` for the next page; None at the end.
        """
        entries = [
            entry
            for entry in self._files.list(layout.publication(slug))
            if entry.path.endswith(".parquet") and entry.path > after
        ]
        rows = [row for entry in entries[:limit] if (row := self._row(slug, entry)) is not None]
        return rows, entries[limit - 1].path if len(entries) > limit else None

    def stream(self, slug: str, kind: str, user: str, name: str) -> Iterator[bytes] | None:
        """The bytes of a file in chunks; None where there is none."""
        known = _SLUG.match(slug) and kind in KINDS and _FILE.match(name)
        if not known or not layout.USER_PATTERN.match(user):
            return None
        path = f"{layout.publication(slug, kind, user)}/{name}"
        return self._files.stream(path) if self._files.exists(path) else None

    def _row(self, slug: str, entry: FileEntry) -> dict[str, Any] | None:
        """A file as the list shows it; None when it was replaced in between."""
        try:
            described = self._described(entry.path)
        except FileNotFoundError:
            return None
        name = entry.path.rsplit("/", 1)[-1]
        kind = layout.partition_value(entry.path, "kind")
        user = layout.partition_value(entry.path, "user")
        here = f"/v1/exports/{slug}/{kind}/{user}/{name}"
        return {
            "path": entry.path,
            "kind": kind,
            "user": user,
            "rows": int(name.rsplit("-", 1)[-1].removesuffix(".parquet")),
            "bytes": entry.size,
            "sha256": described.sha256,
            "oldest": described.oldest,
            "newest": described.newest,
            "url": f"{self._public_url}/{entry.path}" if self._public_url else here,
        }

    def _described(self, path: str) -> Described:
        known = self._known.get(path)
        if known is None:
            known = describe(self._files.get(path))
            with self._lock:
                if len(self._known) >= REMEMBERED:
                    self._known.clear()
                self._known[path] = known
        return known


def describe(data: bytes) -> Described:
    """Checksum and dates of a published file's bytes."""
    created = pq.read_table(pa.BufferReader(data), columns=["created_at"])["created_at"]
    ends = pc.min_max(created).as_py() if len(created) else {"min": None, "max": None}
    return Described(hashlib.sha256(data).hexdigest(), ends["min"], ends["max"])
