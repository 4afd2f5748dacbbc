"""The Supabase sensor over many known uploads, and how fast an archive arrives.

Run: `python -m benchmarks.pull [uploads]`

The project is the tests' stand-in on the loopback, so that no network is measured: what remains is
the client, the requests (one per 1,000 rows), and our own work.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

import dagster as dg

from benchmarks.made_up import show
from embed_platform.defs.pull import supabase_uploads
from embed_platform.defs.resources import Platform
from embed_platform.sources.supabase.project import Project
from embed_platform.sources.supabase.pull import pull
from embed_platform.sources.supabase.watch import look
from embed_platform_tests.sources.supabase.projects import NOW, Made, made_project, tilda

ROUNDS = 5
TWEETS = 20_000


def run(uploads: int = 10_000) -> list[dict[str, object]]:
    """All of them."""
    return [*known_uploads(uploads), *one_account()]


def known_uploads(count: int) -> list[dict[str, object]]:
    """A tick that finds nothing new among many uploads, and one that finds one."""
    with tempfile.TemporaryDirectory() as folder, made_project() as made:
        for number in range(count):
            made.account(str(number), f"user{number}")
            made.upload(str(number))
        lake = made.lake(Path(folder) / "home")
        with closing(Project(lake.settings)) as project:
            cursor = look(lake, project, "", limit=count).cursor
        with _environment(made, Path(folder) / "home"), dg.instance_for_test() as instance:
            idle = [_tick(instance, cursor, 0) for _ in range(ROUNDS)]
            made.upload("7")
            busy = [_tick(instance, cursor, 1) for _ in range(ROUNDS)]
    return [
        _row(f"tick over {count:,} known uploads, nothing new", idle, "under 1 s", len(cursor)),
        _row(f"tick over {count:,} known uploads, one new", busy, "under 1 s", len(cursor)),
    ]


def one_account() -> list[dict[str, object]]:
    """Pulling one account's file, its rows, and either again."""
    rows = []
    for road in ("archive", "tables"):
        with tempfile.TemporaryDirectory() as folder, made_project() as made:
            if road == "archive":
                made.store(range(TWEETS))
            else:
                for number in range(TWEETS):
                    at = NOW - timedelta(minutes=TWEETS - number)
                    made.tweet(number, updated_at=at.isoformat())
            lake = made.lake(Path(folder) / "home")
            with closing(Project(lake.settings)) as project:
                for again in ("first", "again, unchanged"):
                    started = time.perf_counter()
                    pull(lake, project, tilda(lake))
                    seconds = time.perf_counter() - started
                    rows.append(_row(f"{TWEETS:,} tweets by the {road}, {again}", [seconds], "", 0))
    return rows


@contextmanager
def _environment(made: Made, home: Path) -> Iterator[None]:
    """The settings that a sensor reads from the environment, for a while."""
    wanted = made.environment() | {"EMBED_HOME": str(home)}
    before = {name: os.environ.pop(name, None) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            del os.environ[name]
            if value is not None:
                os.environ[name] = value


def _tick(instance: dg.DagsterInstance, cursor: str, expected: int) -> float:
    started = time.perf_counter()
    platform = {"platform": Platform()}
    with dg.build_sensor_context(instance=instance, cursor=cursor, resources=platform) as context:
        result = supabase_uploads(context)
    seconds = time.perf_counter() - started
    assert isinstance(result, dg.SensorResult), result
    assert len(result.run_requests or []) == expected, result
    return seconds


def _row(what: str, seconds: list[float], target: str, cursor: int) -> dict[str, object]:
    return {
        "benchmark": what,
        "seconds": round(median(seconds), 3),
        "worst": round(max(seconds), 3),
        "cursor_kb": round(cursor / 1000) or "",
        "target": target,
    }


if __name__ == "__main__":
    show(run(*map(int, sys.argv[1:])))
