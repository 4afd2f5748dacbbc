"""Messages as assets: users with and without them in one run, checks that name a user, uploads in parts."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pytest

from embed_platform.corpus.clean import MESSAGES, read_clean
from embed_platform.corpus.documents import document_kinds, read_documents
from embed_platform.defs.automation import inbox
from embed_platform.defs.corpus import ACCOUNTED, SOUND
from embed_platform.defs.instance import open_instance, register_users
from embed_platform.defs.partitions import RANGE_END, RANGE_START
from embed_platform.defs.records import FRESH
from embed_platform.defs.resources import Platform
from embed_platform.defs.selection import CORPUS_KEYS
from embed_platform.defs.spaces import EMBEDDED, embeddings_key
from embed_platform.embedding.engine import Provenance
from embed_platform.embedding.registry import load_registry
from embed_platform.embedding.vectors import append_vectors
from embed_platform.lake import layout
from embed_platform.lake.failures import read_failures
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.snapshots import current_snapshot, read_snapshot, write_snapshot
from embed_platform.settings import load_settings
from embed_platform.sources.messenger.export import open_exports
from embed_platform.sources.messenger.ingest import ingest
from embed_platform.sources.twitter.ingest import ingest as ingest_tweets
from embed_platform.sources.zips import Limits
from embed_platform_tests.sources.exports import tweet, write_export, write_zip
from embed_platform_tests.sources.messenger.exports import message, thread

pytestmark = pytest.mark.slow
BOTH, TALKER, TWEETER = USERS = ("both", "talker", "tweeter")
SECRET = "the sentence that no log may hold"
Runs = tuple[Lake, dg.ExecuteInProcessResult]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home that the settings of this process name."""
    home = tmp_path_factory.mktemp("assets") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", "")  # so that what the code sets is undone
        patch.setenv("EMBED_HOME", str(home))
        patch.chdir(home.parent)
        yield home


@pytest.fixture(scope="module")
def ran(home: Path) -> Runs:
    """Users with tweets, with messages and with both, after one run over all of them."""
    lake = open_lake(load_settings())
    for user in (TALKER, BOTH):
        take_in_messages(lake, user, home.parent / f"{user}.zip")
    for number, user in enumerate((TWEETER, BOTH)):
        tweets = [tweet(n) for n in range(4)]
        path = write_export(home.parent / f"{user}-x.zip", tweets, account_id=str(number + 1))
        ingest_tweets(lake, path, user)
    return lake, execute(CORPUS_KEYS, *USERS)


def take_in_messages(lake: Lake, user: str, path: Path) -> None:
    talk = [message(f"{user} says {n}", 200 * n, ("Ann", "Me")[n % 2]) for n in range(9)]
    talk += [message(SECRET, 5000), message("", 5001), message("Ann sent a photo.", 5002)]
    for export in open_exports(
        [write_zip(path, thread("inbox/ann_1", talk))], Limits(10**9, 200.0)
    ):
        ingest(lake, export, user)


def execute(
    assets: Sequence[dg.AssetKey], *users: str, config: Any = None
) -> dg.ExecuteInProcessResult:
    """One run over some users, as a backfill makes it; over one alone as the sensor makes it."""
    from embed_platform.definitions import defs

    with open_instance(load_settings()) as instance:
        register_users(instance, users)
        job = defs.resolve_implicit_global_asset_job_def()
        alone = len(users) == 1
        return job.execute_in_process(
            instance=instance,
            asset_selection=list(assets),
            partition_key=users[0] if alone else None,
            tags={} if alone else {RANGE_START: users[0], RANGE_END: users[-1]},
            run_config=config,
            raise_on_error=False,
        )


