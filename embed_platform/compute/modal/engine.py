"""One lane to the deployed class: a shard becomes a call, its answer is checked, its deadline is ours."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from embed_platform.compute.modal.client import Call, Deployed
from embed_platform.compute.modal.flight import Flight
from embed_platform.compute.modal.ledger import new_entry
from embed_platform.compute.modal.payload import Answer, Vectors, checked, raise_problem, unpack
from embed_platform.compute.modal.road import Courier, Parcel
from embed_platform.compute.modal.spending import Spending
from embed_platform.corpus.documents import text_hash
from embed_platform.embedding.engine import Embedded, Provenance
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import (
    ComputeRefused,
    EmbedError,
    MachineUnavailable,
    PermanentError,
    SpaceMismatch,
    TransientError,
)

WHERE = "Modal"
# A shard takes seconds; a cold start with a large model takes minutes.
CALL_SECONDS = 1800.0
# So often a waiting call looks whether the run is ending.
POLL_SECONDS = 5.0
# A result waits for us at the vendor while the network is away; after this long we go on without.
OUTAGE_SECONDS = 180.0
OUTAGE_PAUSE_SECONDS = 2.0


@dataclass(frozen=True)
class Known:
    """What was asked (texts and prompt), what came, and who made it."""

    asked: tuple[tuple[str, ...], str]
    found: Embedded
    maker: Provenance


class ModalEngine:
    """Embeds in one space by calls to the deployed class, one at a time for each thread that asks.

    Args:
        deployed: the class with its model.
        space: of the vectors.
        flight: the calls of the run.
        courier: carries large shards through the lake.
        spending: told of every answer.
        until: `time.monotonic()` at which the rented time is over.
        refuse: told of what no other lane would do better either.
        known: what the containers have answered already, so that no call is made for it.
        call_seconds: longest that one call may take.
    """

    def __init__(
        self,
        deployed: Deployed,
        space: EmbeddingSpace,
        flight: Flight,
        courier: Courier,
        spending: Spending,
        until: float,
        refuse: Callable[[PermanentError], None] = lambda error: None,
        known: Known | None = None,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        self._deployed, self._space = deployed, space
        self._flight, self._courier, self._spending = flight, courier, spending
        self._until, self._refuse, self._known = until, refuse, known
        self._call_seconds = call_seconds
        self._provenance = Provenance("modal", "", "", "")
        self._mine: dict[str, Call] = {}
        self._stopped = threading.Event()

    @property
    def provenance(self) -> Provenance:
        """Who made the newest vectors: containers may run on several kinds of GPU."""
        return self._provenance

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
        if self._known is not None and self._known.asked == (tuple(texts), prompt):
            self._provenance = self._known.maker
            return self._known.found
        try:
            return self._embedded(list(texts), prompt)
        except ComputeRefused as error:
            self._refuse(error)
            raise

    @property
    def busy(self) -> bool:
        """Whether a call of this lane is on its way."""
        return bool(self._mine)

    def stop(self) -> None:
        """End what this lane is doing; it does nothing more."""
        self._stopped.set()
        for call in self._mine.copy().values():
            self._flight.end(call)

    def _embedded(self, texts: list[str], prompt: str) -> Embedded:
        seconds = self._allowed()
        shard = shard_id(self._space, texts, prompt)
        parcel = self._courier.parcel(texts, seconds)
        call = self._call(shard, texts, prompt, parcel, seconds)
        try:
            answer = unpack(self._result(call, seconds))
            self._spending.add(answer)
            raise_problem(answer)
            vectors = answer.vectors if parcel is None else self._courier.receive(parcel)
            found = accept(answer, vectors, shard, self._space, len(texts))
        except EmbedError:
            self._flight.fail(call)
            raise
        except BaseException:  # Ctrl-C
            self._flight.end(call)
            raise
        finally:
            self._mine.pop(call.id, None)
        self._flight.finish(call)
        self._provenance = answer.maker
        return found

    def _allowed(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise ComputeRefused(
                "the rented time is over",
                where="EMBED_RENT_MINUTES",
                remedy="What was done is kept; the same command goes on from there",
            )
        return min(left, self._call_seconds)

    def _call(
        self, shard: str, texts: list[str], prompt: str, parcel: Parcel | None, seconds: float
    ) -> Call:
        def spawn() -> Call:
            if parcel is None:
                return self._deployed.spawn(shard, texts, prompt)
            source, target = self._courier.send(parcel, texts, seconds)
            return self._deployed.spawn_stored(shard, source, target, prompt)

        hashes = tuple(map(text_hash, texts))
        folder = "" if parcel is None else parcel.folder
        until = time.time() + seconds
        try:
            call = self._flight.begin(
                spawn, lambda call: new_entry(call, shard, self._space.slug, hashes, until, folder)
            )
        except EmbedError:
            if folder:
                self._courier.discard(folder)
            raise
        self._mine[call.id] = call
        if self._stopped.is_set():
            self._flight.end(call)
        return call

    def _result(self, call: Call, seconds: float) -> bytes:
        """What a call returned; it is cancelled when it takes longer than it may."""
        deadline = time.monotonic() + seconds
        away_since: float | None = None
        while not (self._flight.closed or self._stopped.is_set()):
            left = deadline - time.monotonic()
            if left <= 0:
                self._flight.end(call)
                raise TransientError(f"no answer in {seconds:.0f} seconds; cancelled", where=WHERE)
            try:
                data = call.result(min(left, POLL_SECONDS))
            except MachineUnavailable:
                away_since = away_since or time.monotonic()
                if time.monotonic() - away_since > OUTAGE_SECONDS:
                    self._flight.end(call)
                    raise
                time.sleep(OUTAGE_PAUSE_SECONDS)
                continue
            if data is not None:
                return data
            away_since = None
        self._flight.end(call)
        raise MachineUnavailable("the call was cancelled from here", where=WHERE)


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
