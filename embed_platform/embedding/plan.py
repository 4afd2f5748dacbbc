"""What is left to embed, and in which units of work; pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# English and German prose run at about four characters a token; only the size of a unit of
# work depends on it, never a limit of the model.
CHARS_PER_TOKEN = 4


@dataclass(frozen=True)
class Work:
    """One text or image of one user that has no vector yet.

    Attributes:
        user: whose.
        text_hash: of the text or image.
        text: itself; of an image its path in the lake.
        size: tokens that the model reads of it, where that does not depend on the text.
    """

    user: str
    text_hash: str
    text: str
    size: int | None = None

    @property
    def tokens(self) -> int:
        """Rough number of tokens."""
        return len(self.text) // CHARS_PER_TOKEN + 2 if self.size is None else self.size


@dataclass(frozen=True)
class Shard:
    """A unit of work: embedded in one call, committed per user."""

    items: tuple[Work, ...]

    def texts(self) -> dict[str, str]:
        """Each text (or path) once by its hash, also when several users hold it."""
        return {item.text_hash: item.text for item in self.items}

    def hashes_by_user(self) -> dict[str, list[str]]:
        """The hashes that each user owes."""
        users: dict[str, list[str]] = {}
        for item in self.items:
            users.setdefault(item.user, []).append(item.text_hash)
        return users


@dataclass(frozen=True)
class Debt:
    """What a user's documents still need in a space.

    Attributes:
        missing: hashes of texts that have no vector and were not set aside.
        reused: number of texts that have one.
        set_aside: number of texts that are dead letters.
    """

    missing: set[str]
    reused: int
    set_aside: int


def anti_join(wanted: set[str], present: set[str], set_aside: set[str]) -> Debt:
    """Compare the text hashes that documents want with those that are there or were set aside."""
    dead = (wanted & set_aside) - present
    return Debt(wanted - present - dead, len(wanted & present), len(dead))


def shards(work: Iterable[Work], token_budget: int) -> Iterator[Shard]:
    """Cut work into units of about `token_budget` tokens; one text may exceed it alone."""
    batch: list[Work] = []
    tokens = 0
    for item in work:
        if batch and tokens + item.tokens > token_budget:
            yield Shard(tuple(batch))
            batch, tokens = [], 0
        batch.append(item)
        tokens += item.tokens
    if batch:
        yield Shard(tuple(batch))


def batches_by_tokens(
    lengths: Sequence[int], budget: int, padding: int | None = None
) -> list[list[int]]:
    """Indices of texts in batches, longest first, so that padding stays small.

    Args:
        lengths: tokens of each text.
        budget: most padded tokens (texts times longest) in a batch; one text may exceed it alone.
        padding: most tokens of padding in a batch: about as many as a model reads in the time that
            a further batch costs whatever is in it. None where only the budget counts.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    most = budget if padding is None else padding
    cut: list[list[int]] = []
    longest = padded = 0
    for index in order:
        padded += longest - lengths[index]
        if cut and longest * (len(cut[-1]) + 1) <= budget and padded <= most:
            cut[-1].append(index)
        else:
            cut.append([index])
            longest, padded = lengths[index], 0
    return cut
