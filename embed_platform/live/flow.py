"""Feeds on Bytewax: the only file that imports it. Its parts serve in a dataflow of one's own too.

A source is polled by one worker. Each item goes to the worker that its key belongs to, which
processes, embeds and writes it. An epoch is one poll: the next one begins when every worker has
written the one before, so that a slow store slows the poll and memory stays bounded.
"""

from __future__ import annotations

import logging
import time
import zlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bytewax.operators as op
from bytewax._bytewax import cluster_main, init_db_dir
from bytewax.dataflow import Dataflow, Stream
from bytewax.inputs import FixedPartitionedSource, StatefulSourcePartition
from bytewax.operators import KeyedStream
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.recovery import RecoveryConfig

from embed_platform.errors import (
    EmbedError,
    PermanentError,
    SourceRefused,
    SourceUnavailable,
    TransientError,
)
from embed_platform.live.changes import (
    Change,
    Everything,
    Position,
    Source,
    in_the_middle,
    poll,
)
from embed_platform.live.feed import Done, Feed

# A source that fails is asked again after its own pause, doubled each time up to this.
MOST_PAUSE = 600.0
# A store or lake that does not answer is waited for so long before the run ends.
OUTAGE_SECONDS = 600.0
BUCKETS = 64
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_PART = "source"

_log = logging.getLogger(__name__)
Keyed = tuple[str, Change]


class AnotherWorkerEnded(SourceUnavailable):
    """A worker cannot go on without another one, which says itself why it ended."""


class PolledSource(FixedPartitionedSource[Keyed, Any]):  # type: ignore[misc]
    """A source of feeds as an input of Bytewax: `(key, change)`, its position in Bytewax's snapshots.

    Args:
        source: polled again and again.
        position: where to begin when Bytewax has no snapshot.
        current_round: number of the full snapshot that the feed's state is in.
        committed: told of a position once all before it has been written everywhere.
        failed: told of an error of a poll, and of None when one went well.
        once: end when the source has no more at this moment; then an error of a poll is raised.
    """

    def __init__(
        self,
        source: Source,
        position: Callable[[], Position] = lambda: {"cursor": {}, "round": None},
        current_round: Callable[[], int] = lambda: 1,
        committed: Callable[[Position], None] = lambda position: None,
        failed: Callable[[EmbedError | None], None] = lambda error: None,
        *,
        once: bool = False,
    ) -> None:
        self.source, self.position, self.current_round = source, position, current_round
        self.committed, self.failed, self.once = committed, failed, once

    def list_parts(self) -> list[str]:
        """One: a source is polled in one place."""
        return [_PART]

    def build_part(self, step_id: str, for_part: str, resume_state: Any) -> Polled:
        """Begin at Bytewax's snapshot if there is one."""
        return Polled(self, resume_state or self.position())


class Polled(StatefulSourcePartition[Keyed, Any]):  # type: ignore[misc]
    """The one part of a source."""

    def __init__(self, parent: PolledSource, position: Position) -> None:
        self._parent, self._position = parent, position
        # of the last poll, not yet handed on: the end of a snapshot is an epoch by itself, so
        # that all workers have written what came before
        self._waiting: list[list[Change]] = []
        self._before = position
        self._uncommitted = self._finished = False
        # what an earlier run began is ended first, and then looked at anew
        self._begun = in_the_middle(position)
        self._poll_at = datetime.now(UTC)
        self._failures = 0

    def next_batch(self) -> list[Keyed]:
        """The changes of a poll, or what was left of the last one."""
        if not self._waiting:
            self._commit()
            if self._finished:
                raise StopIteration
            if datetime.now(UTC) < self._poll_at or not self._poll():
                return []
        return [(_key(change), change) for change in self._waiting.pop(0)]

    def next_awake(self) -> datetime | None:
        """At once while something is left to hand on or to commit, else at the next poll."""
        busy = self._waiting or self._uncommitted or self._finished
        return None if busy else self._poll_at

    def snapshot(self) -> Position:
        """Where to go on; before the last poll as long as not all of it was handed on."""
        return self._before if self._waiting else self._position

    def close(self) -> None:
        """Commit what was written."""
        if not self._waiting:
            self._commit()

    def _poll(self) -> bool:
        """Ask the source; returns whether there is something to hand on."""
        parent = self._parent
        self._before = self._position
        try:
            changes, self._position = poll(parent.source, self._position, parent.current_round)
        except EmbedError as error:
            if parent.once:
                parent.failed(error)
                raise
            self._failures += 1
            pause = min(parent.source.poll_seconds * 2**self._failures, MOST_PAUSE)
            self._poll_at = datetime.now(UTC) + timedelta(seconds=pause)
            parent.failed(error)
            return False
        self._failures = 0
        parent.failed(None)
        self._uncommitted = True
        self._waiting = _cut(changes)
        more = in_the_middle(self._position) or self._begun
        self._begun = self._begun and in_the_middle(self._position)
        self._finished = parent.once and not more
        pause = 0.0 if more else parent.source.poll_seconds
        self._poll_at = datetime.now(UTC) + timedelta(seconds=pause)
        return bool(self._waiting)

    def _commit(self) -> None:
        if self._uncommitted:
            self._parent.committed(self._position)
            self._uncommitted = False


