"""Archive records: what is kept of each upload, and which of them make up the present."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from embed_platform.errors import BadArchive
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import drop_snapshot, read_footer
from embed_platform.sources.times import EARLIEST, LATEST, MICROSECOND, iso_micros
from embed_platform.sources.withdrawn import digest, withdrawn

SOURCES = ("twitter", "messenger", "pages")
# Exports of these add up; of other sources a newer one replaces an older one.
ADDING_UP = {"messenger", "pages"}
_ARCHIVES, _WITHDRAWN = "archives", "withdrawn"


class KeptMember(msgspec.Struct, frozen=True):
    """One kept file: path in the export, and the sha256 under which its bytes lie."""

    path: str
    sha256: str
    bytes: int


class ArchiveRecord(msgspec.Struct, frozen=True):
    """One kept archive; its file in the lake is what makes the archive exist.

    Attributes:
        archive_id: 32 hex digits over its members' sorted (path, sha256).
        records: tweets or messages that parsed; of a page file, its pages.
        oldest: time of its first record, ISO 8601, UTC.
        newest: time of its last record.
        account_id: the person, where the export says so.
        handle: the account's name when it was exported.
        start_date: first day of a limited archive, None for a full one.
        end_date: last day of a limited archive.
        forced_at: when the owner made it current in spite of a newer one.
        threads: identity of each thread of messages by its name in the export, given when it came.
        private: its owner wants it in no public publication (`keepPrivate`, Supabase's `keep_private`).
    """

    archive_id: str
    user: str
    source: str
    members: tuple[KeptMember, ...]
    records: int
    oldest: str
    newest: str
    ingested_at: str
    account_id: str = ""
    handle: str = ""
    display_name: str = ""
    start_date: str | None = None
    end_date: str | None = None
    forced_at: str | None = None
    threads: dict[str, str] = {}
    private: bool = False
    schema_version: int = layout.SCHEMA_VERSION

    @property
    def limited(self) -> bool:
        """Whether it covers only some dates."""
        return bool(self.start_date or self.end_date)

    @property
    def kept_at(self) -> str:
        """When the owner last asked for it."""
        return self.forced_at or self.ingested_at

    @property
    def span(self) -> tuple[int, int]:
        """The time it covers in microseconds since 1970, the end exclusive.

        A last day given as a day is covered whole.

        Raises:
            ValueError: one of its dates is none.
        """
        since = iso_micros(self.start_date) if self.start_date else EARLIEST
        until = iso_micros(self.end_date) + 1 if self.end_date else LATEST
        if self.end_date and len(self.end_date) == len("2026-11-21"):
            until += timedelta(days=1) // MICROSECOND - 1
        return since, until


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
    return in_order(found)


def save_record(lake: Lake, record: ArchiveRecord) -> None:
    """Commit an archive: from this one file on it exists."""
    if record.account_id:
        lake.storage.put(layout.accounts(record.account_id, record.user), b"{}")
    path = record_path(record.user, record.source, record.archive_id)
    lake.storage.put(path, msgspec.json.format(msgspec.json.encode(record), indent=2))


def users_of_account(lake: Lake, account_id: str) -> list[str]:
    """The users under whose keys archives of an account are kept."""
    named = (
        layout.partition_value(entry.path.removesuffix(".json"), "user")
        for entry in lake.storage.list(layout.accounts(account_id))
    )
    return [
        user
        for user in named
        if user and any(r.account_id == account_id for r in list_archives(lake, user))
    ]


def in_order(records: Iterable[ArchiveRecord]) -> list[ArchiveRecord]:
    """Archives from old to new: by their newest tweet, whenever they came.

    A forced archive begins an epoch: it counts as newer than all that was kept before, and what
    comes later is compared with it alone.
    """
    known = list(records)
    forced = [record.forced_at for record in known if record.forced_at]

    def age(record: ArchiveRecord) -> tuple[str, str, str, str]:
        epoch = max((at for at in forced if at <= record.kept_at), default="")
        return epoch, record.newest, record.kept_at, record.archive_id

    return sorted(known, key=age)


def current(records: Iterable[ArchiveRecord]) -> list[ArchiveRecord]:
    """The archives that make up the present, source by source.

    Of tweets the newest full one, then limited ones, each over its dates: a limited one counts
    while it is newer than the full one; later ones win where dates overlap, and one of which
    nothing is left that way is not among them. Exports of messages add up.
    """
    by_source: dict[str, list[ArchiveRecord]] = {}
    for record in records:
        by_source.setdefault(record.source, []).append(record)
    return [
        record
        for source, own in sorted(by_source.items())
        for record in (in_order(own) if source in ADDING_UP else _replacing(own))
    ]


def _replacing(records: list[ArchiveRecord]) -> list[ArchiveRecord]:
    ordered = in_order(records)
    full = [i for i, record in enumerate(ordered) if not record.limited]
    start = full[-1] if full else 0
    present: list[ArchiveRecord] = []
    for record in reversed(ordered[start:]):
        if not any(_replaces(later, record) for later in present):
            present.append(record)
    return present[::-1]


def _replaces(later: ArchiveRecord, record: ArchiveRecord) -> bool:
    """Whether a newer archive covers all that an older one says."""
    since, until = later.span
    if record.limited:
        first, end = record.span
    else:
        first, end = iso_micros(record.oldest), iso_micros(record.newest) + 1
    return since <= first and end <= until


def require_archive(lake: Lake, user: str) -> None:
    """Stop where nothing of a user is kept, of whatever source.

    Raises:
        BadArchive: so it is.
    """
    if not list_archives(lake, user):
        raise BadArchive(
            f"no archive of {user!r} is kept", remedy="`embed-platform ingest PATH` takes one in"
        )


def keeps_private(lake: Lake, user: str) -> bool:
    """Whether an owner of archives of tweets wants them in no public publication.

    As long as an archive is kept that says so: one that says otherwise counts once it has replaced it.
    """
    return any(record.private for record in list_archives(lake, user, "twitter"))


def footer_of(records: Iterable[ArchiveRecord], withdrawn: str = "") -> dict[str, str]:
    """Footer entries of a snapshot that was parsed from these archives.

    Args:
        records: the archives.
        withdrawn: digest of the ids of tweets that were left out of them.
    """
    named = {_ARCHIVES: ",".join(record.archive_id for record in records)}
    return named | ({_WITHDRAWN: withdrawn} if withdrawn else {})


def is_stale(lake: Lake, user: str, source: str | None = None) -> bool:
    """Whether the user's records were parsed of other archives than those of today, or other tweets are withdrawn.

    Args:
        lake: where.
        user: whose.
        source: only this one; all of them when None.
    """
    return any(_is_stale(lake, user, name) for name in ([source] if source else SOURCES))


def _is_stale(lake: Lake, user: str, source: str) -> bool:
    present = current(list_archives(lake, user, source))
    gone = digest(withdrawn(lake, user)) if present and source == "twitter" else ""
    wanted = footer_of(present, gone)
    parsed = read_footer(lake.storage, layout.records(user, source)) or {}
    return any(parsed.get(key, "") != wanted.get(key, "") for key in (_ARCHIVES, _WITHDRAWN))


def drop_records(lake: Lake, user: str, source: str) -> bool:
    """Remove the parsed records of a source of which no archive is kept; returns whether there were any."""
    return drop_snapshot(lake.storage, layout.records(user, source)) > 0


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
    left = list_archives(lake, user)
    accounts = (
        {record.account_id for record in gone} - {record.account_id for record in left} - {""}
    )
    lake.storage.delete(layout.accounts(account, user) for account in accounts)
    needed = {member.sha256 for record in left for member in record.members}
    kept = lake.storage.list(layout.members(user))
    lake.storage.delete(entry.path for entry in kept if entry.path.rsplit("/", 1)[-1] not in needed)
