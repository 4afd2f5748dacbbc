"""Which thread of an export is which: known again by what it shares, or new; pure but for its inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from embed_platform.sources.messenger.archive import CUTOVER, ThreadCopy
from embed_platform.sources.messenger.ids import Pair, first_pair, new_thread, pairs, same_threads


@dataclass(frozen=True)
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
    pairs: frozenset[Pair]
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
            frozenset(pairs(copy.messages)) if compared else frozenset(),
            frozenset(copy.participants),
            copy.encrypted,
            min(times, default=None),
            max(times, default=None),
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
        found[thread.name] = identity or new_thread(user, thread.first, thread.name)
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
