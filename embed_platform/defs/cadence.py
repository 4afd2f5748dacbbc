"""One schedule for everybody: it starts runs over stretches of the users who are due."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from embed_platform.defs.automation import ON_TIME, embed_job
from embed_platform.defs.live import FEEDS
from embed_platform.defs.partitions import USERS_NAME, nameless
from embed_platform.defs.records import PULLED, RECORDS_OF
from embed_platform.defs.resources import Platform
from embed_platform.defs.selection import ranges
from embed_platform.lake.lake import Lake
from embed_platform.lake.layout import FEED_PREFIX
from embed_platform.upkeep.cadence import due, note_done, note_started, overdue, read_cadences

DOCUMENTS = dg.AssetKey("documents")
REFRESH = {"ops": {RECORDS_OF[name]: {"config": {"refresh": True}} for name in PULLED}}
FEED = dg.AssetKey(FEEDS)


@dg.schedule(
    job=embed_job,
    cron_schedule="*/15 * * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every quarter of an hour: runs for the users whose cadence says so, many in one.",
)
def cadences(context: dg.ScheduleEvaluationContext, platform: Platform) -> Any:
    """Look who is due; what was started is written down, so that the next tick does not start it again."""
    lake = platform.lake()
    note_ended(lake, context.instance, list(read_cadences(lake)))
    known = read_cadences(lake)
    if not known:
        return dg.SkipReason("nobody has a cadence; `embed-platform users set NAME --every day`")
    now = context.scheduled_execution_time or datetime.now(UTC)
    keys = list(context.instance.get_dynamic_partitions(USERS_NAME))
    # feeds follow their cadence by their own sensor
    waiting = [u for u in due(known, now) if u in keys and not u.startswith(FEED_PREFIX)]
    if not waiting:
        return dg.SkipReason(f"none of {len(known)} users is due")
    requests = list(range_requests(waiting, keys, f"{now:%Y%m%dT%H%M}"))
    note_started(lake, {user: known[user] for user in waiting}, now)
    return requests


def range_requests(
    wanted: Sequence[str], keys: Sequence[str], mark: str
) -> Iterator[dg.RunRequest]:
    """A run for each stretch of partitions, which pulls anew what was pulled of them before.

    Args:
        wanted: users who are due, without feeds.
        keys: all partition keys in their order.
        mark: of the tick, so that it starts nothing twice.
    """
    for stretch in ranges(wanted, keys, max_gap=0):
        yield dg.RunRequest(
            run_key=f"{mark}-{nameless(stretch.first)}",
            partition_key=stretch.key,
            tags=stretch.tags,
            run_config=REFRESH,
        )


def note_ended(lake: Lake, instance: dg.DagsterInstance, users: Sequence[str]) -> None:
    """Write down when each user's documents were last made, whoever started that run; of a feed its last batch."""
    for user in users:
        asset = FEED if user.startswith(FEED_PREFIX) else DOCUMENTS
        records = instance.fetch_materializations(
            dg.AssetRecordsFilter(asset, asset_partitions=[user]), limit=1
        ).records
        for record in records:
            note_done(lake, user, datetime.fromtimestamp(record.timestamp, UTC))


@dg.asset_check(
    asset=DOCUMENTS,
    name=ON_TIME,
    description="Of everybody with a cadence a run has ended well within two periods. Nightly too.",
)
def everybody_is_run_in_time(platform: Platform) -> dg.AssetCheckResult:
    """Lists who is late."""
    late = overdue(read_cadences(platform.lake()), datetime.now(UTC))
    return dg.AssetCheckResult(passed=not late, metadata={"users_late": late})


def schedules() -> dg.Definitions:
    """The schedule and its check."""
    return dg.Definitions(schedules=[cadences], asset_checks=[everybody_is_run_in_time])
