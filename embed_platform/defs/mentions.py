"""What Dagster's tables say of a user apart from runs: events and results without a run, ticks, backfills."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import dagster as dg
import sqlalchemy as sql
from dagster._core.instance.utils import RUNLESS_RUN_ID
from dagster._core.storage.event_log.schema import (
    AssetCheckExecutionsTable,
    AssetEventTagsTable,
    AssetKeyTable,
    SqlEventLogStorageTable,
)
from dagster._core.storage.runs.schema import BulkActionsTable
from dagster._core.storage.schedules.schema import JobTickTable

_Connect = Callable[[], AbstractContextManager[sql.Connection]]
# What has not ended is still needed by whoever works on it.
_TICK_AT_WORK = "STARTED"
_BACKFILLS_AT_WORK = ("REQUESTED", "CANCELING", "FAILING")


def drop_mentions(instance: dg.DagsterInstance, user: str) -> int:
    """Remove what names a user without being a run; returns how many rows there were.

    Dagster has no call for this: it keeps what was reported without a run, what its sensors did and
    what backfills were about until somebody deletes the asset, the sensor, the database.
    """
    events: Any = instance.event_log_storage
    found: int = 0
    for connect in (lambda: events.run_connection(RUNLESS_RUN_ID), events.index_connection):
        found += _drop_events(connect, user)
    keys, checks, ticks, bulk = (
        table.c
        for table in (AssetKeyTable, AssetCheckExecutionsTable, JobTickTable, BulkActionsTable)
    )
    with events.index_connection() as connection:
        found += connection.execute(
            sql.delete(AssetCheckExecutionsTable).where(_names(checks.evaluation_event, user))
        ).rowcount
        for column in (keys.last_materialization, keys.cached_status_data):
            emptied = sql.update(AssetKeyTable).where(_names(column, user)).values({column: None})
            found += connection.execute(emptied).rowcount
    schedules: Any = instance.schedule_storage
    with schedules.connect() as connection:
        ended = ticks.status != _TICK_AT_WORK
        found += connection.execute(
            sql.delete(JobTickTable).where(ended, _names(ticks.tick_body, user))
        ).rowcount
    runs: Any = instance.run_storage
    with runs.connect() as connection:
        over = bulk.status.not_in(_BACKFILLS_AT_WORK)
        found += connection.execute(
            sql.delete(BulkActionsTable).where(over, _names(bulk.body, user))
        ).rowcount
    return found


def _drop_events(connect: _Connect, user: str) -> int:
    """Remove events that were reported without a run, with their tags."""
    table = SqlEventLogStorageTable
    named = sql.or_(table.c.partition == user, _names(table.c.event, user))
    with connect() as connection:
        wanted = sql.select(table.c.id).where(table.c.run_id == RUNLESS_RUN_ID, named)
        ids = list(connection.execute(wanted).scalars())
        if ids:
            tags = AssetEventTagsTable
            connection.execute(sql.delete(tags).where(tags.c.event_id.in_(ids)))
            connection.execute(sql.delete(table).where(table.c.id.in_(ids)))
    return len(ids)


def _names(column: sql.Column[str], user: str) -> sql.ColumnElement[bool]:
    r"""Whether JSON in a column has the user as a whole string; JSON within JSON has it as `\"user\"`."""
    return sql.or_(
        column.contains(f'"{user}"', autoescape=True),
        column.contains(f'\\"{user}\\"', autoescape=True),
    )
