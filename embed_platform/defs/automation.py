"""Jobs, sensors and schedules: new archives, users to run again, the nightly audit, old runs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from embed_platform.defs.attempts import upload_tags
from embed_platform.defs.dead_runs import LAUNCHED_HERE
from embed_platform.defs.forgotten_runs import delete_run
from embed_platform.defs.live import FEEDS
from embed_platform.defs.partitions import USERS_NAME, nameless, users
from embed_platform.defs.pruning import RunFacts, prunable
from embed_platform.defs.records import FRESH, RECORDS_OF
from embed_platform.defs.resources import Platform
from embed_platform.defs.selection import asset_keys
from embed_platform.defs.spaces import HOLDS, store_key
from embed_platform.embedding.registry import load_registry
from embed_platform.lake.failures import read_failures
from embed_platform.lake.lake import Lake
from embed_platform.settings import load_settings
from embed_platform.sources.inbox import Drop, scan_inbox
from embed_platform.sources.records import is_stale
from embed_platform.stores.open import open_store, stores_to_check
from embed_platform.upkeep.audit import Finding, audit, embed_with, repair, write_plan
from embed_platform.upkeep.cadence import overdue, read_cadences
from embed_platform.upkeep.spaces import held_spaces
from embed_platform.upkeep.superseded import prune_verified

KEEP_RUNS_DAYS = 30
ON_TIME = "everybody_is_run_in_time"


def _run_job() -> Any:
    settings = load_settings()
    registry = load_registry(settings)
    selection = asset_keys(registry.wanted(settings.models), settings.stores)
    return dg.define_asset_job(
        "embed",
        selection=dg.AssetSelection.assets(*selection),
        partitions_def=users,
        description="From archive to stores, with the models and stores that are switched on.",
    )


embed_job = _run_job()


@dg.sensor(
    job=embed_job,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A new archive in the inbox becomes a partition and a run.",
)
def inbox(
    context: dg.SensorEvaluationContext, platform: Platform
) -> dg.SensorResult | dg.SkipReason:
    """Look into the inbox; the cursor remembers what was seen, a tick starts a bounded number."""
    lake = platform.lake()
    settings = lake.settings
    seen: dict[str, str] = json.loads(context.cursor or "{}")
    drops = scan_inbox(lake, settings.inbox_folder, seen, limit=settings.inbox_per_tick)
    if not drops:
        return dg.SkipReason(f"nothing new in {settings.inbox_folder}")
    good = [drop for drop in drops if drop.user]
    for drop in drops:
        if not drop.user:
            context.log.warning(f"left out: {drop.problem}")
    known = set(context.instance.get_dynamic_partitions(USERS_NAME))
    born = sorted({drop.user for drop in good} - known)
    return dg.SensorResult(
        run_requests=[_run_request(drop) for drop in good],
        dynamic_partitions_requests=[users.build_add_request(born)] if born else [],
        cursor=json.dumps(
            {path: mark for path, mark in seen.items() if Path(path).exists()}
            | {path: drop.mark for drop in drops for path in drop.paths}
        ),
    )


def _run_request(drop: Drop) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=drop.mark,
        partition_key=drop.user,
        tags=upload_tags(drop.mark),
        run_config={"ops": {RECORDS_OF[drop.source]: {"config": {"inbox": list(drop.paths)}}}},
    )


@dg.sensor(
    job=embed_job,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A user who failed in a run of many is run again alone, and so ends red with the own error.",
)
def failed_users(
    context: dg.SensorEvaluationContext, platform: Platform
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Look at the failures that finished runs left in the lake."""
    for user, failure in read_failures(platform.lake().storage).items():
        run = context.instance.get_run_by_id(failure.run_id)
        if (
            run is not None
            and run.is_finished
            and LAUNCHED_HERE not in run.tags
            and "dagster/partition" not in run.tags
            and failure.step != FEEDS  # the next tick runs that feed alone
        ):
            yield dg.RunRequest(run_key=f"{failure.run_id}-{nameless(user)}", partition_key=user)


