"""The account: the sample adds up over real stores, and each broken link is found where it is broken."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.corpus.build import build_documents, build_threads
from embed_platform.corpus.clean import MESSAGES, TWEETS, clean
from embed_platform.corpus.documents import publish_documents, read_documents, text_hash
from embed_platform.corpus.kinds import MESSAGE, MESSAGE_CHUNK, TWEET
from embed_platform.corpus.messages import build_message_chunks
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.snapshots import (
    parse_parquet,
    read_footer,
    read_snapshot,
    write_snapshot,
)
from embed_platform.settings import Settings, load_settings
from embed_platform.sources.messenger.export import open_exports
from embed_platform.sources.messenger.ingest import ingest
from embed_platform.sources.messenger.publish import publish_raw_messages
from embed_platform.sources.twitter.current import publish_raw_tweets
from embed_platform.sources.twitter.ingest import ingest as ingest_tweets
from embed_platform.sources.zips import Limits
from embed_platform.stores.base import Rows, Store, StoreTable
from embed_platform.stores.milvus.store import MilvusStore
from embed_platform.stores.pgvector.store import PgVectorStore
from embed_platform.stores.publication import S3Store
from embed_platform.stores.sync import store_metadata, sync_space
from embed_platform.upkeep.accounting import Step, account, compare, corpus_steps
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.road import SAMPLE
from embed_platform_tests.servers import free_port
from embed_platform_tests.sources import exports
from embed_platform_tests.sources.messenger.exports import ROOT, message, thread
from embed_platform_tests.stores.rows import new_table

MESSENGER = SAMPLE.with_name("messenger")
USER = "edwin"
SPACE = new_table(8).space
CHUNKS, MESSAGE_TABLE = StoreTable(SPACE, MESSAGE_CHUNK), StoreTable(SPACE, MESSAGE)
Ids = st.sets(st.text("abc", min_size=1, max_size=3))


def take_in(lake: Lake, path: Path, user: str = USER) -> None:
    """An export, and all of its records."""
    for export in open_exports([path], Limits(10**9, 200.0)):
        ingest(lake, export, user)
    publish_raw_messages(lake, user)


def documents_of(lake: Lake, user: str = USER) -> None:
    """Documents of clean messages."""
    build_message_chunks(lake, user)
    build_documents(lake, user)


def embedded(lake: Lake, user: str = USER, space: EmbeddingSpace = SPACE) -> None:
    """A vector for every document."""
    for kind in ("message_chunk", "message"):  # one by one, so that no file holds both
        embed_users(lake, space, [user], [kind], HashEngine)


def loaded(lake: Lake, stores: Sequence[Store], user: str = USER) -> None:
    """What the lake holds, in every store."""
    for store in stores:
        sync_space(lake, store, [CHUNKS, MESSAGE_TABLE], [user])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the sample is taken in, cleaned and embedded."""
    home = tmp_path_factory.mktemp("accounting") / "home"
    lake = sample_lake(home)
    take_in(lake, MESSENGER)
    clean(lake, MESSAGES, [USER])
    documents_of(lake)
    embedded(lake)
    assert len(lake.storage.list(layout.vectors(SPACE.slug, USER))) > 3
    return home


def sample_lake(home: Path) -> Lake:
    # small shards, so that there is more than one file of vectors
    return open_lake(load_settings(home=home, message_documents=True, shard_tokens=1000))


@pytest.fixture
def sample(clean_environment: None, prepared: Path, tmp_path: Path) -> Lake:
    """A lake of its own with the sample."""
    return sample_lake(shutil.copytree(prepared, tmp_path / "sample"))


@pytest.fixture
def all_stores(pgvector: Store, milvus: Store, sample: Lake) -> list[Store]:
    """All three, loaded with the sample."""
    stores = [pgvector, milvus, S3Store(sample)]
    loaded(sample, stores)
    return stores


def broken(steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if not step.adds_up]


def only(steps: Sequence[Step]) -> Step:
    """The one step that does not add up."""
    (step,) = broken(steps)
    return step


