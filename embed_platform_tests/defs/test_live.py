"""Feeds under Dagster: a batch in the feed's partition, and a sensor that starts those that are due."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from embed_platform.defs.cadence import cadences, note_ended
from embed_platform.defs.live import feeds, live_feeds, live_job, requests
from embed_platform.defs.partitions import USERS_NAME, covered
from embed_platform.defs.resources import Platform
from embed_platform.lake.failures import read_failures
from embed_platform.lake.suppressions import suppress
from embed_platform.live.batches import Pace
from embed_platform.live.definitions import load_pipeline
from embed_platform.live.opening import feed_lock, opened
from embed_platform.live.state import open_state
from embed_platform.upkeep.cadence import read_cadences, set_cadence
from embed_platform_tests.live.kit import write

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


def test_a_feed_that_was_erased_is_not_started_again(platform: Platform) -> None:
    suppress(platform.lake().storage, "feed.notes")
    with dg.instance_for_test() as instance:
        assert isinstance(tick(platform, instance), dg.SkipReason)


def test_a_source_that_fails_turns_the_partition_red_with_its_reason(
    platform: Platform, tmp_path: Path
) -> None:
    (tmp_path / "docs").rename(tmp_path / "away")
    with dg.instance_for_test() as instance:
        instance.add_dynamic_partitions(USERS_NAME, ["feed.notes", "feed.unknown"])
        for user, reason in (("feed.notes", "no such folder"), ("feed.unknown", "no pipeline")):
            run = materialise(platform, instance, user)
            told = str([e.event_specific_data for e in run.all_events if e.is_step_failure])
            assert not run.success and reason in told


def test_dagster_and_the_command_line_share_what_a_feed_knows(platform: Platform) -> None:
    path = platform.settings().pipelines_folder / "notes.py"
    with opened(platform.lake(), load_pipeline(path)) as feed:
        assert feed.run_due().written == 2
    with dg.instance_for_test() as instance:
        instance.add_dynamic_partitions(USERS_NAME, ["feed.notes"])
        (event,) = materialise(platform, instance).get_asset_materialization_events()
        assert event.materialization.metadata["written"].value == 0


def another(platform: Platform, name: str, docs: Path) -> None:
    folder = platform.settings().pipelines_folder
    (folder / f"{name}.py").write_text(FILE.format(name=name, docs=str(docs)))


def rest(platform: Platform, user: str) -> None:
    """Let a feed's pause be over."""
    with closing(open_state(platform.settings(), user)) as state:
        state.keep(last_poll=0, last_try=0)


def test_quick_feeds_share_a_run_and_one_that_fails_is_the_next_time_alone_and_red(
    platform: Platform, tmp_path: Path
) -> None:
    for name in ("other", "third"):
        another(platform, name, write(tmp_path / name, c="three"))
    names = ["feed.notes", "feed.other", "feed.third"]
    with dg.instance_for_test() as instance:
        first = tick(platform, instance)
        assert [request.partition_key for request in first.run_requests] == names, "new ones alone"
        instance.add_dynamic_partitions(USERS_NAME, ["alice", *names])
        for user in names:
            assert materialise(platform, instance, user).success
            rest(platform, user)
        (request,) = tick(platform, instance).run_requests
        assert list(covered(request.tags, ["alice", *names])) == names
        (tmp_path / "other").rename(tmp_path / "away")
        run = shared(platform, instance, request.tags)
        assert run.success, "the others went well"
        done = {
            e.partition
            for e in run.get_asset_materialization_events()
            if e.materialization.metadata
        }
        assert {"feed.notes", "feed.third"} <= done
        assert "no such folder" in read_failures(platform.lake().storage)["feed.other"].error
        for user in names:
            rest(platform, user)
        again = tick(platform, instance).run_requests
        assert [r.partition_key for r in again] == ["feed.notes", "feed.third", "feed.other"]
        assert not materialise(platform, instance, "feed.other").success
        (tmp_path / "away").rename(tmp_path / "other")
        assert materialise(platform, instance, "feed.other").success
        assert not read_failures(platform.lake().storage)


def shared(platform: Platform, instance: dg.DagsterInstance, tags: dict[str, str]):
    job = dg.Definitions(
        assets=[feeds], jobs=[live_job], resources={"platform": platform}
    ).resolve_job_def("live")
    return job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)


def test_a_feed_with_a_cadence_keeps_to_it_instead_of_its_own_pause(platform: Platform) -> None:
    lake = platform.lake()
    set_cadence(lake, "feed.notes", "hour")
    with dg.instance_for_test() as instance:
        assert tick(platform, instance).run_requests
        assert read_cadences(lake)["feed.notes"].started_at
        instance.add_dynamic_partitions(USERS_NAME, ["feed.notes"])
        assert materialise(platform, instance).success
        now = datetime.now(UTC).timestamp()
        for ago, starts in ((61, False), (3599, False), (3601, True)):
            with closing(open_state(lake.settings, "feed.notes")) as state:
                state.keep(last_poll=now - ago, last_try=now - ago)
            assert isinstance(tick(platform, instance), dg.SensorResult) is starts
        note_ended(lake, instance, ["feed.notes"])
        assert read_cadences(lake)["feed.notes"].done_at
        with dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=datetime.now(UTC) + timedelta(days=1),
            resources={"platform": platform},
        ) as context:
            assert isinstance(cadences(context), dg.SkipReason), "feeds have a sensor of their own"


def test_stretches_of_quick_feeds_leave_people_out() -> None:
    quick, slow, failed = Pace(1, 2), Pace(1, 60), Pace(1, None, 2)
    keys = ["feed.a", "feed.b", "ann", "feed.c", "feed.d", "feed.e"]
    paces = dict(zip(keys, (quick, quick, quick, quick, slow, failed), strict=True))
    paces["feed.new"] = Pace()
    found = list(requests([k for k in paces if k != "ann"], paces, keys, "1"))
    found_keys = [r.partition_key or list(covered(r.tags, keys)) for r in found]
    assert found_keys == [["feed.a", "feed.b"], "feed.c", "feed.d", "feed.e", "feed.new"]
    assert len({request.run_key for request in found}) == 5
