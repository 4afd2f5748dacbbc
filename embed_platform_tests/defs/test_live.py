"""Feeds under Dagster: a batch in the feed's partition, and a sensor that starts those that are due."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from embed_platform.defs.live import due, feeds, live_feeds
from embed_platform.defs.partitions import USERS_NAME
from embed_platform.defs.resources import Platform
from embed_platform.live.definitions import load_pipeline
from embed_platform.live.opening import feed_lock, opened
from embed_platform_tests.live.kit import Told, pipeline, write

FILE = """
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.sources.folder import Folder
from embed_platform_tests.live.kit import SPACE, Counting, Memory

pipeline = Pipeline({name!r}, Folder({docs!r}, poll_seconds=60), [], SPACE, [Memory()], Counting())
"""


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.setenv("EMBED_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "docs", a="one", b="two")
    folder = tmp_path / "home" / "live"
    folder.mkdir(parents=True)
    (folder / "notes.py").write_text(FILE.format(name="notes", docs=str(tmp_path / "docs")))
    return Platform()


def tick(platform: Platform, instance: dg.DagsterInstance):
    with dg.build_sensor_context(instance=instance, resources={"platform": platform}) as context:
        return live_feeds(context)


def materialise(platform: Platform, instance: dg.DagsterInstance, user: str = "feed.notes"):
    return dg.materialize(
        [feeds],
        partition_key=user,
        instance=instance,
        resources={"platform": platform},
        raise_on_error=False,
    )


def test_a_feed_that_is_due_is_started_in_its_own_partition_and_then_rests(
    platform: Platform,
) -> None:
    with dg.instance_for_test() as instance:
        result = tick(platform, instance)
        (request,) = result.run_requests
        assert request.partition_key == "feed.notes"
        assert result.dynamic_partitions_requests[0].partition_keys == ["feed.notes"]
        instance.add_dynamic_partitions(USERS_NAME, ["feed.notes"])
        run = materialise(platform, instance)
        assert run.success
        (event,) = run.get_asset_materialization_events()
        metadata = event.materialization.metadata
        assert event.partition == "feed.notes" and metadata["written"].value == 2
        assert not any("one" in str(value) for value in metadata.values())
        skipped = tick(platform, instance)
        assert isinstance(skipped, dg.SkipReason) and "no feed is due" in str(skipped)


def test_a_feed_that_runs_continuously_is_left_alone(platform: Platform) -> None:
    with dg.instance_for_test() as instance, feed_lock(platform.settings(), "feed.notes"):
        assert isinstance(tick(platform, instance), dg.SkipReason)


@pytest.mark.slow  # Dagster tries passing failures again
def test_a_source_that_fails_turns_the_partition_red_with_its_reason(
    platform: Platform, tmp_path: Path
) -> None:
    (tmp_path / "docs").rename(tmp_path / "away")
    with dg.instance_for_test() as instance:
        instance.add_dynamic_partitions(USERS_NAME, ["feed.notes", "feed.unknown"])
        for user, reason in (("feed.notes", "no such folder"), ("feed.unknown", "no pipeline")):
            run = materialise(platform, instance, user)
            # a passing failure asks for a retry, which nobody gives it here
            told = str(
                [
                    e.event_specific_data
                    for e in run.all_events
                    if e.is_step_failure or e.is_step_up_for_retry
                ]
            )
            assert not run.success and reason in told


def test_what_is_due_follows_from_the_clock_alone() -> None:
    made = {
        f"feed.{n}": pipeline(Told(), name=n)
        for n in ("never", "long-ago", "just-now", "ahead", "busy")
    }
    polled = {
        "feed.never": None,
        "feed.long-ago": 10.0,
        "feed.just-now": 99.9,
        "feed.ahead": 500.0,
        "feed.busy": None,
    }
    assert due(made, polled, 100.0, {"feed.busy"}) == ["feed.ahead", "feed.long-ago", "feed.never"]


def test_dagster_and_the_command_line_share_what_a_feed_knows(platform: Platform) -> None:
    path = platform.settings().pipelines_folder / "notes.py"
    with opened(platform.lake(), load_pipeline(path)) as feed:
        assert feed.run_due().written == 2
    with dg.instance_for_test() as instance:
        instance.add_dynamic_partitions(USERS_NAME, ["feed.notes"])
        (event,) = materialise(platform, instance).get_asset_materialization_events()
        assert event.materialization.metadata["written"].value == 0
