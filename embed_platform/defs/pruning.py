"""Which runs may go; a pure function over facts of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import dagster as dg


@dataclass(frozen=True)
class RunFacts:
    """What pruning needs to know of a run.

    Attributes:
        run_id: its id.
        created: when it was made, UTC.
        finished: whether it has ended.
        assets: assets it covered, as text; empty for a job without assets.
        first: first partition of its range, None for a run without partitions.
        last: last partition of its range.
    """

    run_id: str
    created: datetime
    finished: bool
    assets: frozenset[str]
    first: str | None
    last: str | None

    @staticmethod
    def of(record: dg.RunRecord) -> RunFacts:
        """The facts of a run record."""
        run = record.dagster_run
        tags = run.tags
        partition = tags.get("dagster/partition")
        return RunFacts(
            run.run_id,
            record.create_timestamp,
            run.is_finished,
            frozenset(key.to_user_string() for key in run.asset_selection or ())
            or frozenset({run.job_name}),
            partition or tags.get("dagster/asset_partition_range_start"),
            partition or tags.get("dagster/asset_partition_range_end"),
        )


def prunable(runs: Sequence[RunFacts], before: datetime, keys: Sequence[str]) -> list[str]:
    """Ids of finished runs made before a time that are not the newest of any asset and partition.

    Args:
        runs: all runs.
        before: UTC; younger runs stay.
        keys: the partition keys in their order, which is what a range means.
    """
    place = {key: i for i, key in enumerate(keys)}
    seen: set[tuple[str, str | None]] = set()
    names = []
    for run in sorted(runs, key=lambda run: run.created, reverse=True):
        covered = {(asset, key) for asset in run.assets for key in _partitions(run, keys, place)}
        if run.finished and run.created < before and covered <= seen:
            names.append(run.run_id)
        seen |= covered
    return names


def _partitions(run: RunFacts, keys: Sequence[str], place: dict[str, int]) -> Sequence[str | None]:
    if run.first is None or run.last is None:
        return [None]
    if run.first not in place or run.last not in place:
        return []
    return keys[place[run.first] : place[run.last] + 1]
