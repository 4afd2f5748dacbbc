"""What lies in the inbox and was not seen yet; objects still being written are left alone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from embed_platform.errors import EmbedError
from embed_platform.lake.lake import Lake
from embed_platform.lake.layout import valid_user
from embed_platform.sources.fingerprint import fingerprint
from embed_platform.sources.ingest import owner

# A file that changed within this time may still be on its way.
SETTLED_SECONDS = 5.0


@dataclass(frozen=True)
class Drop:
    """One upload in the inbox.

    Attributes:
        path: the file.
        mark: its content and time of change; the same mark is never started twice, and touching
            the file starts it again.
        user: partition key; empty when it cannot be told.
        problem: why it cannot be told.
    """

    path: str
    mark: str
    user: str = ""
    problem: str = ""


def scan_inbox(
    lake: Lake,
    folder: Path,
    seen: Mapping[str, str],
    *,
    limit: int,
    settled_seconds: float = SETTLED_SECONDS,
) -> list[Drop]:
    """New uploads, at most `limit`, oldest first.

    Args:
        lake: knows under which key an account is kept.
        folder: holds archives, or `<user>/` folders with them where the file names no owner.
        seen: mark by path, of earlier scans.
        limit: most uploads to return.
        settled_seconds: files changed more recently are left for the next scan.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = time.time()
    drops = []
    for path in sorted(_files(folder), key=lambda p: p.stat().st_mtime):
        changed = path.stat()
        stamp = f"{changed.st_size}-{changed.st_mtime_ns}"
        if now - changed.st_mtime < settled_seconds or seen.get(str(path), "").endswith(stamp):
            continue
        drops.append(_drop(lake, path, folder, stamp))
        if len(drops) == limit:
            break
    return drops


def _drop(lake: Lake, path: Path, folder: Path, stamp: str) -> Drop:
    try:
        mark = f"{fingerprint(path)}-{stamp}"
        user = valid_user(path.parent.name) if path.parent != folder else owner(lake, path)
    except EmbedError as error:
        return Drop(str(path), f"unreadable-{stamp}", problem=str(error))
    return Drop(str(path), mark, user)


def _files(folder: Path) -> Iterator[Path]:
    for pattern in ("*", "*/*"):
        for path in folder.glob(pattern):
            if (
                path.is_file()
                and path.suffix.lower() in {".zip", ".json"}
                and not path.name.startswith(".")
            ):
                yield path
