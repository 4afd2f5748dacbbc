"""What the lake remembers besides tables: dead letters, failures, the erased, and who writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.errors import ErasedUser, PartMissing, TooManyDeadLetters
from embed_platform.lake.dead_letters import (
    DeadLetter,
    check_limit,
    read_dead_letters,
    write_dead_letters,
)
from embed_platform.lake.failures import UserFailure, clear_failure, read_failures, record_failure
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.suppressions import is_suppressed, lift, refuse_erased, suppress
from embed_platform.settings import load_settings

LETTER = DeadLetter("data/tweets.js record 3", "the tweet has no text", '{"id_str":"1"}')


def test_dead_letters_are_replaced_when_their_step_runs_again(lake: Lake) -> None:
    write_dead_letters(lake.storage, "ann", "raw_tweets", [LETTER, LETTER])
    write_dead_letters(lake.storage, "ann", "embeddings_x", [LETTER])
    write_dead_letters(lake.storage, "ann", "raw_tweets", [LETTER])
    assert read_dead_letters(lake.storage, "ann") == {
        "embeddings_x": [LETTER],
        "raw_tweets": [LETTER],
    }
    write_dead_letters(lake.storage, "ann", "raw_tweets", [])
    write_dead_letters(lake.storage, "ann", "never_written", [])
    assert list(read_dead_letters(lake.storage, "ann")) == ["embeddings_x"]
    assert read_dead_letters(lake.storage, "bob") == {}


@pytest.mark.parametrize(
    ("letters", "records", "limit", "refused"),
    [
        (0, 0, 0.01, False),
        (1, 100, 0.01, False),
        (2, 100, 0.01, True),
        (1, 99, 0.01, True),
        (1, 1_000_000, 0.0, True),
        (0, 10, 0.0, False),
        (10, 10, 1.0, False),
        (1, 0, 0.01, True),
    ],
)
def test_the_limit_is_a_share_of_the_records(
    letters: int, records: int, limit: float, refused: bool
) -> None:
    if not refused:
        check_limit(letters, records, limit, where="ann")
        return
    with pytest.raises(TooManyDeadLetters, match=f"ann: {letters} of {records} records"):
        check_limit(letters, records, limit, where="ann")


def test_a_failure_stays_until_it_is_cleared(lake: Lake) -> None:
    for step in ("raw_tweets", "documents"):
        record_failure(lake.storage, UserFailure("ann", "run", step, "one line", "2026-01-01"))
    assert [f.step for f in read_failures(lake.storage).values()] == ["documents"]
    clear_failure(lake.storage, "ann")
    clear_failure(lake.storage, "ann")
    assert read_failures(lake.storage) == {}


def test_the_erased_are_remembered_without_their_names(lake: Lake) -> None:
    suppress(lake.storage, "canary_name", "account:4242")
    kept = [(entry.path, lake.storage.get(entry.path)) for entry in lake.storage.list()]
    assert len(kept) == 2
    assert not any("canary" in path or "4242" in path or b"canary" in data for path, data in kept)
    assert is_suppressed(lake.storage, "somebody", "account:4242")
    with pytest.raises(ErasedUser, match=r"a\.zip.*--after-forget"):
        refuse_erased(lake.storage, "canary_name", where="a.zip")
    lift(lake.storage, "canary_name", "account:4242")
    refuse_erased(lake.storage, "canary_name", "account:4242", where="a.zip")


def test_users_are_those_with_archives_or_documents(lake: Lake) -> None:
    assert lake.users() == []
    lake.storage.put("archives/user=bob/source=twitter/archive=x.json", b"{}")
    lake.storage.put("documents/user=ann/kind=tweet/base-00000001.parquet", b"")
    lake.storage.put("vectors/space=s/user=carl/x.parquet", b"")
    assert lake.users() == ["ann", "bob"]


def test_where_the_home_is_thrown_away_a_missing_lake_is_named_and_none_is_made(
    clean_environment: None, tmp_path: Path
) -> None:
    home = tmp_path / "container"
    lake = open_lake(load_settings(home=home, embedded_parts=False))
    for ask in (
        lake.users,
        lake.storage.list,
        lambda: lake.storage.get("a"),
        lambda: lake.storage.exists("a"),
        lambda: lake.storage.put("a", b"b"),
        lambda: lake.storage.delete_prefix("a"),
    ):
        with pytest.raises(PartMissing, match="EMBED_LAKE_URL"):
            ask()
    with pytest.raises(PartMissing, match="EMBED_PUBLISH_URL"):
        lake.published.folders()
    assert lake.storage.problem and lake.storage.folder is None and not home.exists()
    named = open_lake(
        load_settings(home=home, embedded_parts=False, lake_url=str(tmp_path / "disk"))
    )
    assert named.users() == [] and not named.storage.problem
