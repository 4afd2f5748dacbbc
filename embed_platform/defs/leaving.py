"""People who leave: the job that forgets a user, and the sensor that goes on with what is owed."""

import time
from collections.abc import Sequence
from typing import Any

import dagster as dg
from pydantic import Field

from embed_platform.defs.forgotten_runs import drop_user, runs_in_flight
from embed_platform.defs.instance import open_instance
from embed_platform.defs.resources import Platform
from embed_platform.errors import EmbedError, SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.lake.under_way import under_way
from embed_platform.settings import Settings
from embed_platform.stores.open import open_store, stores_in_use
from embed_platform.upkeep.forget import Around, Dropped, forget, one_at_a_time, settle_all
from embed_platform.upkeep.forget_receipts import Receipt, receipts

LOOK_SECONDS = 300
WAIT_SECONDS = 2.0


def around(settings: Settings, lake: Lake) -> Around:
    """Every store that may hold something, and Dagster's runs."""

    def drop_runs(user: str) -> Dropped:
        with open_instance(settings) as instance:
            return drop_user(settings, instance, user)

    names = stores_in_use(settings)
    return Around([open_store(name, settings, lake) for name in names], drop_runs)


def leave(
    settings: Settings,
    lake: Lake,
    user: str,
    aliases: Sequence[str] = (),
    *,
    including_quotes: bool = False,
    wait: bool = False,
) -> Receipt:
    """Erase a user everywhere.

    Args:
        settings: of the home.
        lake: where.
        user: whom.
        aliases: names by which other people's messages know the person.
        including_quotes: leave what those people's conversations quote out of them too.
        wait: wait for the end of runs that are about the user.

    Raises:
        SettingsError: such a run, or the user's feed, is in flight, and nobody wanted to wait.
        VerificationFailed: something is still there; the next start goes on.
    """
    with open_instance(settings) as instance:
        while work := [*runs_in_flight(instance, user), *under_way(settings, user)]:
            if not wait:
                raise SettingsError(
                    f"{user!r} is being worked on: {', '.join(dict.fromkeys(work))} in flight",
                    remedy="Wait for the end or pass --wait; the UI can cancel runs",
                )
            time.sleep(WAIT_SECONDS)
    with one_at_a_time(lake).acquire(timeout=-1):
        return forget(
            lake, user, around(settings, lake), aliases, including_quotes=including_quotes
        )


def settle_owed(settings: Settings, lake: Lake) -> list[str]:
    """Go on with erasures that were killed or could not reach a store; a line for each still open."""
    return settle_all(lake, lambda: around(settings, lake))


class ForgetConfig(dg.Config):
    """Whom to forget."""

    user: str = Field(description="Whom.")
    aliases: list[str] = Field(
        default=[], description="Names by which other people's messages know the person."
    )
    including_quotes: bool = Field(
        default=False, description="Leave what other people's conversations quote out of them."
    )
    wait: bool = Field(default=True, description="Wait for the end of runs about the user.")


@dg.op(description="Erase a user from every store, from Dagster and from the lake; read it back.")
def forget_user(context: dg.OpExecutionContext, config: ForgetConfig, platform: Platform) -> None:
    """One erasure. Its own run names the user, so that `unfinished_erasures` removes it afterwards."""
    lake = platform.lake()
    try:
        receipt = leave(
            lake.settings,
            lake,
            config.user.lower(),
            config.aliases,
            including_quotes=config.including_quotes,
            wait=config.wait,
        )
    except EmbedError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    context.add_output_metadata(_shown(receipt))


def _shown(receipt: Receipt) -> dict[str, Any]:
    return {
        "rows": dg.MetadataValue.json(receipt.stores),
        "files": dg.MetadataValue.json(receipt.files),
        "runs": receipt.runs,
        "quotes": receipt.quotes,
        "owed": receipt.owed,
        "finished": bool(receipt.finished_at),
    }


@dg.job(description="Forget a user: the launchpad asks whom.")
def forget_job() -> None:
    """The erasure as a job."""
    forget_user()


@dg.op(description="Go on with erasures that were killed or could not reach a store.")
def settle_erasures(context: dg.OpExecutionContext, platform: Platform) -> None:
    """Fails while something is still owed, so that somebody looks."""
    lake = platform.lake()
    problems = settle_owed(lake.settings, lake)
    context.add_output_metadata({"open": len(problems)})
    if problems:
        # without their lines: those name the people whom nothing here is to name any more
        raise dg.Failure(
            f"{len(problems)} erasures are not finished; `embed-platform status` says why",
            allow_retries=False,
        )


@dg.job(description="Go on with erasures that are not finished.")
def settle_job() -> None:
    """The settling as a job."""
    settle_erasures()


@dg.sensor(
    job=settle_job,
    minimum_interval_seconds=LOOK_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="An erasure that was killed, or that a store still owes, is gone on with.",
)
def unfinished_erasures(
    context: dg.SensorEvaluationContext, platform: Platform
) -> dg.RunRequest | dg.SkipReason:
    """A run while a receipt is open; the tick's number lets the next tick try again."""
    waiting = receipts(platform.lake(), finished=False)
    if not waiting:
        return dg.SkipReason("nothing is owed to anybody who left")
    ticks = int(context.cursor or 0) + 1
    context.update_cursor(str(ticks))
    return dg.RunRequest(run_key=f"settle-{ticks}")


def leaving() -> dg.Definitions:
    """The jobs and the sensor."""
    return dg.Definitions(jobs=[forget_job, settle_job], sensors=[unfinished_erasures])