@given(Ids, Ids)
def test_a_step_adds_up_just_when_it_holds_what_it_should(
    wanted: set[str], found: set[str]
) -> None:
    step = compare("a step", wanted, found)
    assert step.adds_up == (wanted == found)
    assert (step.count, step.missing, step.surplus) == (
        len(found),
        len(wanted - found),
        len(found - wanted),
    )
    assert set(step.examples) <= wanted ^ found
    assert bool(step.examples) == (wanted != found)


def test_every_record_of_the_sample_is_accounted_for_in_every_store(
    sample: Lake, all_stores: list[Store]
) -> None:
    steps = account(sample, USER, all_stores)
    assert broken(steps) == []
    counts = {step.name: step.count for step in steps}
    alone = counts.pop("messages as documents")
    assert 300 < alone < 387
    assert counts == {
        "messages exported": 417,
        "messages parsed": 417,
        "messages cleaned": 417,
        "messages in chunks": 387,
        **places(MESSAGE_TABLE, alone),
        **places(CHUNKS, 43),
    }
    reasons = {step.name: step.explained for step in steps if step.explained}
    assert reasons["messages cleaned"] == {"empty": 10, "system": 16, "unsent": 4}
    assert sum(reasons["messages as documents"].values()) == 417 - alone
    assert set(reasons) == {"messages cleaned", "messages as documents"}


def places(table: StoreTable, count: int) -> dict[str, int]:
    """Where all documents of a kind should be."""
    names = ("embedded", "in pgvector", "in milvus", "in s3")
    return {f"{table.name} {name}": count for name in names}


def lose_a_record(lake: Lake) -> str:
    """As a parser that passes over a message."""
    return lose_row(lake, layout.records(USER, "messenger"))


def lose_a_clean_message(lake: Lake) -> str:
    """As a cleaning step that passes over a message."""
    return lose_row(lake, layout.corpus("messages", USER))


def lose_row(lake: Lake, folder: str) -> str:
    table = read_snapshot(lake.storage, folder)
    assert table is not None
    at = next(i for i, text in enumerate(table["text"].to_pylist()) if len(text) > 20)
    rest = pa.concat_tables([table.slice(0, at), table.slice(at + 1)])
    write_snapshot(lake.storage, folder, rest, read_footer(lake.storage, folder))
    return str(table["message_id"][at])


def test_a_message_that_the_parser_lost_is_missing_where_it_was_parsed(
    sample: Lake, all_stores: list[Store]
) -> None:
    lost = lose_a_record(sample)
    clean(sample, MESSAGES, [USER])
    documents_of(sample)
    embedded(sample)
    loaded(sample, all_stores)
    step = only(account(sample, USER, all_stores))
    assert (step.name, step.missing, step.surplus) == ("messages parsed", 1, 0)
    assert step.examples == (lost,)


def test_a_record_that_no_export_holds_is_too_many(sample: Lake) -> None:
    folder = layout.records(USER, "messenger")
    table = read_snapshot(sample.storage, folder)
    assert table is not None
    made_up = table.slice(0, 1).to_pylist()[0] | {"message_id": "f" * 32}
    both = pa.concat_tables([table, pa.Table.from_pylist([made_up], table.schema)])
    write_snapshot(sample.storage, folder, both)
    clean(sample, MESSAGES, [USER])
    documents_of(sample)
    step = only(list(corpus_steps(sample, USER)))
    assert (step.name, step.missing, step.surplus) == ("messages parsed", 0, 1)
    assert step.examples == ("f" * 32,)


def test_a_message_that_cleaning_lost_is_missing_where_it_was_cleaned(
    sample: Lake, all_stores: list[Store]
) -> None:
    lost = lose_a_clean_message(sample)
    documents_of(sample)
    embedded(sample)
    loaded(sample, all_stores)
    step = only(account(sample, USER, all_stores))
    assert (step.name, step.missing, step.examples) == ("messages cleaned", 1, (lost,))


