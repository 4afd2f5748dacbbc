"""Conversations in Milvus: the guide's schema, its aliases, and arrays as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymilvus import DataType, MilvusClient

from embed_platform.corpus.kinds import MESSAGE, MESSAGE_CHUNK, TWEET, Kind
from embed_platform.embedding.registry import ModelEntry, save_model
from embed_platform.settings import Settings
from embed_platform.stores.base import Filters, Rows, StoreTable, Vectors
from embed_platform.stores.milvus import rows as milvus_rows
from embed_platform.stores.milvus.alias import current_collection
from embed_platform.stores.milvus.store import MilvusStore
from embed_platform.stores.servers import start_milvus
from embed_platform_tests.stores.rows import clustered, hashes_of, new_table, rows_of

CHUNKS, MESSAGES = "messenger_message_chunks_v1", "messenger_messages"
# As the Messenger guide has them.
GUIDE = {
    "message_chunk": {
        "chunk_id": DataType.VARCHAR,
        "thread_id": DataType.INT64,
        "thread_name": DataType.VARCHAR,
        "session_idx": DataType.INT16,
        "chunk_idx": DataType.INT16,
        "participant_ids": DataType.VARCHAR,
        "participant_names": DataType.VARCHAR,
        "text": DataType.VARCHAR,
        "message_ids": DataType.VARCHAR,
        "start_timestamp_ms": DataType.INT64,
        "end_timestamp_ms": DataType.INT64,
        "message_count": DataType.INT16,
        "embedding": DataType.FLOAT_VECTOR,
    },
    "message": {
        "id": DataType.VARCHAR,
        "thread_id": DataType.INT64,
        "sender_id": DataType.INT64,
        "sender_name": DataType.VARCHAR,
        "thread_name": DataType.VARCHAR,
        "text": DataType.VARCHAR,
        "timestamp_ms": DataType.INT64,
        "embedding": DataType.FLOAT_VECTOR,
    },
}
LARGEST = 2**63 - 1


def table_of(kind: Kind) -> StoreTable:
    """A table that no other test uses."""
    return StoreTable(new_table(8).space, kind)


def common(user: str, key: str, kind: str, changes: dict[str, Any]) -> dict[str, Any]:
    return {
        "user": user,
        "kind": kind,
        "created_at": "2020-01-01T00:00:00+00:00",
        "text": f"[Ann]: line {key}",
        "text_hash": blake2b(key.encode(), digest_size=16).hexdigest(),
        "row_hash": blake2b(f"{key}{changes}".encode(), digest_size=16).hexdigest(),
    }


def chunk(user: str, key: str, **changes: Any) -> dict[str, Any]:
    """What a store keeps of a made-up chunk."""
    return (
        common(user, key, "message_chunk", changes)
        | {
            "thread_id": LARGEST,
            "thread_name": "Žofie 🌸",
            "session_idx": 3,
            "chunk_idx": 1,
            "participant_ids": [LARGEST, 1],
            "participant_names": ['a "quoted" name', "שרה"],
            "message_ids": [f"{key}-{n}" for n in range(3)],
            "start_timestamp_ms": 1_600_000_000_000,
            "end_timestamp_ms": 1_600_000_060_000,
            "message_count": 3,
        }
        | changes
    )


def message(user: str, key: str, **changes: Any) -> dict[str, Any]:
    """What a store keeps of a made-up message."""
    own = {
        "thread_id": LARGEST,
        "sender_id": 7,
        "sender_name": "Ann",
        "thread_name": "Bob",
        "timestamp_ms": 1_600_000_000_000,
    }
    return common(user, key, "message", changes) | own | changes


MAKERS = {"message_chunk": chunk, "message": message, "tweet": None}


def rows(kind: Kind, vectors: Vectors, user: str = "ann", **changes: Any) -> Rows:
    """A row for each vector."""
    made = MAKERS[kind.name]
    if made is None:
        return rows_of(user, vectors)
    ids = [
        blake2b(f"{user}{kind.name}{n}".encode(), digest_size=16).hexdigest()
        for n in range(len(vectors))
    ]
    return Rows(ids, vectors, [made(user, str(n), **changes) for n in range(len(vectors))])


def load(store: MilvusStore, table: StoreTable, loaded: Rows) -> Rows:
    store.upsert(table, loaded.metadata[0]["user"], [loaded])
    store.finish(table)
    return loaded


@pytest.fixture
def client(servers_home: Path) -> Iterator[MilvusClient]:
    """The client of somebody who knows the guide alone; no alias is set before or after."""
    client = MilvusClient(uri=start_milvus(Settings(home=servers_home)))
    clear(client)
    yield client
    clear(client)
    client.close()


def clear(client: MilvusClient) -> None:
    for alias in (CHUNKS, MESSAGES):
        if alias in client.list_collections():
            client.drop_collection(alias)
        elif client.has_collection(alias):
            client.drop_alias(alias)


def behind(client: MilvusClient, alias: str) -> str:
    """The collection that an alias names; empty when there is no such alias."""
    found = client.has_collection(alias)
    return str(client.describe_collection(alias)["collection_name"]) if found else ""


@pytest.mark.parametrize("kind", [MESSAGE_CHUNK, MESSAGE], ids=lambda kind: kind.name)
def test_the_schema_is_that_of_the_guide_and_what_verification_needs(
    milvus: MilvusStore, client: MilvusClient, kind: Kind
) -> None:
    table = table_of(kind)
    load(milvus, table, rows(kind, clustered(2)))
    described = client.describe_collection(table.name)
    fields = {field["name"]: field for field in described["fields"]}
    guide = GUIDE[kind.name]
    assert {name: fields[name]["type"] for name in guide} == guide
    assert fields.keys() - guide.keys() == {"user", "kind", "created_at", "text_hash", "row_hash"}
    (key,) = [name for name, field in fields.items() if field.get("is_primary")]
    assert key == next(iter(guide))
    assert fields["embedding"]["params"]["dim"] == 8
    assert fields["text"]["params"]["max_length"] >= 8192
    assert not described["enable_dynamic_field"] and not described["auto_id"]
    milvus.drop(table.name)


def test_a_front_end_that_knows_the_guide_searches_chunks_by_their_alias(
    milvus: MilvusStore, client: MilvusClient
) -> None:
    table, loaded = table_of(MESSAGE_CHUNK), rows(MESSAGE_CHUNK, clustered(40))
    load(milvus, table, loaded)
    wanted = [name for name in GUIDE["message_chunk"] if name != "embedding"]
    (hits,) = client.search(
        CHUNKS,
        data=[loaded.vectors[7]],
        anns_field="embedding",
        limit=3,
        search_params={"metric_type": "COSINE", "params": {"ef": 64}},
        output_fields=wanted,
    )
    found = hits[0]["entity"]
    assert hits[0]["chunk_id"] == loaded.ids[7]
    assert found["thread_id"] == LARGEST and found["session_idx"] == 3
    assert json.loads(found["participant_names"]) == ['a "quoted" name', "שרה"]
    assert json.loads(found["participant_ids"]) == [LARGEST, 1]
    assert json.loads(found["message_ids"]) == ["7-0", "7-1", "7-2"]
    (again,) = client.query(CHUNKS, filter=f'chunk_id == "{loaded.ids[7]}"', output_fields=wanted)
    assert again["text"] == "[Ann]: line 7"
    assert client.get_collection_stats(CHUNKS)["row_count"] == 40
    milvus.drop(table.name)


def test_messages_of_their_own_are_found_by_theirs(
    milvus: MilvusStore, client: MilvusClient
) -> None:
    table, loaded = table_of(MESSAGE), rows(MESSAGE, clustered(5))
    load(milvus, table, loaded)
    (hits,) = client.search(
        MESSAGES, data=[loaded.vectors[0]], limit=1, output_fields=["id", "sender_name", "text"]
    )
    assert (hits[0]["id"], hits[0]["entity"]["sender_name"]) == (loaded.ids[0], "Ann")
    assert behind(client, CHUNKS) == ""
    milvus.drop(table.name)


def test_tweets_have_no_alias(milvus: MilvusStore, client: MilvusClient) -> None:
    table = table_of(TWEET)
    load(milvus, table, rows(TWEET, clustered(2)))
    assert client.list_aliases(table.name)["aliases"] == []
    milvus.drop(table.name)


@pytest.fixture
def wanting(servers_home: Path, tmp_path: Path) -> Iterator[tuple[MilvusStore, list[StoreTable]]]:
    """A store whose home wants two models by itself, and tables of those and of a third one."""
    tables = [table_of(MESSAGE_CHUNK) for _ in range(3)]
    uri = start_milvus(Settings(home=servers_home))
    first, second, _ = (table.space.model for table in tables)
    settings = Settings(home=tmp_path, milvus_uri=uri, models=(first, second))
    for table in tables:
        save_model(settings, ModelEntry(table.space))
    store = MilvusStore(settings)
    yield store, tables
    for table in tables:
        store.drop(table.name)
    store.close()


def test_the_alias_names_the_collection_of_the_first_wanted_model(
    wanting: tuple[MilvusStore, list[StoreTable]], client: MilvusClient
) -> None:
    store, (first, second, other) = wanting
    some = rows(MESSAGE_CHUNK, clustered(3))
    for table, named in ((other, other), (second, second), (other, second), (first, first)):
        load(store, table, some)
        assert behind(client, CHUNKS) == named.name
    for table in (second, other):
        store.finish(table)
        assert behind(client, CHUNKS) == first.name
    assert client.list_aliases(other.name)["aliases"] == []


def test_a_dropped_collection_takes_its_alias_along_and_the_next_load_sets_it_anew(
    wanting: tuple[MilvusStore, list[StoreTable]], client: MilvusClient
) -> None:
    store, (first, second, other) = wanting
    for table in (first, second, other):
        load(store, table, rows(MESSAGE_CHUNK, clustered(3)))
    store.drop(other.name)
    assert behind(client, CHUNKS) == first.name, "another's alias stays"
    store.drop(first.name)
    assert behind(client, CHUNKS) == ""
    assert store.tables().count(second.name) == 1 and first.name not in store.tables()
    store.finish(first)
    assert behind(client, CHUNKS) == "", "what is not there gets no alias"
    store.finish(second)
    assert behind(client, CHUNKS) == second.name


def test_a_collection_of_somebody_else_keeps_its_name_and_its_rows(
    milvus: MilvusStore, client: MilvusClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.create_collection(MESSAGES, dimension=4)
    client.upsert(MESSAGES, [{"id": 1, "vector": [1.0, 2.0, 3.0, 4.0]}])
    table, loaded = table_of(MESSAGE), rows(MESSAGE, clustered(3))
    load(milvus, table, loaded)
    assert MESSAGES in caplog.text and "already" in caplog.text
    assert len(client.query(MESSAGES, filter="id >= 0", output_fields=["id"])) == 1
    assert milvus.hashes(table, "ann") == hashes_of(loaded)
    assert MESSAGES not in milvus.tables()
    client.drop_collection(MESSAGES)
    milvus.finish(table)
    assert behind(client, MESSAGES) == table.name
    milvus.drop(table.name)


@given(
    st.lists(st.sampled_from("abc"), unique=True),
    st.sets(st.sampled_from("abc")),
    st.sampled_from("abcd"),
)
def test_the_current_collection_is_that_of_the_first_wanted_space_that_has_one(
    wanted: list[str], present: set[str], loaded: str
) -> None:
    space = new_table(8).space
    table = StoreTable(space, MESSAGE_CHUNK)
    names = {f"{slug}__message_chunk" for slug in present} | {table.name}
    found = current_collection(table, names, wanted)
    first = [slug for slug in wanted if slug in present][:1]
    assert found == (f"{first[0]}__message_chunk" if first else table.name)


def test_a_hit_gives_lists_back_however_it_was_found(
    milvus: MilvusStore, client: MilvusClient
) -> None:
    table, loaded = table_of(MESSAGE_CHUNK), rows(MESSAGE_CHUNK, clustered(20))
    load(milvus, table, loaded)
    for filters in (Filters(), Filters(user="ann")):
        hits = milvus.search(table, loaded.vectors[4], 3, filters)
        assert hits[0].id == loaded.ids[4]
        assert hits[0].metadata == loaded.metadata[4]
    milvus.drop(table.name)


def test_empty_and_missing_values_come_back_as_they_were(
    milvus: MilvusStore, client: MilvusClient
) -> None:
    table = table_of(MESSAGE_CHUNK)
    changes: dict[str, Any] = {"message_ids": [], "participant_names": None, "thread_name": None}
    loaded = load(milvus, table, rows(MESSAGE_CHUNK, clustered(1), **changes))
    (hit,) = milvus.search(table, loaded.vectors[0], 1, Filters())
    assert {name: hit.metadata[name] for name in changes} == changes
    milvus.drop(table.name)


@pytest.mark.parametrize("kind", [MESSAGE_CHUNK, MESSAGE], ids=lambda kind: kind.name)
def test_rows_are_read_back_counted_replaced_and_deleted_by_their_key(
    milvus: MilvusStore, client: MilvusClient, kind: Kind
) -> None:
    table = table_of(kind)
    ann = load(milvus, table, rows(kind, clustered(30)))
    bob = load(milvus, table, rows(kind, clustered(5), "bob"))
    assert milvus.hashes(table, "ann") == hashes_of(ann)
    assert milvus.counts(table, ["ann", "bob", "carol"]) == {"ann": 30, "bob": 5, "carol": 0}
    back = milvus.vectors(table, "ann", ann.ids[:3])
    assert all(back[key] == pytest.approx(ann.vectors[n]) for n, key in enumerate(ann.ids[:3]))
    changed = load(milvus, table, rows(kind, clustered(30), thread_name="renamed"))
    assert milvus.hashes(table, "ann") == hashes_of(changed) != hashes_of(ann)
    milvus.delete(table, "ann", [*ann.ids[:29], "0" * 32])
    assert milvus.hashes(table, "ann").keys() == {ann.ids[29]}
    assert milvus.hashes(table, "bob") == hashes_of(bob)
    milvus.drop(table.name)
    assert milvus.hashes(table, "ann") == {}


texts = st.text(max_size=6) | st.integers(0, LARGEST).map(str)


@given(st.lists(texts | st.integers(0, LARGEST), max_size=30), st.integers(2, 120))
def test_an_array_loses_whole_elements_from_its_end_and_no_more_than_it_must(
    values: list[Any], size: int
) -> None:
    text, left_out = milvus_rows.json_array(values, size)
    kept = json.loads(text)
    assert kept == values[: len(values) - left_out]
    assert len(text.encode()) <= size
    if left_out:
        more, _ = milvus_rows.json_array(values[: len(kept) + 1], 10**6)
        assert len(more.encode()) > size


def test_an_array_that_does_not_fit_is_told_by_its_row_and_the_row_stays_verified(
    milvus: MilvusStore, client: MilvusClient, caplog: pytest.LogCaptureFixture
) -> None:
    table = table_of(MESSAGE_CHUNK)
    ids = [f"{n:032x}" for n in range(3000)]
    loaded = rows(MESSAGE_CHUNK, clustered(1), message_ids=ids, text="secret " * 20_000)
    load(milvus, table, loaded)
    fitting = (milvus_rows.TEXT_BYTES - 1) // 35
    line = f"{3000 - fitting} elements of message_ids do not fit into row {loaded.ids[0]}"
    assert line in caplog.text and "secret" not in caplog.text
    (hit,) = milvus.search(table, loaded.vectors[0], 1, Filters())
    assert hit.metadata["message_ids"] == ids[:fitting]
    assert milvus.hashes(table, "ann") == hashes_of(loaded)
    milvus.drop(table.name)


def test_a_label_beyond_sixteen_bits_ends_at_the_largest_that_fits(
    milvus: MilvusStore, client: MilvusClient
) -> None:
    table = table_of(MESSAGE_CHUNK)
    loaded = load(milvus, table, rows(MESSAGE_CHUNK, clustered(1), session_idx=40_000))
    (hit,) = milvus.search(table, loaded.vectors[0], 1, Filters())
    assert (hit.metadata["session_idx"], hit.metadata["chunk_idx"]) == (32_767, 1)
    assert milvus.hashes(table, "ann") == hashes_of(loaded)
    milvus.drop(table.name)
