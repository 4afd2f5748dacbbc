"""A feed at work: polls, decides, writes lake, vectors and stores, and only then its state."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from embed_platform.corpus.documents import change_documents, fold_documents, read_documents
from embed_platform.corpus.kinds import WEB_PAGE
from embed_platform.embedding.debts import wanted_hashes
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.texts import EmbeddedTexts, TextEmbedder
from embed_platform.embedding.vectors import (
    compact,
    embedded_hashes,
    join_small_files,
    vector_blocks,
)
from embed_platform.errors import EmbedError, SourceRefused, TooManyDeadLetters
from embed_platform.lake.dead_letters import DeadLetter, read_dead_letters, write_dead_letters
from embed_platform.lake.failures import UserFailure, clear_failure, record_failure
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import refuse_erased
from embed_platform.live.changes import (
    Change,
    Delete,
    Everything,
    Position,
    in_the_middle,
    poll,
)
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.plan import Batch, plan_batch, sort_changes
from embed_platform.live.processors import Processor
from embed_platform.live.state import UNFINISHED, KnownDocument, KnownItem, State
from embed_platform.live.targets import Target
from embed_platform.stores.base import Rows
from embed_platform.stores.sync import rows_of

KIND = WEB_PAGE.name
LETTERS = "live"
# Instead of the id of a run: what runs continuously has none.
LIVE_RUN = "live"
DELETES_PER_BATCH = 500
# Fewer dead letters than this are not yet a source that fails.
LETTERS_AT_LEAST = 10

_log = logging.getLogger(__name__)


@dataclass
class Done:
    """What batches did: items that came, documents written and deleted, texts embedded."""

    items: int = 0
    changed: int = 0
    written: int = 0
    deleted: int = 0
    embedded: int = 0
    dead_letters: int = 0

    def add(self, other: Done) -> None:
        """Add the counts of another."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def line(self) -> str:
        """For a log."""
        return (
            f"{self.items} items, {self.changed} changed, {self.written} documents written, "
            f"{self.deleted} deleted, {self.embedded} texts embedded, {self.dead_letters} dead letters"
        )


