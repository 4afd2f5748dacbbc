"""Leaving through Dagster: runs in flight, the runs and the key that go, and what stays of others."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import (
    DynamicPartitionsRequestResult,
    TickData,
    TickStatus,
)
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.defs.forgotten_runs import drop_user, runs_in_flight
from embed_platform.defs.instance import open_instance
from embed_platform.defs.leaving import forget_job, leave, settle_job, unfinished_erasures
from embed_platform.defs.partitions import RANGE_END, RANGE_START, USERS_NAME, covered, users
from embed_platform.defs.resources import Platform
from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings, load_settings
from embed_platform.upkeep.forget import Dropped
from embed_platform.upkeep.forget_receipts import begin, find, receipts
from embed_platform_tests.stores.rows import write_tweets

KEYS = ["ann", "bob", "eve", "kim"]


@dg.asset(partitions_def=users, backfill_policy=dg.BackfillPolicy.single_run())
def made(context: dg.AssetExecutionContext) -> None:
    for user in context.partition_keys:
        context.add_asset_metadata({"rows": len(user)}, partition_key=user)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("EMBED_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return load_settings()


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions(USERS_NAME, KEYS)
        yield instance


@pytest.fixture
def lake(settings: Settings) -> Lake:
    """Ann's documents, and no server that would have to be started for her rows."""
    lake = open_lake(settings)
    write_tweets(lake, "ann", ["one"])
    return lake


def run(instance: dg.DagsterInstance, first: str, last: str) -> str:
    tags = {RANGE_START: first, RANGE_END: last}
    job = dg.Definitions(assets=[made]).resolve_implicit_global_asset_job_def()
    if first == last:
        return job.execute_in_process(instance=instance, partition_key=first).run_id
    return job.execute_in_process(instance=instance, tags=tags).run_id


