"""The nightly audit and the weekly pruning, run as Dagster runs them, on a home with a real run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from embed_platform.defs import automation
from embed_platform.defs.instance import open_instance
from embed_platform.settings import load_settings
from embed_platform_tests.road import SAMPLE, Home

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    monkeypatch.setenv("EMBED_HOME", str(home.path))
    monkeypatch.setenv("EMBED_STORES", "s3")
    monkeypatch.chdir(tmp_path)
    home.run("ingest", SAMPLE)
    home.launch("s3")
    yield home
    home.run("down")


def execute(name: str) -> dg.ExecuteInProcessResult:
    from embed_platform.definitions import defs

    with open_instance(load_settings()) as instance:
        return defs.get_job_def(name).execute_in_process(instance=instance, raise_on_error=False)


def found(result: dg.ExecuteInProcessResult) -> dict[str, object]:
    (output,) = result.filter_events(lambda event: event.is_successful_output)
    return {key: entry.value for key, entry in output.step_output_data.metadata.items()}


def checks(home: Home) -> dict[str, bool]:
    """The newest result of each check, by its asset's last name and its own."""
    from embed_platform.definitions import defs

    keys = list(defs.resolve_asset_graph().asset_check_keys)
    with open_instance(load_settings()) as instance:
        newest = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    return {
        f"{key.asset_key.path[0]}:{key.name}": record.status.value == "SUCCEEDED"
        for key, record in newest.items()
    }


def publication(home: Home) -> list[Path]:
    return sorted(home.path.glob("publish/space=*/**/*.parquet"))


def test_the_nightly_audit_shows_what_it_found_and_mends_it_when_it_may(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = found(execute("audit_job"))
    assert (whole["findings"], whole["stale_users"]) == (0, [])
    assert all(checks(home).values())

    lost = publication(home)[0]
    lost.unlink()
    assert found(execute("audit_job"))["findings"] == 1
    held = checks(home)
    assert held.pop("s3:holds_what_the_lake_holds") is False
    assert all(held.values())
    assert not lost.exists(), "without EMBED_AUTO_REPAIR the plan is only written"

    monkeypatch.setenv("EMBED_AUTO_REPAIR", "1")
    assert execute("audit_job").success
    assert lost.exists(), "the same rows give the same file"
    assert found(execute("audit_job"))["findings"] == 0
    assert all(checks(home).values())


def test_an_archive_that_waits_is_stale_until_the_next_run(home: Home, tmp_path: Path) -> None:
    from benchmarks.generate import write_zip

    write_zip(tmp_path / "twitter.zip", 30)
    (user,) = home.json("ingest", tmp_path / "twitter.zip")["ingested"]
    assert found(execute("audit_job"))["stale_users"] == [user["user"]]
    assert checks(home)["raw_tweets:every_archive_is_parsed"] is False
    stale = {row["user"]: row.get("stale", False) for row in home.json("status")["users"]}
    assert stale == {"tilda_marrowby": False, user["user"]: True}
    home.launch("s3")
    assert not any(row.get("stale") for row in home.json("status")["users"])


def test_pruning_keeps_the_run_that_made_each_partition_green(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.launch("s3")
    later = datetime.now(UTC) + timedelta(days=automation.KEEP_RUNS_DAYS + 1)

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return later

    monkeypatch.setattr(automation, "datetime", Later)
    assert found(execute("prune_job")) == {"deleted": 1, "kept": 2}
    with open_instance(load_settings()) as instance:
        keys = instance.get_materialized_partitions(dg.AssetKey("documents"))
    assert keys == {"tilda_marrowby"}
