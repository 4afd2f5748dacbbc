"""One real run of dbt over several users, shared by all tests of the corpus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from embed_platform.corpus.clean import TWEETS, publish_clean, write_raw
from embed_platform.corpus.dbt_run import run_dbt, scratch_folder
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import ingest
from embed_platform_tests.corpus.cases import ACCOUNTS, export_of
from embed_platform_tests.road import REAL, SAMPLE

Rows = dict[int, dict[str, Any]]


@pytest.fixture(scope="session")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake in which everybody's tweets went through dbt with the default selection."""
    folder = tmp_path_factory.mktemp("cleaned")
    lake = open_lake(Settings(home=folder / "home", _env_file=None))  # type: ignore[call-arg]
    for user in ACCOUNTS:
        ingest(lake, export_of(user, folder / f"{user}.zip"))
    ingest(lake, SAMPLE)
    if REAL.exists():
        ingest(lake, REAL)
    for user in lake.users():
        publish_raw_tweets(lake, user)
    with scratch_folder(lake) as scratch:
        write_raw(lake, TWEETS, lake.users(), scratch)
        assert run_dbt("tweets", scratch, {"scratch": str(scratch)})
        publish_clean(lake, TWEETS, lake.users(), scratch)
    return lake


@pytest.fixture(scope="session")
def select(cleaned: Lake) -> Callable[..., Rows]:
    """Runs dbt over ann's tweets with given variables; her rows by number."""
    done: dict[tuple[str, ...], Rows] = {}

    def run(*folded: str) -> Rows:
        if folded not in done:
            with scratch_folder(cleaned) as scratch:
                write_raw(cleaned, TWEETS, ["ann"], scratch)
                variables = {"scratch": str(scratch)} | dict.fromkeys(folded, True)
                assert not any(run_dbt("tweets", scratch, variables).values())
                table = pq.read_table(Path(scratch) / "out" / "tweets.parquet")
            done[folded] = {row["tweet_id"] % 10**6: row for row in table.to_pylist()}
        return done[folded]

    return run