def lose_document(lake: Lake, kind: str) -> dict[str, object]:
    """Take the document of most messages out of the snapshot; what it was."""
    table = read_documents(lake, USER, kind)
    longest = max(table.to_pylist(), key=lambda row: len(row["metadata"]))
    rest = table.filter(pc.not_equal(table["id"], longest["id"]))
    publish_documents(lake, USER, kind, rest)
    return dict(longest)


def test_a_chunk_that_is_no_document_is_missed_by_its_messages(
    sample: Lake, all_stores: list[Store]
) -> None:
    lost = lose_document(sample, "message_chunk")
    loaded(sample, all_stores)
    step = only(account(sample, USER, all_stores))
    assert step.name == "messages in chunks" and step.surplus == 0
    assert 0 < step.missing <= store_metadata(lost)["message_count"]
    assert set(step.examples) <= set(store_metadata(lost)["message_ids"])


def test_a_message_that_is_no_document_is_missing_where_messages_are_documents(
    sample: Lake, all_stores: list[Store]
) -> None:
    lost = lose_document(sample, "message")
    loaded(sample, all_stores)
    step = only(account(sample, USER, all_stores))
    assert (step.name, step.examples) == ("messages as documents", (lost["id"],))


def test_a_lost_file_of_vectors_is_missed_by_the_documents_it_was_of(
    sample: Lake, all_stores: list[Store]
) -> None:
    rows = read_documents(sample, USER, "message_chunk", ["id", "text_hash"]).to_pylist()
    known = {row["text_hash"]: row["id"] for row in rows}
    files = [entry.path for entry in sample.storage.list(layout.vectors(SPACE.slug, USER))]
    held = {path: hashes_in(sample, path) for path in files}
    victim = next(path for path, hashes in held.items() if hashes <= known.keys())
    sample.storage.delete([victim])
    loaded(sample, all_stores)
    step = only(account(sample, USER, all_stores))
    assert (step.name, step.missing) == (f"{CHUNKS.name} embedded", len(held[victim]))
    assert step.examples == tuple(sorted(known[text] for text in held[victim]))[:3]


def hashes_in(lake: Lake, path: str) -> set[str]:
    """Text hashes of one file of vectors."""
    return set(parse_parquet(path, lake.storage.get(path), ["text_hash"])["text_hash"].to_pylist())


@pytest.mark.parametrize("place", [0, 1, 2], ids=["pgvector", "milvus", "s3"])
def test_a_row_that_a_store_lost_is_missing_in_that_store(
    sample: Lake, all_stores: list[Store], place: int
) -> None:
    store = all_stores[place]
    lost = sorted(store.hashes(CHUNKS, USER))[5]
    store.delete(CHUNKS, USER, [lost])
    step = only(account(sample, USER, all_stores))
    assert (step.name, step.missing) == (f"{CHUNKS.name} in {store.name}", 1)
    assert step.examples == (lost,)


@pytest.mark.parametrize("place", [0, 1, 2], ids=["pgvector", "milvus", "s3"])
def test_a_row_that_is_no_document_is_too_many_in_that_store(
    sample: Lake, all_stores: list[Store], place: int
) -> None:
    store, row = all_stores[place], read_documents(sample, USER, "message").to_pylist()[0]
    vector = np.arange(8, dtype=np.float32)[None, :]
    store.upsert(MESSAGE_TABLE, USER, [Rows(["e" * 32], vector, [store_metadata(row)])])
    step = only(account(sample, USER, all_stores))
    assert (step.name, step.surplus) == (f"{MESSAGE_TABLE.name} in {store.name}", 1)
    assert step.examples == ("e" * 32,)


def test_rows_that_stay_when_their_kind_has_no_documents_are_too_many(
    sample: Lake, all_stores: list[Store]
) -> None:
    plain = open_lake(load_settings(home=sample.settings.home))
    documents_of(plain)
    steps = account(plain, USER, all_stores)
    assert [step.name for step in broken(steps)] == [
        f"{MESSAGE_TABLE.name} in {store.name}" for store in all_stores
    ]
    assert all(step.count == step.surplus > 300 for step in broken(steps))
    loaded(plain, all_stores)
    after = account(plain, USER, all_stores)
    assert broken(after) == []
    assert not [step for step in after if step.name.startswith(f"{MESSAGE_TABLE.name} ")]


