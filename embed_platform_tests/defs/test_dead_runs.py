"""Before a run: what runs that have ended still hold is freed, what others use stays theirs."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from embed_platform.defs.dead_runs import free_forgotten_places
from embed_platform.defs.instance import open_instance
from embed_platform.settings import Settings


@pytest.mark.parametrize(
    ("status", "left"), [(dg.DagsterRunStatus.FAILURE, 0), (dg.DagsterRunStatus.STARTED, 1)]
)
def test_only_a_run_that_has_ended_loses_its_place_in_a_pool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: dg.DagsterRunStatus, left: int
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("EMBED_HOME", "")
    settings = Settings(home=tmp_path / "home", _env_file=None)  # type: ignore[call-arg]
    with open_instance(settings) as instance:
        run = instance.add_run(dg.DagsterRun("embed", status=status))
        instance.event_log_storage.set_concurrency_slots("gpu", 1)
        claim = instance.event_log_storage.claim_concurrency_slot("gpu", run.run_id, "embeddings")
        assert claim.is_claimed
        free_forgotten_places(instance)
        info = instance.event_log_storage.get_concurrency_info("gpu")
        assert len(info.claimed_slots) == left
