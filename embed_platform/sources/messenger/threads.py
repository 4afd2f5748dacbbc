"""Which thread of an export is which: known again by what it shares, or new; pure but for its inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from embed_platform.sources.messenger.archive import CUTOVER, ThreadCopy
from embed_platform.sources.messenger.ids import (
    Pair,
    Pairs,
    all_pairs,
    first_pair,
    new_thread,
    pairs,
    same_threads,
)

# What a thread begins with that holds nothing.
NOTHING = first_pair(())


@dataclass(frozen=True, eq=False)
class ThreadFacts:
    """What is needed to know a thread again.

    Attributes:
        name: its folder or file in an export.
        first: time and content of its oldest message.
        pairs: time and content of all; empty where there is nothing to compare with.
        participants: names of those in it.
        encrypted: whether it is of the end-to-end encrypted export.
        oldest: time of its first message, milliseconds; None when it has none.
        newest: time of its last message.
    """

    name: str
    first: Pair
    pairs: Pairs
    participants: frozenset[str]
    encrypted: bool
    oldest: int | None
    newest: int | None

    @staticmethod
    def of(copy: ThreadCopy, *, compared: bool = True) -> ThreadFacts:
        """The facts of a copy; the pairs, which take time, only where they are compared."""
        times = [message.timestamp_ms for message in copy.messages]
        return ThreadFacts(
            copy.name,
            first_pair(copy.messages),
            pairs(copy.messages if compared else ()),
            frozenset(copy.participants),
            copy.encrypted,
            min(times, default=None),
            max(times, default=None),
        )


@dataclass(frozen=True)
class Identities:
    """Which thread each one of an export is.

    Attributes:
        of: identity by the thread's name in the export.
        joined: known identities that the export shows to be a part of another thread, and which.
    """

    of: dict[str, str]
    joined: dict[str, str]


def identities(
    user: str, threads: Iterable[ThreadFacts], known: Mapping[str, list[ThreadFacts]]
) -> Identities:
    """Identity of each thread of an export: of a known one that it is, else a new one.

    Args:
        user: partition key.
        threads: of the export.
        known: copies in the archives that are kept, by identity.
    """
    own = list(threads)
    same = same_threads(
        {thread.name: thread.pairs for thread in own},
        {key: all_pairs(copy.pairs for copy in copies) for key, copies in known.items()},
    )
    beginnings = Counter(thread.first for thread in own)
    standing = _Standing(known)
    # plain threads first: an encrypted one may continue one of the same export
    for thread in sorted(own, key=lambda thread: (thread.encrypted, thread.name)):
        found = same.get(thread.name) or standing.continued_by(thread) or standing.namesake(thread)
        is_alone = beginnings[thread.first] == 1 and thread.first != NOTHING
        standing.add(thread, found or [standing.unused(user, thread, named=not is_alone)])
    standing.join_continued()
    return Identities(standing.of, standing.joined)


class _Standing:
    """Threads that have an identity: those that are known, and those of an export as they get theirs."""

    def __init__(self, known: Mapping[str, list[ThreadFacts]]) -> None:
        self.of: dict[str, str] = {}
        self.joined: dict[str, str] = {}
        self._known = frozenset(known)
        self._copies = {key: list(copies) for key, copies in known.items()}
        self._begun = {
            (copy.name, copy.first): key for key, copies in known.items() for copy in copies
        }

    def add(self, thread: ThreadFacts, found: list[str]) -> None:
        """Give a thread the first of some identities; the others are parts of that one from now on."""
        identity, *others = dict.fromkeys(self.joined.get(key, key) for key in found)
        self.of[thread.name] = identity
        self._copies.setdefault(identity, []).append(thread)
        for other in others:
            self._join(other, identity)

    def namesake(self, thread: ThreadFacts) -> list[str]:
        """The thread of the same folder that begins alike: where all is said to many, the name tells."""
        found = self._begun.get((thread.name, thread.first))
        return [found] if found else []

    def unused(self, user: str, thread: ThreadFacts, *, named: bool) -> str:
        """A new identity; the folder's name is in it where another thread begins alike."""
        identity = new_thread(user, thread.first, "")
        is_free = not named and identity not in self._copies
        return identity if is_free else new_thread(user, thread.first, thread.name)

    def continued_by(self, thread: ThreadFacts) -> list[str]:
        """The one thread that was cut over to encryption before this one began, with the same people."""
        if not thread.encrypted:
            return []
        fitting = [
            key
            for key, copies in self._copies.items()
            if any(_goes_on(copy, thread) for copy in copies)
        ]
        return fitting if len(fitting) == 1 else []

    def join_continued(self) -> None:
        """Join encrypted threads that came before the one that they continue."""
        for key in sorted(self._known & self._copies.keys()):
            copies = self._copies[key]
            if all(copy.encrypted for copy in copies):
                for before in self.continued_by(min(copies, key=_beginning)):
                    # who is known already keeps the identity
                    is_known = before in self._known
                    self._join(*((key, before) if is_known else (before, key)))

    def _join(self, other: str, identity: str) -> None:
        self._copies[identity] += self._copies.pop(other)
        for known in (self.of, self.joined):
            known.update({key: identity for key, to in known.items() if to == other})
        if other in self._known:
            self.joined[other] = identity


def _goes_on(before: ThreadFacts, after: ThreadFacts) -> bool:
    """Whether an encrypted thread may be what became of a plain one."""
    return (
        after.encrypted
        and before.name.startswith(CUTOVER)
        and bool(after.participants)
        and before.participants == after.participants
        and before.newest is not None
        and after.oldest is not None
        and before.newest <= after.oldest
    )


def _beginning(thread: ThreadFacts) -> int:
    return thread.oldest or 0
