"""A step's work over many users: one user's failure never stops the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

import dagster as dg

from embed_platform.defs.attempts import PASSING, passes
from embed_platform.errors import EmbedError, PermanentError
from embed_platform.lake.failures import UserFailure, clear_failure, read_failures, record_failure
from embed_platform.lake.lake import Lake

# A step that fails for a passing reason is tried again so often, after a pause (`give_up`).
MOST_RETRIES, RETRY_SECONDS = 2, 2.0


class Users:
    """The users of a step, and what becomes of each.

    In a run of one user an error is raised, so that the partition turns red with it. In a run
    of many it is recorded in the lake; later steps pass over that user, who is then re-run alone.

    Args:
        context: of the step.
        lake: where failures are kept.
        tried_again: whether an error that may pass is tried again within the run.
    """

    def __init__(
        self, context: dg.AssetExecutionContext, lake: Lake, *, tried_again: bool = True
    ) -> None:
        self._context, self._lake, self._tried_again = context, lake, tried_again
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
        if self.alone and passes(error):
            self._context.instance.add_run_tags(self._context.run_id, {PASSING: "yes"})
        if self.alone and not self._tried_again:
            raise failure(error) from error
        if self.alone:
            give_up(error)
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


def give_up(error: Exception) -> NoReturn:
    """End a step with an error: an expected one as one line, a permanent one for good, others to be tried again.

    No step has a retry policy of Dagster's: under one it repeats what somebody interrupted as well,
    and the person at the keyboard would have to stop it once more, or it would rent again.

    Raises:
        Failure: the error is permanent.
        RetryRequested: it may pass.
    """
    told = failure(error)
    if isinstance(error, PermanentError):
        raise told from error
    raise dg.RetryRequested(MOST_RETRIES, RETRY_SECONDS) from told


def failure(error: Exception) -> Exception:
    """An expected error as one line without a traceback; any other as it is."""
    return dg.Failure(str(error)) if isinstance(error, EmbedError) else error


def one_line(error: Exception) -> str:
    """An error as people read it; an unexpected one with its type, never with a record's text."""
    return (
        str(error)
        if isinstance(error, EmbedError)
        else f"{type(error).__name__} in the code of this step"
    )
