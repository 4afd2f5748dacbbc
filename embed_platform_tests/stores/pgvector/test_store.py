"""What is particular to the pgvector store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from pydantic import SecretStr

from embed_platform.corpus.kinds import TWEET
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import BadRecord, EmbedError, SpaceMismatch, StoreUnavailable
from embed_platform.settings import Settings
from embed_platform.stores.base import Filters, Rows, StoreTable
from embed_platform.stores.pgvector import schema
from embed_platform.stores.pgvector.search import ef_search
from embed_platform.stores.pgvector.store import PgVectorStore, rebuild_pays
from embed_platform.stores.servers import start_postgres
from embed_platform_tests.servers import free_port
from embed_platform_tests.stores.rows import clustered, hashes_of, in_batches, new_table, rows_of


@pytest.fixture
def connection(pgvector: PgVectorStore, servers_home: Path) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(start_postgres(Settings(home=servers_home)), autocommit=True) as found:
        yield found


def load(store: PgVectorStore, table: StoreTable, *many: Rows) -> None:
    for rows in many:
        store.upsert(table, rows.metadata[0]["user"], in_batches(rows))
    store.finish(table)


def test_a_vecs_client_opens_and_queries_a_table(
    pgvector: PgVectorStore, table: StoreTable, servers_home: Path
) -> None:
    vecs = pytest.importorskip("vecs")
    rows = rows_of("alice", clustered(40))
    load(pgvector, table, rows)
    dsn = start_postgres(Settings(home=servers_home))
    client = vecs.create_client(dsn.replace("postgresql://", "postgresql+psycopg2://"))
    try:
        collection = client.get_collection(table.name)
        assert (collection.dimension, len(collection)) == (8, 40)
        assert collection.is_indexed_for_measure("cosine_distance")
        found = collection.query(
            rows.vectors[3], limit=3, include_value=True, include_metadata=True
        )
        assert found[0][0] == rows.ids[3]
        assert found[0][2] == rows.metadata[3]
        filtered = collection.query(rows.vectors[3], filters={"tweet_id": {"$eq": "7"}})
        assert filtered == [rows.ids[7]]
        collection.upsert([("b" * 32, rows.vectors[0], {"user": "bob", "row_hash": "x"})])
    finally:
        client.disconnect()
    assert pgvector.hashes(table, "bob") == {"b" * 32: "x"}


def test_a_table_that_a_vecs_client_made_is_taken_over(
    pgvector: PgVectorStore, table: StoreTable, connection: psycopg.Connection[Any]
) -> None:
    name = schema.table_sql(table.name).as_string(connection)
    schema.ensure_extension(connection)
    connection.execute("create schema if not exists vecs")
    connection.execute(
        f"create table {name} (id varchar primary key, vec vector(8) not null, "
        "metadata jsonb not null default '{}')"
    )
    rows = rows_of("alice", clustered(5))
    load(pgvector, table, rows)
    assert pgvector.hashes(table, "alice") == hashes_of(rows)


def test_the_index_is_built_after_the_first_load_and_kept_by_small_ones(
    pgvector: PgVectorStore, table: StoreTable, connection: psycopg.Connection[Any]
) -> None:
    rows = rows_of("alice", clustered(100))
    pgvector.upsert(table, "alice", [rows])
    assert not schema.has_index(connection, table)
    pgvector.finish(table)
    assert schema.has_index(connection, table)
    pgvector.upsert(table, "alice", [rows_of("alice", clustered(20), lang="de")])
    assert schema.has_index(connection, table)
    pgvector.upsert(table, "alice", [rows_of("alice", clustered(1), lang="fr")])
    assert not schema.has_index(connection, table), "21 of 100 rows changed since the last finish"
    pgvector.finish(table)
    assert schema.has_index(connection, table)
    assert pgvector.counts(table, ["alice"]) == {"alice": 100}


@pytest.mark.parametrize(
    ("changed", "rows", "pays"), [(20, 100, False), (21, 100, True), (1, 0, True)]
)
def test_rebuilding_pays_above_a_fifth_of_the_rows(changed: int, rows: int, pays: bool) -> None:
    assert rebuild_pays(changed, rows) is pays


@pytest.mark.parametrize(("limit", "expected"), [(1, 200), (50, 200), (200, 400), (5000, 1000)])
def test_the_candidate_list_grows_with_the_answer_up_to_the_servers_limit(
    limit: int, expected: int
) -> None:
    assert ef_search(limit) == expected


def test_an_answer_that_the_index_cuts_short_is_completed(
    pgvector: PgVectorStore, table: StoreTable
) -> None:
    rows = rows_of("alice", clustered(1500))
    load(pgvector, table, rows)
    hits = pgvector.search(table, rows.vectors[0], 1400, Filters())
    assert len({hit.id for hit in hits}) == 1400


@pytest.mark.parametrize("dimension", [2000, 2001, 4001])
def test_long_vectors_are_searched_right_whatever_their_index(
    pgvector: PgVectorStore, connection: psycopg.Connection[Any], dimension: int
) -> None:
    table = new_table(dimension)
    rows = rows_of("alice", clustered(60, dimension))
    load(pgvector, table, rows)
    assert schema.has_index(connection, table)
    hits = pgvector.search(table, rows.vectors[7], 5, Filters())
    exact = np.argsort(-(rows.vectors @ rows.vectors[7]))[:5]
    assert [hit.id for hit in hits] == [rows.ids[i] for i in exact]
    assert hits[0].score == pytest.approx(1, abs=1e-5)
    pgvector.drop(table.name)


def test_an_existing_table_of_another_dimension_is_refused_by_name(
    pgvector: PgVectorStore, table: StoreTable, connection: psycopg.Connection[Any]
) -> None:
    name = schema.table_sql(table.name).as_string(connection)
    connection.execute("create schema if not exists vecs")
    connection.execute(
        f"create table {name} (id varchar primary key, vec vector(5), metadata jsonb)"
    )
    with pytest.raises(SpaceMismatch, match=r"5 dimensions.* 8"):
        pgvector.upsert(table, "alice", [rows_of("alice", clustered(1))])
    pgvector.drop(table.name)


@pytest.mark.parametrize("text", ["a\x00b", "half a pair \ud800"])
def test_text_that_the_database_refuses_is_a_bad_record_and_leaves_nothing(
    pgvector: PgVectorStore, table: StoreTable, text: str
) -> None:
    rows = rows_of("alice", clustered(3))
    rows.metadata[1]["text"] = text
    with pytest.raises(BadRecord, match=rows.ids[1]):
        pgvector.upsert(table, "alice", [rows])
    assert pgvector.counts(table, ["alice"]) == {"alice": 0}
    rows.metadata[1]["text"] = "a harmless \\u0000 in writing"
    assert pgvector.upsert(table, "alice", [rows]) == 3


def test_a_server_that_is_down_is_reported_in_bounded_time(tmp_path: Path) -> None:
    dsn = SecretStr(f"postgresql://me:sesame@127.0.0.1:{free_port()}/db")
    started = time.monotonic()
    with pytest.raises(StoreUnavailable) as error:
        PgVectorStore(Settings(home=tmp_path, pg_dsn=dsn)).check()
    assert time.monotonic() - started < 10
    assert "EMBED_PG_DSN" in str(error.value)


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://me:open-sesame@127.0.0.1:{port}/db",
        "postgresql://me:open-sesame@half@127.0.0.1:{port}/db",
        "postgresql://me:open-sesame/half@127.0.0.1:{port}/db",
        "host=127.0.0.1 port={port} password=open-sesame nonsense",
        "host=127.0.0.1 port={port} user=me password=open-sesame",
        "open-sesame",
    ],
)
def test_no_error_shows_the_password(tmp_path: Path, dsn: str) -> None:
    given = SecretStr(dsn.format(port=free_port()))
    with pytest.raises(EmbedError) as error:
        PgVectorStore(Settings(home=tmp_path, pg_dsn=given)).check()
    assert "open-sesame" not in f"{error.value} {error.value!r} {error.value.__cause__!r}"


def test_connections_survive_a_restart_of_the_server(
    pgvector: PgVectorStore, connection: psycopg.Connection[Any], table: StoreTable
) -> None:
    load(pgvector, table, rows_of("alice", clustered(3)))
    connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where pid <> pg_backend_pid() and backend_type = 'client backend'"
    )
    assert pgvector.counts(table, ["alice"]) == {"alice": 3}


@pytest.mark.slow
def test_recall_on_twenty_thousand_rows_is_above_95_percent(pgvector: PgVectorStore) -> None:
    table = StoreTable(EmbeddingSpace("recall", "r" * 40, 64), TWEET)
    rows = rows_of("alice", clustered(20_000, 64))
    load(pgvector, table, rows)
    found = []
    for query in rows.vectors[::500]:
        exact = {rows.ids[i] for i in np.argsort(-(rows.vectors @ query))[:10]}
        found.append(len(exact & {h.id for h in pgvector.search(table, query, 10, Filters())}) / 10)
    assert np.mean(found) >= 0.95
    assert min(found) > 0, "a query that finds none of its nearest ended in a wrong cluster"
    pgvector.drop(table.name)
