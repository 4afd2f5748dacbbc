"""What chunking would give, before a text is embedded: counts, ratio, lengths."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from embed_platform.corpus.chunking import coalesced, session_chunks, sessions
from embed_platform.corpus.clean import MESSAGES, clean, read_clean
from embed_platform.corpus.messages import chunk_rules, conversations
from embed_platform.errors import BadArchive
from embed_platform.lake.lake import Lake
from embed_platform.sources.messenger.ingest import SOURCE
from embed_platform.sources.messenger.publish import publish_raw_messages
from embed_platform.sources.records import is_stale

# Of these no text is left; lines of the system have one.
WITHOUT_TEXT = {"unsent", "empty"}
BUCKET_CHARS = 1000


@dataclass
class ChunkStats:
    """What chunking gives for one user.

    Attributes:
        messages: all, each once.
        dropped: how many are in no chunk, by reason.
        threads: those with a chunk.
        coalesced: messages after those that follow quickly were put together.
        sessions: stretches between long pauses.
        chunks: documents.
        chars: code points in all chunks, what overlaps counted twice.
        lengths: chunks by length, in steps of `BUCKET_CHARS` code points.
    """

    messages: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    threads: int = 0
    coalesced: int = 0
    sessions: int = 0
    chunks: int = 0
    chars: int = 0
    lengths: Counter[int] = field(default_factory=Counter)

    @property
    def with_text(self) -> int:
        """Messages that have a text."""
        return self.messages - sum(self.dropped.get(reason, 0) for reason in WITHOUT_TEXT)

    @property
    def ratio(self) -> float:
        """Messages with text for each chunk; 0 without chunks."""
        return round(self.with_text / self.chunks, 2) if self.chunks else 0.0


def chunk_stats(lake: Lake, user: str) -> ChunkStats:
    """Parse and clean what is new of a user's messages, and count what chunking makes of them.

    Raises:
        BadArchive: the user has no messages.
    """
    if is_stale(lake, user, SOURCE):
        publish_raw_messages(lake, user)
    clean(lake, MESSAGES, [user])
    found = read_clean(lake, MESSAGES, user, ["excluded"])
    if found is None:
        raise BadArchive(
            f"{user!r} has no messages",
            remedy="`embed-platform ingest facebook-*.zip --user NAME` takes an export in",
        )
    reasons = Counter(found["excluded"].to_pylist())
    reasons.pop(None, None)
    stats = ChunkStats(messages=found.num_rows, dropped=dict(sorted(reasons.items())))
    rules = chunk_rules(lake.settings)
    for thread in conversations(lake, user):
        turns = coalesced(thread.messages, rules)
        talks = sessions(turns, rules)
        stats.threads += 1
        stats.coalesced += len(turns)
        stats.sessions += len(talks)
        for number, talk in enumerate(talks):
            for chunk in session_chunks(talk, number, rules):
                stats.chunks += 1
                stats.chars += len(chunk.text)
                stats.lengths[len(chunk.text) // BUCKET_CHARS * BUCKET_CHARS] += 1
    return stats
