"""Runs in this process, recorded in the home's instance and so visible in the UI."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from embed_platform.defs.dead_runs import (
    LAUNCHED_HERE,
    bury_dead_runs,
    free_forgotten_places,
    this_process,
)
from embed_platform.defs.instance import open_instance, register_users
from embed_platform.defs.partitions import USERS_NAME, Stretch
from embed_platform.defs.progress import OnStep, listening
from embed_platform.defs.selection import asset_keys, ranges
from embed_platform.defs.summary import Summary, read_run, total
from embed_platform.embedding.registry import ModelEntry
from embed_platform.lake.failures import UserFailure, clear_failure, read_failures
from embed_platform.lake.lake import Lake

Execute = Callable[[Stretch], dg.ExecuteInProcessResult]


def launch(
    defs: dg.Definitions,
    lake: Lake,
    users: Sequence[str],
    entries: Iterable[ModelEntry],
    stores: Sequence[str],
    on_step: OnStep = lambda step, message: None,
    machines: Mapping[str, Any] | None = None,
) -> Summary:
    """Run every step for these users and wait.

    Users whose work failed in a run of many are run again alone, so that each one's partition
    ends red with its own error.

    Args:
        defs: the code location.
        lake: of the home whose instance is used.
        users: partition keys.
        entries: models to embed with.
        stores: stores to load.
        on_step: told the name of each step as it starts, and of what it reports.
        machines: what `Platform` is told of them; nothing for the settings.
    """
    started = time.monotonic()
    instance = open_instance(lake.settings)
    register_users(instance, users)
    bury_dead_runs(instance)
    free_forgotten_places(instance)
    execute = _executor(defs, instance, asset_keys(entries, stores), machines or {})
    stretches = ranges(users, instance.get_dynamic_partitions(USERS_NAME))
    with listening(on_step):
        ended = list(_run_each(execute, lake, stretches))
    return total(ended, time.monotonic() - started)


def to_repeat(stretch: Stretch, run_id: str, failures: Mapping[str, UserFailure]) -> list[Stretch]:
    """Runs of one user each for those who failed in this run of many; a run of one stands as it is.

    Args:
        stretch: that the run covered.
        run_id: of the run.
        failures: all that are recorded, by user.
    """
    if stretch.key:
        return []
    return [Stretch(user, user) for user, one in failures.items() if one.run_id == run_id]


def _run_each(execute: Execute, lake: Lake, stretches: Iterable[Stretch]) -> Iterator[Summary]:
    """Run each stretch, then each user alone who failed in it; what every run did."""
    for stretch in stretches:
        result = execute(stretch)
        yield read_run(stretch, result)
        for alone in to_repeat(stretch, result.run_id, read_failures(lake.storage)):
            again = execute(alone)
            yield read_run(alone, again)
            if again.success:
                clear_failure(lake.storage, alone.first)


def _executor(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    selection: Sequence[dg.AssetKey],
    machines: Mapping[str, Any],
) -> Execute:
    """How a stretch is run here, with these assets and machines."""
    job = defs.resolve_implicit_global_asset_job_def()

    def execute(stretch: Stretch) -> dg.ExecuteInProcessResult:
        return job.execute_in_process(
            instance=instance,
            asset_selection=selection,
            partition_key=stretch.key,
            tags={LAUNCHED_HERE: this_process(), **stretch.tags},
            raise_on_error=False,
            run_config={
                "loggers": {"steps": {"config": {}}},
                "resources": {"platform": {"config": dict(machines)}},
            },
        )

    return execute
