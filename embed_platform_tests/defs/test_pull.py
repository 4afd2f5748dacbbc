"""The sensors that look where archives live, asked as the daemon asks them, and the runs they start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from embed_platform.defs.partitions import USERS_NAME
from embed_platform.defs.pull import s3_inbox, supabase_uploads
from embed_platform.defs.records import raw_tweets
from embed_platform.defs.resources import Platform
from embed_platform.sources.records import list_archives
from embed_platform.sources.s3_inbox import open_inbox
from embed_platform_tests.servers import s3_server as s3_server
from embed_platform_tests.sources.exports import ACCOUNT_ID, tweet, write_export
from embed_platform_tests.sources.supabase.projects import Made, made_project


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
