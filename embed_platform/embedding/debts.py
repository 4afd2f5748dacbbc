"""What users owe in a space: the texts and pages that have no vector and were not set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from embed_platform.corpus.documents import read_documents
from embed_platform.embedding.plan import Debt, anti_join
from embed_platform.embedding.probe import serve_kinds
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.errors import DamagedFile, EmbedError
from embed_platform.lake.claims import claim
from embed_platform.lake.dead_letters import DeadLetter, read_dead_letters, write_dead_letters
from embed_platform.lake.lake import Lake

_DEAD_STEP = "embeddings_"


@dataclass
class UserResult:
    """What embedding did for one user: counts of distinct texts, tokens read, and machine seconds.

    Attributes:
        seconds: that machines were at work on the user's texts; eight machines for a minute are
            480. A shard of several users is shared among them by tokens.
    """

    embedded: int = 0
    reused: int = 0
    dead_letters: int = 0
    truncated: int = 0
    tokens: int = 0
    seconds: float = 0.0


@dataclass
class Debts:
    """What several users owe, and what came of it.

    Attributes:
        owed: how many texts or pages, by user; users who owe nothing are not in it.
        done: what was done for each user, to be added to.
        unreadable: the error of each user whose files cannot be read.
    """

    owed: dict[str, int] = field(default_factory=dict)
    done: dict[str, UserResult] = field(default_factory=dict)
    unreadable: dict[str, EmbedError] = field(default_factory=dict)

    @property
    def results(self) -> dict[str, UserResult | EmbedError]:
        """One for each user."""
        return self.done | self.unreadable


@contextmanager
def debts(
    lake: Lake, space: EmbeddingSpace, users: Sequence[str], kinds: Sequence[str]
) -> Iterator[Debts]:
    """What users owe; until the block ends, nobody else embeds for those who owe something.

    Whoever does so already is waited for. Where nothing is owed, nobody is.

    Args:
        lake: where.
        space: in which.
        users: whose documents.
        kinds: which kinds of document; the space serves them from now on.
    """
    serve_kinds(lake, space.slug, kinds)
    found = Debts()
    _count(lake, space, kinds, users, found)
    with ExitStack() as stack:
        if found.owed:
            stack.enter_context(claim(lake, space.slug, found.owed))
            # whoever held them until now has embedded some of it
            debtors, found.owed = found.owed, {}
            _count(lake, space, kinds, debtors, found)
        yield found


def user_debt(lake: Lake, space: EmbeddingSpace, kinds: Sequence[str], user: str) -> Debt:
    """What a user's documents of some kinds still need in a space."""
    return anti_join(
        wanted_hashes(lake, user, kinds),
        embedded_hashes(lake, space.slug, user),
        dead_hashes(lake, space.slug, user),
    )


def wanted_hashes(lake: Lake, user: str, kinds: Iterable[str]) -> set[str]:
    """Hashes of the texts of all documents of a user; equal texts count once."""
    wanted: set[str] = set()
    for kind in kinds:
        wanted.update(read_documents(lake, user, kind, ["text_hash"])["text_hash"].to_pylist())
    return wanted


def dead_step(slug: str) -> str:
    """Name under which a space's dead letters are kept."""
    return f"{_DEAD_STEP}{slug}"


def clear_dead_letters(lake: Lake, user: str) -> int:
    """Let the next run try again the texts that no vector came of; returns how many."""
    cleared = 0
    for step, letters in read_dead_letters(lake.storage, user).items():
        if step.startswith(_DEAD_STEP):
            write_dead_letters(lake.storage, user, step, [])
            cleared += len(letters)
    return cleared


def dead_hashes(lake: Lake, slug: str, user: str) -> set[str]:
    """Text hashes that were set aside in a space."""
    return {
        letter.where for letter in read_dead_letters(lake.storage, user).get(dead_step(slug), [])
    }


def set_aside(lake: Lake, space: EmbeddingSpace, user: str, fresh: list[DeadLetter]) -> None:
    """Add dead letters to a user's of a space."""
    if fresh:
        step = dead_step(space.slug)
        earlier = read_dead_letters(lake.storage, user).get(step, [])
        write_dead_letters(lake.storage, user, step, [*earlier, *fresh])


def _count(
    lake: Lake, space: EmbeddingSpace, kinds: Sequence[str], users: Iterable[str], found: Debts
) -> None:
    for user in users:
        try:
            debt = user_debt(lake, space, kinds, user)
        except DamagedFile as error:
            found.unreadable[user] = error
            continue
        found.done[user] = UserResult(reused=debt.reused, dead_letters=debt.set_aside)
        if debt.missing:
            found.owed[user] = len(debt.missing)
