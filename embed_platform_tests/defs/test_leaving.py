"""Leaving through Dagster: runs in flight, the runs and the key that go, and what stays of others."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.defs.forgotten_runs import covers, drop_user, runs_in_flight
from embed_platform.defs.instance import open_instance
from embed_platform.defs.launch import RANGE_END, RANGE_START
from embed_platform.defs.leaving import forget_job, leave, settle_job, unfinished_erasures
from embed_platform.defs.partitions import USERS_NAME, users
from embed_platform.defs.resources import Platform
from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings, load_settings
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
    found = covers({RANGE_START: first, RANGE_END: last}, user, KEYS)
    assert found == (first <= user <= last or user in (first, last))


def test_a_run_of_one_covers_that_one_alone() -> None:
    assert covers({"dagster/partition": "bob"}, "bob", [])
    assert not covers({"dagster/partition": "bob"}, "bo", KEYS) and not covers({}, "bob", KEYS)


def test_runs_that_name_the_user_go_and_what_others_had_there_stays(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    both, alone, other = (
        run(instance, *ends) for ends in (("ann", "eve"), ("bob", "bob"), ("kim",) * 2)
    )
    assert drop_user(settings, instance, "bob") == 2
    left = {found.run_id for found in instance.get_runs()}
    assert left == {other} and not {both, alone} & left
    assert instance.get_materialized_partitions(made.key) == {"ann", "eve", "kim"}
    assert instance.get_dynamic_partitions(USERS_NAME) == ["ann", "eve", "kim"]
    for path in settings.dagster_home.rglob("*"):
        assert path.is_dir() or b"bob" not in path.read_bytes(), path
    assert drop_user(settings, instance, "bob") == 0


def test_a_run_in_flight_refuses_and_nothing_is_touched(
    settings: Settings, instance: dg.DagsterInstance, lake: Lake
) -> None:
    tags = {RANGE_START: "ann", RANGE_END: "bob"}
    job = dg.Definitions(assets=[made]).resolve_implicit_global_asset_job_def()
    queued = instance.create_run_for_job(job, tags=tags, status=dg.DagsterRunStatus.STARTED)
    assert runs_in_flight(instance, "ann") == [queued.run_id]
    assert runs_in_flight(instance, "eve") == []
    with pytest.raises(SettingsError, match=r"in flight.*--wait"):
        leave(settings, lake, "ann")
    assert lake.users() == ["ann"] and receipts(lake, finished=False) == []


@pytest.mark.slow
def test_the_job_forgets_and_says_what_it_removed(settings: Settings, lake: Lake) -> None:
    with open_instance(settings) as instance:
        done = forget_job.execute_in_process(
            instance=instance,
            run_config={"ops": {"forget_user": {"config": {"user": "ann"}}}},
            resources={"platform": Platform()},
        )
    assert done.success and lake.users() == []
    receipt = find(lake, "ann", finished=True)
    assert receipt is not None and receipt.files == {"lake": 1}


@pytest.mark.slow
def test_an_erasure_that_was_begun_is_gone_on_with_by_the_sensor(
    settings: Settings, instance: dg.DagsterInstance, lake: Lake
) -> None:
    from embed_platform.lake.suppressions import suppress

    def tick():
        with dg.build_sensor_context(
            instance=instance, resources={"platform": Platform()}
        ) as context:
            return unfinished_erasures(context)

    assert isinstance(tick(), dg.SkipReason)
    suppress(lake.storage, "ann")
    begin(lake, "ann", ["s3"])
    assert isinstance(tick(), dg.RunRequest)
    done = settle_job.execute_in_process(instance=instance, resources={"platform": Platform()})
    assert done.success and lake.users() == [] and isinstance(tick(), dg.SkipReason)
