"""What differs between a space of texts and one of page images; the shard loop is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from embed_platform.embedding.engine import AnyEngine, Embedded, EmbeddedPages, Provenance
from embed_platform.embedding.fleet import Machine
from embed_platform.embedding.plan import Shard, Work
from embed_platform.errors import EmbedError

E_contra = TypeVar("E_contra", bound=AnyEngine, contravariant=True)
A = TypeVar("A", bound=Embedded | EmbeddedPages)
Unreadable = dict[str, EmbedError]


class Modality(Protocol[E_contra, A]):
    """How documents of some kinds are read, embedded and kept in one space."""

    @property
    def kinds(self) -> Sequence[str]:
        """Which kinds of document."""

    @property
    def unit(self) -> str:
        """What is embedded, for people: `texts`."""

    @property
    def shard_tokens(self) -> int:
        """Tokens in a shard, about; one commit each."""

    def work(self, user: str) -> Iterator[Work]:
        """What a user owes.

        Raises:
            DamagedFile: the user's files cannot be read.
        """

    def admit(self, engine: E_contra) -> None:
        """Compare an engine with the space.

        Raises:
            SpaceMismatch: its vectors are not the space's.
        """

    def embed(self, machine: Machine[E_contra], shard: Shard, unreadable: Unreadable) -> A:
        """A shard's vectors by one machine, each found usable.

        Users whose files cannot be read now are added to `unreadable`, with the reason.

        Raises:
            SpaceMismatch: another number or length of vectors, or other ones when asked again.
            TransientError: the machine did not answer.
        """

    def usable(self, answer: A, count: int) -> A:
        """An answer in which what is no vector has become a failure.

        Raises:
            SpaceMismatch: another number of vectors than `count`, or of another length.
        """

    def keep(
        self, user: str, hashes: Sequence[str], answer: A, rows: Sequence[int], maker: Provenance
    ) -> None:
        """Commit the vectors at `rows` of an answer as those of a user's `hashes`."""

    def tokens_read(self, shard: Shard, answer: A) -> int:
        """Tokens that the model read, as speeds and prices count them."""
