"""One small file interface over a local folder and over S3; nothing here knows what a file means.

A write becomes visible by one rename (folder) or one PUT (object store), so that a reader
sees a whole file or none.
"""

from __future__ import annotations

import builtins
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import (
    GenericError,
    NotFoundError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import LocalStore, S3Store

from embed_platform.errors import LakeUnavailable, PartMissing, SettingsError
from embed_platform.settings import Settings

T = TypeVar("T")

# Attempts and pauses of one request: three tries in about a second. A longer outage is for
# the orchestrator's retry, which people can see.
ATTEMPTS = 3
FIRST_PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class FileEntry:
    """One file of a listing.

    Attributes:
        path: under the storage's root.
        size: in bytes.
        changed_at: when it was written, in seconds since 1970, by the storage's own clock.
        tag: changes whenever the file does; empty where the storage gives none.
    """

    path: str
    size: int
    changed_at: float = field(default=0.0, compare=False)
    tag: str = field(default="", compare=False)


class Storage:
    """Files under one root, a local folder or an S3 prefix.

    Attributes:
        problem: why there can be no files; empty everywhere but in NoStorage.
    """

    problem = ""

    def __init__(self, url: str, store: Any) -> None:
        self.url = url
        self._store = store

    def __repr__(self) -> str:
        return f"Storage({self.url!r})"

    @property
    def folder(self) -> Path | None:
        """The root as a local path; None for an object store."""
        return None if self.url.startswith("s3://") else Path(self.url)

    def put(self, path: str, data: bytes | memoryview | Path) -> None:
        """Write one whole file, replacing what was there; a `Path` is streamed from disk."""
        self._request(lambda: obstore.put(self._store, path, data), path)

    def get(self, path: str) -> bytes:
        """The bytes of one file.

        Raises:
            FileNotFoundError: there is none (a writer may have replaced it: list again).
        """
        return bytes(self._request(lambda: obstore.get(self._store, path).bytes(), path))

    def stream(self, path: str, chunk_bytes: int = 8 * 2**20) -> Iterator[bytes]:
        """The bytes of one file in chunks."""
        result = self._request(lambda: obstore.get(self._store, path), path)
        for chunk in result.stream(min_chunk_size=chunk_bytes):
            yield bytes(chunk)

    def part(self, path: str, start: int, length: int, tag: str = "") -> bytes:
        """Some bytes of one file, fewer where it ends.

        Args:
            path: the file.
            start: offset of the first byte, inside the file.
            length: how many.
            tag: of a listing; only that version of the file is read.

        Raises:
            FileNotFoundError: there is none, or not in that version.
        """
        version: Any = {"if_match": tag} if tag else {}
        wanted = {"range": (start, start + length)} | version

        def read() -> bytes:
            try:
                return bytes(obstore.get(self._store, path, options=wanted).bytes())
            except GenericError as error:
                if "non-partial response" not in str(error):
                    raise
            # the server ignores ranges, or sends a file that the range covers as a whole one
            whole = bytes(obstore.get(self._store, path, options=version).bytes())
            return whole[start : start + length]

        return self._request(read, path)

    def exists(self, path: str) -> bool:
        """Whether there is a file of that path."""
        try:
            self._request(lambda: obstore.head(self._store, path), path)
        except FileNotFoundError:
            return False
        return True

    def list(self, prefix: str = "") -> list[FileEntry]:
        """Every file under a prefix (a folder path, no glob), sorted by path."""
        batches = self._request(lambda: obstore.list(self._store, prefix or None).collect(), prefix)
        return sorted((_entry(e) for e in batches), key=lambda e: e.path)

    def folders(self, prefix: str = "") -> builtins.list[str]:
        """Names of the folders directly under a prefix."""
        result = self._request(
            lambda: obstore.list_with_delimiter(self._store, prefix or None), prefix
        )
        return sorted(p.rstrip("/").rsplit("/", 1)[-1] for p in result["common_prefixes"])

    def signed(self, method: Literal["GET", "PUT"], path: str, seconds: float) -> str:
        """An address by which one file of an object store is read or written without a key, for a while."""
        duration = timedelta(seconds=seconds)
        return str(self._request(lambda: obstore.sign(self._store, method, path, duration), path))

    def delete(self, paths: Iterable[str]) -> int:
        """Delete files; a file already gone is success. Returns how many were named."""
        wanted = list(paths)
        for path in wanted:
            try:
                self._request(lambda path=path: obstore.delete(self._store, path), path)  # type: ignore[misc]
            except FileNotFoundError:
                continue
        return len(wanted)

    def delete_prefix(self, prefix: str) -> int:
        """Delete every file under a prefix, and in a local folder the emptied folders too."""
        deleted = self.delete(entry.path for entry in self.list(prefix))
        if self.folder is not None:
            shutil.rmtree(self.folder / prefix, ignore_errors=True)
        return deleted

    def prune_folders(self, name: str) -> None:
        """Remove empty folders of a name; an object store has none. Their names alone may say something."""
        if self.folder is not None:
            for folder in [path for path in self.folder.rglob(name) if path.is_dir()]:
                if not any(path.is_file() for path in folder.rglob("*")):
                    shutil.rmtree(folder, ignore_errors=True)

    def _request(self, call: Callable[[], T], path: str) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return call()
            except (NotFoundError, FileNotFoundError, PreconditionError):
                raise FileNotFoundError(path) from None
            except (PermissionDeniedError, UnauthenticatedError) as error:
                raise self._refused(path) from error
            except (GenericError, OSError) as error:
                if "status code: 403" in str(error):  # as which a listing's refusal arrives
                    raise self._refused(path) from error
                if attempt == ATTEMPTS:
                    raise LakeUnavailable(
                        _first_line(error),
                        where=f"{self.url}/{path}",
                        remedy="Check the disk's free space, or AWS_ENDPOINT_URL; then run again",
                    ) from error
                time.sleep(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
        raise AssertionError("unreachable")

    def _refused(self, path: str) -> LakeUnavailable:
        return LakeUnavailable(
            "access was refused",
            where=f"{self.url}/{path}",
            remedy="Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the folder's rights",
        )


class NoStorage(Storage):
    """Where files would be if a setting named a place for them: whatever is asked of it says so."""

    def __init__(self, problem: str) -> None:
        super().__init__("", None)
        self.problem = problem

    @property
    def folder(self) -> Path | None:
        """None."""
        return None

    def _request(self, call: Callable[[], T], path: str) -> T:
        raise PartMissing(self.problem)


def _entry(found: Any) -> FileEntry:
    return FileEntry(
        found["path"], found["size"], found["last_modified"].timestamp(), found["e_tag"] or ""
    )


def _first_line(error: BaseException) -> str:
    """The cause that helps a reader, without the client's nested debug text."""
    text = str(error)
    for cause in (
        "No space left on device",
        "Permission denied",
        "Connection refused",
        "timed out",
    ):
        if cause in text:
            return cause
    return text.splitlines()[0][:200] if text else type(error).__name__


def open_storage(url: str, settings: Settings) -> Storage:
    """Open a root by its address.

    Args:
        url: a local folder (made if it is missing) or `s3://bucket/prefix`.
        settings: endpoint and keys for S3.

    Raises:
        SettingsError: the address has another scheme, or S3 lacks keys.
    """
    if "://" not in url:
        try:
            return Storage(url, LocalStore(url, mkdir=True))
        except (GenericError, OSError) as error:
            raise SettingsError(
                _first_line(error),
                where=url,
                remedy="Choose a folder you may write to (EMBED_HOME)",
            ) from error
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise SettingsError("not a folder and not s3://bucket/prefix", where=url)
    if settings.s3_key is None or settings.s3_secret is None:
        raise SettingsError(
            "an S3 address needs keys",
            where=url,
            remedy="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        )
    prefix = parts.path.strip("/")
    endpoint = {"endpoint": settings.s3_endpoint} if settings.s3_endpoint else {}
    store = S3Store(
        parts.netloc,
        prefix=prefix or None,
        region=settings.s3_region,
        access_key_id=settings.s3_key.get_secret_value(),
        secret_access_key=settings.s3_secret.get_secret_value(),
        client_options={"allow_http": settings.s3_endpoint.startswith("http://"), "timeout": "60s"},
        retry_config={"max_retries": 2},
        **endpoint,
    )
    return Storage(url.rstrip("/"), store)
