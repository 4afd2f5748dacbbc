"""What is left to embed, and in which units of work; pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# English and German prose run at about four characters a token; only the size of a unit of
# work depends on it, never a limit of the model.
CHARS_PER_TOKEN = 4


@dataclass(frozen=True)
class Work:
    """One text of one user that has no vector yet."""

    user: str
    text_hash: str
    text: str

    @property
    def tokens(self) -> int:
        """Rough number of tokens."""
        return len(self.text) // CHARS_PER_TOKEN + 2


@dataclass(frozen=True)
class Shard:
    """A unit of work: embedded in one call, committed per user."""

    items: tuple[Work, ...]

    def texts(self) -> dict[str, str]:
        """Each text once by its hash, also when several users hold it."""
        return {item.text_hash: item.text for item in self.items}

    def hashes_by_user(self) -> dict[str, list[str]]:
        """The hashes that each user owes."""
        users: dict[str, list[str]] = {}
        for item in self.items:
            users.setdefault(item.user, []).append(item.text_hash)
        return users


def missing(
    user: str, wanted: Mapping[str, str], present: set[str], set_aside: set[str]
) -> list[Work]:
    """The anti-join: texts without a vector that were not set aside, in order of their hash.

    Args:
        user: whose.
        wanted: text by hash, of the user's documents.
        present: hashes that have a vector.
        set_aside: hashes of dead letters.
    """
    return [Work(user, key, wanted[key]) for key in sorted(wanted.keys() - present - set_aside)]


def shards(work: Iterable[Work], token_budget: int) -> list[Shard]:
    """Cut work into units of about `token_budget` tokens; one text may exceed it alone."""
    cut: list[Shard] = []
    batch: list[Work] = []
    tokens = 0
    for item in work:
        if batch and tokens + item.tokens > token_budget:
            cut.append(Shard(tuple(batch)))
            batch, tokens = [], 0
        batch.append(item)
        tokens += item.tokens
    return [*cut, Shard(tuple(batch))] if batch else cut


def batches_by_tokens(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Indices of texts in batches, longest first, so that padding stays small.

    Args:
        lengths: tokens of each text.
        budget: most padded tokens (texts times longest) in a batch; one text may exceed it alone.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    cut: list[list[int]] = []
    for index in order:
        if cut and lengths[cut[-1][0]] * (len(cut[-1]) + 1) <= budget:
            cut[-1].append(index)
        else:
            cut.append([index])
    return cut
