"""Sensors that look where archives live, a Supabase project or an S3 prefix, and start again what they started."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import dagster as dg
import msgspec

from embed_platform.defs.attempts import PASSING, TRIED_FOR, started_again, upload_tags
from embed_platform.defs.automation import embed_job
from embed_platform.defs.partitions import USERS_NAME, users
from embed_platform.defs.records import RECORDS_OF
from embed_platform.defs.resources import Platform
from embed_platform.errors import EmbedError
from embed_platform.sources.inbox import SETTLED_SECONDS, Drop
from embed_platform.sources.pulling import SUPABASE
from embed_platform.sources.pulls import InboxPull, decode
from embed_platform.sources.s3_inbox import open_inbox, scan_s3
from embed_platform.sources.supabase.project import Project
from embed_platform.sources.supabase.watch import look

LOOK_SECONDS = 60


@dg.sensor(
    job=embed_job,
    minimum_interval_seconds=LOOK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="An upload that is complete in Supabase, or tweets withdrawn there, become a run.",
)
def supabase_uploads(
    context: dg.SensorEvaluationContext, platform: Platform
) -> dg.SensorResult | dg.SkipReason:
    """Look at the project; the run downloads, a look takes a few requests."""
    lake = platform.lake()
    if not lake.settings.supabase_url:
        return dg.SkipReason("EMBED_SUPABASE_URL is not set")
    try:
        with closing(Project(lake.settings)) as project:
            limit = lake.settings.inbox_per_tick
            found = look(lake, project, context.cursor or "", limit=limit)
    except EmbedError as error:
        context.log.warning(f"not looked at: {error}")
        return dg.SkipReason(str(error))
    for line in found.left_out:
        context.log.warning(f"left out: {line}")
    requests = [
        _request("twitter", due.person.user, [f"{SUPABASE}{due.person.account_id}"], due.mark)
        for due in found.due
    ]
    return _result(context, requests, found.cursor)


@dg.sensor(
    job=embed_job,
    minimum_interval_seconds=LOOK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A new archive under an S3 prefix becomes a partition and a run.",
)
def s3_inbox(
    context: dg.SensorEvaluationContext, platform: Platform
) -> dg.SensorResult | dg.SkipReason:
    """List the prefix; the cursor remembers what was seen, a tick starts a bounded number."""
    lake = platform.lake()
    if not lake.settings.inbox_url:
        return dg.SkipReason("EMBED_INBOX_URL is not set")
    try:
        cursor = context.cursor
        before = decode(cursor, InboxPull, "the sensor's cursor") if cursor else InboxPull()
        inbox = open_inbox(lake.settings)
        drops = scan_s3(
            lake,
            inbox,
            before.marks,
            limit=lake.settings.inbox_per_tick,
            settled_seconds=SETTLED_SECONDS,
        )
    except EmbedError as error:
        context.log.warning(f"not looked at: {error}")
        return dg.SkipReason(str(error))
    for drop in drops:
        if not drop.user:
            context.log.warning(f"left out: {drop.problem}")
    requests = [_request_of(drop) for drop in drops if drop.user]
    marks = before.marks | {address: drop.mark for drop in drops for address in drop.paths}
    return _result(context, requests, msgspec.json.encode(InboxPull(marks=marks)).decode())


@dg.sensor(
    job=embed_job,
    minimum_interval_seconds=LOOK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="The run of an upload that ended because a server, store or disk did not answer is started again, "
    "later each time, for a week.",
)
def uploads_again(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest]:
    """Look at the runs that failed; an upload that a sensor has started is never looked at again there."""
    now = datetime.now(UTC)
    failed = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.FAILURE],
        tags={PASSING: "yes"},
        created_after=now - TRIED_FOR,
    )
    yield from started_again(context.instance.get_run_records(failed), now.timestamp())


def _request_of(drop: Drop) -> dg.RunRequest:
    return _request(drop.source, drop.user, list(drop.paths), drop.mark)


def _request(source: str, user: str, addresses: list[str], mark: str) -> dg.RunRequest:
    config = {"ops": {RECORDS_OF[source]: {"config": {"pull": addresses}}}}
    return dg.RunRequest(
        run_key=mark, partition_key=user, run_config=config, tags=upload_tags(mark)
    )


def _result(
    context: dg.SensorEvaluationContext, requests: list[dg.RunRequest], cursor: str
) -> dg.SensorResult:
    known = set(context.instance.get_dynamic_partitions(USERS_NAME))
    born = sorted({str(request.partition_key) for request in requests} - known)
    return dg.SensorResult(
        run_requests=requests,
        skip_reason=None if requests else dg.SkipReason("nothing new"),
        dynamic_partitions_requests=[users.build_add_request(born)] if born else [],
        cursor=cursor,
    )


def pulls() -> dg.Definitions:
    """The sensors."""
    return dg.Definitions(sensors=[supabase_uploads, s3_inbox, uploads_again])