class Feed:
    """One pipeline over one lake. The caller holds the feed's lock (`live.opening.feed_lock`)."""

    def __init__(
        self,
        lake: Lake,
        pipeline: Pipeline,
        state: State,
        space: EmbeddingSpace,
        embedder: TextEmbedder,
        targets: Sequence[Target],
        processors: Sequence[Processor],
    ) -> None:
        self.lake, self.pipeline, self.state = lake, pipeline, state
        self.user, self.space = pipeline.user, space
        self._embedder, self.targets, self._processors = embedder, targets, processors
        # of the model too: another one cuts other chunks
        self._recipe = f"{pipeline.recipe} > {space.slug}"
        self._untidy = False
        self._may_be_noted = True  # by an earlier run

    def run_due(
        self, *, allow_empty: bool = False, stop: Callable[[Done], bool] = lambda d: False
    ) -> Done:
        """Poll until the source has no more at this moment, batch by batch; returns what was done.

        A look at the source that an earlier run began is ended first, and then it is looked at anew:
        what changed where that look had been already would be missed.

        Raises:
            EmbedError: a poll or a store failed; what was committed before stays.
            TooManyDeadLetters: more of the feed than may be set aside; all the rest was brought in.
        """
        done = Done()
        begun = in_the_middle(self.state.position)
        while True:
            changes, position = poll(
                self.pipeline.source, self.state.position, lambda: self.state.round
            )
            done.add(self.bring_in(changes, allow_empty=allow_empty))
            self.commit(position)
            more = in_the_middle(position)
            if stop(done) or not (more or begun):
                break
            begun = begun and more
        self.tidy()
        if (error := self.too_many(done)) is not None:
            raise error
        return done

    def warm_up(self) -> None:
        """Load the model before the first item comes."""
        self._embedder.warm_up()

    def commit(self, position: Position) -> None:
        """Remember where to go on; everything before it is in the stores."""
        self.state.keep(position=position, last_poll=datetime.now(UTC).timestamp())

    def apply(self, changes: Sequence[Change], *, allow_empty: bool = False) -> Done:
        """Bring changes into lake and stores; those already there cost a look into the state.

        Raises:
            SourceRefused: a full snapshot came without any item, and there were some.
            TooManyDeadLetters: more of the feed than may be set aside; the rest was brought in.
        """
        done = self.bring_in(changes, allow_empty=allow_empty)
        if (error := self.too_many(done)) is not None:
            raise error
        return done

    def bring_in(self, changes: Sequence[Change], *, allow_empty: bool = False) -> Done:
        """As `apply`, however many are set aside."""
        done = Done()
        waiting: list[Change] = []
        for change in changes:
            if isinstance(change, Everything):
                done.add(self._apply_batch(waiting))
                waiting = []
                done.add(self._end_round(change, allow_empty=allow_empty))
            else:
                waiting.append(change)
        done.add(self._apply_batch(waiting))
        return done

    def too_many(self, done: Done) -> TooManyDeadLetters | None:
        """What to say where items were set aside, and more of the feed is than may be."""
        if not done.dead_letters:
            return None
        letters = len(read_dead_letters(self.lake.storage, self.user).get(LETTERS, []))
        items = max(self.state.counts()["items"], 1)
        limit = max(LETTERS_AT_LEAST - 1, self.lake.settings.dead_letter_limit * items)
        if letters <= limit:
            return None
        return TooManyDeadLetters(
            f"{letters} items could not be used, {items} could",
            where=self.user,
            remedy="`embed-platform dead-letters` shows them; EMBED_DEAD_LETTER_LIMIT moves the limit",
        )

    def note_failure(self, error: EmbedError | None) -> None:
        """Keep what is wrong where `status` shows it; None when all is well again."""
        if error is None:
            if self._may_be_noted:
                clear_failure(self.lake.storage, self.user)
            self._may_be_noted = False
            return
        self._may_be_noted = True
        _log.warning("%s: %s", self.user, error)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        failure = UserFailure(self.user, LIVE_RUN, LETTERS, str(error), now)
        record_failure(self.lake.storage, failure)

    def tidy(self) -> None:
        """Take what is gone out of the lake's files, and put small files together.

        Reads all of the feed's documents where something was deleted, so not after every batch.
        """
        if not self._untidy:
            return
        with self.lake.writing(self.user):
            fold_documents(self.lake, self.user, KIND)
            alive = wanted_hashes(self.lake, self.user, [KIND])
            compact(self.lake, self.space, self.user, alive, always=True)
        self._untidy = False

    def close(self) -> None:
        """Tidy up and release what is open."""
        try:
            self.tidy()
        finally:
            for target in self.targets:
                target.close()
            close = getattr(self.pipeline.source, "close", None)
            if close is not None:
                close()
            self.state.close()

    def _end_round(self, end: Everything, *, allow_empty: bool) -> Done:
        state = self.state
        if end.round is not None and end.round != state.round:
            return Done()  # it has ended before
        if not allow_empty and state.has_items() and not state.seen_in_round():
            raise SourceRefused(
                f"the source is empty, but {state.counts()['items']} items were there before",
                where=self.pipeline.name,
                remedy="If they are really gone: `embed-platform live run --once --allow-empty`",
            )
        done = Done()
        while absent := state.absent(DELETES_PER_BATCH):
            done.add(self._apply_batch([Delete(key) for key in absent]))
        state.keep(round=state.round + 1)
        return done

    def _apply_batch(self, changes: Sequence[Change]) -> Done:
        if not changes:
            return Done()
        keys = [change.key for change in changes if not isinstance(change, Everything)]
        known = self.state.items(keys)
        found = sort_changes(changes, known, self._recipe)
        held = self.state.documents([*found.changed, *found.deleted])
        now = datetime.now(UTC)
        batch = plan_batch(self.user, found, known, held, self._processors, now)
        embedded = EmbeddedTexts()
        if not batch.idle:
            present = self._present(batch, known)  # before their documents are marked open
            self.state.begin(list(batch.hashes) + batch.deleted, batch.documents, now)
            embedded = self._write(batch, present)
        failed = {d.id for d in batch.documents if d.text_hash in embedded.failed}
        documents = [
            KnownDocument(d.id, d.item, d.text_hash, d.row_hash, loaded=d.id not in failed)
            for d in batch.documents
        ]
        self.state.commit(batch.hashes, batch.seen, documents, batch.gone, batch.deleted)
        self._keep_letters(batch, {c.key for c in changes if isinstance(c, Delete)})
        return Done(
            items=len(set(keys)),
            changed=len(batch.hashes),
            written=len(batch.documents),
            deleted=len(batch.gone),
            embedded=len(embedded.vectors),
            dead_letters=len(batch.letters) + len(embedded.failed),
        )

    def _present(self, batch: Batch, known: Mapping[str, KnownItem]) -> set[str]:
        """Texts of a batch that have a vector already.

        The state knows those of finished batches. Of one that was cut short the lake is asked, which
        takes longer the more the feed has: a store that is down must not have its texts embedded anew.
        """
        present = self.state.embedded(batch.texts)
        if any(known[key].hash == UNFINISHED for key in batch.hashes if key in known):
            present |= embedded_hashes(self.lake, self.space.slug, self.user) & batch.texts.keys()
        return present

    def _write(self, batch: Batch, present: set[str]) -> EmbeddedTexts:
        """Lake, vectors, stores; what is deleted goes last."""
        with self.lake.writing(self.user):
            refuse_erased(self.lake.storage, self.user, where=self.user)
            change_documents(self.lake, self.user, KIND, batch.rows, batch.gone)
        embedded = self._embedder.embed(
            {key: text for key, text in batch.texts.items() if key not in present}
        )
        with self.lake.writing(self.user):
            join_small_files(self.lake, self.space, self.user)
        rows = self._rows(batch, embedded, present)
        total = self.state.counts()["documents"] + len(rows) - len(batch.gone)
        for target in self.targets:
            target.change(rows, batch.gone, max(total, 0))
        self._untidy |= bool(batch.gone)
        return embedded

    def _rows(self, batch: Batch, embedded: EmbeddedTexts, present: set[str]) -> Rows:
        """The batch's rows whose text has a vector: of the answer, or of the lake where it was embedded before."""
        vectors = dict(embedded.vectors)
        if present:
            for hashes, block in vector_blocks(self.lake, self.space, self.user, present):
                vectors.update(zip(hashes, block, strict=True))
                if present <= vectors.keys():
                    break
        hashes = list(vectors)
        matrix = (
            np.stack([vectors[key] for key in hashes])
            if hashes
            else np.empty((0, self.space.dimension), np.float32)
        )
        return rows_of(batch.rows, hashes, matrix.astype(np.float32, copy=False))

    def _keep_letters(self, batch: Batch, gone: set[str]) -> None:
        """Add the batch's dead letters and drop those of items that are well now, or gone."""
        earlier = read_dead_letters(self.lake.storage, self.user).get(LETTERS, [])
        if not earlier and not batch.letters:
            return
        fresh = {letter.where for letter in batch.letters}
        well = {*batch.hashes, *gone} - fresh
        readable = set(batch.seen) - fresh

        def stays(letter: DeadLetter) -> bool:
            # with its text it was a processor's, and unchanged it would fail again
            return letter.where not in well | fresh and (
                bool(letter.raw) or letter.where not in readable
            )

        kept = [letter for letter in earlier if stays(letter)] + batch.letters
        with self.lake.writing(self.user):
            write_dead_letters(self.lake.storage, self.user, LETTERS, kept)


def known_documents(
    lake: Lake, user: str, embedded: set[str]
) -> Iterator[tuple[KnownDocument, str]]:
    """What the lake holds of a feed, as its state keeps it, and when each document is from."""
    import msgspec

    columns = ["id", "text_hash", "row_hash", "created_at", "metadata"]
    for batch in read_documents(lake, user, KIND, columns).to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            item = msgspec.json.decode(row["metadata"])["item"]
            document = KnownDocument(
                row["id"], item, row["text_hash"], row["row_hash"], row["text_hash"] in embedded
            )
            yield document, row["created_at"].isoformat()
