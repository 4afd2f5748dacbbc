"""An engine over one embedding server: batches, refusals, texts that are too long, and answers that are wrong."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Sequence

import numpy as np

from embed_platform.compute.http.batches import BatchSize, Cut, may_exceed, rough_tokens
from embed_platform.compute.http.faults import (
    Broken,
    Fault,
    Refused,
    Reply,
    TooMuch,
    hushed,
    plainly,
)
from embed_platform.compute.http.job import Job
from embed_platform.compute.http.protocols import Answer, ServerProtocol
from embed_platform.compute.http.tokens import Tokenizer
from embed_platform.compute.http.wire import TRIES, Wire
from embed_platform.embedding.engine import Embedded, Provenance
from embed_platform.embedding.probe import MIN_COSINE, cosines
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import EmbedError, MachineUnavailable, SpaceMismatch

_log = logging.getLogger(__name__)

# Any server that works can embed these, and tells them apart.
PLAIN_TEXTS = (
    "The documentation describes international telecommunication infrastructure.",
    "Seven small boats left the harbour before sunrise.",
    "Bread needs flour, water, salt and time.",
)
# Answers in a row that did not come in time, each for half the texts of the one before.
MOST_TIMEOUTS = 8


class HttpEngine:
    """One model on one server; `open_http_engine` makes it. Threads may share it.

    A text that the server refuses fails alone; one that is too long is cut here and marked. Each
    answer is checked for number, dimension, finiteness and direction. That vectors belong to
    their texts no single answer can show: `prove` asks twice, and so does the loop over machines.

    Args:
        wire: to the server.
        protocol: that it speaks.
        space: of the vectors.
        provenance: what the server says of itself.
        max_tokens: that a text may have, the model's marks included.
        tokenizer: the server's own, where it has one.
    """

    def __init__(
        self,
        wire: Wire,
        protocol: ServerProtocol,
        space: EmbeddingSpace,
        provenance: Provenance,
        *,
        max_tokens: int,
        tokenizer: Tokenizer | None = None,
    ) -> None:
        self._wire, self._protocol, self._space = wire, protocol, space
        self._provenance, self._tokenizer = provenance, tokenizer
        self._max_tokens = max_tokens
        self._size = BatchSize(protocol.max_inputs, space.dimension)
        self._counts_tokens = True
        self._reads_less = False

    def __repr__(self) -> str:
        return f"HttpEngine({self._wire.name}, {self._space.slug})"

    @property
    def provenance(self) -> Provenance:
        """Who makes the vectors."""
        return self._provenance

    @property
    def name(self) -> str:
        """The server, for people and logs; holds no key."""
        return self._wire.name

    def close(self) -> None:
        """Let go of the server; calls under way end with MachineUnavailable."""
        self._wire.close()

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        """Vectors of texts, in batches of similar length.

        Raises:
            MachineUnavailable: the server is gone, or fails beyond what another try makes good.
            ComputeRefused: it refuses the key, or any text.
            ModelUnavailable: it no longer has the model.
            SpaceMismatch: its vectors are not those of the space.
        """
        job = Job(texts, prompt, self._space)
        queue = deque(sorted(self._fitted(job), key=lambda index: -job.sizes[index]))
        while queue:
            self._send(job, self._size.take(queue, job.sizes))
        if self._tokenizer is None and not self._counts_tokens:
            job.guess_truncated(self._max_tokens)
        return job.done()

    def prove(self) -> None:
        """Embed some texts together and alone; settles what the server can do besides.

        Raises:
            SpaceMismatch: its vectors have another dimension, or do not belong to their texts.
            MachineUnavailable: it fails.
            ComputeRefused: it refuses the texts.
        """
        with plainly(self.name):
            try:
                together = self._ask(PLAIN_TEXTS)
            except Refused:
                if not self._protocol.simpler():
                    raise
                together = self._ask(PLAIN_TEXTS)
            alone = [self._ask([text]) for text in PLAIN_TEXTS]
        same = cosines(together.vectors, np.concatenate([answer.vectors for answer in alone]))
        if same.min() < MIN_COSINE:
            raise SpaceMismatch(
                f"a text has another vector in a list than alone (cosine {same.min():.3f})",
                where=self.name,
                remedy="The server mixes up its answers; its vectors are of no use",
            )
        # Infinity counts characters where others count tokens
        counted = alone[0].tokens or 0
        self._counts_tokens = 0 < counted <= len(PLAIN_TEXTS[0]) // 2

    def _fitted(self, job: Job) -> list[int]:
        """Cut what may be too long, as well as the server helps with it; returns what is left to send."""
        unsure = [i for i in job.left if may_exceed(job.sizes[i], self._max_tokens)]
        if self._tokenizer is not None and unsure:
            try:
                fitted = self._tokenizer.fit([job.texts[i] for i in unsure], self._max_tokens)
                for index, found in zip(unsure, fitted, strict=True):
                    job.fit(index, found.text, found.tokens, cut=found.cut)
            except Refused:
                pass  # the request for vectors will tell which text it is
            except Fault as fault:
                raise self._gone(fault) from None
        elif self._counts_tokens:
            for index in unsure:
                self._search(job, index, refused=False)
        return job.left

    def _send(self, job: Job, batch: list[int], tries: int = TRIES) -> None:
        """Fill the rows of a batch; halve it when it is refused, down to the one text that is why."""
        begun = time.monotonic()
        tokens = rough_tokens(job.sizes[batch[0]]) * len(batch)
        alone = len(batch) == 1
        try:
            answer = self._ask([job.texts[i] for i in batch], TRIES if alone else tries)
        except TooMuch as fault:
            self._size.too_much(tokens)
            job.timeouts += fault.slow
            if job.timeouts > MOST_TIMEOUTS:
                raise self._gone(fault) from None
            self._halve(job, batch, tries)
        except (Refused, Broken) as fault:
            if alone:
                self._settle(job, batch[0], fault)
                return
            if isinstance(fault, Broken):
                self._check_that_it_works(fault)
            self._halve(job, batch, tries=1)
            if isinstance(fault, Refused) and not job.touched(batch):
                self._size.too_many(len(batch))
        else:
            job.timeouts = 0
            self._size.passed(tokens, (time.monotonic() - begun) / self._wire.seconds)
            job.fill(batch, answer)

    def _halve(self, job: Job, batch: list[int], tries: int) -> None:
        middle = len(batch) // 2
        self._send(job, batch[:middle], tries)
        self._send(job, batch[middle:], tries)

    def _settle(self, job: Job, index: int, fault: Refused | Broken) -> None:
        """One text alone was refused: it is too long, or it is set aside, if others still pass."""
        if isinstance(fault, Refused) and fault.too_long and len(job.texts[index]) > 1:
            self._search(job, index, refused=True)
            return
        self._check_that_it_works(fault)
        job.failed[index] = fault.reason

    def _search(self, job: Job, index: int, *, refused: bool) -> None:
        """Embed the longest beginning of a text that the server reads, asking for ever better ones."""
        text = job.texts[index]
        search = Cut(len(text), self._max_tokens, refused=refused)
        best: Answer | None = None
        why = Refused("too long, however it is cut")
        while search.length is not None:
            asked = search.length
            try:
                answer = self._ask([text[:asked]])
            except Refused as fault:
                if not fault.too_long:
                    self._settle(job, index, fault)
                    return
                search.was_refused()
                self._note_lower_limit(rough_tokens(len(text[:asked].encode())))
            except Broken as fault:
                self._settle(job, index, fault)
                return
            else:
                if search.was_read(answer.tokens if self._counts_tokens else None):
                    best = answer if asked == search.best else best
        if best is None:
            self._check_that_it_works(why)
            job.failed[index] = why.reason
            return
        job.fit(index, text[: search.best], best.tokens, cut=search.best < len(text))
        job.fill([index], best)

    def _note_lower_limit(self, tokens: int) -> None:
        """Say once that a server cuts earlier than the space: vectors of long texts differ then."""
        if tokens <= self._max_tokens // 2 and not self._reads_less:
            self._reads_less = True
            _log.warning(
                "%s refuses texts of about %d tokens, %s reads %d; they are cut there",
                self.name, tokens, self._space.slug, self._max_tokens,
            )  # fmt: skip

    def _check_that_it_works(self, fault: Refused | Broken) -> None:
        """Go on only if the server embeds a plain text: else the fault is not in what it was sent."""
        if isinstance(fault, Broken) and not fault.of_text:
            raise self._gone(fault)
        try:
            self._ask(PLAIN_TEXTS[:1])
        except Fault as worse:
            with plainly(self.name):
                raise worse from None

    def _ask(self, texts: Sequence[str], tries: int = TRIES) -> Answer:
        def read(reply: Reply) -> Answer:
            return self._checked(self._protocol.read(reply), len(texts))

        try:
            return self._wire.post(
                self._protocol.path,
                self._protocol.body(texts),
                read,
                tries=tries,
                alone=len(texts) == 1,
            )
        except Fault as fault:
            fault.reason = hushed(fault.reason, texts)
            raise
        except EmbedError as error:
            error.what = hushed(error.what, texts)
            raise

    def _checked(self, answer: Answer, count: int) -> Answer:
        """An answer as good as can be told from itself, scaled to unit length where the space is."""
        vectors, space = answer.vectors, self._space
        if len(vectors) != count:
            raise Broken(f"{len(vectors)} vectors came for {count} texts", of_text=True)
        if vectors.shape[1] != space.dimension:
            raise SpaceMismatch(
                f"the server gives {vectors.shape[1]} dimensions, the space has {space.dimension}",
                where=f"{self.name}, {space.slug}",
                remedy="It serves another model, or the model's entry in models.yaml is wrong",
            )
        lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise Broken("a vector is zero or holds no numbers", of_text=True)
        if space.normalised:
            vectors = (vectors / lengths[:, None]).astype(np.float32)
        elif np.abs(lengths - 1).max() < 1e-3:
            raise SpaceMismatch(
                "the server scales vectors to unit length, the space's have lengths of their own",
                where=f"{self.name}, {space.slug}",
                remedy="TEI gives them unscaled over its own protocol (EMBED_HTTP_PROTOCOL=tei)",
            )
        return Answer(vectors, answer.tokens if self._counts_tokens else None)

    def _gone(self, fault: Fault) -> MachineUnavailable:
        return MachineUnavailable(f"the server fails ({fault.reason})", where=self.name)
