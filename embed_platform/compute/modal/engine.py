"""Texts on Modal: a shard becomes a call to the deployed class, large ones by way of the lake."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from embed_platform.compute.modal.client import Call
from embed_platform.compute.modal.lane import Lane
from embed_platform.compute.modal.ledger import new_entry
from embed_platform.compute.modal.payload import Answer, Vectors, checked
from embed_platform.compute.modal.road import Parcel
from embed_platform.compute.modal.vendor import WHERE
from embed_platform.corpus.documents import text_hash
from embed_platform.embedding.engine import Embedded
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import EmbedError, SpaceMismatch, TransientError


class ModalEngine(Lane):
    """Embeds texts in one space by calls to the deployed class."""

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        """Vectors of texts.

        Raises:
            TransientError: the call failed, or took too long and was cancelled.
            MachineUnavailable: the vendor does not answer, or this lane was ended.
            ComputeRefused: the rented time is over, or the deployed app is another one.
            SpaceMismatch: the answer does not fit the space or the texts.
        """
        if not texts:
            return _nothing(self._space)
        shard = shard_id(self._space, texts, prompt)
        parcel: Parcel | None = None

        def begin(seconds: float) -> Call:
            nonlocal parcel
            parcel = self._rental.courier.parcel(texts, seconds)
            return self._begin(shard, texts, prompt, parcel, seconds)

        def read(answer: Answer) -> Embedded:
            vectors = self._rental.courier.receive(parcel) if parcel else answer.vectors
            found = accept(answer, vectors, shard, self._space, len(texts))
            return replace(found, maker=answer.maker)

        return self.ask((tuple(texts), prompt), begin, read)

    def _begin(
        self, shard: str, texts: Sequence[str], prompt: str, parcel: Parcel | None, seconds: float
    ) -> Call:
        courier = self._rental.courier

        def spawn() -> Call:
            if parcel is None:
                return self._deployed.spawn(shard, list(texts), prompt)
            source, target = courier.send(parcel, list(texts), seconds)
            return self._deployed.spawn_stored(shard, source, target, prompt)

        hashes = tuple(map(text_hash, texts))
        folder = "" if parcel is None else parcel.folder
        until = time.time() + seconds
        try:
            return self._rental.flight.begin(
                spawn, lambda call: new_entry(call, shard, self._space.slug, hashes, until, folder)
            )
        except EmbedError:
            if folder:
                courier.discard(folder)
            raise


def accept(
    answer: Answer, vectors: Vectors | None, shard: str, space: EmbeddingSpace, texts: int
) -> Embedded:
    """The vectors of an answer, when it is the answer to this shard in this space.

    Raises:
        SpaceMismatch: it is of another space, or its vectors do not fit the texts.
        TransientError: it is another shard's, or not one text could be embedded.
    """
    if answer.space != space.slug:
        raise SpaceMismatch(f"the answer is of the space {answer.space}", where=space.slug)
    if answer.shard != shard or vectors is None:
        raise TransientError("the answer belongs to another call", where=WHERE)
    return checked(vectors, space, texts)


def shard_id(space: EmbeddingSpace, texts: Sequence[str], prompt: str) -> str:
    """Name of a shard: a digest of what is asked, and a part of its own for each time it is asked."""
    digest = hashlib.blake2b(digest_size=8)
    for part in (space.slug, prompt, *map(text_hash, texts)):
        digest.update(part.encode() + b"\x00")
    return f"{digest.hexdigest()}-{secrets.token_hex(4)}"


def _nothing(space: EmbeddingSpace) -> Embedded:
    none = np.zeros(0, dtype=np.int64)
    return Embedded(np.zeros((0, space.dimension), np.float32), none, none.astype(np.bool_))
