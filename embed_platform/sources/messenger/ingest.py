"""Taking in an export: its message files are kept, each thread gets its identity, one file commits it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from embed_platform.errors import BadArchive, SettingsError
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import check_limit
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import lift, refuse_erased
from embed_platform.lake.visibility import refuse_public
from embed_platform.sources.containers import BLOCK
from embed_platform.sources.ingest import Ingested, archive_id, limits, scratch
from embed_platform.sources.messenger.archive import (
    CUTOVER,
    KeptExport,
    ThreadCopy,
    latest_ms,
    member_name,
    members_by_thread,
    read_copy,
)
from embed_platform.sources.messenger.export import Export, MessageFile, refuse_missing
from embed_platform.sources.messenger.ids import Pair, new_thread, pairs, same_threads
from embed_platform.sources.records import ArchiveRecord, KeptMember, list_archives, save_record

SOURCE = "messenger"
_NAMED = re.compile(r"facebook-(.+)-[^-]+", re.IGNORECASE)


@dataclass(frozen=True)
class ThreadFacts:
    """What is needed to know a thread again.

    Attributes:
        name: its folder or file in an export.
        pairs: time and content of its messages.
        participants: names of those in it.
        encrypted: whether it is of the end-to-end encrypted export.
        oldest: time of its first message, milliseconds; None when it has none.
        newest: time of its last message.
    """

    name: str
    pairs: frozenset[Pair]
    participants: frozenset[str]
    encrypted: bool
    oldest: int | None
    newest: int | None

    @staticmethod
    def of(copy: ThreadCopy) -> ThreadFacts:
        """The facts of a copy."""
        times = [message.timestamp_ms for message in copy.messages]
        return ThreadFacts(
            copy.name,
            frozenset(pairs(copy.messages)),
            frozenset(copy.participants),
            copy.encrypted,
            min(times, default=None),
            max(times, default=None),
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
    where = export.name or str(export.files[0].upload.path)
    key = layout.valid_user(user, where="--user") if user else owner(export.name, where)
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    with scratch(lake.settings) as folder:
        files = dict(_extracted(lake, export, folder))
        kept = tuple(member for member, _ in files.values())
        paths = {member.path: path for member, path in files.values()}
        facts, bad, damaged = _survey(paths, latest_ms(now))
        count = sum(messages for _, messages in facts)
        if not count:
            raise BadArchive("the export holds no message that can be used", where=where)
        # of a damaged file nobody knows how many messages it held; the others go on
        check_limit(bad, bad + count, lake.settings.dead_letter_limit, where=where)
        with lake.writing(key):
            if not restore:
                refuse_erased(lake.storage, key, where=where)
            present = list_archives(lake, key, SOURCE)
            name = archive_id(kept)
            known = next((record for record in present if record.archive_id == name), None)
            threads = [fact for fact, _ in facts]
            record = known or ArchiveRecord(
                archive_id=name,
                user=key,
                source=SOURCE,
                members=kept,
                records=count,
                oldest=_iso(min(t.oldest for t in threads if t.oldest is not None)),
                newest=_iso(max(t.newest for t in threads if t.newest is not None)),
                ingested_at=now,
                handle=_account(export.name),
                threads=identities(key, threads, _known(lake, present)),
            )
            if restore:
                lift(lake.storage, key)
            for member in record.members:
                target = layout.members(key, member.sha256)
                if not lake.storage.exists(target):
                    lake.storage.put(target, paths[member.path])
            if known is None:
                save_record(lake, record)
    return Ingested(
        user=key,
        archive_id=record.archive_id,
        handle=record.handle,
        is_new=known is None,
        records=record.records,
        oldest=record.oldest,
        newest=record.newest,
        dead_letters=bad + damaged,
        source=SOURCE,
    )


def identities(
    user: str, threads: Iterable[ThreadFacts], known: Mapping[str, list[ThreadFacts]]
) -> dict[str, str]:
    """Identity of each thread of an export: of a known one that it is, else a new one.

    Args:
        user: partition key.
        threads: of the export.
        known: copies in the archives that are kept, by identity.
    """
    own = list(threads)
    found = same_threads(
        {thread.name: set(thread.pairs) for thread in own},
        {key: set().union(*(copy.pairs for copy in copies)) for key, copies in known.items()},
    )
    standing = {key: list(copies) for key, copies in known.items()}
    # plain threads first: an encrypted one may continue one of the same export
    for thread in sorted(own, key=lambda thread: (thread.encrypted, thread.name)):
        identity = found.get(thread.name) or _continued(thread, standing)
        found[thread.name] = identity or _new(user, thread)
        standing.setdefault(found[thread.name], []).append(thread)
    return found


def _continued(thread: ThreadFacts, known: Mapping[str, list[ThreadFacts]]) -> str | None:
    """The one thread that was cut over to encryption, with the same people, before this one began."""
    if not thread.encrypted or thread.oldest is None or not thread.participants:
        return None
    oldest = thread.oldest
    fitting = [
        identity
        for identity, copies in known.items()
        if any(
            copy.name.startswith(CUTOVER)
            and copy.participants == thread.participants
            and copy.newest is not None
            and copy.newest <= oldest
            for copy in copies
        )
    ]
    return fitting[0] if len(fitting) == 1 else None


def _new(user: str, thread: ThreadFacts) -> str:
    return new_thread(user, thread.pairs, thread.name)


def _known(lake: Lake, records: Iterable[ArchiveRecord]) -> dict[str, list[ThreadFacts]]:
    known: dict[str, list[ThreadFacts]] = {}
    for record in records:
        for copy in KeptExport(lake, record).copies():
            known.setdefault(record.threads[copy.name], []).append(ThreadFacts.of(copy))
    return known


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


def _survey(
    paths: Mapping[str, Path], latest: int
) -> tuple[list[tuple[ThreadFacts, int]], int, int]:
    """Facts and number of messages of every thread; how many messages and files could not be used."""
    facts, bad, damaged = [], 0, 0
    for name, members in members_by_thread(paths).items():
        copy = read_copy(name, members, lambda member: paths[member].read_bytes(), latest)
        bad += len(copy.letters) - copy.damaged
        damaged += copy.damaged
        facts.append((ThreadFacts.of(copy), len(copy.messages)))
    return facts, bad, damaged


def owner(export: str, where: str) -> str:
    """The partition key of the account that an export's name tells.

    Raises:
        SettingsError: it tells none, or none that can be a key.
    """
    name = _account(export)
    if not name:
        raise SettingsError(
            "the export does not say whose it is", where=where, remedy="Pass --user NAME"
        )
    return layout.valid_user(name, where=where)


def _account(export: str) -> str:
    """The account's name in `facebook-<name>-<day>`, empty where the parts are named otherwise."""
    found = _NAMED.match(export)
    return found[1] if found else ""


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()
