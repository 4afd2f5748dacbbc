"""A backfill that a person starts in the UI: many users in few runs, and a damaged one fails alone."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.generate import write_users
from embed_platform.defs.selection import CORPUS
from embed_platform_tests.road import Home
from embed_platform_tests.ui import serving

pytestmark = pytest.mark.slow

USERS = 6
LAUNCH = """
mutation Launch($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
BACKFILL = """
query Backfill($id: String!) {
  partitionBackfillOrError(backfillId: $id) {
    ... on PartitionBackfill { status numPartitions runs(limit: 20) { status } }
  }
}
"""
PARTITIONS = """
query Partitions($key: AssetKeyInput!) {
  assetNodeOrError(assetKey: $key) {
    ... on AssetNode {
      assetPartitionStatuses {
        ... on DefaultPartitionStatuses { materializedPartitions failedPartitions }
      }
    }
  }
}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("backfill")
    write_users(folder / "users", USERS, 20)
    home = Home(folder / "home")
    home.run("ingest", folder / "users")
    yield home
    home.run("down")


def ask(address: str, query: str, **variables: object) -> Any:
    """One GraphQL request, as the UI makes it."""
    request = urllib.request.Request(
        f"{address}/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        content = json.load(answer)
    assert not content.get("errors"), content
    return next(iter(content["data"].values()))


def test_a_backfill_over_all_users_is_one_run_and_a_damaged_user_ends_red_alone(
    home: Home,
) -> None:
    victim = sorted((home.path / "lake" / "members").iterdir())[USERS // 2]
    largest = max(victim.iterdir(), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-1000])
    users = [user["user"] for user in home.json("status")["users"]]
    broken = victim.name.removeprefix("user=")
    assets = list(CORPUS)
    with serving(home) as address:
        launched = ask(
            address,
            LAUNCH,
            params={
                "assetSelection": [{"path": [name]} for name in assets],
                "partitionNames": users,
                "fromFailure": False,
            },
        )
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        backfill = wait(
            lambda: ask(address, BACKFILL, id=launched["backfillId"]),
            lambda found: found["status"].startswith(("COMPLETED", "FAILED")),
        )
        assert backfill["status"] == "COMPLETED_SUCCESS", backfill
        assert backfill["numPartitions"] == USERS
        assert len(backfill["runs"]) == 1, "contiguous users share a run"
        raw = wait(
            lambda: partitions(address, "raw_tweets"),
            lambda found: found["failedPartitions"] == [broken],
        )
        assert raw["failedPartitions"] == [broken], "the sensor runs the damaged user again, alone"
        assert set(raw["materializedPartitions"]) == set(users) - {broken}
        assert set(partitions(address, "documents")["materializedPartitions"]) >= (
            set(users) - {broken}
        )


def partitions(address: str, asset: str) -> Any:
    return ask(address, PARTITIONS, key={"path": [asset]})["assetPartitionStatuses"]


def wait(look: Any, enough: Any, seconds: float = 240) -> Any:
    """What `look` finds once it is enough, or in the end."""
    deadline = time.monotonic() + seconds
    found = look()
    while not enough(found) and time.monotonic() < deadline:
        time.sleep(1)
        found = look()
    return found
