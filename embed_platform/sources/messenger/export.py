"""What a Messenger export consists of: its parts, its message files, and what is missing of it.

Facebook cuts one export into several zips, wherever it likes. The parts of one export are one
archive; only its JSON message files are opened, never media.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from embed_platform.errors import BadArchive
from embed_platform.sources.messenger.parts import MessageFile, Part, parts_of, same_bytes
from embed_platform.sources.zips import Limits

_NAME_OF_PART = re.compile(r"(facebook-.+)-[^-]+\.zip", re.IGNORECASE)


@dataclass(frozen=True)
class Export:
    """One export: all of its parts as one archive.

    Attributes:
        name: what its parts' names have in common, empty where they say nothing.
        files: its message files.
        pages: threads of which there are only HTML pages.
        source: what it was read from, where that is no zip and no folder.
    """

    name: str
    files: tuple[MessageFile, ...]
    pages: tuple[str, ...] = ()
    source: str = ""

    @property
    def where(self) -> str:
        """What to call it in messages."""
        return self.source or self.name or str(self.files[0].upload.path)

    def threads(self) -> dict[str, list[MessageFile]]:
        """Files by thread, the oldest messages first."""
        found: dict[str, list[MessageFile]] = {}
        for file in sorted(self.files, key=lambda file: (file.thread, -file.number)):
            found.setdefault(file.thread, []).append(file)
        return found


def open_exports(paths: Sequence[Path], limits: Limits) -> list[Export]:
    """The exports that some zips and folders are parts of.

    Raises:
        BadArchive: the first reason why one of them cannot be taken in.
    """
    found = []
    for export in find_exports(paths, limits):
        if isinstance(export, BadArchive):
            raise export
        found.append(export)
    return found


def find_exports(paths: Sequence[Path], limits: Limits) -> Iterator[Export | BadArchive]:
    """The exports that some zips and folders are parts of, or why one cannot be taken in.

    Parts belong together when their names say so, or say nothing; parts that hold the same file
    with other bytes are of two exports all the same. A part may hold media alone. Where a part
    cannot be read, none of its export is taken; other exports are.
    """
    groups: dict[str, list[Part]] = {}
    broken: dict[str, BadArchive] = {}
    for path in paths:
        name = export_name(path)
        try:
            groups.setdefault(name, []).extend(parts_of(path, limits))
        except BadArchive as error:
            broken.setdefault(name, error)
    yield from broken.values()
    for name, parts in groups.items():
        if name not in broken:
            yield from _exports_of(name, parts)


def export_name(path: Path) -> str:
    """What the names of an export's parts have in common, empty where they say nothing."""
    found = _NAME_OF_PART.fullmatch(path.name)
    return found[1] if found else ""


def missing_files(files: Iterable[MessageFile]) -> list[str]:
    """Message files that must exist, since later ones do: `inbox/ann_1/message_2.json`."""
    numbers: dict[str, set[int]] = {}
    for file in files:
        numbers.setdefault(file.thread, set()).add(file.number)
    return [
        f"{thread}/message_{number}.json"
        for thread, held in sorted(numbers.items())
        for number in range(1, max(held))
        if number not in held
    ]


def refuse_missing(export: Export, *, allowed: bool) -> None:
    """Stop at an export with gaps, unless that was allowed.

    Raises:
        BadArchive: names how many files are missing, and the first.
    """
    gaps = missing_files(export.files)
    if gaps and not allowed:
        are = "files are" if len(gaps) > 1 else "file is"
        raise BadArchive(
            f"{len(gaps)} message {are} missing, {gaps[0]} for example",
            where=export.where,
            remedy="Give all of its zips in one command, or pass --allow-missing",
        )
    if export.pages and not allowed:
        are = "threads are" if len(export.pages) > 1 else "thread is"
        raise BadArchive(
            f"{len(export.pages)} {are} there as HTML pages only, {export.pages[0]} for example",
            where=export.where,
            remedy="Ask Facebook for the export again with the format JSON, or pass --allow-missing",
        )


def _exports_of(name: str, parts: Sequence[Part]) -> Iterator[Export | BadArchive]:
    """The exports that parts of one name are."""
    pages = [part for part in parts if part.pages and not part.files]
    held = [part for part in parts if part.files]
    if pages and not (name and held):
        yield from (_no_json(part) for part in (pages[:1] if name else pages))
    if not held:
        if not pages:
            yield _nothing(parts[0])
        return
    exports = _told_apart(held)
    if exports is None:
        yield BadArchive(
            "these are parts of several exports, and which belong together cannot be told",
            where=name or ", ".join(part.path.name for part in held),
            remedy="Give each export in a command of its own",
        )
        return
    for number, own in enumerate(exports, 1):
        files = {key: file for part in own for key, file in part.files.items()}
        only = set().union(*(part.pages for part in own)) - {thread for thread, _ in files}
        title = name if len(exports) == 1 else f"{name} ({number})".strip()
        yield Export(title if name else "", tuple(files.values()), tuple(sorted(only)))


def _told_apart(parts: Sequence[Part]) -> list[list[Part]] | None:
    """Parts by the export that they are of, in the order given; None where that cannot be told.

    Parts that contradict each other are of two exports. Nothing else says what belongs together,
    so that each part must contradict every export but its own, and no parts stand apart.
    """
    against: dict[int, set[int]] = {place: set() for place in range(len(parts))}
    for one, other in combinations(against, 2):
        if _contradict(parts[one], parts[other]):
            against[one].add(other)
            against[other].add(one)
    if not any(against.values()):
        return [list(parts)]
    order = [0]
    for place in order:  # it grows: each part comes after one that it contradicts
        order += sorted(against[place] - set(order))
    exports: list[set[int]] = []
    for place in order:
        fitting = [export for export in exports if not export & against[place]]
        if fitting:
            fitting[0].add(place)
        else:
            exports.append({place})
    fits = Counter(place for place in order for own in exports if not own & against[place])
    if len(order) < len(parts) or max(fits.values()) > 1:
        return None
    return [[parts[place] for place in sorted(export)] for export in sorted(exports, key=min)]


def _no_json(part: Part) -> BadArchive:
    return BadArchive(
        "its messages are HTML pages",
        where=str(part.path),
        remedy="Ask Facebook for the export again with the format JSON",
    )


def _nothing(part: Part) -> BadArchive:
    return BadArchive(
        "no messages were found",
        where=str(part.path),
        remedy="A Messenger export holds messages/inbox/<thread>/message_1.json; give all its parts",
    )


def _contradict(part: Part, other: Part) -> bool:
    return any(
        not same_bytes(file, other.files[key])
        for key, file in part.files.items()
        if key in other.files
    )
