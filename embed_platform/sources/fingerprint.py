"""Cheap names for the content of uploads, without unpacking them."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path, PurePosixPath

from embed_platform.sources.containers import data_folder
from embed_platform.sources.twitter.members import is_allowed


def fingerprint(path: Path) -> str:
    """A cheap name for an upload's content, so that the same one is not started twice.

    A zip's directory lists the checksum of each member, so nothing is unpacked.
    """
    if path.is_file():
        return _zip_fingerprint(path) or _digest_of_file(path)
    digest = hashlib.sha256()
    folder = data_folder(path) or path
    for child in sorted(folder.iterdir()):
        if is_allowed(child.name):
            found = child.stat()
            digest.update(f"{child.name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]


def _zip_fingerprint(path: Path) -> str | None:
    """Over the directory of a zip; None where it has none that can be read."""
    if path.suffix.lower() == ".json" or not zipfile.is_zipfile(path):
        return None
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(path) as archive:
            for info in sorted(archive.infolist(), key=lambda i: i.filename):
                if is_allowed(PurePosixPath(info.filename).name):
                    digest.update(f"{info.filename}\0{info.CRC}\0{info.file_size}\n".encode())
    except zipfile.BadZipFile:
        return None
    return digest.hexdigest()[:32]


def _digest_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]
