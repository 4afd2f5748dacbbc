"""What one zip or folder holds of Messenger exports: message files by thread and number, never media."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from embed_platform.errors import BadArchive
from embed_platform.sources.containers import Upload
from embed_platform.sources.folders import folder_members
from embed_platform.sources.zips import BLOCK, Limits, Member, unreadable, zip_members

SECTIONS = ("inbox", "archived_threads", "filtered_threads", "message_requests", "e2ee_cutover")
# A file holds 10,000 messages: a number of more digits is none of Facebook's.
NUMBER_DIGITS = 6
_ROOT = r"(?P<root>(?:.*/)?(?:(?:your_activity_across_facebook|your_facebook_activity)/)?messages/)"
_IN_THREAD = re.compile(
    rf"{_ROOT}(?P<thread>(?:{'|'.join(SECTIONS)})/[^/]+)/(?P<file>.+)", re.DOTALL
)
_FOLDER = re.compile(rf"(?:.*/)?messages(?:/(?:{'|'.join(SECTIONS)})(?:/[^/]+)?)?", re.DOTALL)
_FILE = re.compile(r"message_(?P<number>[0-9]+)\.(?P<form>json|html)")
# The encrypted export has no folders: one file a thread, at the top or in messages/.
_ENCRYPTED = re.compile(
    rf"(?:{_ROOT}|(?P<top>[^/]+/)?)(?P<thread>(?!message_[0-9]+\.)[^/]+_[0-9]+)\.json", re.DOTALL
)
# One of these is in the beginning of every thread of the encrypted export, whatever its encoding.
_THREAD_KEYS = (b"participants", b"threadName")
_HEAD = 64 * 2**10


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
class Part:
    """What one zip or folder holds of an export: files by thread and number, and threads as HTML."""

    path: Path
    files: dict[tuple[str, int], MessageFile] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)


class _Place(NamedTuple):
    """Where a file of messages lies: in which export, of which thread, with which number and form."""

    root: str
    thread: str
    number: int
    form: str
    encrypted: bool = False


def parts_of(path: Path, limits: Limits) -> list[Part]:
    """What a zip or folder holds, for each folder `messages/` in it; one empty part for media alone."""
    members = _members(path, limits)
    upload = Upload(path, "folder" if path.is_dir() else "zip", members)
    found: dict[str, Part] = {}
    for root, places in _by_root(path, upload, limits).items():
        part = found.setdefault(root, Part(path))
        for name, place in places:
            if place.form == "html":
                part.pages.add(place.thread)
                continue
            file = MessageFile(place.thread, place.number, members[name], upload)
            other = part.files.setdefault((place.thread, place.number), file)
            if not same_bytes(file, other):
                raise BadArchive(
                    f"it is there twice, with other content as {other.member.name}",
                    where=f"{path}, {name}",
                    remedy="Leave the one of them that Facebook wrote",
                )
    return list(found.values()) or [Part(path)]


def is_messenger(path: Path, limits: Limits) -> bool:
    """Whether a zip or folder holds anything of Messenger's threads, whatever state it is in."""
    prefix, names = _prefix(path), _names(path)
    try:
        if any(_IN_THREAD.fullmatch(name) for name in names):
            return True
        # of the encrypted export, or in a folder that lies in messages/ itself
        return any(_place(prefix, name) for name in names) and any(
            part.files or part.pages for part in parts_of(path, limits)
        )
    except BadArchive:
        return True  # whoever reads it will say what is wrong with it


def same_bytes(one: MessageFile, other: MessageFile) -> bool:
    """By size and checksum, which a zip's directory knows."""
    a, b = one.member, other.member
    return a is b or (a.size == b.size and _checksum(a) == _checksum(b))


def _by_root(path: Path, upload: Upload, limits: Limits) -> dict[str, list[tuple[str, _Place]]]:
    """Names and places of the message files below each folder `messages/`.

    Whatever ends in a number may be a file of the encrypted export; in a folder where none looks
    like it, there is none.
    """
    found: dict[str, list[tuple[str, _Place]]] = {}
    flat: dict[str, list[tuple[str, _Place]]] = {}
    prefix = _prefix(path)
    for name in upload.members:
        place = _place(prefix, name)
        if place is not None and place.number >= 10**NUMBER_DIGITS:
            raise BadArchive(
                "no export has so many files",
                where=f"{path}, {name[:300]}",
                remedy="Leave out what Facebook did not write",
            )
        if place is not None:
            (flat if place.encrypted else found).setdefault(place.root, []).append((name, place))
    for root, files in flat.items():
        if any(_looks_like_thread(upload, upload.members[name], limits) for name, _ in files):
            found.setdefault(root, []).extend(files)
    return found


def _members(path: Path, limits: Limits) -> dict[str, Member]:
    prefix = _prefix(path)
    read = folder_members if path.is_dir() else zip_members

    def named(inner: PurePosixPath) -> str | None:
        name = inner.as_posix()
        # of a link in place of a folder nothing would be read
        is_wanted = _place(prefix, name) or (prefix and _FOLDER.fullmatch(prefix + name))
        return name if is_wanted else None

    return read(path, limits, named)


def _names(path: Path) -> list[str]:
    """Every path in a zip or folder as far as it can be read."""
    if path.is_dir():
        return [file.relative_to(path).as_posix() for file in path.rglob("*")]
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return []


def _prefix(path: Path) -> str:
    """What comes before a member's name: a folder may be given that lies in messages/ itself."""
    return f"{path.absolute().as_posix()}/" if path.is_dir() else ""


def _place(prefix: str, name: str) -> _Place | None:
    """Where a message file lies, None for any other."""
    inside = _IN_THREAD.fullmatch(prefix + name)
    file = _FILE.fullmatch(inside["file"]) if inside else None
    if inside and file:
        number = int(file["number"][: NUMBER_DIGITS + 1])
        return _Place(inside["root"], _sound(inside["thread"]), number, file["form"])
    flat = None if inside else _ENCRYPTED.fullmatch(name)
    if not flat:
        return None
    root = prefix + (flat["root"] or flat["top"] or "")
    return _Place(root, _sound(flat["thread"]), 1, "json", encrypted=True)


def _sound(name: str) -> str:
    """A name that can be written: one on a disk may be no Unicode."""
    return name.encode(errors="backslashreplace").decode()


def _looks_like_thread(upload: Upload, member: Member, limits: Limits) -> bool:
    try:
        with upload.open(member, limits) as file:
            head = file.read(_HEAD).replace(b"\0", b"")
    except BadArchive:
        return True  # reading all of it will say what is wrong with it
    return any(key in head for key in _THREAD_KEYS)


def _checksum(member: Member) -> int:
    if member.inside:
        return member.crc
    value = 0
    try:
        with member.path.open("rb") as file:
            while block := file.read(BLOCK):
                value = zlib.crc32(block, value)
    except OSError as error:
        raise unreadable(member.path, error) from error
    return value
