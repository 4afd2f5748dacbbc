"""Files of an unpacked export, wherever below its folder; no link is followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from embed_platform.errors import BadArchive
from embed_platform.sources.zips import Limits, Member, refuse_size, unreadable


def folder_members(
    path: Path, limits: Limits, named: Callable[[PurePosixPath], str | None]
) -> dict[str, Member]:
    """The files below a folder that somebody wants, by the name that they are given.

    Raises:
        BadArchive: one is a link or special file, a folder cannot be read, or they are too large.
    """
    members: dict[str, Member] = {}
    for child in _below(path):
        name = named(PurePosixPath(child.relative_to(path).as_posix()))
        if name is not None:
            members[name] = plain_member(name, child)
    refuse_size(sum(member.size for member in members.values()), path, limits)
    return members


def plain_member(name: str, path: Path) -> Member:
    """A file as a member.

    Raises:
        BadArchive: it is a link or special file.
    """
    if not stat.S_ISREG(path.lstat().st_mode):
        raise BadArchive(
            "a symbolic link or special file is not read",
            where=str(path),
            remedy="Put the file itself there",
        )
    return Member(name, path, size=path.stat().st_size)


def _below(path: Path) -> list[Path]:
    """Every file below a folder, and the links in it, which are not followed."""

    def refuse(error: OSError) -> None:
        raise unreadable(Path(str(error.filename)), error)

    found = []
    for folder, folders, files in os.walk(path, onerror=refuse):
        here = Path(folder)
        found += [here / name for name in folders if (here / name).is_symlink()]
        found += [here / name for name in files]
    return sorted(found)
