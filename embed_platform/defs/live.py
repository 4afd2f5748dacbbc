"""Feeds under Dagster: a sensor starts a batch of each feed that is due, in the feed's own partition."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from embed_platform.defs.partitions import (
    USERS_NAME,
    Stretch,
    covered,
    nameless,
    users,
)
from embed_platform.defs.records import BACKFILL, OWNERS
from embed_platform.defs.resources import Platform
from embed_platform.defs.selection import ranges
from embed_platform.defs.users import Users
from embed_platform.lake.failures import clear_failure
from embed_platform.lake.layout import FEED_PREFIX
from embed_platform.lake.suppressions import is_suppressed
from embed_platform.live.batches import Pace, due, pace_of, run_batch, together
from embed_platform.live.checking import find_pipeline
from embed_platform.live.definitions import load_folder
from embed_platform.live.opening import is_running
from embed_platform.upkeep.cadence import note_started, read_cadences

FEEDS = "feeds"
IN_FLIGHT = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


@dg.asset(
    name=FEEDS,
    partitions_def=users,
    backfill_policy=BACKFILL,
    # no retry policy: the sensor tries a feed that failed again, later each time
    group_name="live",
    owners=OWNERS,
    kinds={"python", "parquet"},
    description="A feed's batch: what changed at its source since the last one, in lake and stores.",
)
def feeds(context: dg.AssetExecutionContext, platform: Platform) -> None:
    """Poll, embed and load until each source has no more, or the time is up; people are passed over."""
    lake = platform.lake()
    members = Users(context, lake, tried_again=False)

    def batch(user: str) -> Mapping[str, Any]:
        if not user.startswith(FEED_PREFIX) and not members.alone:
            return {}
        done, held = run_batch(lake, find_pipeline(lake, user))
        clear_failure(lake.storage, user)
        context.log.info(f"{user}: {done.line}")
        rows = {"dagster/partition_row_count": held["documents"], "known_items": held["items"]}
        return {**rows, **vars(done)}

    members.each(batch)


live_job = dg.define_asset_job(
    "live",
    selection=dg.AssetSelection.assets(FEEDS),
    partitions_def=users,
    description="One batch of a feed, or of several that take no time.",
)


@dg.sensor(
    job=live_job,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a batch of each feed whose pause (`--every`, else poll_seconds) is over, unless one is on "
    "its way or it runs continuously. Feeds that take no time share a run.",
)
def live_feeds(
    context: dg.SensorEvaluationContext, platform: Platform
) -> dg.SensorResult | dg.SkipReason:
    """Look at the pipelines of the home's folder."""
    lake = platform.lake()
    found, errors = load_folder(lake.settings.pipelines_folder)
    for error in errors.values():
        context.log.warning(f"left out: {error}")
    pipelines = {
        pipeline.user: pipeline
        for pipeline in found.values()
        # erased: `live run --after-forget` follows it again
        if not is_suppressed(lake.storage, pipeline.user)
    }
    if not pipelines:
        return dg.SkipReason(f"no pipelines in {lake.settings.pipelines_folder}")
    keys = list(context.instance.get_dynamic_partitions(USERS_NAME))
    running = context.instance.get_runs(dg.RunsFilter(job_name=live_job.name, statuses=IN_FLIGHT))
    busy = {user for run in running for user in covered(run.tags, keys)}
    busy |= {user for user in pipelines if is_running(lake.settings, user)}
    cadences = read_cadences(lake)
    pauses = {
        user: cadences[user].period.total_seconds() if user in cadences else pipeline.poll_seconds
        for user, pipeline in pipelines.items()
        if user not in busy
    }
    paces = {user: pace_of(lake, user) for user in pauses}
    now = datetime.now(UTC)
    ready = due(pauses, paces, now.timestamp())
    if not ready:
        return dg.SkipReason("no feed is due")
    note_started(lake, {user: cadences[user] for user in ready if user in cadences}, now)
    born = sorted(set(ready) - set(keys))
    return dg.SensorResult(
        run_requests=list(requests(ready, paces, keys, f"{now.timestamp():.0f}")),
        dynamic_partitions_requests=[users.build_add_request(born)] if born else [],
    )


def requests(
    ready: Sequence[str], paces: Mapping[str, Pace], keys: Sequence[str], mark: str
) -> Iterator[dg.RunRequest]:
    """Few runs: one for each stretch of quick feeds, and one for each of the others.

    Args:
        ready: users of the feeds that are due.
        paces: how their last batches went.
        keys: all partition keys in their order.
        mark: of the tick, so that it starts nothing twice.
    """
    quick, alone = together([user for user in ready if user in keys], paces)
    born = [user for user in ready if user not in keys]
    shared = ranges(quick, keys, max_gap=0)
    for stretch in (*shared, *(Stretch(user, user) for user in (*alone, *born))):
        yield dg.RunRequest(
            run_key=f"{nameless(stretch.first)}-{mark}",
            partition_key=stretch.key,
            tags=stretch.tags,
        )


def live() -> dg.Definitions:
    """Asset, job and sensor of feeds."""
    return dg.Definitions(assets=[feeds], jobs=[live_job], sensors=[live_feeds])
