"""A step's work over many users: one user's failure never stops the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from embed_platform.errors import EmbedError, PermanentError
from embed_platform.lake.failures import UserFailure, clear_failure, read_failures, record_failure
from embed_platform.lake.lake import Lake

# Steps that fail for a passing reason are tried again; permanent failures opt out (`failure`).
RETRIES = dg.RetryPolicy(max_retries=2, delay=2, backoff=dg.Backoff.EXPONENTIAL)


class Users:
    """The users of a step, and what becomes of each.

    In a run of one user an error is raised, so that the partition turns red with it. In a run
    of many it is recorded in the lake; later steps pass over that user, who is then re-run alone.
    """

    def __init__(self, context: dg.AssetExecutionContext, lake: Lake) -> None:
        self._context, self._lake = context, lake
        self.keys = list(context.partition_keys)
        self._failures = read_failures(lake.storage)
        self.step = context.op_execution_context.op.name

    @property
    def alone(self) -> bool:
        """Whether the run is about one user."""
        return len(self.keys) == 1

    @property
    def standing(self) -> list[str]:
        """Users that no earlier step of this run failed for."""
        return [key for key in self.keys if not self._failed_in_this_run(key)]

    def each(self, work: Callable[[str], Mapping[str, Any]]) -> None:
        """Do the work of each standing user and record the metadata it returns."""
        for user in self.standing:
            started = time.monotonic()
            try:
                metadata = work(user)
            except Exception as error:  # noqa: BLE001 - whatever befalls one user must not stop the rest
                self.failed(user, error)
            else:
                self.done(user, {**metadata, "seconds": round(time.monotonic() - started, 3)})

    def done(self, user: str, metadata: Mapping[str, Any]) -> None:
        """Record what the step did for a user."""
        self._context.add_asset_metadata(dict(metadata), partition_key=user)
        earlier = self._failures.get(user)
        if earlier and earlier.step == self.step:
            clear_failure(self._lake.storage, user)

    def failed(self, user: str, error: Exception) -> None:
        """Raise in a run of one user; record in a run of many."""
        if self.alone:
            raise failure(error) from error
        line = one_line(error)
        self._context.log.error(f"{user}: {line}")
        record = UserFailure(
            user,
            self._context.run_id,
            self.step,
            line,
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        record_failure(self._lake.storage, record)
        self._failures[user] = record

    def _failed_in_this_run(self, user: str) -> bool:
        earlier = self._failures.get(user)
        return not self.alone and earlier is not None and earlier.run_id == self._context.run_id


def failure(error: Exception) -> Exception:
    """What to raise: expected errors as one line, permanent ones without retries, others as they are."""
    if not isinstance(error, EmbedError):
        return error
    return dg.Failure(description=str(error), allow_retries=not isinstance(error, PermanentError))


def tried_again(error: EmbedError) -> Exception:
    """As `failure`, for a step without a retry policy: it is tried again for passing reasons only.

    Under a policy Dagster repeats what somebody interrupted as well, and it would rent again.
    """
    if isinstance(error, PermanentError):
        return failure(error)
    return dg.RetryRequested(RETRIES.max_retries, RETRIES.delay)


def one_line(error: Exception) -> str:
    """An error as people read it; an unexpected one with its type, never with a record's text."""
    return (
        str(error)
        if isinstance(error, EmbedError)
        else f"{type(error).__name__} in the code of this step"
    )
