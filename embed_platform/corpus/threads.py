"""Same-author chains of tweets as one text, split between tweets; pure functions over rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

SEPARATOR = "\n\n"
Tweet = Mapping[str, Any]


@dataclass(frozen=True)
class ThreadPart:
    """A stretch of a thread that fits into one document.

    Attributes:
        root: id of the thread's first tweet as it was first posted, which names the thread while it
            grows and is edited.
        part: running number from 0.
        parts: how many parts the thread has.
        tweets: the rows of this part, oldest first.
    """

    root: int
    part: int
    parts: int
    tweets: tuple[Tweet, ...]

    @property
    def text(self) -> str:
        """The tweets' texts, a blank line between them."""
        return SEPARATOR.join(tweet["text"] for tweet in self.tweets)


def thread_parts(tweets: Iterable[Tweet], max_chars: int) -> list[ThreadPart]:
    """Threads of two or more tweets, each in parts of at most `max_chars` characters.

    Args:
        tweets: one user's rows of the `tweets` model, in any order.
        max_chars: a single longer tweet stays whole, in a part of its own.
    """
    parts = []
    for chain in chains(tweets):
        packed = pack(chain, max_chars)
        parts += [
            ThreadPart(chain[0]["first_version"], n, len(packed), tuple(piece))
            for n, piece in enumerate(packed)
        ]
    return parts


def linked(tweets: pa.Table) -> pa.Table:
    """Rows that answer, or are answered by, another of the author's own; no chain has others."""
    own = tweets.filter(pc.equal(pc.coalesce(tweets["excluded"], "empty_text"), "empty_text"))
    answers = pc.is_in(own["reply_to_version"], own["first_version"].combine_chunks())
    answered = pc.is_in(own["first_version"], own["reply_to_version"].combine_chunks())
    return own.filter(pc.or_(answers, answered))


def chains(tweets: Iterable[Tweet]) -> list[list[Tweet]]:
    """The author's own chains: tweets linked by replies to oneself, oldest first, two or more with text.

    A tweet without text (a picture only) holds its neighbours together. Where the author
    answered one tweet twice, both branches belong to the chain. An edited tweet stands where its
    first version stood, whichever was answered. Ids grow with time.
    """
    own = sorted(
        (t for t in tweets if t["excluded"] in (None, "empty_text")),
        key=lambda t: t["first_version"],
    )
    root_of: dict[int | None, int] = {}
    members: dict[int, list[Tweet]] = defaultdict(list)
    for tweet in own:
        parent: int | None = tweet["reply_to_version"]
        own_id: int = tweet["first_version"]
        root = root_of.get(parent, own_id)
        root_of[own_id] = root
        if tweet["excluded"] is None:
            members[root].append(tweet)
    return [chain for _, chain in sorted(members.items()) if len(chain) > 1]


def pack(chain: Sequence[Tweet], max_chars: int) -> list[list[Tweet]]:
    """Cut a chain between tweets so that no part is longer than `max_chars`, unless one tweet is."""
    parts: list[list[Tweet]] = []
    length = 0
    for tweet in chain:
        added = len(SEPARATOR) + len(tweet["text"])
        if parts and length + added <= max_chars:
            parts[-1].append(tweet)
            length += added
        else:
            parts.append([tweet])
            length = len(tweet["text"])
    return parts
