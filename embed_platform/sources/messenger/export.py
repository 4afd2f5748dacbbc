"""What a Messenger export consists of: its parts, its message files, and what is missing of it.

Facebook cuts one export into several zips, wherever it likes. The parts of one export are one
archive; only its JSON message files are opened, never media.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from embed_platform.errors import BadArchive
from embed_platform.sources.containers import (
    Limits,
    Member,
    Upload,
    folder_members,
    zip_members,
)

SECTIONS = ("inbox", "archived_threads", "filtered_threads", "message_requests", "e2ee_cutover")
_ROOTS = r"(?:(?:your_activity_across_facebook|your_facebook_activity)/)?messages/"
_STANDARD = re.compile(
    rf"(?:.*/)?{_ROOTS}((?:{'|'.join(SECTIONS)})/[^/]+)/message_(\d+)\.(json|html)"
)
# The encrypted export has no folders: one file a thread, at the top or in messages/.
_ENCRYPTED = re.compile(rf"(?:(?:[^/]+/)?{_ROOTS}|[^/]+/)?([^/]+_\d+)\.json")
_NAME_OF_PART = re.compile(r"(facebook-.+)-[^-]+\.zip", re.IGNORECASE)


@dataclass(frozen=True)
class MessageFile:
    """One message file.

    Attributes:
        thread: its thread's folder below `messages/`, or its own name in an encrypted export.
        number: 1 holds the newest messages.
        member: where its bytes are.
        upload: of which part.
    """

    thread: str
    number: int
    member: Member
    upload: Upload


@dataclass(frozen=True)
class Export:
    """One export: all of its parts as one archive."""

    name: str
    files: tuple[MessageFile, ...]

    def threads(self) -> dict[str, list[MessageFile]]:
        """Files by thread, the oldest messages first."""
        found: dict[str, list[MessageFile]] = {}
        for file in sorted(self.files, key=lambda file: (file.thread, -file.number)):
            found.setdefault(file.thread, []).append(file)
        return found


def open_exports(paths: Sequence[Path], limits: Limits) -> list[Export]:
    """The exports that some zips and folders are parts of.

    Parts belong together when their names say so, or say nothing; parts that hold the same file
    with other bytes are of two exports all the same. A part may hold media alone.

    Raises:
        BadArchive: a part cannot be read, or no part of an export holds messages as JSON.
    """
    groups: dict[str, list[list[MessageFile]]] = {}
    without: list[Path] = []
    for path in paths:
        files = _message_files(path, limits)
        if not files:
            without.append(path)
            continue
        exports = groups.setdefault(export_name(path), [])
        fitting = next((export for export in exports if not _contradict(export, files)), None)
        if fitting is None:
            exports.append(files)
        else:
            fitting += [file for file in files if not _is_among(file, fitting)]
    for path in without:
        if not export_name(path) or export_name(path) not in groups:
            raise BadArchive(
                "no messages were found",
                where=str(path),
                remedy="A Messenger export holds messages/inbox/<thread>/message_1.json; give all its parts",
            )
    return [
        Export(name if len(exports) == 1 else f"{name} ({number})", tuple(files))
        for name, exports in groups.items()
        for number, files in enumerate(exports, 1)
    ]


def export_name(path: Path) -> str:
    """What the names of an export's parts have in common, empty where they say nothing."""
    found = _NAME_OF_PART.fullmatch(path.name)
    return found[1] if found else ""


def is_messenger(path: Path, limits: Limits) -> bool:
    """Whether a zip or folder holds messages of Messenger, as JSON or HTML."""
    try:
        return bool(_members(path, limits))
    except BadArchive:
        return False


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
        raise BadArchive(
            f"{len(gaps)} message files are missing, {gaps[0]} for example",
            where=export.name or "the export",
            remedy="Give all of its zips in one command, or pass --allow-missing",
        )


def _message_files(path: Path, limits: Limits) -> list[MessageFile]:
    members = _members(path, limits)
    upload = Upload(path, "folder" if path.is_dir() else "zip", members)
    found = []
    for name, member in members.items():
        place = _place(PurePosixPath(name))
        if place is not None and name.endswith(".json"):
            found.append(MessageFile(*place, member, upload))
    if not found and any(name.endswith(".html") for name in members):
        raise BadArchive(
            "its messages are HTML pages",
            where=str(path),
            remedy="Ask Facebook for the export again with the format JSON",
        )
    return found


def _members(path: Path, limits: Limits) -> dict[str, Member]:
    read = folder_members if path.is_dir() else zip_members
    return read(path, limits, lambda inner: None if _place(inner) is None else inner.as_posix())


def _place(inner: PurePosixPath) -> tuple[str, int] | None:
    """Thread and number of a message file, None for any other."""
    text = inner.as_posix()
    standard = _STANDARD.fullmatch(text)
    if standard:
        return standard[1], int(standard[2])
    encrypted = _ENCRYPTED.fullmatch(text)
    return (encrypted[1], 1) if encrypted else None


def _contradict(files: Sequence[MessageFile], others: Sequence[MessageFile]) -> bool:
    held = {(file.thread, file.number): file for file in files}
    return any(
        (file.thread, file.number) in held and not _same_bytes(held[file.thread, file.number], file)
        for file in others
    )


def _is_among(file: MessageFile, files: Sequence[MessageFile]) -> bool:
    return any((file.thread, file.number) == (other.thread, other.number) for other in files)


def _same_bytes(one: MessageFile, other: MessageFile) -> bool:
    """By what the zips' directories say; files of folders, which have no checksum, by their bytes."""
    a, b = one.member, other.member
    if a.size != b.size:
        return False
    if a.inside and b.inside:
        return a.crc == b.crc
    return not a.inside and not b.inside and a.path.read_bytes() == b.path.read_bytes()
