"""Which runs are about a user, and their removal; what they say of others is kept."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import dagster as dg
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES
from dagster._serdes import serialize_value

from embed_platform.defs.dead_runs import bury_dead_runs
from embed_platform.defs.mentions import drop_mentions
from embed_platform.defs.partitions import PARTITION, USERS_NAME, covered
from embed_platform.settings import Settings
from embed_platform.upkeep.forget import Dropped

# Whoever has the UI open reads these files too; then they are made small another time.
BUSY_SECONDS = 5.0
_Place = tuple[dg.AssetKey, str]


def runs_in_flight(instance: dg.DagsterInstance, user: str) -> list[str]:
    """Runs about a user that have not ended, as `under_way` calls them; without those whose process was killed."""
    bury_dead_runs(instance)
    keys = instance.get_dynamic_partitions(USERS_NAME)
    unfinished = instance.get_runs(dg.RunsFilter(statuses=list(NOT_FINISHED_STATUSES)))
    about = [run for run in unfinished if user in covered(run.tags, keys)]
    return [f"run {run.run_id[:8]}" for run in about]


def drop_user(settings: Settings, instance: dg.DagsterInstance, user: str) -> Dropped:
    """Remove a user's partition key, every finished run that names the user, and other mentions.

    Partitions of others that only such a run had made stay made: their last materialisations are
    reported again. A run that names the user and has not ended, as that of `forget_job` itself,
    stays until it has.
    """
    keys = list(instance.get_dynamic_partitions(USERS_NAME))
    named = [run for run in instance.get_runs() if _names(instance, run, user, keys)]
    gone = [run.run_id for run in named if run.is_finished]
    others = _materialised(instance, gone, user)
    for run_id in gone:
        delete_run(instance, run_id)
        shutil.rmtree(settings.dagster_home / "storage" / run_id, ignore_errors=True)
    _report_again(instance, others)
    if user in keys:
        instance.delete_dynamic_partition(USERS_NAME, user)
    if drop_mentions(instance, user) or gone:
        drop_free_pages(settings.dagster_home)
    return Dropped(len(gone), unfinished=len(named) - len(gone))


def delete_run(instance: dg.DagsterInstance, run_id: str) -> None:
    """Delete a run, its events first, where Dagster's own `delete_run` deletes them last.

    The run is how they are found again after a kill in between.
    """
    instance.event_log_storage.delete_events(run_id)
    instance.run_storage.delete_run(run_id)


def drop_free_pages(folder: Path) -> None:
    """Rewrite SQLite files without what was deleted from them; a file in use is left for later."""
    for path in folder.rglob("*.db"):
        try:
            with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as database:
                database.execute("vacuum")
                database.execute("pragma wal_checkpoint(truncate)")
        except sqlite3.OperationalError:
            continue


def _names(
    instance: dg.DagsterInstance, run: dg.DagsterRun, user: str, keys: Sequence[str]
) -> bool:
    """Whether a run is about the user, or says the name in its configuration or anywhere in its log."""
    if user in covered(run.tags, keys):
        return True
    if PARTITION in run.tags:
        return False
    quoted = f'"{user}"'
    # in lower case, for the launchpad takes a name as it is typed
    return quoted in serialize_value(run).lower() or any(
        quoted in serialize_value(entry).lower() for entry in instance.all_logs(run.run_id)
    )


def _materialised(
    instance: dg.DagsterInstance, runs: Iterable[str], user: str
) -> dict[_Place, dg.AssetMaterialization]:
    """The newest materialisation of each partition of others in these runs."""
    newest: dict[_Place, tuple[float, dg.AssetMaterialization]] = {}
    for run_id in runs:
        for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
            event = entry.get_dagster_event()
            made = event.step_materialization_data.materialization
            if made.partition is None or made.partition == user:
                continue
            place = (made.asset_key, made.partition)
            if place not in newest or newest[place][0] < entry.timestamp:
                newest[place] = (entry.timestamp, made)
    return {place: made for place, (_, made) in newest.items()}


def _report_again(
    instance: dg.DagsterInstance, others: Mapping[_Place, dg.AssetMaterialization]
) -> None:
    left = {key: instance.get_materialized_partitions(key) for key, _ in others}
    known = set(instance.get_dynamic_partitions(USERS_NAME))
    for (key, partition), made in others.items():
        if partition in known and partition not in left[key]:
            instance.report_runless_asset_event(made)
