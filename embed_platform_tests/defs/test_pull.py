"""The sensors that look where archives live, asked as the daemon asks them, and the runs they start."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from embed_platform.defs import users as users_module
from embed_platform.defs.attempts import FIRST_PAUSE, LONGEST_PAUSE, pause_after, started_again
from embed_platform.defs.cadence import cadences
from embed_platform.defs.partitions import USERS_NAME
from embed_platform.defs.pull import s3_inbox, supabase_uploads, uploads_again
from embed_platform.defs.records import raw_tweets
from embed_platform.defs.resources import Platform
from embed_platform.errors import ErasedUser
from embed_platform.sources import partial as partial_module
from embed_platform.sources import pulling
from embed_platform.sources.pulling import pull_again
from embed_platform.sources.records import list_archives
from embed_platform.sources.s3_inbox import find_drop, open_inbox, pull_drop, scan_s3
from embed_platform.sources.supabase.project import Project
from embed_platform.sources.supabase.pull import pull
from embed_platform.sources.twitter.ingest import ingest
from embed_platform.upkeep.cadence import set_cadence
from embed_platform.upkeep.forget import Around, forget
from embed_platform_tests.servers import s3_server as s3_server
from embed_platform_tests.sources.exports import ACCOUNT_ID, tweet, write_export
from embed_platform_tests.sources.supabase.projects import NOW, Made, made_project, tilda
from embed_platform_tests.standins.supabase_server import Fault


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    monkeypatch.setenv("EMBED_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    with made_project() as one:
        for name, value in one.environment().items():
            monkeypatch.setenv(name, value)
        yield one


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as one:
        yield one


def tick(sensor: Any, instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorResult:
    platform = {"platform": Platform()}
    with dg.build_sensor_context(instance=instance, cursor=cursor, resources=platform) as context:
        result: dg.SensorResult = sensor(context)
        return result


def run(request: dg.RunRequest, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """The first step of the run that a sensor asked for."""
    instance.add_dynamic_partitions(USERS_NAME, [str(request.partition_key)])
    return dg.materialize(
        [raw_tweets],
        instance=instance,
        partition_key=request.partition_key,
        run_config=request.run_config,
        tags=request.tags,
        resources={"platform": Platform()},
        raise_on_error=False,
    )


def test_a_completed_upload_becomes_a_partition_and_a_run_that_downloads_it(
    made: Made, instance: dg.DagsterInstance
) -> None:
    made.account()
    made.upload()
    made.store(range(4))
    result = tick(supabase_uploads, instance)
    (request,) = result.run_requests or []
    assert request.partition_key == "tilda_m"
    assert request.run_config == {
        "ops": {"raw_tweets": {"config": {"pull": [f"supabase:{ACCOUNT_ID}"]}}}
    }
    (added,) = result.dynamic_partitions_requests or []
    assert added.partition_keys == ["tilda_m"]
    assert not any("/storage/" in one for one in made.world.asked), "a look downloads nothing"
    done = run(request, instance)
    assert done.success
    (event,) = done.asset_materializations_for_node("raw_tweets")
    assert event.metadata["dagster/partition_row_count"].value == 4
    again = tick(supabase_uploads, instance, result.cursor)
    assert not again.run_requests and again.cursor == result.cursor


def test_a_cursor_survives_a_restart_and_goes_on_with_the_next(
    made: Made, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBED_INBOX_PER_TICK", "2")
    for number in range(3):
        made.account(str(number), f"user{number}")
        made.upload(str(number))
    first = tick(supabase_uploads, instance)
    second = tick(supabase_uploads, instance, first.cursor)
    users = [[r.partition_key for r in one.run_requests or []] for one in (first, second)]
    assert users == [["user0", "user1"], ["user2"]]


def test_whoever_has_a_cadence_is_pulled_anew_in_runs_over_many(
    made: Made, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    lake = Platform().lake()
    for number in range(3):
        made.tweet(number)
    made.account()
    with closing(Project(lake.settings)) as project:
        pull(lake, project, tilda(lake))
    ingest(lake, write_export(tmp_path / "own.zip", [tweet(1)], username="ann", account_id="7"))
    instance.add_dynamic_partitions(USERS_NAME, ["ann", "tilda_m"])
    for user in ("ann", "tilda_m"):
        set_cadence(lake, user, "day")
    made.tweet(3, updated_at=(NOW + timedelta(hours=1)).isoformat())
    with dg.build_schedule_context(
        instance=instance,
        scheduled_execution_time=datetime.now(UTC),
        resources={"platform": Platform()},
    ) as context:
        (request,) = cadences(context)
    done = dg.materialize(
        [raw_tweets],
        instance=instance,
        tags=request.tags,
        run_config={"ops": {"raw_tweets": request.run_config["ops"]["raw_tweets"]}},
        resources={"platform": Platform()},
    )
    rows = {
        event.partition: event.materialization.metadata["dagster/partition_row_count"].value
        for event in done.get_asset_materialization_events()
    }
    assert done.success and rows == {"ann": 1, "tilda_m": 4}


def test_a_pull_that_fails_turns_the_users_partition_red_with_its_own_error(
    made: Made, instance: dg.DagsterInstance
) -> None:
    made.account()
    made.upload()
    made.put("tilda_m/archive.json", b"<html>no archive</html>")
    (request,) = tick(supabase_uploads, instance).run_requests or []
    done = run(request, instance)
    assert not done.success
    (failure,) = done.filter_events(lambda event: event.is_step_failure)
    assert "archives/tilda_m/archive.json" in str(failure.step_failure_data)


def test_an_upload_whose_download_failed_in_an_outage_is_started_again_until_it_is_here(
    made: Made, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users_module, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(partial_module, "FIRST_PAUSE_SECONDS", 0.0)
    made.account()
    made.upload()
    made.store(range(4))
    (request,) = tick(supabase_uploads, instance).run_requests or []
    made.world.faults = [Fault("/storage/", times=9999, status=503)]
    assert not run(request, instance).success
    records = instance.get_run_records()
    ended = records[0].end_time or 0.0
    assert list(started_again(records, ended + FIRST_PAUSE.total_seconds() - 1)) == []
    (second,) = started_again(records, ended + FIRST_PAUSE.total_seconds())
    assert second.run_key == f"{request.run_key}-2"
    assert not run(second, instance).success
    later = ended + 2 * LONGEST_PAUSE.total_seconds()
    keys = {one.run_key for one in started_again(instance.get_run_records(), later)}
    assert keys == {f"{request.run_key}-2", f"{request.run_key}-3"}, "Dagster starts no key twice"
    made.world.faults = []
    assert run(second, instance).success


def test_only_what_ended_for_a_passing_reason_is_looked_at_again(
    made: Made, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users_module, "RETRY_SECONDS", 0.0)
    made.account()
    made.upload()
    made.put("tilda_m/archive.json", b"<html>no archive</html>")
    (request,) = tick(supabase_uploads, instance).run_requests or []
    assert not run(request, instance).success
    with dg.build_sensor_context(instance=instance) as context:
        assert list(uploads_again(context)) == []


def test_attempts_come_later_each_time_and_at_least_every_hour() -> None:
    pauses = [pause_after(attempt) for attempt in range(1, 200)]
    assert pauses[0] == FIRST_PAUSE and pauses == sorted(pauses) and pauses[-1] == LONGEST_PAUSE


@pytest.mark.parametrize("sensor", [supabase_uploads, s3_inbox])
def test_a_sensor_without_its_setting_skips(
    sensor: Any, instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBED_HOME", str(tmp_path / "home"))
    skipped = tick(sensor, instance)
    assert isinstance(skipped, dg.SkipReason) and "is not set" in str(skipped.skip_message)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"EMBED_SUPABASE_KEY": "wrong"}, "the key is refused"),
        ({"EMBED_SUPABASE_URL": "http://127.0.0.1:1"}, "no answer that can be used"),
    ],
)
def test_a_look_that_fails_says_why_and_keeps_the_cursor(
    made: Made, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, given: Any, told: str
) -> None:
    monkeypatch.setattr("postgrest._sync.request_builder.get_retry_delay", lambda count: 0)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    skipped = tick(supabase_uploads, instance, '{"version":1,"known":{"1":"x"}}')
    assert isinstance(skipped, dg.SkipReason) and told in str(skipped.skip_message)


@pytest.mark.parametrize("sensor", [supabase_uploads, s3_inbox])
def test_a_cursor_of_a_newer_version_is_not_touched(
    made: Made, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, sensor: Any
) -> None:
    monkeypatch.setenv("EMBED_INBOX_URL", "s3://bucket/x")
    skipped = tick(sensor, instance, '{"version":7,"known":3,"marks":4}')
    assert isinstance(skipped, dg.SkipReason) and "version 7" in str(skipped.skip_message)


def test_a_file_of_the_s3_inbox_becomes_a_run_that_downloads_it(
    made: Made,
    instance: dg.DagsterInstance,
    s3_server: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EMBED_INBOX_URL", "s3://bucket/sensor")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server["s3_endpoint"])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3_server["s3_key"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3_server["s3_secret"])
    lake = Platform().lake()
    inbox = open_inbox(lake.settings)
    inbox.put("x.zip", write_export(tmp_path / "x.zip", [tweet(n) for n in range(3)]))
    assert not tick(s3_inbox, instance).run_requests, "it may still be being written"
    monkeypatch.setattr("embed_platform.defs.pull.SETTLED_SECONDS", 0.0)
    result = tick(s3_inbox, instance)
    (request,) = result.run_requests or []
    assert request.run_config["ops"]["raw_tweets"]["config"] == {"pull": [f"{inbox.url}/x.zip"]}
    assert run(request, instance).success
    assert [record.records for record in list_archives(lake, "tilda_m")] == [3]
    assert not tick(s3_inbox, instance, result.cursor).run_requests

    # a cadence pulls what is new there, and only of its user
    monkeypatch.setattr(pulling, "scan_s3", partial(scan_s3, settled_seconds=0.0))
    inbox.put("y.zip", write_export(tmp_path / "y.zip", [tweet(n) for n in range(5)]))
    other = write_export(tmp_path / "z.zip", [tweet(1)], username="ann", account_id="7")
    inbox.put("z.zip", other)
    pull_again(lake, "ann", "twitter"), pull_again(lake, "tilda_m", "messenger")
    assert [record.records for record in list_archives(lake, "tilda_m")] == [3]
    pull_again(lake, "tilda_m", "twitter")
    assert [record.records for record in list_archives(lake, "tilda_m")] == [3, 5]
    assert lake.users() == ["tilda_m"]

    # whoever was erased is left out, and taken in again at the own wish alone
    forget(lake, "tilda_m", Around([]))
    assert {r.partition_key for r in tick(s3_inbox, instance).run_requests or []} == {"ann"}
    found = {drop.paths[0]: drop for drop in scan_s3(lake, inbox, {}, limit=9, settled_seconds=0)}
    assert "--after-forget" in found[f"{inbox.url}/y.zip"].problem
    drop = find_drop(inbox, [f"{inbox.url}/y.zip"], "tilda_m")
    with pytest.raises(ErasedUser):
        pull_drop(lake, inbox, drop)
    assert pull_drop(lake, inbox, drop, restore=True)[0].records == 5
