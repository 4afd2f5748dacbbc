"""An inbox that is an S3 prefix: what lies there and was not seen yet; what is still being written stays."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import IO

from embed_platform.errors import (
    BadArchive,
    EmbedError,
    LakeUnavailable,
    PermanentError,
    SettingsError,
    TransientError,
)
from embed_platform.lake.lake import Lake
from embed_platform.lake.layout import valid_user
from embed_platform.lake.storage import FileEntry, Storage, open_storage
from embed_platform.lake.suppressions import refuse_erased
from embed_platform.settings import Settings
from embed_platform.sources.inbox import SETTLED_SECONDS, UNKNOWN, Drop
from embed_platform.sources.intake import Choices, handovers, take_in
from embed_platform.sources.jsonobject import split_object
from embed_platform.sources.messenger import ingest as messenger
from embed_platform.sources.messenger.export import export_name
from embed_platform.sources.partial import Changed, Source, Version, fetch
from embed_platform.sources.pulls import InboxPull, read_pull, write_pull
from embed_platform.sources.twitter import ingest as twitter
from embed_platform.sources.twitter.ingest import Ingested, user_of_account
from embed_platform.sources.twitter.staging import ACCOUNT_MAX, read_account

SOURCE = "s3"
_BLOCK = 8 * 2**20
_ENDINGS = {".zip", ".json", ".db"}


def open_inbox(settings: Settings) -> Storage:
    """The prefix that the settings name.

    Raises:
        SettingsError: they name none, or lack keys.
    """
    if not settings.inbox_url.startswith("s3://"):
        raise SettingsError(
            "no S3 inbox", where="EMBED_INBOX_URL", remedy="Set it to s3://bucket/prefix"
        )
    return open_storage(settings.inbox_url, settings)


def scan_s3(
    lake: Lake,
    inbox: Storage,
    seen: Mapping[str, str],
    *,
    limit: int,
    settled_seconds: float = SETTLED_SECONDS,
    restore: bool = False,
) -> list[Drop]:
    """New uploads, at most `limit`, oldest first; their paths are addresses.

    Args:
        lake: knows under which key an account is kept.
        inbox: holds archives, or `<user>/` folders with them where the file names no owner.
        seen: mark by address, of earlier scans.
        limit: most uploads to return.
        settled_seconds: files changed more recently, and the other parts of their export, are left
            for the next scan.
        restore: name the owners who were erased, too.

    Raises:
        SettingsError: there is no such bucket.
        LakeUnavailable: the server does not answer.
    """
    now = time.time()
    drops = []
    for parts in sorted(_uploads(list_uploads(inbox)), key=_changed):
        mark = _mark(parts)
        known = all(seen.get(_address(inbox, part)) == mark for part in parts)
        if now - _changed(parts) < settled_seconds or known:
            continue
        drops.append(_drop(lake, inbox, parts, mark, restore=restore))
        if len(drops) == limit:
            break
    return drops


def pull_drop(
    lake: Lake, inbox: Storage, drop: Drop, *, force: bool = False, restore: bool = False
) -> list[Ingested]:
    """Bring the files of one upload here and take them in, as from a folder.

    Args:
        lake: where they are kept.
        inbox: where they lie.
        drop: the upload.
        force: take archives that are older than the current ones.
        restore: take in somebody who was erased.

    Raises:
        BadArchive: they cannot be taken in.
        ErasedUser: their owner asked to be forgotten.
        SourceUnavailable: a file does not come, or is replaced all the time.
    """
    if not restore:
        refuse_erased(lake.storage, drop.user, where=", ".join(drop.paths))
    here = lake.settings.home / "pulls" / f"user={drop.user}"
    with lake.scratch("pull") as folder:
        paths = []
        for address in drop.paths:
            name = address.removeprefix(f"{inbox.url}/")
            part = here / hashlib.sha256(address.encode()).hexdigest()[:16]
            fetch(_source(inbox, name), part)
            paths.append(part.rename(folder / PurePosixPath(name).name))
        done = []
        choices = Choices(user=drop.user, force=force, restore=restore)
        for given in handovers(lake, paths):
            for outcome in take_in(lake, given, choices):
                if isinstance(outcome, EmbedError):
                    raise type(outcome)(
                        outcome.what, where=", ".join(drop.paths), remedy=outcome.remedy
                    )
                done.append(outcome)
    with lake.writing(drop.user):
        known = read_pull(lake, drop.user, SOURCE, InboxPull) or InboxPull()
        marks = known.marks | dict.fromkeys(drop.paths, drop.mark)
        write_pull(lake, drop.user, SOURCE, InboxPull(marks=marks))
    return done


def find_drop(inbox: Storage, addresses: Sequence[str], user: str) -> Drop:
    """The upload at some addresses, as it is at present.

    Raises:
        BadArchive: it is not there any more.
    """
    parts = tuple(part for part in list_uploads(inbox) if _address(inbox, part) in set(addresses))
    if len(parts) != len(addresses):
        raise BadArchive("it is not there any more", where=", ".join(addresses))
    return Drop(tuple(_address(inbox, part) for part in parts), _mark(parts), user)


def list_uploads(inbox: Storage) -> list[FileEntry]:
    """What lies there that may be an upload, or a part of one.

    Raises:
        SettingsError: there is no such bucket.
        LakeUnavailable: the server does not answer.
    """
    try:
        found = inbox.list()
    except FileNotFoundError:
        found = None
    except LakeUnavailable as error:
        if "NoSuchBucket" not in str(error.__cause__):
            raise
        found = None
    if found is None:
        raise SettingsError(
            "there is no such bucket", where=inbox.url, remedy="Check EMBED_INBOX_URL"
        )
    return [entry for entry in found if _is_upload(PurePosixPath(entry.path))]


def _is_upload(path: PurePosixPath) -> bool:
    return (
        len(path.parts) <= 2 and path.suffix.lower() in _ENDINGS and not path.name.startswith(".")
    )


def _uploads(found: Sequence[FileEntry]) -> Iterator[tuple[FileEntry, ...]]:
    """Each file by itself, the parts of one export together."""

    def upload(entry: FileEntry) -> tuple[str, str]:
        path = Path(entry.path)
        return str(path.parent), export_name(path) or path.name

    for _, parts in groupby(sorted(found, key=upload), key=upload):
        yield tuple(sorted(parts, key=lambda part: part.path))


def _drop(
    lake: Lake, inbox: Storage, parts: tuple[FileEntry, ...], mark: str, *, restore: bool
) -> Drop:
    addresses = tuple(_address(inbox, part) for part in parts)
    path = Path(parts[0].path)
    try:
        name = export_name(path)
        source = messenger.SOURCE if name or path.suffix == ".db" else twitter.SOURCE
        if len(path.parts) > 1:
            user = valid_user(path.parts[0], where=addresses[0])
        elif source == messenger.SOURCE:
            user = messenger.owner(name, addresses[0])
        else:
            user = _owner(lake, inbox, parts[0], addresses[0])
        if not restore:
            refuse_erased(lake.storage, user, where=addresses[0])
    except FileNotFoundError:
        return Drop(addresses, mark, problem=f"{addresses[0]}: it was replaced while we looked")
    except PermanentError as error:
        return Drop(addresses, mark, problem=str(error))
    except TransientError as error:
        return Drop(addresses, UNKNOWN, problem=str(error))
    return Drop(addresses, mark, user, source)


def _owner(lake: Lake, inbox: Storage, entry: FileEntry, address: str) -> str:
    """Whose tweets these are, from a few parts of the file.

    Raises:
        BadArchive: it does not say so.
    """
    reader = io.BufferedReader(_Remote(partial(_part, inbox, entry), entry.size), 2**20)
    with lake.scratch("owner") as folder, reader:
        if entry.path.lower().endswith(".json"):
            member = folder / "account.json"
            with member.open("wb") as file:
                split_object(reader, {"account": file}, address, whole=False)
        else:
            member = folder / "account.js"
            member.write_bytes(_account_member(reader, address))
        found = {member.name: member} if member.stat().st_size else {}
        return user_of_account(lake, read_account(found, Path(address)), Path(address))


def _account_member(file: IO[bytes], address: str) -> bytes:
    try:
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                if info.filename.endswith("data/account.js") and info.file_size <= ACCOUNT_MAX:
                    return archive.read(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
        raise BadArchive(f"no zip that can be read ({error})", where=address) from error
    raise BadArchive(
        "it does not say whose it is",
        where=address,
        remedy="Put it into a folder of the inbox that has the user's name",
    )


class _Remote(io.RawIOBase):
    """A stored file that is read by parts, wherever somebody seeks."""

    def __init__(self, part: Callable[[int, int], bytes], size: int) -> None:
        self._part, self._size, self._at = part, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        length = min(len(buffer), self._size - self._at)
        if length <= 0:
            return 0
        data = self._part(self._at, length)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _part(inbox: Storage, entry: FileEntry, start: int, length: int) -> bytes:
    return inbox.part(entry.path, start, length, entry.tag)


def _source(inbox: Storage, path: str) -> Source:
    def entry() -> FileEntry:
        found = [one for one in inbox.list() if one.path == path]
        if not found:
            raise BadArchive("it is not there any more", where=f"{inbox.url}/{path}")
        return found[0]

    def look() -> Version:
        present = entry()
        return Version(present.size, present.tag)

    def read(version: Version, start: int) -> Iterator[bytes]:
        for at in range(start, version.size, _BLOCK):
            try:
                yield inbox.part(path, at, min(_BLOCK, version.size - at), version.tag)
            except FileNotFoundError:
                raise Changed from None

    return Source(f"{inbox.url}/{path}", look, read)


def _address(inbox: Storage, entry: FileEntry) -> str:
    return f"{inbox.url}/{entry.path}"


def _changed(parts: Sequence[FileEntry]) -> float:
    return max(part.changed_at for part in parts)


def _mark(parts: Sequence[FileEntry]) -> str:
    """Changes whenever one of the files does."""
    found = [(part.path, part.size, part.tag, part.changed_at) for part in parts]
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]
