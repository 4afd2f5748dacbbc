"""Runs that Dagster starts in processes of their own: cancelled in the UI, or killed while pods are rented."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

from embed_platform.compute.ledger import Ledger
from embed_platform.defs.spaces import embeddings_key
from embed_platform.embedding.registry import load_registry
from embed_platform.settings import Settings
from embed_platform_tests.compute.runpod.test_command import TEXTS, rented
from embed_platform_tests.compute.runpod.vendor import Vendor, until
from embed_platform_tests.defs.test_backfill import ask
from embed_platform_tests.road import SAMPLE, Home
from embed_platform_tests.ui import serving

pytestmark = pytest.mark.slow
PODS = 2
LAUNCH = """
mutation Launch($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}
"""
REPOSITORIES = (
    "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }"
)
TERMINATE = """
mutation Terminate($id: String!) {
  terminateRun(runId: $id) { __typename ... on TerminateRunFailure { message } }
}
"""
RUN = """
query Run($id: ID!) {
  runOrError(runId: $id) { ... on Run { status stepStats { stepKey status attempts { startTime } } } }
}
"""


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory, vendor: Vendor) -> Home:
    """Documents are there, vectors are not: their plan was above the cap."""
    home = Home(tmp_path_factory.mktemp("dagster") / "home")
    home.run("ingest", SAMPLE)
    home.run("run", check=False, **rented(vendor, EMBED_STORES="s3", EMBED_MAX_DOLLARS="0.001"))
    assert vendor.state["creates"] == 0
    vendor.clear()
    return home


def embedding(address: str, home: Home) -> str:
    """Start the embeddings of the home's user as the UI does; the run's id."""
    (repository,) = ask(address, REPOSITORIES)["nodes"]
    entry = load_registry(Settings(home=home.path, _env_file=None)).get("minilm")  # type: ignore[call-arg]
    (user,) = home.json("status")["users"]
    answer = ask(
        address,
        LAUNCH,
        params={
            "selector": {
                "repositoryLocationName": repository["location"]["name"],
                "repositoryName": repository["name"],
                "jobName": "__ASSET_JOB",
                "assetSelection": [{"path": list(embeddings_key(entry.space.slug).path)}],
            },
            "mode": "default",
            "executionMetadata": {"tags": [{"key": "dagster/partition", "value": user["user"]}]},
        },
    )
    assert answer["__typename"] == "LaunchRunSuccess", answer
    return str(answer["run"]["runId"])


@contextmanager
def embedding_in_the_ui(home: Home, vendor: Vendor) -> Iterator[tuple[str, str]]:
    """Address and id of a run that has rented pods that never serve."""
    vendor.fault("unhealthy")
    with serving(home, **rented(vendor, EMBED_STORES="s3", EMBED_PODS=str(PODS))) as address:
        run_id = embedding(address, home)
        until(lambda: len(vendor.running) == PODS, 120)
        yield address, run_id


def status(address: str, run_id: str) -> Any:
    return ask(address, RUN, id=run_id)


def test_cancelling_a_run_ends_its_pods_and_it_is_not_tried_again(
    home: Home, vendor: Vendor
) -> None:
    with embedding_in_the_ui(home, vendor) as (address, run_id):
        assert ask(address, TERMINATE, id=run_id)["__typename"] == "TerminateRunSuccess"
        until(lambda: vendor.running == [], 60)
        until(lambda: status(address, run_id)["status"] == "CANCELED", 60)
        (step,) = status(address, run_id)["stepStats"]
        assert len(step["attempts"]) <= 1
    assert vendor.state["creates"] == PODS and vendor.running == []
    assert not Ledger(home.path).open_rentals()


def kill_run_of(home: Home) -> None:
    """SIGKILL to the process that rents and to Dagster's process of the run above it."""
    (owner,) = {rental.intent.owner.pid for rental in Ledger(home.path).open_rentals().values()}
    step = psutil.Process(owner)
    # the code server starts a process for each run, and that one a process for each step
    line = [step, *step.parents()]
    server = next(number for number, one in enumerate(line) if "grpc" in one.cmdline())
    worker = line[server - 1]
    family = [worker, *worker.children(recursive=True)]
    assert step in family
    for process in family:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, timeout=10)


def test_of_a_run_that_was_killed_the_reaper_ends_the_pods(home: Home, vendor: Vendor) -> None:
    with embedding_in_the_ui(home, vendor):
        kill_run_of(home)
    assert len(vendor.running) == PODS
    told = home.run("pods", "reap", **rented(vendor)).stderr
    assert told.count("is ended: its run has ended") == PODS
    assert vendor.running == [] and not Ledger(home.path).open_rentals()


def test_of_a_run_that_was_killed_the_next_run_ends_the_pods_and_does_the_work(
    home: Home, vendor: Vendor
) -> None:
    with embedding_in_the_ui(home, vendor) as (address, run_id):
        kill_run_of(home)
        # its code server notices; its place in a pool stays taken when the UI is closed then
        until(lambda: status(address, run_id)["status"] == "FAILURE", 60)
        left = set(vendor.running)
        assert len(left) == PODS
    vendor.clear_faults()
    vendor.fault("real")
    vendor.fault("dimension", 384)
    done = home.run("run", "--store", "s3", **rented(vendor))
    assert f"embedded {TEXTS}, reused 0" in done.stderr
    assert vendor.running == [] and not left & set(vendor.running)
    assert not Ledger(home.path).open_rentals()
