"""Machines that nobody needs any more: a sensor finds them, a run ends them and says so."""

from contextlib import closing

import dagster as dg

from embed_platform.compute.runpod import reaper
from embed_platform.defs.resources import Platform
from embed_platform.errors import EmbedError

# A pod that its run left behind costs a few cents until it is seen; a listing costs a request.
LOOK_SECONDS = 300


@dg.op(
    description="End the pods under our prefix that no living run owns, or that have outlived their minutes."
)
def end_orphans(context: dg.OpExecutionContext, platform: Platform) -> None:
    """Returns when a listing shows that they are gone."""
    try:
        ended = reaper.reap(platform.settings())
    except EmbedError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    for one in ended:
        context.log.info(f"{one.pod.name} is ended: {one.orphaned}, about ${one.dollars:.2f}")
    context.add_output_metadata(
        {
            "pods": [one.pod.name for one in ended],
            "dollars": round(sum(one.dollars for one in ended), 4),
        }
    )


@dg.job(description="End rented machines that were left behind.")
def reap_job() -> None:
    """The reaping as a job."""
    end_orphans()


@dg.sensor(
    job=reap_job,
    minimum_interval_seconds=LOOK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Rented machines that no living run owns are ended.",
)
def orphans(
    context: dg.SensorEvaluationContext, platform: Platform
) -> dg.RunRequest | dg.SkipReason:
    """List what is rented under our prefix; a run for what nobody needs."""
    settings = platform.settings()
    if settings.runpod_key is None:
        return dg.SkipReason("nothing can be rented: RUNPOD_API_KEY is not set")
    try:
        with closing(reaper.opened(settings)) as api:
            found = reaper.list_ours(api, settings)
    except EmbedError as error:
        context.log.warning(f"what is rented is not known: {error}")
        return dg.SkipReason(str(error))
    left = sorted(one.pod.id for one in found if one.orphaned)
    if not left:
        return dg.SkipReason(f"{len(found)} pods are rented, each by a living run")
    # the tick's number: a pod that would not go is tried again at the next
    ticks = int(context.cursor or 0) + 1
    context.update_cursor(str(ticks))
    return dg.RunRequest(run_key=f"{ticks}-{'-'.join(left)}")


def reaping() -> dg.Definitions:
    """The job and its sensor."""
    return dg.Definitions(jobs=[reap_job], sensors=[orphans])
