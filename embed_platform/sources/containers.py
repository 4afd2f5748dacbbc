"""Uploads as a set of named members: zip, folder, or one archive.json; read by allow-list only.

Whatever is not on the list (direct messages, IP audit, e-mail changes, deleted tweets, likes) is
never opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from embed_platform.errors import BadArchive
from embed_platform.sources.folders import plain_member
from embed_platform.sources.twitter.members import is_allowed, is_main_tweets
from embed_platform.sources.zips import (
    Limits,
    Member,
    reading_zip,
    refuse_absent,
    refuse_size,
    unreadable,
    zip_members,
)


@dataclass(frozen=True)
class Upload:
    """An upload and its allow-listed members, by name."""

    path: Path
    form: str
    members: dict[str, Member] = field(default_factory=dict)

    @contextmanager
    def open(self, member: Member, limits: Limits) -> Iterator[BinaryIO]:
        """A member's bytes as a stream that refuses a bomb and names a broken member."""
        with self.reading(limits) as opened, opened(member) as file:
            yield file

    @contextmanager
    def reading(self, limits: Limits) -> Iterator[Callable[[Member], BinaryIO]]:
        """As `open`, for many members: a zip's directory, which may be long, is read once."""
        if self.form != "zip":
            yield _opened
            return
        with reading_zip(self.path, limits) as opened:
            yield opened


def _opened(member: Member) -> BinaryIO:
    try:
        return member.path.open("rb")
    except OSError as error:
        raise unreadable(member.path, error) from error


def open_upload(path: Path, limits: Limits) -> Upload:
    """Look at an upload without reading more than its directory.

    Raises:
        BadArchive: it is none, or is one that must not be unpacked.
    """
    if path.is_dir():
        return _folder(path, limits)
    refuse_absent(path)
    if path.suffix.lower() == ".json":
        size = path.stat().st_size
        refuse_size(size, path, limits)
        return Upload(path, "json", {"archive.json": Member("archive.json", path, size=size)})
    return _zip(path, limits)


def find_archives(path: Path) -> list[Path]:
    """The archives at a path: itself, or those of a folder of many users (`<user>/archive.json`)."""
    if not path.is_dir() or data_folder(path) is not None:
        return [path]
    found: list[Path] = []
    for child in sorted(path.iterdir()):
        if child.is_dir() and not child.name.startswith((".", "__")):
            inner = [
                p
                for p in sorted(child.iterdir())
                if p.suffix.lower() in {".json", ".zip"} and p.is_file()
            ]
            found += [child] if data_folder(child) is not None else inner
        elif child.is_file() and (child.suffix.lower() == ".zip" or child.name == "archive.json"):
            found.append(child)
    return found or [path]


def _zip(path: Path, limits: Limits) -> Upload:
    def named(inner: PurePosixPath) -> str | None:
        return inner.name if is_allowed(inner.name) and _in_data(inner) else None

    return _with_tweets(Upload(path, "zip", zip_members(path, limits, named)))


def _folder(path: Path, limits: Limits) -> Upload:
    data = data_folder(path)
    if data is None:
        alone = path / "archive.json"
        if alone.is_file():
            return open_upload(alone, limits)
        raise BadArchive(
            "no tweets file was found, and no PDF or image right in it",
            where=str(path),
            remedy="Give the folder that holds data/tweets.js, or messages/inbox; PDFs and images "
            "of several users are given folder by folder, with --user",
        )
    members = {
        child.name: plain_member(child.name, child)
        for child in sorted(data.iterdir())
        if is_allowed(child.name)
    }
    refuse_size(sum(member.size for member in members.values()), path, limits)
    return _with_tweets(Upload(path, "folder", members))


def data_folder(path: Path) -> Path | None:
    """The folder of an unpacked export that holds its tweets: `data/` in it, or itself."""
    for folder in (path / "data", path):
        if folder.is_dir() and any(
            is_main_tweets(p.name) and p.suffix == ".js" for p in folder.iterdir()
        ):
            return folder
    return None


def _in_data(inner: PurePosixPath) -> bool:
    """Whether a member lies in data/, at the top or in one folder of the export's name."""
    return "data" in inner.parts[:-1] and inner.parts[-2] == "data" and len(inner.parts) <= 3


def _with_tweets(upload: Upload) -> Upload:
    if not any(is_main_tweets(name) for name in upload.members):
        raise BadArchive(
            "no tweets file was found",
            where=str(upload.path),
            remedy="A Twitter/X export holds data/tweets.js, one of Messenger messages/inbox; nothing was kept",
        )
    return upload
