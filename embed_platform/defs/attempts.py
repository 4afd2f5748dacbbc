"""Runs of uploads that ended for a reason that passes: when each is started again."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

import dagster as dg

from embed_platform.errors import MachineUnavailable, TransientError

UPLOAD = "embed_platform/upload"
ATTEMPT = "embed_platform/attempt"
PASSING = "embed_platform/ended_for_a_passing_reason"
# Each attempt waits twice as long as the one before; what has not come in by then stays red.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=1)
TRIED_FOR = timedelta(days=7)


def upload_tags(mark: str, attempt: int = 1) -> dict[str, str]:
    """Tags of a run that a sensor starts for an upload, so that it can be started again."""
    return {UPLOAD: mark, ATTEMPT: str(attempt)}


def passes(error: Exception) -> bool:
    """Whether trying later may help and rents nothing anew."""
    return isinstance(error, TransientError) and not isinstance(error, MachineUnavailable)


def pause_after(attempt: int) -> timedelta:
    """How long after the end of an attempt, 1 for the first, the next one begins."""
    return min(FIRST_PAUSE * (1 << min(attempt - 1, 10)), LONGEST_PAUSE)


def started_again(records: Iterable[dg.RunRecord], now: float) -> Iterator[dg.RunRequest]:
    """The next attempt of each of these failed runs whose pause is over.

    An attempt's key holds its number, so that Dagster starts none twice.

    Args:
        records: failed runs; those that no sensor started for an upload are passed over.
        now: seconds since 1970.
    """
    for record in records:
        run = record.dagster_run
        if UPLOAD not in run.tags or record.end_time is None:
            continue
        attempt = int(run.tags[ATTEMPT])
        if now - record.end_time >= pause_after(attempt).total_seconds():
            yield dg.RunRequest(
                run_key=f"{run.tags[UPLOAD]}-{attempt + 1}",
                partition_key=run.tags["dagster/partition"],
                run_config=run.run_config,
                tags=upload_tags(run.tags[UPLOAD], attempt + 1),
            )
