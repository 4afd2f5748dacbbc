"""What becomes of a step that fails: passing errors are tried again, others and interrupts are final."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import dagster as dg
import pytest

from embed_platform.defs import users as module
from embed_platform.defs.partitions import USERS_NAME
from embed_platform.defs.partitions import users as persons
from embed_platform.defs.users import MOST_RETRIES, Users
from embed_platform.errors import BadArchive, StoreUnavailable
from embed_platform.lake.lake import open_lake
from embed_platform.settings import Settings


@pytest.fixture
def tries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], list[str]]:
    """Runs a step of one user whose work raises an error; a word for each try, and the last reason."""
    monkeypatch.setattr(module, "RETRY_SECONDS", 0)
    lake = open_lake(Settings(home=tmp_path / "home"))

    def run(error: BaseException) -> list[str]:
        @dg.asset(partitions_def=persons)
        def step(context: dg.AssetExecutionContext) -> None:
            def work(user: str) -> dict[str, int]:
                raise error

            Users(context, lake).each(work)

        job = dg.Definitions(assets=[step]).resolve_implicit_global_asset_job_def()
        with dg.instance_for_test() as instance:
            instance.add_dynamic_partitions(USERS_NAME, ["ann"])
            with suppress(dg.DagsterExecutionInterruptedError, KeyboardInterrupt):
                job.execute_in_process(instance=instance, partition_key="ann", raise_on_error=False)
            (run,) = instance.get_runs()
            events = [
                entry.dagster_event
                for entry in instance.all_logs(run.run_id)
                if entry.dagster_event is not None
            ]
        words = [e.event_type_value for e in events if e.is_step_up_for_retry or e.is_step_failure]
        (failed,) = (e.step_failure_data for e in events if e.is_step_failure)
        told = getattr(failed.user_failure_data, "description", None)
        return [*words, told or failed.error.cls_name]

    return run


def test_an_interrupt_ends_a_step_at_once(tries: Callable[[BaseException], list[str]]) -> None:
    assert tries(KeyboardInterrupt())[0] == "STEP_FAILURE"


def test_a_permanent_error_ends_a_step_at_once_with_its_line(
    tries: Callable[[BaseException], list[str]],
) -> None:
    assert tries(BadArchive("it is empty")) == ["STEP_FAILURE", "it is empty"]


def test_a_passing_error_is_tried_again_and_told_at_last(
    tries: Callable[[BaseException], list[str]],
) -> None:
    assert tries(StoreUnavailable("it is down")) == [
        *["STEP_UP_FOR_RETRY"] * MOST_RETRIES,
        "STEP_FAILURE",
        "it is down",
    ]


def test_no_step_has_a_policy_of_dagsters_which_would_repeat_an_interrupt() -> None:
    from embed_platform.definitions import defs

    for assets in defs.resolve_asset_graph().assets_defs:
        assert assets.op.retry_policy is None, assets.op.name
