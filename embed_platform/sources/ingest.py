"""Taking in an archive: its allow-listed members are checked whole, kept once, and committed by one file."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from embed_platform.errors import BadArchive, LakeUnavailable
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import check_limit
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import lift, refuse_erased
from embed_platform.settings import Settings
from embed_platform.sources import tweets
from embed_platform.sources.containers import BLOCK, TWEETS, Limits, Upload, open_upload
from embed_platform.sources.jsonstream import Bad, records, split_object
from embed_platform.sources.records import (
    ArchiveRecord,
    KeptMember,
    list_archives,
    newer_than,
    record_path,
    save_record,
)

SOURCE = "twitter"
JSON_KEYS = ("upload-options", "profile", "account", "tweets", "note-tweet", "community-tweet")
_EMAIL = re.compile(rb'("email"\s*:\s*)"(?:[^"\\]|\\.)*"')


class Account(msgspec.Struct, rename="camel"):
    """Who exported; nothing else of the account is read."""

    username: str = ""
    account_id: str | int = ""
    account_display_name: str = ""


class AccountRecord(msgspec.Struct):
    """An account in its wrapper."""

    account: Account | None = None


class UploadOptions(msgspec.Struct, rename="camel"):
    """Dates of an archive that was limited at its upload."""

    start_date: str | None = None
    end_date: str | None = None


@dataclass(frozen=True)
class Ingested:
    """What taking in an archive did."""

    user: str
    archive_id: str
    handle: str
    is_new: bool
    tweets: int
    oldest: str
    newest: str
    dead_letters: int


@dataclass(frozen=True)
class _Extent:
    """What one pass over all tweets found."""

    tweets: int
    bad: int
    oldest: datetime
    newest: datetime


def ingest(
    lake: Lake, path: Path, user: str | None = None, *, force: bool = False, restore: bool = False
) -> Ingested:
    """Keep an archive in the lake; the same archive again changes nothing.

    Args:
        lake: where.
        path: zip, unpacked folder, or archive.json.
        user: partition key to use instead of the account's handle.
        force: take an archive that is older than the current one, or of another account.
        restore: take in somebody who was erased.

    Raises:
        BadArchive: it cannot be taken in; nothing was kept.
        ErasedUser: its owner asked to be forgotten.
        SettingsError: the user name is no valid partition key.
        TooManyDeadLetters: too many records do not parse.
    """
    scratch = _scratch(lake.settings)
    try:
        upload = open_upload(path, limits(lake.settings))
        members = _extract(upload, scratch, limits(lake.settings))
        account = _account(members, path)
        options = _options(members)
        extent = _survey(members, path)
        check_limit(
            extent.bad, extent.bad + extent.tweets, lake.settings.dead_letter_limit, where=str(path)
        )
        key = (
            layout.valid_user(user, where="--user")
            if user
            else user_of_account(lake, account, path)
        )
        names = (key, f"account:{account.account_id}")
        if restore:
            lift(lake.storage, *names)
        refuse_erased(lake.storage, *names, where=str(path))
        kept = tuple(_kept(name, file) for name, file in sorted(members.items()))
        record = ArchiveRecord(
            archive_id=_archive_id(kept),
            user=key,
            source=SOURCE,
            account_id=str(account.account_id),
            handle=account.username,
            display_name=account.account_display_name,
            members=kept,
            tweets=extent.tweets,
            oldest=extent.oldest.isoformat(),
            newest=extent.newest.isoformat(),
            ingested_at=datetime.now(UTC).isoformat(timespec="seconds"),
            start_date=options.start_date,
            end_date=options.end_date,
        )
        with lake.writing(key):
            is_new = _commit(lake, record, members, path, force)
        return Ingested(
            key,
            record.archive_id,
            record.handle,
            is_new,
            record.tweets,
            record.oldest,
            record.newest,
            extent.bad,
        )
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise BadArchive("there is no such file", where=str(path)) from error
        raise LakeUnavailable(
            str(error.strerror or error),
            where=str(lake.settings.home),
            remedy="Free some disk space, then ingest again",
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def limits(settings: Settings) -> Limits:
    """What an upload may unpack to."""
    return Limits(settings.archive_max_bytes, settings.archive_max_ratio)


def owner(lake: Lake, path: Path) -> str:
    """The partition key that an archive would get, from its account member alone."""
    scratch = _scratch(lake.settings)
    try:
        upload = open_upload(path, limits(lake.settings))
        return user_of_account(
            lake,
            _account(_extract(upload, scratch, limits(lake.settings), only_account=True), path),
            path,
        )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def user_of_account(lake: Lake, account: Account, path: Path) -> str:
    """The account's handle in lower case, unless the account is known under a key of its own already."""
    known = [
        u
        for u in lake.users()
        if any(r.account_id == str(account.account_id) for r in list_archives(lake, u, SOURCE))
    ]
    handle = account.username.strip().lower()
    if handle in known or not known:
        return layout.valid_user(account.username, where=str(path))
    return known[0]