@dg.op(
    description="Compare the lake with itself and with every store; write the plan; apply it if EMBED_AUTO_REPAIR is set."
)
def audit_and_plan(context: dg.OpExecutionContext, platform: Platform) -> None:
    """One audit of everything."""
    lake = platform.lake()
    stores = [open_store(name, lake.settings, lake) for name in stores_to_check(lake)]
    findings = audit(lake, stores)
    path = write_plan(lake, findings)
    stale = {s: [u for u in lake.users() if is_stale(lake, u, s)] for s in RECORDS_OF}
    late = overdue(read_cadences(lake), datetime.now(UTC))
    waiting = sorted({user for users in stale.values() for user in users} | set(late))
    context.add_output_metadata({"findings": len(findings), "plan": path, "stale_users": waiting})
    context.log.info(f"{len(findings)} findings, plan {path}; {len(waiting)} stale users")
    for evaluation in (*evaluations(lake, findings, stale), on_time(late)):
        context.instance.report_runless_asset_event(evaluation)
    if findings and lake.settings.auto_repair:
        problems = repair(lake, findings, stores, embed_with(lake, platform.registry()))
        if problems:
            raise dg.Failure(description="; ".join(problems[:5]), allow_retries=False)
    doubtful = {finding.user for finding in findings}
    if "*" not in doubtful:
        for user in lake.users():
            if user not in doubtful:
                prune_verified(lake, user)


def evaluations(
    lake: Lake, findings: Sequence[Finding], stale: Mapping[str, Sequence[str]]
) -> list[dg.AssetCheckEvaluation]:
    """What the audit found, as results of the checks that every load has too."""
    results = [
        (dg.AssetKey(RECORDS_OF[source]), FRESH, list(users)) for source, users in stale.items()
    ]
    for held in held_spaces(lake):
        for store in stores_to_check(lake):
            wrong = {f.user for f in findings if (f.space, f.store) == (held.space.slug, store)}
            results.append((store_key(store, held.space.slug), HOLDS, sorted(wrong)))
    return [
        dg.AssetCheckEvaluation(
            asset_key=key,
            check_name=name,
            passed=not users,
            metadata={"users_wrong": users, "by": "nightly audit"},
        )
        for key, name, users in results
    ]


def on_time(late: Sequence[str]) -> dg.AssetCheckEvaluation:
    """Whether everybody with a cadence was run in time, as a result of a check of the documents."""
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey("documents"),
        check_name=ON_TIME,
        passed=not late,
        metadata={"users_late": list(late), "by": "nightly audit"},
    )


@dg.job(description="Nightly: read everything back, write a repair plan, drop superseded archives.")
def audit_job() -> None:
    """The audit as a job."""
    audit_and_plan()


nightly_audit = dg.ScheduleDefinition(
    name="nightly_audit",
    job=audit_job,
    cron_schedule="30 3 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at 03:30 UTC.",
)


@dg.op(
    description=f"Delete finished runs older than {KEEP_RUNS_DAYS} days, but the newest of each asset and partition."
)
def prune_runs(context: dg.OpExecutionContext) -> None:
    """Delete what nobody looks at; the event log grows without bound otherwise."""
    before = datetime.now(UTC) - timedelta(days=KEEP_RUNS_DAYS)
    facts = [RunFacts.of(record) for record in context.instance.get_run_records()]
    names = prunable(facts, before, context.instance.get_dynamic_partitions(USERS_NAME))
    for run_id in names:
        delete_run(context.instance, run_id)
    context.add_output_metadata({"deleted": len(names), "kept": len(facts) - len(names)})


@dg.job(description="Weekly: delete old finished runs.")
def prune_job() -> None:
    """The pruning as a job."""
    prune_runs()


weekly_pruning = dg.ScheduleDefinition(
    name="weekly_pruning",
    job=prune_job,
    cron_schedule="0 4 * * 0",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every Sunday at 04:00 UTC.",
)


def automation() -> dg.Definitions:
    """Jobs, sensors and schedules."""
    return dg.Definitions(
        jobs=[embed_job, audit_job, prune_job],
        sensors=[inbox, failed_users],
        schedules=[nightly_audit, weekly_pruning],
    )
