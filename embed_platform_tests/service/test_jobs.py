"""Jobs: one at a time, few waiting, the last ones remembered, stopped with the service."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from embed_platform.embedding.debts import user_debt
from embed_platform.embedding.engine import Embedded
from embed_platform.embedding.registry import ModelEntry, load_registry
from embed_platform.errors import ModelUnavailable
from embed_platform.lake.lake import Lake
from embed_platform.service.bulk import Bulk
from embed_platform.service.jobs import MAX_WAITING, Jobs, TooManyJobs
from embed_platform.service.metrics import Metrics
from embed_platform.service.models import Models
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.service.conftest import new_home, until

REMEMBERED = 12


class Held(HashEngine):
    """Embeds users' texts only once it is let go."""

    def __init__(self) -> None:
        super().__init__(384)
        self.begun, self.release = threading.Event(), threading.Event()

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        self.begun.set()
        assert self.release.wait(60)
        return super().embed(texts, prompt)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return new_home(tmp_path)


@pytest.fixture
def engine() -> Held:
    return Held()


@pytest.fixture
def problems() -> list[Exception]:
    """Raised, one after the other, when a model is loaded."""
    return []


@pytest.fixture
def jobs(lake: Lake, engine: Held, problems: list[Exception]) -> Iterator[Jobs]:
    def load(*_: Any) -> Held:
        if problems:
            raise problems.pop()
        return engine

    models = Models(lake, lake.settings, Metrics(), load)
    made = Jobs(lake, Bulk(lake, models), REMEMBERED)
    yield made
    engine.release.set()
    made.close()
    models.close()


@pytest.fixture
def entries(lake: Lake) -> list[ModelEntry]:
    """The default model in many revisions: a space each."""
    entry = load_registry(lake.settings).wanted()[0]
    return [replace(entry, space=replace(entry.space, revision=str(i))) for i in range(20)]


def test_a_second_request_for_a_model_gets_the_job_that_runs(
    jobs: Jobs, engine: Held, entries: list[ModelEntry], lake: Lake
) -> None:
    first = jobs.start(entries[0])
    assert jobs.start(entries[0]) is first
    assert engine.begun.wait(30)
    assert first.status == "running"
    engine.release.set()
    until(lambda: first.ended)
    assert (first.status, first.processed_users) == ("completed", ["ann", "bob"])
    assert first.summary["embedded"] == 4
    assert not user_debt(lake, entries[0].space, ["tweet"], "ann").missing
    assert jobs.start(entries[0]) is not first


def test_few_jobs_wait_and_one_runs_at_a_time(
    jobs: Jobs, engine: Held, entries: list[ModelEntry]
) -> None:
    for entry in entries[: MAX_WAITING + 1]:
        jobs.start(entry)
    with pytest.raises(TooManyJobs):
        jobs.start(entries[MAX_WAITING + 1])
    assert engine.begun.wait(30)
    assert [job.status for job in jobs.all()] == ["queued"] * MAX_WAITING + ["running"]
    engine.release.set()
    until(lambda: all(job.status == "completed" for job in jobs.all()))


def test_the_oldest_jobs_are_forgotten(jobs: Jobs, engine: Held, entries: list[ModelEntry]) -> None:
    engine.release.set()
    started = []
    for _ in range(REMEMBERED + 5):
        started.append(jobs.start(entries[0]))
        until(lambda: started[-1].ended)
    assert jobs.all() == started[-REMEMBERED:][::-1]
    assert jobs.get(started[0].id) is None


def test_stopping_ends_the_job_that_runs_and_those_that_wait(
    jobs: Jobs, engine: Held, entries: list[ModelEntry]
) -> None:
    running, waiting = jobs.start(entries[0]), jobs.start(entries[1])
    assert engine.begun.wait(30)
    threading.Timer(0.2, engine.release.set).start()
    jobs.close()
    assert running.status in ("stopped", "completed")
    assert waiting.status == "stopped"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ModelUnavailable("no such weights", where="model"), "model: no such weights"),
        (RuntimeError("secret text"), "unexpected error"),
    ],
)
def test_a_job_that_fails_says_why_and_the_next_one_runs(
    jobs: Jobs,
    engine: Held,
    problems: list[Exception],
    entries: list[ModelEntry],
    error: Exception,
    message: str,
) -> None:
    problems.append(error)
    engine.release.set()
    job = jobs.start(entries[0])
    until(lambda: job.ended)
    assert job.status == "failed"
    assert message in str(job.error)
    assert "secret" not in str(job.error)
    after = jobs.start(entries[0])
    until(lambda: after.ended)
    assert after.status == "completed"