@pytest.mark.parametrize("name", ["pgvector", "milvus"])
def test_a_store_that_is_down_is_said_to_be_and_the_others_are_counted(
    sample: Lake, all_stores: list[Store], name: str
) -> None:
    down = down_store(sample, name)
    steps = account(sample, USER, [down if s.name == name else s for s in all_stores])
    assert [step.name for step in broken(steps)] == [
        f"{table.name} in {name}" for table in (MESSAGE_TABLE, CHUNKS)
    ]
    assert all(step.note and not step.missing for step in broken(steps))
    assert len(steps) == 13


def down_store(lake: Lake, name: str) -> Store:
    address = f"127.0.0.1:{free_port()}"
    home = lake.settings.home
    if name == "milvus":
        return MilvusStore(Settings(home=home, milvus_uri=f"http://{address}"))
    return PgVectorStore(load_settings(home=home, pg_dsn=f"postgresql://me@{address}/none"))


def test_a_text_without_a_vector_is_explained_by_its_dead_letter(lake: Lake) -> None:
    text = "this one is poison to the model"
    talk = [message(text, 0), message("and this is not", 500, "Me")]
    exported(lake, talk)
    embedded(lake)
    stores = [S3Store(lake)]
    loaded(lake, stores)
    steps = {step.name: step for step in account(lake, USER, stores)}
    assert broken(list(steps.values())) == []
    assert steps[f"{CHUNKS.name} embedded"].explained == {"set aside": 1}
    assert (steps[f"{CHUNKS.name} embedded"].count, steps[f"{CHUNKS.name} in s3"].count) == (1, 1)
    lake.storage.delete_prefix(layout.dead_letters(USER))
    step = only(account(lake, USER, stores))
    rows = read_documents(lake, USER, "message_chunk").to_pylist()
    (doomed,) = [row["id"] for row in rows if row["text_hash"] == text_hash(f"[Ann]: {text}")]
    assert (step.name, step.examples) == (f"{CHUNKS.name} embedded", (doomed,))


def exported(lake: Lake, *talks: list[dict[str, object]], **files: bytes) -> None:
    """Exports of one thread each, made into documents."""
    for number, talk in enumerate(talks):
        path = lake.settings.home.parent / f"export{number}.zip"
        take_in(lake, exports.write_zip(path, thread("inbox/ann_1", talk) | files))
    clean(lake, MESSAGES, [USER])
    documents_of(lake)


def test_messages_of_two_exports_are_counted_apart(lake: Lake) -> None:
    talk = [message(f"line {n}", 5 * n, ("Ann", "Me")[n % 2]) for n in range(30)]
    exported(lake, talk[:20], talk[10:])
    steps = {step.name: step for step in corpus_steps(lake, USER)}
    assert broken(list(steps.values())) == []
    assert steps["messages exported"].count == 40
    assert steps["messages exported"].explained == {"in several exports": 10}
    assert steps["messages parsed"].count == 30


def test_what_could_not_be_read_is_explained_by_message_and_by_file(lake: Lake) -> None:
    talk = [message(f"line {n}", 5 * n) for n in range(300)]
    talk.append(message("from the future", 10**9))
    damaged = {
        f"{ROOT}/inbox/cut_2/message_1.json": b'{"participants": [], "messages": [{"con',
        f"{ROOT}/inbox/odd_3/message_1.json": b'{"participants": [], "messages": {"a": 1, "b": 2}}',
    }
    exported(lake, talk, **damaged)
    steps = {step.name: step for step in corpus_steps(lake, USER)}
    assert broken(list(steps.values())) == []
    assert steps["messages exported"].count == 303
    assert steps["messages exported"].explained == {"damaged files": 2, "unreadable": 3}
    assert steps["messages parsed"].count == 300


