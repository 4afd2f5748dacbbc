"""The reaper as the daemon runs it."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from embed_platform.compute.ledger import Ledger
from embed_platform.definitions import defs
from embed_platform.defs.reaping import orphans
from embed_platform.defs.resources import Platform
from embed_platform_tests.compute.runpod.conftest import running_vendor, vendor  # noqa: F401
from embed_platform_tests.compute.runpod.vendor import KEY, Vendor


@pytest.fixture
def platform(vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:  # noqa: F811
    monkeypatch.setenv("EMBED_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RUNPOD_API_KEY", KEY)
    monkeypatch.setenv("EMBED_RUNPOD_URL", vendor.url)
    monkeypatch.chdir(tmp_path)
    return Platform()


def tick(platform: Platform, cursor: str | None = None) -> tuple[object, str | None]:
    with (
        dg.instance_for_test() as instance,
        dg.build_sensor_context(
            instance=instance, cursor=cursor, resources={"platform": platform}
        ) as context,
    ):
        return orphans(context), context.cursor


def test_a_pod_that_nobody_owns_is_ended_by_a_run_and_a_stranger_s_stays(
    platform: Platform,
    vendor: Vendor,  # noqa: F811
) -> None:
    mark = Ledger(platform.settings().home).mark()
    ours = f"embed-platform-{mark}abcdef-001"
    assert vendor.create(ours).status_code == 201
    assert vendor.create("somebody-elses").status_code == 201
    request, cursor = tick(platform)
    assert isinstance(request, dg.RunRequest)
    again, _ = tick(platform, cursor)
    assert isinstance(again, dg.RunRequest) and again.run_key != request.run_key
    with dg.instance_for_test() as instance:
        result = defs.resolve_job_def("reap_job").execute_in_process(instance=instance)
        events = result.get_step_success_events()
        assert result.success and len(events) == 1
    assert vendor.running == ["somebody-elses"]
    skipped, _ = tick(platform, cursor)
    assert isinstance(skipped, dg.SkipReason)


def test_without_a_key_nobody_is_asked(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNPOD_API_KEY")
    skipped, _ = tick(platform)
    assert isinstance(skipped, dg.SkipReason) and "RUNPOD_API_KEY" in str(skipped.skip_message)


def test_a_vendor_that_does_not_answer_fails_no_tick(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNPOD_API_KEY", "rpa_wrong")
    skipped, _ = tick(platform)
    assert isinstance(skipped, dg.SkipReason) and "rpa_wrong" not in str(skipped.skip_message)
