"""Members of zips, and what no upload may be: too large, a bomb, broken, pointing out of itself."""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from embed_platform.errors import BadArchive

BLOCK = 4 * 2**20
# What reading a member raises when the zip's directory or the member is not as it says.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
# Small members may pack well without being an attack.
RATIO_FROM_BYTES = 10 * 2**20


@dataclass(frozen=True)
class Limits:
    """Most bytes that an upload may unpack to, and the highest packing ratio of one member."""

    max_bytes: int
    max_ratio: float


@dataclass(frozen=True)
class Member:
    """One allow-listed file of an upload: its name and where its bytes are."""

    name: str
    path: Path
    inside: str = ""
    size: int = 0
    packed: int = 0
    crc: int = 0


def zip_members(
    path: Path, limits: Limits, named: Callable[[PurePosixPath], str | None]
) -> dict[str, Member]:
    """The members of a zip that somebody wants, by the name that they are given.

    Args:
        path: the zip.
        limits: what it may unpack to.
        named: gives a wanted member its name, None to leave it closed.

    Raises:
        BadArchive: it is no zip, or one that must not be unpacked.
    """
    refuse_absent(path)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except PermissionError as error:
        raise unreadable(path, error) from error
    except NotImplementedError as error:
        raise BadArchive(
            f"a zip file of a kind that is not read ({error})",
            where=str(path),
            remedy="Unpack it, and give the folder",
        ) from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError) as error:
        with path.open("rb") as file:
            begins_well = file.read(4) == b"PK\x03\x04"
        problem = "the zip file is cut off" if begins_well else "this is no zip file"
        raise BadArchive(
            f"{problem} ({error})", where=str(path), remedy="Download the archive again"
        ) from error
    members: dict[str, Member] = {}
    for info in infos:
        _refuse_dangerous(info, path)
        inner = PurePosixPath(info.filename)
        if "__MACOSX" in inner.parts or info.is_dir() or (name := named(inner)) is None:
            continue
        where = f"{path}, {info.filename}"
        if info.flag_bits & 1:
            raise BadArchive("the zip file is encrypted", where=where, remedy="Unpack it first")
        if name in members:
            raise BadArchive(
                "the member occurs twice", where=where, remedy="Download the archive again"
            )
        member = Member(name, path, info.filename, info.file_size, info.compress_size, info.CRC)
        _refuse_bomb(info.file_size, member, path, limits)
        members[name] = member
    refuse_size(sum(member.size for member in members.values()), path, limits)
    return members


@contextmanager
def reading_zip(path: Path, limits: Limits) -> Iterator[Callable[[Member], BinaryIO]]:
    """Opens members of a zip as streams; its directory, which may be long, is read once."""
    with zipfile.ZipFile(path) as archive:

        def opened(member: Member) -> BinaryIO:
            with _damage(f"{path}, {member.inside}"):
                inner = archive.open(member.inside)
            return io.BufferedReader(_Guarded(inner, member, path, limits), BLOCK)

        yield opened


class _Guarded(io.RawIOBase):
    """Counts what really comes out of a zip member, for its header may lie."""

    def __init__(self, file: IO[bytes], member: Member, path: Path, limits: Limits) -> None:
        self._file, self._member, self._path, self._limits = file, member, path, limits
        self._read = 0

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        with _damage(f"{self._path}, {self._member.inside}"):
            data = self._file.read(len(buffer))
        self._read += len(data)
        _refuse_bomb(self._read, self._member, self._path, self._limits)
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def _damage(where: str) -> Iterator[None]:
    """What a broken zip member raises, as one of our errors."""
    try:
        yield
    except _BROKEN as error:
        raise BadArchive(
            f"the member is damaged ({error})",
            where=where,
            remedy="Download the archive again",
        ) from error


def unreadable(path: Path, error: OSError) -> BadArchive:
    """The error of a file or folder that cannot be opened."""
    return BadArchive(
        f"it cannot be read ({error.strerror or error})",
        where=str(path),
        remedy="Check the path and its rights",
    )


def refuse_special(path: Path) -> None:
    """Stop at a pipe, socket or device: reading one may wait, or go on, for ever.

    Raises:
        BadArchive: it is one.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise BadArchive(
            "it is neither a file nor a folder",
            where=str(path),
            remedy="Write what comes out of it into a file, and give that",
        )


def refuse_absent(path: Path) -> None:
    """Stop where there is no file, or nothing in it.

    Raises:
        BadArchive: so it is.
    """
    if not path.exists():
        raise BadArchive("there is no such file", where=str(path), remedy="Check the path")
    if path.stat().st_size == 0:
        raise BadArchive("the file is empty", where=str(path), remedy="Download the archive again")


def _refuse_dangerous(info: zipfile.ZipInfo, path: Path) -> None:
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    if (
        not info.filename
        or ".." in parts
        or info.filename.startswith(("/", "\\"))
        or re.match(r"^[A-Za-z]:", info.filename)
        or "\0" in info.orig_filename
    ):
        raise BadArchive(
            "a member's path leads out of the archive, or nowhere",
            where=f"{path}, {info.filename!r}",
            remedy="Do not trust this file",
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        raise BadArchive(
            "a member is a symbolic link",
            where=f"{path}, {info.filename!r}",
            remedy="Do not trust this file",
        )


def refuse_size(size: int, path: Path, limits: Limits) -> None:
    """Stop at more bytes than an upload may unpack to.

    Raises:
        BadArchive: it would.
    """
    if size > limits.max_bytes:
        raise BadArchive(
            f"it would unpack to more than {limits.max_bytes:,} bytes",
            where=str(path),
            remedy="EMBED_ARCHIVE_MAX_BYTES moves the limit",
        )


def _refuse_bomb(size: int, member: Member, path: Path, limits: Limits) -> None:
    ratio = size / max(member.packed, 1)
    if size > limits.max_bytes or (size > RATIO_FROM_BYTES and ratio > limits.max_ratio):
        raise BadArchive(
            f"the member unpacks to {ratio:,.0f} times its size or more, as a zip bomb does",
            where=f"{path}, {member.inside}",
            remedy="EMBED_ARCHIVE_MAX_RATIO and EMBED_ARCHIVE_MAX_BYTES move the limits",
        )
