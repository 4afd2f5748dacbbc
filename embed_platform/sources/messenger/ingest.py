"""Taking in an export: its message files are kept, each thread gets its identity, one file commits it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import msgspec

from embed_platform import collector
from embed_platform.errors import BadArchive, SettingsError
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import check_limit
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import lift, refuse_erased
from embed_platform.lake.visibility import refuse_public
from embed_platform.sources.messenger.archive import (
    KeptExport,
    latest_ms,
    member_name,
    members_by_thread,
    read_copy,
)
from embed_platform.sources.messenger.export import Export, refuse_missing
from embed_platform.sources.messenger.parts import MessageFile
from embed_platform.sources.messenger.threads import ThreadFacts, identities
from embed_platform.sources.records import ArchiveRecord, KeptMember, list_archives, save_record
from embed_platform.sources.twitter.ingest import Ingested, archive_id, limits, scratch
from embed_platform.sources.zips import BLOCK

SOURCE = "messenger"
# The day has hyphens in it in some years' exports, and a browser numbers what it saves twice.
_NAMED = re.compile(
    r"facebook-(.+?)-(?:\d{4}-\d{2}-\d{2}|[^-]+?)(?: \(\d+\))?", re.IGNORECASE | re.ASCII
)


def ingest(
    lake: Lake,
    export: Export,
    user: str | None = None,
    *,
    allow_missing: bool = False,
    restore: bool = False,
) -> Ingested:
    """Keep an export in the lake; the same one again changes nothing, another one adds to it.

    Args:
        lake: where.
        export: with all its parts.
        user: partition key; without it the name in the parts' file names.
        allow_missing: take an export with gaps.
        restore: take in somebody who was erased.

    Raises:
        BadArchive: it cannot be taken in; nothing was kept.
        ErasedUser: its owner asked to be forgotten.
        SettingsError: the user name is no valid partition key, or strangers can read the lake.
        TooManyDeadLetters: too many messages cannot be used.
    """
    refuse_public(lake.storage, lake.settings)
    refuse_missing(export, allowed=allow_missing)
    where = export.where
    key = layout.valid_user(user, where="--user") if user else owner(export.name, where)
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    with scratch(lake.settings) as folder, lake.writing(key):
        if not restore:
            refuse_erased(lake.storage, key, where=where)
        files = dict(_extracted(lake, export, folder))
        paths = {member.path: path for member, path in files.values()}
        present = list_archives(lake, key, SOURCE)
        with collector.paused():
            found = _survey(paths, latest_ms(now), compared=bool(present))
        if not found.messages:
            raise BadArchive(
                f"the export holds no message that can be used{found.example}",
                where=where,
                remedy="Ask for the export again, as JSON; nothing was kept",
            )
        # of a damaged file nobody knows how many messages it held; the others go on
        limit = lake.settings.dead_letter_limit
        check_limit(found.bad, found.bad + found.messages, limit, where=f"{where}{found.example}")
        kept = tuple(member for member, _ in files.values())
        known = next((record for record in present if record.archive_id == archive_id(kept)), None)
        threads = identities(key, found.threads, {} if known else _known(lake, present))
        record = known or ArchiveRecord(
            archive_id=archive_id(kept),
            user=key,
            source=SOURCE,
            members=kept,
            records=found.messages,
            oldest=_iso(min(t.oldest for t in found.threads if t.oldest is not None)),
            newest=_iso(max(t.newest for t in found.threads if t.newest is not None)),
            ingested_at=now,
            handle=account(export.name),
            threads=threads.of,
        )
        if restore:
            lift(lake.storage, key)
        for member in record.members:
            target = layout.members(key, member.sha256)
            if not lake.storage.exists(target):
                lake.storage.put(target, paths[member.path])
        if known is None:
            _rename_threads(lake, present, threads.joined)
            save_record(lake, record)
    return Ingested(
        user=key,
        archive_id=record.archive_id,
        handle=record.handle,
        is_new=known is None,
        records=record.records,
        oldest=record.oldest,
        newest=record.newest,
        dead_letters=found.bad + found.damaged,
        source=SOURCE,
    )


def _known(lake: Lake, records: Iterable[ArchiveRecord]) -> dict[str, list[ThreadFacts]]:
    known: dict[str, list[ThreadFacts]] = {}
    for record in records:
        for copy in KeptExport(lake, record).copies():
            known.setdefault(record.threads[copy.name], []).append(ThreadFacts.of(copy))
    return known


def _rename_threads(
    lake: Lake, present: Iterable[ArchiveRecord], joined: Mapping[str, str]
) -> None:
    """Give threads that turned out to be parts of another one its identity, in every kept archive."""
    for record in present:
        if joined.keys() & record.threads.values():
            renamed = {name: joined.get(key, key) for name, key in record.threads.items()}
            save_record(lake, msgspec.structs.replace(record, threads=renamed))


def _extracted(
    lake: Lake, export: Export, folder: Path
) -> Iterator[tuple[str, tuple[KeptMember, Path]]]:
    """Every message file copied into a folder, by the name that it is kept under."""
    order = sorted(export.files, key=lambda file: (str(file.upload.path), file.thread, file.number))
    for _, files in groupby(order, key=lambda file: str(file.upload.path)):
        own = list(files)
        with own[0].upload.reading(limits(lake.settings)) as opened:
            for file in own:
                name = _name(file)
                path = folder / f"{hashlib.sha256(name.encode()).hexdigest()}.json"
                digest, size = hashlib.sha256(), 0
                with opened(file.member) as source, path.open("wb") as target:
                    while block := source.read(BLOCK):
                        digest.update(block)
                        size += len(block)
                        target.write(block)
                yield name, (KeptMember(name, digest.hexdigest(), size), path)


def _name(file: MessageFile) -> str:
    return member_name(file.thread, file.number, encrypted="/" not in file.thread)


@dataclass
class _Survey:
    """What an export holds: its threads, usable messages, how many messages and files are not, and one of those."""

    threads: list[ThreadFacts] = field(default_factory=list)
    messages: int = 0
    bad: int = 0
    damaged: int = 0
    example: str = ""


def _survey(paths: Mapping[str, Path], latest: int, *, compared: bool) -> _Survey:
    found = _Survey()
    for name, members in members_by_thread(paths).items():
        copy = read_copy(name, members, lambda member: paths[member].read_bytes(), latest)
        found.threads.append(ThreadFacts.of(copy, compared=compared))
        found.messages += len(copy.messages)
        found.bad += len(copy.letters) - copy.damaged
        found.damaged += copy.damaged
        for letter in copy.letters[:1]:
            found.example = found.example or f" ({letter.where}: {letter.reason})"
    return found


def owner(export: str, where: str) -> str:
    """The partition key of the account that an export's name tells.

    Raises:
        SettingsError: it tells none, or none that can be a key.
    """
    name = account(export)
    if not name:
        raise SettingsError(
            "the export does not say whose it is",
            where=where,
            remedy="Pass --user NAME, or put it into the inbox's folder NAME",
        )
    return layout.valid_user(name, where=where)


def account(export: str) -> str:
    """The account's name in an export's, `facebook-<name>-<day>`; empty where that is none."""
    found = _NAMED.fullmatch(export)
    return found[1].encode(errors="replace").decode() if found else ""


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()