def _commit(
    lake: Lake, record: ArchiveRecord, members: dict[str, Path], path: Path, force: bool
) -> bool:
    kept = list_archives(lake, record.user, SOURCE)
    strangers = [r for r in kept if r.account_id != record.account_id]
    if strangers and not force:
        raise BadArchive(
            f"{record.user!r} is account {strangers[0].account_id}, this archive is of account {record.account_id}",
            where=str(path),
            remedy="Pass --user with another name, or --force",
        )
    newer = newer_than(record, [r for r in kept if r.archive_id != record.archive_id])
    if newer and not force:
        if any(r.archive_id == record.archive_id for r in kept):
            return False
        raise BadArchive(
            f"its newest tweet is of {record.newest[:10]}, the current archive's of {newer.newest[:10]}",
            where=str(path),
            remedy="Pass --force to go back to the older one",
        )
    if newer:
        record = msgspec.structs.replace(record, forced_at=record.ingested_at)
    elif lake.storage.exists(record_path(record.user, SOURCE, record.archive_id)):
        return False
    for member in record.members:
        target = layout.members(record.user, member.sha256)
        if not lake.storage.exists(target):
            lake.storage.put(target, members[member.path])
    save_record(lake, record)
    return True


def _extract(
    upload: Upload, scratch: Path, bounds: Limits, *, only_account: bool = False
) -> dict[str, Path]:
    """Copies of the allow-listed members, the account's e-mail struck out."""
    members: dict[str, Path] = {}
    if upload.form == "json":
        members = _split_json(upload, scratch, ("account",) if only_account else JSON_KEYS, bounds)
    else:
        for name, member in upload.members.items():
            if only_account and name != "account.js":
                continue
            members[name] = scratch / name
            with upload.open(member, bounds) as source, members[name].open("wb") as target:
                shutil.copyfileobj(source, target, BLOCK)
    for name in ("account.js", "account.json"):
        if name in members:
            members[name].write_bytes(_EMAIL.sub(rb'\1""', members[name].read_bytes()))
    return members


def _split_json(
    upload: Upload, scratch: Path, keys: tuple[str, ...], bounds: Limits
) -> dict[str, Path]:
    files = {key: scratch / f"{key}.json" for key in keys}
    with ExitStack() as stack, upload.open(upload.members["archive.json"], bounds) as source:
        targets: dict[str, BinaryIO] = {
            key: stack.enter_context(file.open("wb")) for key, file in files.items()
        }
        split_object(source, targets, str(upload.path))
    members = {file.name: file for file in files.values() if file.stat().st_size}
    if "tweets" in keys and "tweets.json" not in members:
        raise BadArchive(
            "no tweets were found",
            where=str(upload.path),
            remedy="The Community Archive's archive.json holds `tweets`",
        )
    return members


def _account(members: dict[str, Path], path: Path) -> Account:
    file = members.get("account.js") or members.get("account.json")
    if file is None:
        raise BadArchive(
            "no account file was found",
            where=str(path),
            remedy="The export holds data/account.js; it says whose tweets these are",
        )
    with file.open("rb") as source:
        for _, record in records(source, AccountRecord, f"{path}, {file.name}"):
            if (
                isinstance(record, AccountRecord)
                and record.account
                and record.account.username
                and record.account.account_id
            ):
                return record.account
    raise BadArchive("it does not say whose account this is", where=f"{path}, {file.name}")


def _options(members: dict[str, Path]) -> UploadOptions:
    file = members.get("upload-options.json")
    try:
        return (
            msgspec.json.decode(file.read_bytes(), type=UploadOptions) if file else UploadOptions()
        )
    except msgspec.DecodeError:
        return UploadOptions()


def _survey(members: dict[str, Path], path: Path) -> _Extent:
    """Read every record once, so that nothing is kept of an archive that breaks half-way."""
    count = bad = 0
    times: list[datetime] = []
    for name, file in members.items():
        where = f"{path}, {name}"
        with file.open("rb") as source:
            if is_tweets(name):
                for row in tweets.read_member(source, where):
                    if isinstance(row, Bad):
                        bad += 1
                        continue
                    count += 1
                    created = row["created_at"]
                    times = (
                        [min(times[0], created), max(times[1], created)]
                        if times
                        else [created, created]
                    )
            elif name.startswith("note-tweet"):
                for _ in tweets.read_notes(source, where):
                    pass
    if not times:
        problem = f"none of its {bad} tweets can be used" if bad else "the archive holds no tweets"
        raise BadArchive(problem, where=str(path), remedy="Nothing was kept")
    return _Extent(count, bad, times[0], times[1])


def is_tweets(name: str) -> bool:
    """Whether a member holds tweets, those posted to communities included."""
    return bool(TWEETS.match(name)) or name.startswith("community-tweet")


def _kept(name: str, file: Path) -> KeptMember:
    with file.open("rb") as source:
        return KeptMember(
            name, hashlib.file_digest(source, "sha256").hexdigest(), file.stat().st_size
        )


def _archive_id(members: tuple[KeptMember, ...]) -> str:
    lines = "".join(f"{member.path}\0{member.sha256}\n" for member in members)
    return hashlib.sha256(lines.encode()).hexdigest()[:32]


def _scratch(settings: Settings) -> Path:
    root = settings.home / "tmp"
    try:
        root.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="ingest-", dir=root))
    except OSError as error:
        raise LakeUnavailable(
            str(error.strerror), where=str(root), remedy="Free some disk space, or set EMBED_HOME"
        ) from error