PLAIN = next(iter(thread("inbox/odd_3", [message("zaž?", 5), message("two", 9)]).values()))
ODD = {
    "half a pair": PLAIN.replace(b"two", b"two \\ud83d"),
    "a control character": PLAIN.replace(b"two", b"two \x01"),
    "no number": PLAIN.replace(b'"two"', b'"two", "call_duration": NaN'),
    "a stray byte": PLAIN.replace(b"two", b"two \xff"),
    "another code page": PLAIN.replace(b"two", b"caf\xe9 \x80"),
    "two bytes a character": PLAIN.decode().encode("utf-16"),
    "a mark before it": b"\xef\xbb\xbf" + PLAIN,
}


@pytest.mark.parametrize("name", ODD)
def test_a_file_is_counted_as_it_is_read_whatever_is_odd_in_it(lake: Lake, name: str) -> None:
    files = thread("inbox/ann_1", [message(f"line {n}", 5 * n) for n in range(300)])
    files |= {f"{ROOT}/inbox/odd_3/message_1.json": ODD[name]}
    take_in(lake, exports.write_zip(lake.settings.home.parent / "odd.zip", files))
    first, second = islice(corpus_steps(lake, USER), 2)
    assert (first.name, second.name) == ("messages exported", "messages parsed")
    assert broken([first, second]) == []


def test_a_kept_member_that_is_gone_is_named(sample: Lake) -> None:
    sample.storage.delete([sample.storage.list(layout.members(USER))[0].path])
    step = only(list(corpus_steps(sample, USER)))
    assert step.name == "messages exported" and "Ingest the same archive again" in step.note


def test_a_file_of_the_lake_that_cannot_be_read_is_named(sample: Lake) -> None:
    (entry,) = sample.storage.list(layout.corpus("messages", USER))
    sample.storage.put(entry.path, b"no Parquet")
    step = only(account(sample, USER, []))
    assert entry.path in step.note and "delete this file" in step.note
    (vectors, *_) = sample.storage.list(layout.vectors(SPACE.slug, USER))
    sample.storage.put(vectors.path, b"no Parquet")
    notes = [step.note for step in broken(account(sample, USER, []))]
    assert any(vectors.path in note for note in notes) and len(notes) == 2


def test_documents_that_a_store_may_not_hold_are_withheld_for_a_reason(sample: Lake) -> None:
    public = replace(
        sample, settings=load_settings(home=sample.settings.home, public_url="https://x.test")
    )
    steps = account(public, USER, [S3Store(public)])
    step = next(step for step in steps if step.name == f"{CHUNKS.name} in s3")
    assert (step.adds_up, step.count) == (True, 0)
    assert list(step.explained.values()) == [43] and "https://x.test" in str(step.explained)


def test_somebody_of_whom_nothing_is_embedded_does_not_add_up(lake: Lake) -> None:
    exported(lake, [message("hello there", 0)])
    step = only(account(lake, USER, []))
    assert step.name == "documents embedded" and "embed-platform run" in step.note


def test_tweets_are_accounted_for_from_records_to_documents(lake: Lake) -> None:
    tweets = [exports.tweet(n) for n in range(5)] + [exports.tweet(9, full_text="RT @a: hi")]
    user = ingest_tweets(
        lake, exports.write_export(lake.settings.home.parent / "a.zip", tweets)
    ).user
    publish_raw_tweets(lake, user)
    clean(lake, TWEETS, [user])
    build_threads(lake, user)
    build_documents(lake, user)
    steps = {step.name: step for step in corpus_steps(lake, user)}
    assert broken(list(steps.values())) == []
    assert (steps["tweets cleaned"].count, steps["tweets as documents"].count) == (6, 5)
    assert steps["tweets cleaned"].explained == {"retweet": 1}
    table = read_documents(lake, user, TWEET.name)
    publish_documents(lake, user, TWEET.name, table.slice(1))
    step = only(list(corpus_steps(lake, user)))
    assert step.name == "tweets as documents" and step.examples[0].startswith("16269")
