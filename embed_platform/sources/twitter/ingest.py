"""Taking in an archive: its allow-listed members are checked whole, kept once, and committed by one file."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from embed_platform.errors import BadArchive, LakeUnavailable, OlderArchive
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import check_limit
from embed_platform.lake.lake import Lake
from embed_platform.lake.scratch import scratch_prefix
from embed_platform.lake.suppressions import lift, refuse_erased
from embed_platform.lake.visibility import refuse_public
from embed_platform.settings import Settings
from embed_platform.sources.containers import open_upload
from embed_platform.sources.records import (
    ArchiveRecord,
    KeptMember,
    current,
    list_archives,
    save_record,
    users_of_account,
)
from embed_platform.sources.twitter.staging import (
    Account,
    extract,
    read_account,
    read_options,
    survey,
)
from embed_platform.sources.zips import Limits

SOURCE = "twitter"


@dataclass(frozen=True)
class Ingested:
    """What taking in an archive did; `records` are tweets, messages or pages."""

    user: str
    archive_id: str
    handle: str
    is_new: bool
    records: int
    oldest: str
    newest: str
    dead_letters: int
    source: str = SOURCE


def ingest(
    lake: Lake,
    path: Path,
    user: str | None = None,
    *,
    force: bool = False,
    restore: bool = False,
    private: bool | None = None,
) -> Ingested:
    """Keep an archive in the lake; the same archive again changes nothing.

    Args:
        lake: where.
        path: zip, unpacked folder, or archive.json.
        user: partition key to use instead of the account's handle.
        force: take an archive that is older than the current one, or of another account.
        restore: take in somebody who was erased.
        private: whether its owner wants it in no public publication, where the place it comes from
            says so; None for what the archive says itself.

    Raises:
        BadArchive: it cannot be taken in; nothing was kept.
        ErasedUser: its owner asked to be forgotten.
        SettingsError: the user name is no valid partition key.
        TooManyDeadLetters: too many records do not parse.
    """
    with scratch(lake.settings) as folder:
        upload = open_upload(path, limits(lake.settings))
        members = extract(upload, folder, limits(lake.settings))
        account = read_account(members, path)
        options = read_options(members, path)
        extent = survey(members, path)
        records = extent.bad + extent.tweets
        check_limit(extent.bad, records, lake.settings.dead_letter_limit, where=str(path))
        key = (
            layout.valid_user(user, where="--user")
            if user
            else user_of_account(lake, account, path)
        )
        kept = tuple(_kept(name, file) for name, file in sorted(members.items()))
        record = ArchiveRecord(
            archive_id=archive_id(kept),
            user=key,
            source=SOURCE,
            account_id=str(account.account_id),
            handle=account.username,
            display_name=account.account_display_name,
            members=kept,
            records=extent.tweets,
            oldest=extent.oldest.isoformat(),
            newest=extent.newest.isoformat(),
            ingested_at=datetime.now(UTC).isoformat(timespec="microseconds"),
            start_date=options.start_date,
            end_date=options.end_date,
            private=bool(options.keep_private or private),
        )
        if record.private:
            refuse_public(lake.storage, lake.settings, "this archive's owner keeps it private")
        with lake.writing(key):
            names = (key, f"account:{record.account_id}")
            if not restore:
                refuse_erased(lake.storage, *names, where=str(path))
            present = list_archives(lake, key, SOURCE)
            accepted = _accepted(present, record, path, force=force)
            if accepted is None:
                accepted = _said_anew(present, record, silent=private is None)
            if restore:
                lift(lake.storage, *names)
            _keep_members(lake, record, members)
            if accepted is not None:
                save_record(lake, accepted)
    return Ingested(
        user=key,
        archive_id=record.archive_id,
        handle=record.handle,
        is_new=accepted is not None,
        records=record.records,
        oldest=record.oldest,
        newest=record.newest,
        dead_letters=extent.bad,
    )


def limits(settings: Settings) -> Limits:
    """What an upload may unpack to."""
    return Limits(settings.archive_max_bytes, settings.archive_max_ratio)


def owner(lake: Lake, path: Path) -> str:
    """The partition key that an archive would get, from its account member alone."""
    with scratch(lake.settings) as folder:
        upload = open_upload(path, limits(lake.settings))
        members = extract(upload, folder, limits(lake.settings), only_account=True)
        return user_of_account(lake, read_account(members, path), path)


def user_of_account(lake: Lake, account: Account, path: Path) -> str:
    """The account's handle in lower case, unless the account is known under a key of its own already."""
    known = users_of_account(lake, str(account.account_id))
    handle = account.username.strip().lower()
    if handle in known or not known:
        return layout.valid_user(account.username, where=str(path))
    return known[0]


