"""Runs in this process, recorded in the home's instance and so visible in the UI."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import psutil

from embed_platform.defs.instance import open_instance, register_users
from embed_platform.defs.partitions import USERS_NAME
from embed_platform.defs.progress import OnStep, listening
from embed_platform.defs.records import RECORDS_OF
from embed_platform.defs.selection import asset_keys, ranges
from embed_platform.embedding.registry import ModelEntry
from embed_platform.lake.failures import clear_failure, read_failures
from embed_platform.lake.lake import Lake

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
LAUNCHED_HERE = "embed_platform/launched_by"


@dataclass
class Summary:
    """What a launch did, over all users; `errors` has a line for each thing that failed."""

    embedded: int = 0
    reused: int = 0
    deleted: int = 0
    dead_letters: int = 0
    seconds: float = 0.0
    dollars: float = 0.0
    errors: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The line that `run --json` ends with."""
        return {
            "embedded": self.embedded,
            "reused": self.reused,
            "deleted": self.deleted,
            "dead_letters": self.dead_letters,
            "seconds": round(self.seconds, 2),
            "dollars": round(self.dollars, 4),
        }


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
    selection = asset_keys(entries, stores)
    job = defs.resolve_implicit_global_asset_job_def()
    summary = Summary()

    def execute(tags: dict[str, str], partition: str | None) -> dg.ExecuteInProcessResult:
        result = job.execute_in_process(
            instance=instance,
            asset_selection=selection,
            partition_key=partition,
            tags={LAUNCHED_HERE: this_process(), **tags},
            raise_on_error=False,
            run_config={
                "loggers": {"steps": {"config": {}}},
                "resources": {"platform": {"config": dict(machines or {})}},
            },
        )
        _add(summary, result)
        return result

    keys = list(instance.get_dynamic_partitions(USERS_NAME))
    with listening(on_step):
        for first, last in ranges(users, keys):
            if first == last:
                result = execute({}, first)
                summary.errors += [f"{first}: {line}" for line in _errors(result)]
            else:
                result = execute({RANGE_START: first, RANGE_END: last}, None)
                summary.errors += _errors(result)
                for user, failure in read_failures(lake.storage).items():
                    if failure.run_id == result.run_id:
                        again = execute({}, user)
                        summary.errors += [f"{user}: {line}" for line in _errors(again)]
                        if again.success:
                            clear_failure(lake.storage, user)
    summary.seconds = time.monotonic() - started
    return summary


def this_process() -> str:
    """Name of this process that no later one on any machine has: host, process id, time of start."""
    return f"{socket.gethostname()}/{os.getpid()}/{psutil.Process().create_time():.2f}"


def bury_dead_runs(instance: dg.DagsterInstance) -> int:
    """Mark runs as failed whose process on this machine was killed, and free their places in pools.

    Without this, the next run would wait for those places for ever. Returns how many there were.
    """
    buried = 0
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        host, _, process = run.tags.get(LAUNCHED_HERE, "").partition("/")
        if host != socket.gethostname() or _is_alive(process):
            continue
        instance.report_run_failed(
            run, "The process of this run was killed; the next run goes on from there."
        )
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
        buried += 1
    return buried


def free_forgotten_places(instance: dg.DagsterInstance) -> None:
    """Free the places in pools that runs still hold which have ended.

    Dagster's daemon does so a minute after a run's process was killed, if the daemon runs then.
    """
    storage = instance.event_log_storage
    for pool in storage.get_concurrency_keys():
        for run_id in {slot.run_id for slot in storage.get_concurrency_info(pool).claimed_slots}:
            run = instance.get_run_by_id(run_id)
            if run is None or run.is_finished:
                storage.free_concurrency_slots_for_run(run_id)


def _is_alive(process: str) -> bool:
    pid, _, started = process.partition("/")
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" == started
    except (psutil.NoSuchProcess, ValueError):
        return False


def _add(summary: Summary, result: dg.ExecuteInProcessResult) -> None:
    """Add what a run's materialisations report; a document is deleted once, from however many stores."""
    deleted: dict[str, int] = {}
    for event in result.get_asset_materialization_events():
        made = event.step_materialization_data.materialization
        value: dict[str, Any] = {key: entry.value for key, entry in made.metadata.items()}
        group = made.asset_key.path[0]
        if group == "embeddings":
            summary.embedded += int(value.get("embedded", 0))
            summary.reused += int(value.get("reused", 0))
            summary.dead_letters += int(value.get("dead_letters", 0))
            summary.dollars += float(value.get("dollars", 0))
        elif group in RECORDS_OF.values():
            summary.dead_letters += int(value.get("dead_letters", 0))
        elif "deleted" in value:
            deleted[group] = deleted.get(group, 0) + int(value["deleted"])
    summary.deleted += max(deleted.values(), default=0)


def _errors(result: dg.ExecuteInProcessResult) -> list[str]:
    """A line for each step that failed by itself, not for those that only waited for it.

    Raises:
        KeyboardInterrupt: the person at the keyboard stopped the run.
    """
    lines = []
    for event in result.filter_events(lambda e: e.is_step_failure):
        data = event.step_failure_data
        described = getattr(data.user_failure_data, "description", None)
        error = data.error
        if error is not None and error.cls_name == "DagsterExecutionInterruptedError":
            raise KeyboardInterrupt
        cause = error.cause if error is not None and error.cause is not None else error
        plain = cause.message.strip().splitlines()[-1] if cause is not None else "failed"
        lines.append(f"{event.step_key}: {described or plain}")
    return lines
