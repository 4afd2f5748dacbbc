"""A file on its way: it grows by what arrives, and goes on where it stopped, also in a later process."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import msgspec

from embed_platform.errors import SourceUnavailable

# Answers in a row that bring nothing before we give up; what has come stays for the next time.
ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.2
# The file's owner may put a new one in its place while we read; who does it all the time is told.
RESTARTS = 3
_BLOCK = 2**20


class Changed(Exception):
    """The file is another one than the one we began with."""


@dataclass(frozen=True)
class Version:
    """Which file it is: size in bytes, and a tag that changes when its content does.

    Attributes:
        sha256: of the content, 64 hex digits; empty where nobody says.
        md5: likewise, 32 hex digits.
    """

    size: int
    tag: str
    sha256: str = ""
    md5: str = ""


@dataclass(frozen=True)
class Source:
    """Where a file comes from.

    Attributes:
        where: for messages.
        look: its present version.
        read: the bytes of a version from an offset on; raises Changed when it is another one by now,
            and SourceUnavailable when it breaks off, what came until then being good.
    """

    where: str
    look: Callable[[], Version]
    read: Callable[[Version, int], Iterator[bytes]]


def fetch(source: Source, target: Path) -> Version:
    """Bring a file here whole, and checked; returns its version with its sha256.

    Beside the target lies `<name>.version`, which says of which version the bytes are that came so far.

    Raises:
        SourceUnavailable: it does not come, changes all the time, or is not what its sums say.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(RESTARTS):
        version = source.look()
        _begin(target, version)
        try:
            _grow(source, version, target)
            if source.look() != version:
                raise Changed
        except Changed:
            _drop(target)
            continue
        sha256, md5 = _sums(target)
        if version.sha256 not in ("", sha256) or version.md5 not in ("", md5):
            _drop(target)
            raise SourceUnavailable(
                "what arrived is not what its checksum says",
                where=source.where,
                remedy="Pull again; if it stays so, the file is damaged there",
            )
        _note(target).unlink(missing_ok=True)
        return replace(version, sha256=sha256)
    raise SourceUnavailable(
        "it is replaced all the time while we download it",
        where=source.where,
        remedy="Pull again later",
    )


def _begin(target: Path, version: Version) -> None:
    """Keep what came earlier if it is of this version; else begin anew."""
    note = _note(target)
    try:
        known = msgspec.json.decode(note.read_bytes(), type=Version)
    except (FileNotFoundError, msgspec.DecodeError):
        known = None
    if known != version or not target.exists() or target.stat().st_size > version.size:
        _drop(target)
    note.write_bytes(msgspec.json.encode(asdict(version)))


def _grow(source: Source, version: Version, target: Path) -> None:
    """Append until all is here; what breaks off is asked for again from there."""
    silent = 0
    with target.open("ab") as file:
        while (have := file.tell()) < version.size:
            try:
                for block in source.read(version, have):
                    file.write(block)
            except SourceUnavailable:
                file.flush()
                silent = 0 if file.tell() > have else silent + 1
                if silent == ATTEMPTS:
                    raise
                time.sleep(FIRST_PAUSE_SECONDS * 2**silent)
            else:
                if file.tell() == have:
                    raise SourceUnavailable("the answer holds nothing", where=source.where)
        if file.tell() > version.size:
            raise Changed


def _sums(path: Path) -> tuple[str, str]:
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            sha256.update(block)
            md5.update(block)
    return sha256.hexdigest(), md5.hexdigest()


def _note(target: Path) -> Path:
    return target.with_name(f"{target.name}.version")


def _drop(target: Path) -> None:
    target.unlink(missing_ok=True)
    _note(target).unlink(missing_ok=True)
