"""The sensors, asked as the daemon asks them."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import dagster as dg
import pytest

from embed_platform.defs.automation import failed_users, inbox
from embed_platform.defs.partitions import nameless
from embed_platform.defs.resources import Platform
from embed_platform.lake.failures import UserFailure, record_failure
from embed_platform_tests.road import SAMPLE


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.setenv("EMBED_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return Platform()


def drop(platform: Platform, name: str, content: bytes | None = None) -> Path:
    """Put a file into the inbox as if it had lain there a while."""
    path = platform.settings().inbox_folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if content is None:
        shutil.make_archive(str(path.with_suffix("")), "zip", SAMPLE)
    else:
        path.write_bytes(content)
    settled = time.time() - 60
    os.utime(path, (settled, settled))
    return path


def tick(platform: Platform, instance: dg.DagsterInstance, cursor: str | None = None):
    with dg.build_sensor_context(
        instance=instance, cursor=cursor, resources={"platform": platform}
    ) as context:
        return inbox(context)


def test_a_new_zip_becomes_a_partition_and_a_run_once(platform: Platform) -> None:
    path = drop(platform, "twitter.zip")
    with dg.instance_for_test() as instance:
        result = tick(platform, instance)
        (request,) = result.run_requests
        assert request.partition_key == "tilda_marrowby"
        assert request.run_config["ops"]["raw_tweets"]["config"]["inbox"] == [str(path)]
        assert result.dynamic_partitions_requests[0].partition_keys == ["tilda_marrowby"]
        assert isinstance(tick(platform, instance, result.cursor), dg.SkipReason)


def test_a_file_that_is_still_being_written_is_left_alone(platform: Platform) -> None:
    path = drop(platform, "twitter.zip")
    os.utime(path)
    with dg.instance_for_test() as instance:
        assert isinstance(tick(platform, instance), dg.SkipReason)


def test_a_broken_upload_is_passed_over_and_not_tried_again(platform: Platform) -> None:
    drop(platform, "broken.zip", b"no zip")
    with dg.instance_for_test() as instance:
        result = tick(platform, instance)
        assert not result.run_requests
        assert isinstance(tick(platform, instance, result.cursor), dg.SkipReason)


def test_a_folder_of_the_inbox_names_the_owner(platform: Platform) -> None:
    drop(platform, "Grandma/twitter.zip")
    with dg.instance_for_test() as instance:
        assert tick(platform, instance).run_requests[0].partition_key == "grandma"


def test_a_tick_starts_a_bounded_number(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBED_INBOX_PER_TICK", "2")
    for name in ("a", "b", "c"):
        drop(platform, f"{name}/twitter.zip")
    with dg.instance_for_test() as instance:
        result = tick(platform, instance)
        assert len(result.run_requests) == 2
        assert len(tick(platform, instance, result.cursor).run_requests) == 1


def test_a_user_who_failed_in_a_finished_run_of_many_is_run_again_alone(platform: Platform) -> None:
    lake = platform.lake()
    with dg.instance_for_test() as instance:
        run = instance.create_run_for_job(_job(), status=dg.DagsterRunStatus.SUCCESS)
        record_failure(
            lake.storage, UserFailure("ann", run.run_id, "raw_tweets", "it broke", "2026-01-01")
        )
        with dg.build_sensor_context(
            instance=instance, resources={"platform": platform}
        ) as context:
            (request,) = list(failed_users(context))
    assert request.partition_key == "ann"
    assert request.run_key == f"{run.run_id}-{nameless('ann')}", "ticks name nobody"


def _job() -> dg.JobDefinition:
    @dg.op
    def nothing() -> None: ...

    @dg.job
    def empty() -> None:
        nothing()

    return empty