def _accepted(
    kept: list[ArchiveRecord], record: ArchiveRecord, path: Path, *, force: bool
) -> ArchiveRecord | None:
    """The record to commit beside those that are kept; None when it is there already.

    Raises:
        BadArchive: it is another account's, or older than the current one, and not forced.
    """
    strangers = [r for r in kept if r.account_id != record.account_id]
    if strangers and not force:
        raise BadArchive(
            f"{record.user!r} is account {strangers[0].account_id}, this archive is of account {record.account_id}",
            where=str(path),
            remedy="Pass --user with another name, or --force",
        )
    known = next((r for r in kept if r.archive_id == record.archive_id), None)
    if known is not None and (not force or known in current(kept)):
        return None
    others = [r for r in kept if r.archive_id != record.archive_id]
    if record in current([*others, record]):
        return record
    if not force:
        newest = max(r.newest for r in current(others))
        raise OlderArchive(
            f"its newest tweet is of {record.newest[:10]}, the current archive's of {newest[:10]}",
            where=str(path),
            remedy="Pass --force to go back to the older one",
        )
    return msgspec.structs.replace(record, forced_at=record.ingested_at)


def _said_anew(
    kept: list[ArchiveRecord], record: ArchiveRecord, *, silent: bool
) -> ArchiveRecord | None:
    """The record of an archive that is kept already, where its owner says by now who may see it.

    Args:
        kept: archives of the user.
        record: of the same archive as it came again.
        silent: whether only the archive itself says so: then what was said elsewhere stays.
    """
    (known,) = (one for one in kept if one.archive_id == record.archive_id)
    private = record.private or (silent and known.private)
    return None if private == known.private else msgspec.structs.replace(known, private=private)


def _keep_members(lake: Lake, record: ArchiveRecord, members: dict[str, Path]) -> None:
    for member in record.members:
        target = layout.members(record.user, member.sha256)
        if not lake.storage.exists(target):
            lake.storage.put(target, members[member.path])


def _kept(name: str, file: Path) -> KeptMember:
    with file.open("rb") as source:
        return KeptMember(
            name, hashlib.file_digest(source, "sha256").hexdigest(), file.stat().st_size
        )


def archive_id(members: tuple[KeptMember, ...]) -> str:
    """32 hex digits over sorted (path, sha256)."""
    lines = "".join(
        f"{member.path}\0{member.sha256}\n"
        for member in sorted(members, key=lambda member: member.path)
    )
    return hashlib.sha256(lines.encode()).hexdigest()[:32]


@contextmanager
def scratch(settings: Settings) -> Iterator[Path]:
    """A folder of its own under the home, gone afterwards; disk trouble as one of our errors."""
    root = settings.home / "tmp"
    folder = None
    try:
        root.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=scratch_prefix("ingest"), dir=root))
        yield folder
    except FileNotFoundError as error:
        raise BadArchive("the file is gone", where=str(error.filename)) from error
    except OSError as error:
        raise LakeUnavailable(
            str(error.strerror or error),
            where=str(root),
            remedy="Free some disk space, or set EMBED_HOME; then ingest again",
        ) from error
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