def checks(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    """Each check of a run, by asset and name."""
    return {
        f"{found.asset_key.to_user_string()}:{found.check_name}": found
        for found in result.get_asset_check_evaluations()
    }


def about(check: dg.AssetCheckEvaluation) -> dict[str, Any]:
    return {name: entry.value for name, entry in check.metadata.items()}


def rows(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    """What an asset reported as each user's number of rows."""
    return {
        str(event.partition): event.step_materialization_data.materialization.metadata[
            "dagster/partition_row_count"
        ].value
        for event in result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey(asset)
    }


def test_one_run_covers_users_with_tweets_with_messages_and_with_both(ran: Runs) -> None:
    lake, result = ran
    assert result.success and read_failures(lake.storage) == {}
    assert {user: document_kinds(lake, user) for user in USERS} == {
        TWEETER: ["tweet"],
        TALKER: ["message_chunk"],
        BOTH: ["message_chunk", "tweet"],
    }
    assert rows(result, "raw_messages") == {TWEETER: 0, TALKER: 12, BOTH: 12}
    assert rows(result, "messages") == {TWEETER: 0, TALKER: 12, BOTH: 12}
    assert rows(result, "raw_tweets") == {TWEETER: 4, TALKER: 0, BOTH: 4}
    chunks = read_documents(lake, TALKER, "message_chunk").num_rows
    assert rows(result, "message_chunks") == {TWEETER: 0, TALKER: chunks, BOTH: chunks}
    assert rows(result, "documents") == {TWEETER: 4, TALKER: chunks, BOTH: chunks + 4}


def test_who_has_no_messages_is_passed_over_and_gets_no_file(ran: Runs) -> None:
    lake, _ = ran
    assert current_snapshot(lake.storage, layout.records(TWEETER, "messenger")) is None
    assert read_clean(lake, MESSAGES, TWEETER) is None
    alone = execute([dg.AssetKey("raw_messages")], TWEETER)
    assert alone.success and rows(alone, "raw_messages") == {TWEETER: 0}


def test_all_checks_of_the_run_pass(ran: Runs) -> None:
    _, result = ran
    found = checks(result)
    assert {f"raw_messages:{FRESH}", f"documents:{ACCOUNTED}", f"documents:{SOUND}"} <= set(found)
    assert sum(name.startswith("messages:") for name in found) >= 9
    assert all(check.passed for check in found.values())
    assert about(found[f"documents:{ACCOUNTED}"])["users"] == []


def test_metadata_and_log_hold_no_words_of_a_message(ran: Runs, home: Path) -> None:
    lake, _ = ran
    texts = read_documents(lake, TALKER, "message_chunk")["text"].to_pylist()
    assert any(SECRET in text for text in texts)
    for path in (home / "dagster").rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def test_a_chunk_that_is_missing_fails_the_check_with_the_user_and_ids(ran: Runs) -> None:
    lake, _ = ran
    folder = layout.corpus("message_chunks", TALKER)
    chunks = read_snapshot(lake.storage, folder)
    assert chunks is not None
    lost = chunks["message_ids"][0].as_py()
    write_snapshot(lake.storage, folder, chunks.slice(1))
    result = execute([dg.AssetKey("documents")], *USERS)
    assert result.success, "a check lists users and blocks nobody"
    found = checks(result)
    failed = found[f"documents:{ACCOUNTED}"]
    assert not failed.passed and about(failed)["users"] == [TALKER]
    (line,) = about(failed)["examples"][TALKER]
    assert line.startswith("messages in chunks: ") and any(key in line for key in lost)
    assert SECRET not in line and found[f"documents:{SOUND}"].passed
    write_snapshot(lake.storage, folder, chunks)
    healed = checks(execute([dg.AssetKey("documents")], *USERS))
    assert all(check.passed for check in healed.values())


def test_a_user_whose_records_cannot_be_read_is_named_and_stops_nobody(ran: Runs) -> None:
    lake, _ = ran
    path = current_snapshot(lake.storage, layout.records(BOTH, "messenger"))
    assert path is not None
    whole = lake.storage.get(path)
    lake.storage.put(path, b"no Parquet")
    result = execute([dg.AssetKey("documents")], *USERS)
    assert result.success
    failed = checks(result)[f"documents:{ACCOUNTED}"]
    assert about(failed)["users"] == [BOTH] and path in about(failed)["examples"][BOTH][0]
    lake.storage.put(path, whole)
    member = lake.storage.list(layout.members(TALKER))[0].path
    whole = lake.storage.get(member)
    lake.storage.delete([member])
    failed = checks(execute([dg.AssetKey("documents")], *USERS))[f"documents:{ACCOUNTED}"]
    assert about(failed)["users"] == [TALKER]
    lake.storage.put(member, whole)


def test_every_document_has_a_vector_once_the_lake_holds_one_for_each(ran: Runs) -> None:
    lake, _ = ran
    (entry,) = load_registry(lake.settings).wanted()
    for user in USERS:
        hashes = sorted(
            {
                text
                for kind in document_kinds(lake, user)
                for text in read_documents(lake, user, kind, ["text_hash"])["text_hash"].to_pylist()
            }
        )
        vectors = np.random.default_rng(0).normal(size=(len(hashes), entry.space.dimension))
        maker = Provenance("test", "1", "float32", "cpu")
        append_vectors(lake, entry.space, user, hashes, vectors.astype(np.float32), [maker])
    key = embeddings_key(entry.space.slug)
    result = execute([key], *USERS)
    check = checks(result)[f"{key.to_user_string()}:{EMBEDDED}"]
    assert result.success and check.passed and about(check)["users"] == []


def test_the_parts_of_an_export_in_the_inbox_become_one_run_that_takes_in_all_of_them(
    ran: Runs,
) -> None:
    lake, _ = ran
    talk = [message(f"line {n}", 200 * n) for n in range(20)]
    files = thread("inbox/ann_1", talk, per_file=10)
    name = "facebook-jo.doe-11_12_2025-{}.zip"
    paths = []
    for part, (member, data) in zip("ab", sorted(files.items()), strict=True):
        path = lake.settings.inbox_folder / name.format(part)
        path.parent.mkdir(exist_ok=True)
        write_zip(path, {member: data})
        os.utime(path, (time.time() - 60,) * 2)
        paths.append(str(path))
    with (
        dg.instance_for_test() as instance,
        dg.build_sensor_context(instance=instance, resources={"platform": Platform()}) as context,
    ):
        result = inbox(context)
    assert isinstance(result, dg.SensorResult) and result.run_requests is not None
    (request,) = result.run_requests
    assert request.partition_key == "jo.doe"
    assert request.run_config == {"ops": {"raw_messages": {"config": {"inbox": paths}}}}
    done = execute(CORPUS_KEYS, "jo.doe", config=request.run_config)
    assert done.success and all(check.passed for check in checks(done).values())
    assert rows(done, "raw_messages") == {"jo.doe": 20}
