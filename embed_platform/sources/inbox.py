"""What lies in the inbox and was not seen yet; objects still being written are left alone."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from embed_platform.errors import PermanentError, TransientError
from embed_platform.lake.lake import Lake
from embed_platform.lake.layout import valid_user
from embed_platform.lake.suppressions import refuse_erased
from embed_platform.sources.fingerprint import fingerprint
from embed_platform.sources.intake import handovers, owner
from embed_platform.sources.messenger.export import export_name
from embed_platform.sources.pages.files import SUFFIXES, is_page_file

# A file that changed within this time may still be on its way.
SETTLED_SECONDS = 5.0
# Mark of what could not be looked at for a reason that passes: no scan takes it for known.
UNKNOWN = ""


@dataclass(frozen=True)
class Drop:
    """One upload in the inbox.

    Attributes:
        paths: the file, the parts of one export, or the page files of a folder.
        mark: its content and time of change; the same mark is never started twice, and touching
            a file starts it again; `UNKNOWN` where the look failed for a reason that passes.
        user: partition key; empty when it cannot be told.
        source: of what it is an archive.
        problem: why nothing comes of it: its owner cannot be told, or was erased.
    """

    paths: tuple[str, ...]
    mark: str
    user: str = ""
    source: str = ""
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
        settled_seconds: files changed more recently, and the other parts of their export, are left
            for the next scan.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = time.time()
    drops = []
    for paths in sorted(_uploads(folder), key=_changed):
        stamp = _stamp(paths)
        known = all(seen.get(str(path), "").endswith(stamp) for path in paths)
        if now - _changed(paths) < settled_seconds or known:
            continue
        drops.append(_drop(lake, paths, folder, stamp))
        if len(drops) == limit:
            break
    return drops


def _drop(lake: Lake, paths: tuple[Path, ...], folder: Path, stamp: str) -> Drop:
    names, inside = tuple(map(str, paths)), paths[0].parent
    try:
        mark = "-".join([*map(fingerprint, paths[:1]), stamp])
        (given,) = handovers(lake, paths)
        user = valid_user(inside.name) if inside != folder else owner(lake, given)
        # here already, so that no run and no partition comes of it
        refuse_erased(lake.storage, user, where=names[0])
    except PermanentError as error:
        return Drop(names, f"unreadable-{stamp}", problem=str(error))
    except TransientError as error:
        return Drop(names, UNKNOWN, problem=str(error))
    return Drop(names, mark, user, given.source)


def _uploads(folder: Path) -> Iterator[tuple[Path, ...]]:
    """Each file by itself, the parts of one export together, the page files of a folder together."""

    def upload(path: Path) -> tuple[str, str]:
        if is_page_file(path):
            return str(path.parent), "*"  # no file is called so
        return str(path.parent), export_name(path) or path.name

    for _, paths in groupby(sorted(_files(folder), key=upload), key=upload):
        yield tuple(sorted(paths))


def _changed(paths: tuple[Path, ...]) -> float:
    return max(path.stat().st_mtime for path in paths)


def _stamp(paths: tuple[Path, ...]) -> str:
    """What tells whether any of some files changed: their folder, names, sizes and times."""
    found = [
        (path.parent.name, path.name, path.stat().st_size, path.stat().st_mtime_ns)
        for path in paths
    ]
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]


def _files(folder: Path) -> Iterator[Path]:
    for pattern in ("*", "*/*"):
        for path in folder.glob(pattern):
            if (
                path.is_file()
                and path.suffix.lower() in {".zip", ".json", ".db", *SUFFIXES}
                and not path.name.startswith(".")
            ):
                yield path
