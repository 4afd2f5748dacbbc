"""Taking in a PDF or an image: every page is looked at, the file is kept, one file commits it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from embed_platform.errors import BadArchive, BadRecord, SettingsError, TooManyDeadLetters
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import (
    DeadLetter,
    check_limit,
    read_dead_letters,
    write_dead_letters,
)
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import lift, refuse_erased
from embed_platform.lake.visibility import refuse_public
from embed_platform.sources.pages.files import open_pages, page_rules
from embed_platform.sources.records import ArchiveRecord, KeptMember, list_archives, save_record
from embed_platform.sources.twitter.ingest import Ingested, archive_id, limits
from embed_platform.sources.zips import refuse_size, unreadable

SOURCE = "pages"
REFUSED = "refused_pages"


def ingest(lake: Lake, path: Path, user: str | None = None, *, restore: bool = False) -> Ingested:
    """Keep a PDF or an image in the lake; the same one again, under whatever name, changes nothing.

    One that cannot be used is not kept, and becomes a dead letter of its user.

    Args:
        lake: where.
        path: the file.
        user: partition key; a file does not say whose it is.
        restore: take in somebody who was erased.

    Raises:
        BadArchive: it is damaged, encrypted, empty, too large to unpack, or no page file at all.
        ErasedUser: its owner asked to be forgotten.
        SettingsError: there is no user, or strangers can read the lake.
        TooManyDeadLetters: too many of its pages cannot be used.
    """
    key = owner(path, user)
    refuse_public(lake.storage, lake.settings)
    if not restore:
        refuse_erased(lake.storage, key, where=str(path))
    try:
        record, set_aside = _survey(lake, path, key)
    except (BadArchive, TooManyDeadLetters) as error:
        _note_refusal(lake, key, path.name, error.what)
        raise
    with lake.writing(key):
        if not restore:
            refuse_erased(lake.storage, key, where=str(path))
        (member,) = record.members
        present = list_archives(lake, key, SOURCE)
        known = next((r for r in present if r.members[0].sha256 == member.sha256), None)
        if restore:
            lift(lake.storage, key)
        target = layout.members(key, member.sha256)
        if not lake.storage.exists(target):
            lake.storage.put(target, path)
        if known is None:
            save_record(lake, record)
        _write_refusals(lake, key, path.name, [])
    kept = known or record
    return Ingested(
        user=key,
        archive_id=kept.archive_id,
        handle=kept.members[0].path,
        is_new=known is None,
        records=kept.records,
        oldest=kept.oldest,
        newest=kept.newest,
        dead_letters=set_aside,
        source=SOURCE,
    )


def owner(path: Path, user: str | None) -> str:
    """The partition key under which a file is kept.

    Raises:
        SettingsError: nobody was named.
    """
    if not user:
        raise SettingsError(
            "a PDF or an image does not say whose it is",
            where=str(path),
            remedy="Pass --user NAME, or put it into the inbox's folder NAME",
        )
    return layout.valid_user(user, where="--user")


def page_label(file: str, sha256: str, number: int) -> str:
    """A page as dead letters and accounts name it."""
    return f"{file} ({sha256[:8]}) page {number}"


def _survey(lake: Lake, path: Path, user: str) -> tuple[ArchiveRecord, int]:
    """What a file is, and how many of its pages cannot be used."""
    try:
        size, changed = path.stat().st_size, path.stat().st_mtime
        refuse_size(size, path, limits(lake.settings))
        with open_pages(path, page_rules(lake.settings)) as pages:
            count, created = pages.count, pages.created_at
            bad = []
            for number in range(1, count + 1):
                try:
                    pages.check(number)
                except BadRecord as error:
                    bad.append(f" (page {number}: {error.what})")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error
    example = bad[0] if bad else ""
    check_limit(len(bad), count, lake.settings.dead_letter_limit, where=f"{path}{example}")
    time = (created or datetime.fromtimestamp(changed, UTC)).isoformat()
    members = (KeptMember(_storable(path.name), digest, size),)
    record = ArchiveRecord(
        archive_id=archive_id(members),
        user=user,
        source=SOURCE,
        members=members,
        records=count,
        oldest=time,
        newest=time,
        ingested_at=datetime.now(UTC).isoformat(timespec="microseconds"),
    )
    return record, len(bad)


def _note_refusal(lake: Lake, user: str, name: str, reason: str) -> None:
    with lake.writing(user):
        _write_refusals(lake, user, name, [DeadLetter(_storable(name), reason)])


def _write_refusals(lake: Lake, user: str, name: str, fresh: list[DeadLetter]) -> None:
    """Replace what is noted of a file; without anything fresh it is forgotten."""
    known = read_dead_letters(lake.storage, user).get(REFUSED, [])
    letters = [*(letter for letter in known if letter.where != _storable(name)), *fresh]
    if letters != known:
        write_dead_letters(lake.storage, user, REFUSED, letters)


def _storable(name: str) -> str:
    """A file's name as text; what is no UTF-8 in it comes out as question marks."""
    return name.encode(errors="replace").decode()


def pages_kept(lake: Lake, user: str) -> Iterator[str]:
    """Labels of all pages of a user's kept files."""
    for record in list_archives(lake, user, SOURCE):
        (member,) = record.members
        for number in range(1, record.records + 1):
            yield page_label(member.path, member.sha256, number)
