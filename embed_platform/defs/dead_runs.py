"""What runs of killed processes still hold: their state in Dagster and their places in pools."""

from __future__ import annotations

import os
import socket

import dagster as dg
import psutil

LAUNCHED_HERE = "embed_platform/launched_by"


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
