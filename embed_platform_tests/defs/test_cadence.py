"""The schedule of cadences, asked as the daemon asks it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from embed_platform.defs.cadence import REFRESH, cadences
from embed_platform.defs.partitions import RANGE_END, RANGE_START, USERS_NAME
from embed_platform.defs.resources import Platform
from embed_platform.upkeep.cadence import read_cadences, set_cadence

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.setenv("EMBED_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return Platform()


def tick(platform: Platform, instance: dg.DagsterInstance, now: datetime = NOW):
    with dg.build_schedule_context(
        instance=instance, scheduled_execution_time=now, resources={"platform": platform}
    ) as context:
        return cadences(context)


def test_who_is_due_is_started_in_stretches_and_not_again_at_the_next_tick(
    platform: Platform,
) -> None:
    lake = platform.lake()
    with dg.instance_for_test() as instance:
        assert isinstance(tick(platform, instance), dg.SkipReason)
        instance.add_dynamic_partitions(USERS_NAME, ["ann", "bob", "eve", "feed.hn", "kim"])
        for user in ("ann", "bob", "kim", "unborn"):
            set_cadence(lake, user, "day")
        many, one = tick(platform, instance)
        assert (many.tags[RANGE_START], many.tags[RANGE_END]) == ("ann", "bob")
        assert one.partition_key == "kim"
        assert one.run_config == many.run_config == REFRESH
        assert not any(user in f"{many.run_key} {one.run_key}" for user in ("ann", "bob", "kim"))
        assert isinstance(tick(platform, instance, NOW + timedelta(minutes=15)), dg.SkipReason)
        again = tick(platform, instance, NOW + timedelta(days=1))
        assert {request.run_key for request in again}.isdisjoint({many.run_key, one.run_key})
        assert read_cadences(lake)["unborn"].started_at == ""


def test_a_run_that_made_the_documents_counts_as_done_whoever_started_it(
    platform: Platform,
) -> None:
    lake = platform.lake()
    with dg.instance_for_test() as instance:
        instance.add_dynamic_partitions(USERS_NAME, ["ann"])
        set_cadence(lake, "ann", "week")
        instance.report_runless_asset_event(dg.AssetMaterialization("documents", partition="ann"))
        tick(platform, instance)
        assert read_cadences(lake)["ann"].done_at
