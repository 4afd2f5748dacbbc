"""A space of texts: read from documents, embedded one vector each, asked again now and then."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from embed_platform.corpus.documents import read_documents
from embed_platform.embedding.debts import user_debt
from embed_platform.embedding.engine import Embedded, Engine, Provenance
from embed_platform.embedding.fleet import Machine
from embed_platform.embedding.modality import Unreadable
from embed_platform.embedding.plan import Shard, Work
from embed_platform.embedding.probe import MIN_COSINE, admit, cosines
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import append_vectors
from embed_platform.errors import SpaceMismatch
from embed_platform.lake.lake import Lake

TEXTS_PER_READ = 10_000
# Of each shard of a far machine, one text in so many is asked again, by itself and in another
# order: an answer in which the vectors are shifted by one looks right otherwise.
ASKED_AGAIN = 400


@dataclass(frozen=True)
class TextModality:
    """Texts of some kinds of document in one space; the methods are those of `Modality`."""

    lake: Lake
    space: EmbeddingSpace
    kinds: Sequence[str]
    unit = "texts"

    @property
    def shard_tokens(self) -> int:
        """As the settings say."""
        return self.lake.settings.shard_tokens

    def work(self, user: str) -> Iterator[Work]:
        """Each text that lacks its vector once, in the order of the hashes."""
        left = user_debt(self.lake, self.space, self.kinds, user).missing
        for kind in self.kinds:
            table = read_documents(self.lake, user, kind, ["text_hash", "text"])
            for batch in table.sort_by("text_hash").to_batches(max_chunksize=TEXTS_PER_READ):
                hashes, texts = batch["text_hash"].to_pylist(), batch["text"].to_pylist()
                for key, text in zip(hashes, texts, strict=True):
                    if key in left:
                        left.remove(key)
                        yield Work(user, key, text)

    def admit(self, engine: Engine) -> None:
        """On the probe texts."""
        admit(self.lake, self.space, engine, self.kinds)

    def embed(self, machine: Machine[Engine], shard: Shard, unreadable: Unreadable) -> Embedded:
        """With the space's prompt for documents."""
        return embed_checked(machine, self.space, shard)

    def usable(self, answer: Embedded, count: int) -> Embedded:
        """Vectors that are not finite, have no direction or are constant are none."""
        return fitting(answer, self.space, count)

    def keep(
        self,
        user: str,
        hashes: Sequence[str],
        answer: Embedded,
        rows: Sequence[int],
        maker: Provenance,
    ) -> None:
        """In one file."""
        append_vectors(self.lake, self.space, user, hashes, answer.vectors[list(rows)], [maker])

    def tokens_read(self, shard: Shard, answer: Embedded) -> int:
        """As the engine counted them."""
        return int(answer.tokens.sum())


def embed_checked(machine: Machine[Engine], space: EmbeddingSpace, shard: Shard) -> Embedded:
    """A shard's vectors by one machine, each found usable.

    Raises:
        SpaceMismatch: another number or length of vectors, or other ones when asked again.
        TransientError: the machine did not answer.
    """
    texts = list(shard.texts().values())
    answer = machine.engine.embed(texts, space.document_prompt)
    answer = fitting(answer, space, len(texts), machine.name)
    if machine.far:
        _ask_again(machine, space, texts, answer)
    return answer


def fitting(answer: Embedded, space: EmbeddingSpace, count: int, where: str = "") -> Embedded:
    """An answer to so many texts, as `usable` leaves it.

    Raises:
        SpaceMismatch: another number of vectors, or of another length.
    """
    answer = usable(answer)
    if answer.vectors.shape != (count, space.dimension):
        raise SpaceMismatch(
            f"{answer.vectors.shape} vectors for {count} texts in {space.dimension} dimensions",
            where=where or space.slug,
        )
    return answer


def usable(answer: Embedded) -> Embedded:
    """Vectors that are not finite, have no direction or are constant become failures, not rows."""
    vectors = answer.vectors
    useless = ~np.isfinite(vectors).all(axis=1) | (np.abs(vectors).sum(axis=1) == 0)
    if vectors.shape[1] > 1:
        useless |= np.ptp(vectors, axis=1) == 0
    failed = {int(i): "the model gave no usable vector" for i in np.flatnonzero(useless)}
    return replace(answer, failed=failed | answer.failed)


def _ask_again(
    machine: Machine[Engine], space: EmbeddingSpace, texts: list[str], answer: Embedded
) -> None:
    good = [row for row in range(len(texts)) if row not in answer.failed]
    picked = random.sample(good, min(len(good), 1 + len(texts) // ASKED_AGAIN))
    if not picked:
        return
    again = machine.engine.embed([texts[row] for row in picked], space.document_prompt)
    kept = [at for at in range(len(picked)) if at not in again.failed]
    found = cosines(again.vectors[kept], answer.vectors[[picked[at] for at in kept]])
    if len(kept) and float(np.min(found)) < MIN_COSINE:
        raise SpaceMismatch(
            f"asked for the same text again it gives another vector (cosine {float(np.min(found)):.3f})",
            where=machine.name,
            remedy="Its vectors are thrown away; the others go on",
        )
