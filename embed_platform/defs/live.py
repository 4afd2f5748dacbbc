"""Feeds under Dagster: a sensor starts a batch of each feed that is due, in the feed's own partition."""

from datetime import UTC, datetime

import dagster as dg

from embed_platform.defs.partitions import USERS_NAME, users
from embed_platform.defs.records import OWNERS
from embed_platform.defs.resources import Platform
from embed_platform.defs.users import RETRIES, failure
from embed_platform.errors import EmbedError, SettingsError
from embed_platform.lake.failures import clear_failure
from embed_platform.lake.lake import Lake
from embed_platform.live.checking import last_poll
from embed_platform.live.definitions import load_folder
from embed_platform.live.opening import is_running, opened
from embed_platform.live.pipeline import Pipeline

FEEDS = "feeds"
# A batch goes on while its source has more, up to so many seconds; the next tick goes on from there.
BATCH_SECONDS = 300
IN_FLIGHT = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def due(
    pipelines: dict[str, Pipeline], polled: dict[str, float | None], now: float, busy: set[str]
) -> list[str]:
    """Users of the feeds to run: their pause is over, and nobody runs them now.

    Args:
        pipelines: by user.
        polled: seconds since 1970 of the last poll, None for never.
        now: seconds since 1970; a last poll in the future, by a clock that was wrong, counts as none.
        busy: users of feeds that run already.
    """
    ready = []
    for user, pipeline in sorted(pipelines.items()):
        last = polled.get(user)
        over = last is None or last > now or now - last >= pipeline.poll_seconds
        if over and user not in busy:
            ready.append(user)
    return ready


def find_pipeline(lake: Lake, user: str) -> Pipeline:
    """The pipeline of a feed's user.

    Raises:
        SettingsError: no file of the home's folder holds it.
    """
    folder = lake.settings.pipelines_folder
    found, errors = load_folder(folder)
    for pipeline in found.values():
        if pipeline.user == user:
            return pipeline
    for error in errors.values():
        raise error
    raise SettingsError(f"there is no pipeline of {user!r}", where=str(folder))


@dg.asset(
    name=FEEDS,
    partitions_def=users,
    retry_policy=RETRIES,
    group_name="live",
    owners=OWNERS,
    kinds={"python", "parquet"},
    description="A feed's batch: what changed at its source since the last one, in lake and stores.",
)
def feeds(context: dg.AssetExecutionContext, platform: Platform) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Poll, embed and load until the source has no more, or the time is up."""
    lake = platform.lake()
    began = datetime.now(UTC).timestamp()
    try:
        with opened(lake, find_pipeline(lake, context.partition_key)) as feed:
            done = feed.run_due(
                stop=lambda _: datetime.now(UTC).timestamp() - began > BATCH_SECONDS
            )
            held = feed.state.counts()
    except EmbedError as error:
        raise failure(error) from error
    clear_failure(lake.storage, context.partition_key)
    context.log.info(done.line)
    rows = {"dagster/partition_row_count": held["documents"], "known_items": held["items"]}
    return dg.MaterializeResult(metadata={**rows, **vars(done)})


live_job = dg.define_asset_job(
    "live",
    selection=dg.AssetSelection.assets(FEEDS),
    partitions_def=users,
    description="One batch of a feed.",
)


@dg.sensor(
    job=live_job,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a batch of each feed whose pause is over, unless one is on its way or it runs continuously.",
)
def live_feeds(
    context: dg.SensorEvaluationContext, platform: Platform
) -> dg.SensorResult | dg.SkipReason:
    """Look at the pipelines of the home's folder."""
    lake = platform.lake()
    found, errors = load_folder(lake.settings.pipelines_folder)
    for error in errors.values():
        context.log.warning(f"left out: {error}")
    pipelines = {pipeline.user: pipeline for pipeline in found.values()}
    if not pipelines:
        return dg.SkipReason(f"no pipelines in {lake.settings.pipelines_folder}")
    running = context.instance.get_runs(dg.RunsFilter(job_name=live_job.name, statuses=IN_FLIGHT))
    busy = {run.tags.get("dagster/partition", "") for run in running}
    busy |= {user for user in pipelines if is_running(lake.settings, user)}
    polled = {user: last_poll(lake, user) for user in pipelines}
    now = datetime.now(UTC).timestamp()
    ready = due(pipelines, polled, now, busy)
    if not ready:
        return dg.SkipReason("no feed is due")
    born = sorted(set(ready) - set(context.instance.get_dynamic_partitions(USERS_NAME)))
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(run_key=f"{user}-{now:.0f}", partition_key=user) for user in ready
        ],
        dynamic_partitions_requests=[users.build_add_request(born)] if born else [],
    )


def live() -> dg.Definitions:
    """Asset, job and sensor of feeds."""
    return dg.Definitions(assets=[feeds], jobs=[live_job], sensors=[live_feeds])
