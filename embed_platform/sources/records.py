"""Archive records: what is kept of each upload, and which of them make up the present."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from embed_platform.lake import layout
from embed_platform.lake.lake import Lake


class KeptMember(msgspec.Struct, frozen=True):
    """One kept file: path in the export, and the sha256 under which its bytes lie."""

    path: str
    sha256: str
    bytes: int


class ArchiveRecord(msgspec.Struct, frozen=True):
    """One kept archive; its file in the lake is what makes the archive exist.

    Attributes:
        archive_id: 32 hex digits over its members' sorted (path, sha256).
        account_id: the person.
        handle: the account's name when it was exported.
        tweets: records that parsed.
        oldest: time of its first tweet, ISO 8601, UTC.
        newest: time of its last tweet.
        start_date: first day of a limited archive, None for a full one.
        end_date: last day of a limited archive.
        forced_at: when the owner made it current in spite of a newer one.
    """

    archive_id: str
    user: str
    source: str
    account_id: str
    handle: str
    display_name: str
    members: tuple[KeptMember, ...]
    tweets: int
    oldest: str
    newest: str
    ingested_at: str
    start_date: str | None = None
    end_date: str | None = None
    forced_at: str | None = None
    schema_version: int = layout.SCHEMA_VERSION

    @property
    def limited(self) -> bool:
        """Whether it covers only some dates."""
        return bool(self.start_date or self.end_date)

    def covers(self, created_at: datetime) -> bool:
        """Whether a time lies in its dates, the last day included; a full archive covers all."""
        day = created_at.astimezone(UTC).date().isoformat()
        return (not self.start_date or day >= self.start_date[:10]) and (
            not self.end_date or day <= self.end_date[:10]
        )


def record_path(user: str, source: str, archive_id: str) -> str:
    """File of an archive record."""
    return f"{layout.archives(user, source, archive_id)}.json"


def list_archives(lake: Lake, user: str, source: str | None = None) -> list[ArchiveRecord]:
    """The kept archives of a user, in order of age by what is inside."""
    found = []
    for entry in lake.storage.list(layout.archives(user, source)):
        try:
            found.append(msgspec.json.decode(lake.storage.get(entry.path), type=ArchiveRecord))
        except FileNotFoundError:
            continue
    return sorted(found, key=_age)


def save_record(lake: Lake, record: ArchiveRecord) -> None:
    """Commit an archive: from this one file on it exists."""
    path = record_path(record.user, record.source, record.archive_id)
    lake.storage.put(path, msgspec.json.format(msgspec.json.encode(record), indent=2))


def current(records: Iterable[ArchiveRecord]) -> list[ArchiveRecord]:
    """The archives that make up the present: the newest full one, then limited ones, each over its dates.

    A forced archive counts as newer than any that was there when it was forced. A limited one
    stays while it is newer than the full one; later ones win where dates overlap.
    """
    ordered = sorted(records, key=_age)
    full = [i for i, record in enumerate(ordered) if not record.limited]
    if not full:
        return ordered
    return [ordered[full[-1]], *(record for record in ordered[full[-1] + 1 :] if record.limited)]


def newer_than(candidate: ArchiveRecord, kept: Iterable[ArchiveRecord]) -> ArchiveRecord | None:
    """A kept full archive that holds later tweets than a full candidate; None when there is none."""
    if candidate.limited:
        return None
    later = [r for r in kept if not r.limited and r.newest > candidate.newest]
    return max(later, key=_age, default=None)


def remove_archive(lake: Lake, user: str, archive_id: str) -> ArchiveRecord | None:
    """Remove an archive and the members that no other archive of the user has; None when it is unknown."""
    with lake.writing(user):
        found = [r for r in list_archives(lake, user) if r.archive_id.startswith(archive_id)]
        if len(found) != 1:
            return None
        _drop(lake, user, found)
        return found[0]


def prune_superseded(lake: Lake, user: str) -> list[str]:
    """Drop archives that the current ones replace; returns their ids. For after a verified load only."""
    with lake.writing(user):
        kept = list_archives(lake, user)
        present = {record.archive_id for record in current(kept)}
        gone = [record for record in kept if record.archive_id not in present]
        _drop(lake, user, gone)
        return [record.archive_id for record in gone]


def _drop(lake: Lake, user: str, gone: list[ArchiveRecord]) -> None:
    lake.storage.delete(record_path(user, record.source, record.archive_id) for record in gone)
    needed = {member.sha256 for record in list_archives(lake, user) for member in record.members}
    kept = lake.storage.list(layout.members(user))
    lake.storage.delete(entry.path for entry in kept if entry.path.rsplit("/", 1)[-1] not in needed)


def _age(record: ArchiveRecord) -> tuple[str, str, str]:
    """Order of archives: forced ones last, by when; else by their newest tweet."""
    return (record.forced_at or "", record.newest, record.ingested_at)
