"""Copies of threads as an archive holds them: which members belong together, and what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from embed_platform.errors import BadArchive, BadRecord
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import DeadLetter
from embed_platform.lake.lake import Lake
from embed_platform.sources.jsonstream import Bad
from embed_platform.sources.messenger.records import Parsed, ThreadFile, parse_file
from embed_platform.sources.records import ArchiveRecord

_MEMBER = re.compile(r"(.+)/message_(\d+)\.json")
CUTOVER = "e2ee_cutover/"
# A clock may be wrong by this much before a message counts as one of the future.
CLOCK = timedelta(days=1)


@dataclass
class ThreadCopy:
    """One thread in one export.

    Attributes:
        name: its folder or file in the export.
        title: as the newest file has it.
        participants: as the newest file has them.
        encrypted: whether it is of the end-to-end encrypted export.
        messages: in the export's order: the files by their numbers, each as it is.
        files: member of each message, in step with `messages`.
        letters: what could not be used.
        damaged: how many of those are whole files.
    """

    name: str
    title: str = ""
    participants: tuple[str, ...] = ()
    encrypted: bool = False
    messages: list[Parsed] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)
    damaged: int = 0


def member_name(thread: str, number: int, *, encrypted: bool) -> str:
    """Name under which a message file is kept."""
    return f"{thread}.json" if encrypted else f"{thread}/message_{number}.json"


def thread_of(member: str) -> tuple[str, int]:
    """Thread and number of a kept message file."""
    found = _MEMBER.fullmatch(member)
    return (found[1], int(found[2])) if found else (member.removesuffix(".json"), 1)


def members_by_thread(members: Iterable[str]) -> dict[str, list[str]]:
    """Kept message files of each thread, message_1 first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for member in members:
        thread, number = thread_of(member)
        found.setdefault(thread, []).append((number, member))
    return {thread: [member for _, member in sorted(files)] for thread, files in found.items()}


def latest_ms(at: str) -> int:
    """The youngest that a message can be in an archive that came at a time; milliseconds."""
    return int((datetime.fromisoformat(at) + CLOCK).timestamp() * 1000)


def read_copy(
    name: str, members: Iterable[str], read: Callable[[str], bytes], latest: int
) -> ThreadCopy:
    """One thread of an export; a file that cannot be read becomes a dead letter.

    Args:
        name: of the thread.
        members: its files, message_1 first.
        read: gives a member's bytes.
        latest: the youngest that a message can be, milliseconds since 1970.
    """
    copy = ThreadCopy(name)
    first: ThreadFile | None = None
    for member in members:
        try:
            found = parse_file(read(member), member, latest_ms=latest)
        except BadRecord as error:
            copy.letters.append(DeadLetter(member, error.what))
            copy.damaged += 1
            continue
        if first is None:
            first = found
            copy.title, copy.participants = found.title, found.participants
            copy.encrypted = found.encrypted
        for one in found.messages:
            if isinstance(one, Bad):
                where = f"{member} message {one.index}"
                copy.letters.append(DeadLetter(where, one.reason, one.raw))
            else:
                copy.messages.append(one)
                copy.files.append(member)
    return copy


class KeptExport:
    """A kept archive, thread by thread."""

    def __init__(self, lake: Lake, record: ArchiveRecord) -> None:
        self.record = record
        self._lake = lake
        self._sha = {member.path: member.sha256 for member in record.members}
        self._threads = members_by_thread(self._sha)
        self._latest = latest_ms(record.ingested_at)
        self._of: dict[str, list[str]] = {}
        for name in self._threads:
            self._of.setdefault(record.threads[name], []).append(name)

    def copies(self, identity: str | None = None) -> Iterator[ThreadCopy]:
        """Its threads, one at a time; only those of an identity, where one is given.

        Raises:
            BadArchive: a kept member is gone.
        """
        for name in self._threads if identity is None else self._of.get(identity, []):
            yield read_copy(name, self._threads[name], self._read, self._latest)

    def _read(self, member: str) -> bytes:
        try:
            return self._lake.storage.get(layout.members(self.record.user, self._sha[member]))
        except FileNotFoundError as error:
            raise BadArchive(
                "a kept member of the archive is gone",
                where=member,
                remedy="Ingest the same archive again",
            ) from error
