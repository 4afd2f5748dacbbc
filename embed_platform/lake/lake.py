"""The lake as one value that is handed around: its files, the publication's files, the settings."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from embed_platform.lake import layout
from embed_platform.lake.locks import user_lock
from embed_platform.lake.scratch import scratch_prefix
from embed_platform.lake.storage import NoStorage, Storage, open_storage
from embed_platform.settings import Settings


@dataclass(frozen=True)
class Lake:
    """Everything a domain function needs to read and write the truth."""

    storage: Storage
    published: Storage
    settings: Settings

    @contextmanager
    def writing(self, user: str) -> Iterator[None]:
        """Hold the user's write lock."""
        with user_lock(self.settings, user):
            yield

    @contextmanager
    def scratch(self, name: str) -> Iterator[Path]:
        """A folder of its own under the home for files on their way, gone afterwards."""
        root = self.settings.home / "tmp"
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=scratch_prefix(name), dir=root) as folder:
            yield Path(folder)

    def users(self) -> list[str]:
        """Every user of whom an archive is kept or documents remain."""
        names = {
            value
            for root in (layout.archives(), layout.documents())
            for folder in self.storage.folders(root)
            if (value := layout.partition_value(folder, "user"))
        }
        return sorted(names)


def open_lake(settings: Settings) -> Lake:
    """Open the lake and the publication that the settings name, making local folders where they may."""

    def opened(url: str, name: str, setting: str) -> Storage:
        if not (url or settings.embedded_parts):
            return NoStorage(f"there is no {name} here: {setting} names none (s3://bucket/prefix)")
        return open_storage(url or str(settings.home / name), settings)

    return Lake(
        opened(settings.lake_url, "lake", "EMBED_LAKE_URL"),
        opened(settings.publish_url, "publish", "EMBED_PUBLISH_URL"),
        settings,
    )