def _cut(changes: Sequence[Change]) -> list[list[Change]]:
    """Changes in stretches, each end of a snapshot by itself."""
    parts: list[list[Change]] = []
    for change in changes:
        if isinstance(change, Everything):
            parts.append([change])
        elif parts and not isinstance(parts[-1][0], Everything):
            parts[-1].append(change)
        else:
            parts.append([change])
    return parts


def _key(change: Change) -> str:
    """The bucket of a change; few, for Bytewax notes each in its snapshots."""
    key = "" if isinstance(change, Everything) else change.key
    return str(zlib.crc32(key.encode("utf-8", "replace")) % BUCKETS)


class FeedSink(DynamicSink[Change]):  # type: ignore[misc]
    """Writes changes into lake and stores, each worker those that come to it.

    Args:
        open_feed: of a worker; called once in each.
        wrote: told of what each batch did.
        once: raise what the source refuses, where nobody waits for its next poll.
        allow_empty: believe a source that lost all its items.
    """

    def __init__(
        self,
        open_feed: Callable[[], Feed],
        wrote: Callable[[Done], None] = lambda done: None,
        *,
        once: bool = False,
        allow_empty: bool = False,
    ) -> None:
        self._open, self._wrote = open_feed, wrote
        self._once, self._allow_empty = once, allow_empty

    def build(self, step_id: str, worker_index: int, worker_count: int) -> FeedPart:
        """Open the feed for a worker."""
        return FeedPart(self._open(), self._wrote, once=self._once, allow_empty=self._allow_empty)


class FeedPart(StatelessSinkPartition[Change]):  # type: ignore[misc]
    """One worker's share of the feed."""

    def __init__(
        self, feed: Feed, wrote: Callable[[Done], None], *, once: bool, allow_empty: bool
    ) -> None:
        self._feed, self._wrote = feed, wrote
        self._once, self._allow_empty = once, allow_empty

    def write_batch(self, values: list[Change]) -> None:
        """Bring changes in, waiting for a store that does not answer.

        Raises:
            TransientError: it did not come back in time.
            SourceRefused: the source lost all its items, and is read once.
        """
        pause, until = _FIRST_PAUSE, time.monotonic() + OUTAGE_SECONDS
        while True:
            try:
                done = self._feed.bring_in(values, allow_empty=self._allow_empty)
                self._feed.note_failure(self._feed.too_many(done))
                self._wrote(done)
                return
            except SourceRefused as error:
                self._feed.note_failure(
                    error
                )  # the engine loses it where there are several workers
                if self._once:
                    raise
                return
            except TransientError as error:
                self._feed.note_failure(error)
                if time.monotonic() + pause > until:
                    raise
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except PermanentError as error:
                self._feed.note_failure(error)
                raise

    def close(self) -> None:
        """Close the worker's feed."""
        self._feed.close()


def by_key(step: str, changes: KeyedStream[Change]) -> Stream[Change]:
    """Changes at the worker that their key belongs to, so that an item is always in one pair of hands."""
    routed = op.stateful_flat_map(step, changes, lambda _, change: (None, [change]))
    return op.key_rm(f"{step}_keys", routed)


def dataflow(
    feed: Callable[[], Feed],
    source: PolledSource,
    wrote: Callable[[Done], None] = lambda done: None,
    *,
    allow_empty: bool = False,
) -> Dataflow:
    """Source → feed, as a dataflow of Bytewax."""
    flow = Dataflow("live")
    changes = op.input("poll", flow, source)
    op.output(
        "write",
        by_key("route", changes),
        FeedSink(feed, wrote, once=source.once, allow_empty=allow_empty),
    )
    return flow


def run_flow(flow: Dataflow, recovery: Path, addresses: Sequence[str], process: int) -> None:
    """Run a process of a dataflow until it ends.

    Args:
        flow: the same in all processes.
        recovery: folder of Bytewax's snapshots, made by `prepare_recovery`.
        addresses: `host:port` of every process; empty for a single one.
        process: which of them this is.

    Raises:
        EmbedError: what a part of it raised.
        AnotherWorkerEnded: another process is gone.
    """
    try:
        cluster_main(
            flow,
            list(addresses),
            process,
            epoch_interval=timedelta(0),
            recovery_config=RecoveryConfig(str(recovery)),
        )
    except BaseException as error:
        cause: BaseException | None = error
        while cause is not None:  # Bytewax wraps what its parts raise
            if isinstance(cause, EmbedError):
                raise cause from None
            cause = cause.__cause__ or cause.__context__
        if type(error).__name__ == "PanicException":  # Bytewax's own, of no public class
            raise AnotherWorkerEnded("another worker ended", where="Bytewax") from None
        raise


def prepare_recovery(folder: Path) -> None:
    """Make the folder of snapshots if there is none."""
    if not list(folder.glob("*.sqlite3")):
        folder.mkdir(parents=True, exist_ok=True)
        init_db_dir(folder, 1)