@given(st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_a_stretch_covers_what_lies_between_its_ends(first: str, last: str, user: str) -> None:
    found = covered({RANGE_START: first, RANGE_END: last}, KEYS)
    assert (user in found) == (first <= user <= last or user in (first, last))


def test_a_run_of_one_covers_that_one_alone() -> None:
    assert covered({"dagster/partition": "bob"}, []) == ["bob"]
    assert covered({}, KEYS) == []


def test_of_a_stretch_with_an_end_that_is_gone_only_the_ends_are_known() -> None:
    assert covered({RANGE_START: "ann", RANGE_END: "zoe"}, KEYS) == ["ann", "zoe"]


def test_runs_that_name_the_user_go_and_what_others_had_there_stays(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    both, alone, other = (
        run(instance, *ends) for ends in (("ann", "eve"), ("bob", "bob"), ("kim",) * 2)
    )
    assert drop_user(settings, instance, "bob") == Dropped(2)
    left = {found.run_id for found in instance.get_runs()}
    assert left == {other} and not {both, alone} & left
    assert instance.get_materialized_partitions(made.key) == {"ann", "eve", "kim"}
    assert instance.get_dynamic_partitions(USERS_NAME) == ["ann", "eve", "kim"]
    for path in settings.dagster_home.rglob("*"):
        assert path.is_dir() or b"bob" not in path.read_bytes(), path
    assert drop_user(settings, instance, "bob") == Dropped(0)


def test_a_removal_that_was_killed_between_a_runs_events_and_the_run_is_finished_by_the_next(
    settings: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(instance, "bob", "bob")

    def killed(run_id: str) -> None:
        raise KeyboardInterrupt

    events, runs = instance.event_log_storage, instance.run_storage
    for storage, step in ((events, "delete_events"), (runs, "delete_run")):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(storage, step, killed)
            drop_user(settings, instance, "bob")
    assert drop_user(settings, instance, "bob") == Dropped(1)
    files = [path for path in settings.dagster_home.rglob("*") if path.is_file()]
    assert files and not [path for path in files if b"bob" in path.read_bytes()]


def test_a_run_in_flight_refuses_and_nothing_is_touched(
    settings: Settings, instance: dg.DagsterInstance, lake: Lake
) -> None:
    tags = {RANGE_START: "ann", RANGE_END: "bob"}
    job = dg.Definitions(assets=[made]).resolve_implicit_global_asset_job_def()
    queued = instance.create_run_for_job(job, tags=tags, status=dg.DagsterRunStatus.STARTED)
    assert runs_in_flight(instance, "ann") == [f"run {queued.run_id[:8]}"]
    assert runs_in_flight(instance, "eve") == []
    with pytest.raises(SettingsError, match=r"in flight.*--wait"):
        leave(settings, lake, "ann")
    assert lake.users() == ["ann"] and receipts(lake, finished=False) == []


def named(settings: Settings, user: str) -> list[str]:
    """Files of Dagster in which a name is left."""
    return [
        path.name
        for path in settings.dagster_home.rglob("*")
        if path.is_file() and user.encode() in path.read_bytes()
    ]


def tick(instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    """One look of the sensor."""
    with dg.build_sensor_context(instance=instance, resources={"platform": Platform()}) as context:
        return unfinished_erasures(context)


def settle(instance: dg.DagsterInstance) -> None:
    """What the sensor starts."""
    done = settle_job.execute_in_process(instance=instance, resources={"platform": Platform()})
    assert done.success


@pytest.mark.slow
def test_the_job_forgets_and_its_own_run_which_names_the_user_goes_with_the_next_look(
    settings: Settings, lake: Lake
) -> None:
    write_tweets(lake, "zoe_w", ["one"])
    config = {"user": "Zoe_W", "aliases": ["Zoe of the hills"]}
    with open_instance(settings) as instance:
        done = forget_job.execute_in_process(
            instance=instance,
            run_config={"ops": {"forget_user": {"config": config}}},
            resources={"platform": Platform()},
        )
        assert done.success and lake.users() == ["ann"]
        receipt = find(lake, "zoe_w", finished=False)
        assert receipt is not None and receipt.files == {"lake": 1}
        assert receipt.owed == ["dagster"] and "has not ended" in receipt.note
        assert isinstance(tick(instance), dg.RunRequest)
        settle(instance)
        assert isinstance(tick(instance), dg.SkipReason)
        assert done.run_id not in {run.run_id for run in instance.get_runs()}
    finished = find(lake, "zoe_w", finished=True)
    assert finished is not None and (finished.runs, finished.owed) == (1, [])
    assert named(settings, "zoe_w") == named(settings, "Zoe_W") == named(settings, "hills") == []


def test_what_dagster_keeps_without_a_run_names_nobody_who_left(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    instance.add_dynamic_partitions(USERS_NAME, ["quentin_1", "rosa_2"])
    job = dg.Definitions(assets=[made]).resolve_implicit_global_asset_job_def()
    tags = {RANGE_START: "quentin_1", RANGE_END: "rosa_2"}
    job.execute_in_process(instance=instance, tags=tags)
    late = {"users_late": ["rosa_2", "quentin_1"]}
    instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(made.key, "on_time", passed=False, metadata=late)
    )
    instance.create_tick(
        TickData(
            *("origin", "inbox", InstigatorType.SENSOR, TickStatus.SUCCESS, 1.0),
            run_ids=["one", "two"],
            selector_id="selector",
            dynamic_partitions_request_results=[
                DynamicPartitionsRequestResult(USERS_NAME, ["rosa_2"], None, [])
            ],
        )
    )
    # quentin's leaving reports again, without a run, what the run had made of rosa
    assert drop_user(settings, instance, "quentin_1") == Dropped(1)
    assert named(settings, "quentin_1") == [] and named(settings, "rosa_2")
    assert instance.get_materialized_partitions(made.key) == {"rosa_2"}
    drop_user(settings, instance, "rosa_2")
    assert named(settings, "rosa_2") == []
    assert instance.get_ticks("origin", "selector") == []


@pytest.mark.slow
def test_an_erasure_that_was_begun_is_gone_on_with_by_the_sensor(
    settings: Settings, instance: dg.DagsterInstance, lake: Lake
) -> None:
    from embed_platform.lake.suppressions import suppress

    assert isinstance(tick(instance), dg.SkipReason)
    suppress(lake.storage, "ann")
    begin(lake, "ann", ["s3"])
    assert isinstance(tick(instance), dg.RunRequest)
    settle(instance)
    assert lake.users() == [] and isinstance(tick(instance), dg.SkipReason)
