"""The index of a pgvector table: which one a space gets, and that searches go through it and are right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest

from embed_platform.corpus.kinds import TWEET
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.settings import Settings
from embed_platform.stores.base import Filters, Hit, Rows, StoreTable, Vectors
from embed_platform.stores.pgvector import schema, search
from embed_platform.stores.pgvector.index import PREFIX, explain_index, plan_index
from embed_platform.stores.pgvector.store import PgVectorStore
from embed_platform.stores.servers import start_postgres
from embed_platform_tests.stores.rows import clustered, in_batches, rows_of

LONG = 4096
BOB = 80


def space(
    dimension: int, *, matryoshka: bool = False, model: str = "org/pgindex"
) -> EmbeddingSpace:
    return EmbeddingSpace(model, "r" * 40, dimension, matryoshka=matryoshka)


def nested(rows: int, seed: int = 0) -> Vectors:
    """Clustered unit vectors whose first dimensions say most, as a Matryoshka model gives them."""
    weights = 1 / (1 + np.arange(LONG) / 128)
    found = clustered(rows, LONG, seed) * weights
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture
def connection(servers_home: Path) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(start_postgres(Settings(home=servers_home)), autocommit=True) as found:
        yield found


@pytest.fixture(scope="module", params=[True, False], ids=["matryoshka", "binary"])
def loaded(
    request: pytest.FixtureRequest, pgvector: PgVectorStore
) -> Iterator[tuple[StoreTable, Rows]]:
    """An indexed table of 1,500 long vectors, the last 80 of them bob's, and its rows."""
    table = StoreTable(space(LONG, matryoshka=request.param), TWEET)
    vectors = nested(1500) if request.param else clustered(1500, LONG)
    alice, bob = rows_of("alice", vectors[:-BOB]), rows_of("bob", vectors[-BOB:], start=9000)
    for user, rows in (("alice", alice), ("bob", bob)):
        pgvector.upsert(table, user, in_batches(rows))
    pgvector.finish(table)
    yield table, Rows([*alice.ids, *bob.ids], vectors, [*alice.metadata, *bob.metadata])
    pgvector.drop(table.name)


@pytest.fixture
def every_filter_through_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "EXACT_ROWS", 0)


def queries(rows: Rows) -> Vectors:
    """Twenty vectors near rows from all over the table."""
    noise = np.random.default_rng(1).standard_normal((20, LONG), dtype=np.float32)
    return np.asarray(rows.vectors[::75] + noise / 500, dtype=np.float32)


def exact(rows: Rows, query: Vectors, limit: int, user: str | None = None) -> list[str]:
    """Ids of the nearest rows by cosine, best first."""
    order = np.argsort(-(rows.vectors @ query), kind="stable")
    own = [i for i in order if user in (None, rows.metadata[i]["user"])]
    return [rows.ids[i] for i in own[:limit]]


def recall(hits: list[Hit], wanted: list[str]) -> float:
    return len({hit.id for hit in hits} & set(wanted)) / len(wanted)


def plan_of(
    connection: psycopg.Connection[Any], table: StoreTable, vector: Vectors, filters: Filters
) -> str:
    """What PostgreSQL says it does for a search through the index."""
    condition, values = search.conditions(filters)
    statement = "explain " + search.index_statement(table, 10, condition).as_string(connection)
    query = "[" + ",".join(map(str, vector.tolist())) + "]"
    with connection.transaction():
        for name, value in search.index_settings(table, 10).items():
            schema.set_local(connection, name, value)
        found = connection.execute(statement, {"query": query, **values}).fetchall()  # type: ignore[arg-type]
    return "\n".join(line for (line,) in found)


@pytest.mark.parametrize(
    ("dimension", "matryoshka", "kind", "indexed"),
    [
        (384, False, "vector", 384),
        (2000, True, "vector", 2000),
        (2001, False, "halfvec", 2001),
        (4000, True, "halfvec", 4000),
        (4001, False, "binary", 4001),
        (4001, True, "prefix", PREFIX),
        (4096, False, "binary", 4096),
        (4096, True, "prefix", PREFIX),
    ],
)
def test_a_space_gets_as_much_of_its_vectors_indexed_as_an_index_holds(
    dimension: int, matryoshka: bool, kind: str, indexed: int
) -> None:
    plan = plan_index(space(dimension, matryoshka=matryoshka))
    assert (plan.kind, plan.dimensions) == (kind, indexed)


def test_each_plan_says_its_expression_its_order_and_its_operators() -> None:
    def words(dimension: int, matryoshka: bool = False) -> tuple[str, str, str]:
        plan = plan_index(space(dimension, matryoshka=matryoshka))
        return plan.expression.as_string(), plan.order.as_string(), plan.operator_class

    q = "%(query)s::vector"
    assert words(384) == ("vec", f"vec <=> {q}", "vector_cosine_ops")
    whole = "({}::halfvec(3072))"
    assert words(3072) == (
        whole.format("vec"),
        f"{whole.format('vec')} <=> {whole.format(q)}",
        "halfvec_cosine_ops",
    )
    first = "(subvector({}, 1, 1024)::halfvec(1024))"
    assert words(4096, True) == (
        first.format("vec"),
        f"{first.format('vec')} <=> {first.format(q)}",
        "halfvec_cosine_ops",
    )
    signs = "(binary_quantize({})::bit(4096))"
    assert words(4096) == (
        signs.format("vec"),
        f"{signs.format('vec')} <~> {signs.format(q)}",
        "bit_hamming_ops",
    )


def test_only_a_plain_index_has_a_name_that_a_vecs_client_takes_for_its_own() -> None:
    names = {
        plan_index(s).kind: schema.index_name(StoreTable(s, TWEET))
        for s in (space(384), space(3072), space(LONG, matryoshka=True), space(LONG))
    }
    assert names["vector"].startswith("ix_vector_cosine_ops_hnsw_m16_ef64_")
    assert names["halfvec"].startswith("ix_halfvec_cosine_ops_hnsw_m16_ef64_")
    assert [kind for kind, name in names.items() if name.startswith("ix_vector")] == ["vector"]
    assert str(PREFIX) in names["prefix"], "another prefix is another index"
    assert max(map(len, names.values())) <= 63


def test_coarser_indexes_give_more_candidates_and_a_plain_one_no_more_than_asked() -> None:
    spaces = (space(384), space(3072), space(LONG, matryoshka=True), space(LONG))
    assert [plan_index(s).candidates(10) for s in spaces] == [10, 200, 400, 800]
    assert [plan_index(s).candidates(1000) for s in spaces] == [1000, 4000, 4000, 8000]


def test_a_build_takes_memory_for_what_is_indexed_not_for_what_is_stored() -> None:
    rows = 500_000
    sizes = [
        schema.build_memory_mb(rows, plan_index(s).value_bytes)
        for s in (space(LONG, matryoshka=True), space(LONG))
    ]
    assert sizes == [1317, 584]


@pytest.mark.parametrize(
    ("dimension", "matryoshka", "line"),
    [
        (384, False, "384 dimensions fit an index as they are"),
        (
            3072,
            True,
            "3,072 dimensions are more than a plain index holds; it indexes them as halfvec "
            "and re-scores 200 candidates in full precision",
        ),
        (
            4096,
            True,
            "4,096 dimensions are more than an index holds; it indexes the first 1,024 "
            "(Matryoshka) as halfvec and re-scores 400 candidates in full precision",
        ),
        (
            4096,
            False,
            "4,096 dimensions are more than an index holds; it indexes the sign of each as a bit "
            "and re-scores 800 candidates in full precision",
        ),
    ],
)
def test_the_choice_is_explained_in_a_line(dimension: int, matryoshka: bool, line: str) -> None:
    assert explain_index(space(dimension, matryoshka=matryoshka)) == f"pgvector: {line}"


def test_long_vectors_are_indexed_and_postgres_takes_the_index(
    loaded: tuple[StoreTable, Rows], connection: psycopg.Connection[Any]
) -> None:
    table, rows = loaded
    assert schema.has_index(connection, table)
    name = schema.index_name(table)
    for filters in (Filters(), Filters(user="alice"), Filters(user="alice", since="2020-01-03")):
        assert f"Index Scan using {name}" in plan_of(connection, table, rows.vectors[0], filters)


def test_a_search_for_long_vectors_finds_what_the_exact_order_has_with_exact_scores(
    loaded: tuple[StoreTable, Rows], pgvector: PgVectorStore
) -> None:
    table, rows = loaded
    found = []
    for query in queries(rows):
        hits = pgvector.search(table, query, 10, Filters())
        found.append(recall(hits, exact(rows, query, 10)))
        cosines = rows.vectors[[rows.ids.index(hit.id) for hit in hits]] @ query
        assert [h.score for h in hits] == pytest.approx(cosines / np.linalg.norm(query), abs=1e-5)
        assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert np.mean(found) >= 0.95, found


def test_a_filter_that_leaves_few_long_vectors_is_answered_exactly(
    loaded: tuple[StoreTable, Rows], pgvector: PgVectorStore
) -> None:
    table, rows = loaded
    for query in queries(rows)[:5]:
        hits = pgvector.search(table, query, 30, Filters(user="bob"))
        assert [hit.id for hit in hits] == exact(rows, query, 30, "bob")
    narrow = Filters(user="bob", since="2020-01-03", until="2020-01-05")
    hits = pgvector.search(table, rows.vectors[0], BOB, narrow)
    days = {m["created_at"][:10] for m in (hit.metadata for hit in hits)}
    assert days == {"2020-01-03", "2020-01-04"}


def test_a_filter_that_leaves_many_long_vectors_goes_through_the_index(
    loaded: tuple[StoreTable, Rows], pgvector: PgVectorStore, every_filter_through_the_index: None
) -> None:
    table, rows = loaded
    found = []
    for query in queries(rows):
        hits = pgvector.search(table, query, 10, Filters(user="alice"))
        assert {hit.metadata["user"] for hit in hits} == {"alice"}
        found.append(recall(hits, exact(rows, query, 10, "alice")))
    assert np.mean(found) >= 0.95, found


@pytest.mark.parametrize("limit", [40, BOB + 5])
def test_too_few_candidates_under_a_filter_are_asked_again_exactly(
    loaded: tuple[StoreTable, Rows],
    pgvector: PgVectorStore,
    every_filter_through_the_index: None,
    limit: int,
) -> None:
    table, rows = loaded
    assert plan_index(table.space).enough(limit) > BOB
    query = rows.vectors[3]
    hits = pgvector.search(table, query, limit, Filters(user="bob"))
    assert [hit.id for hit in hits] == exact(rows, query, limit, "bob")


def test_more_long_vectors_than_the_table_has_give_all_of_them(
    loaded: tuple[StoreTable, Rows], pgvector: PgVectorStore
) -> None:
    table, rows = loaded
    hits = pgvector.search(table, rows.vectors[0], 2000, Filters())
    assert len({hit.id for hit in hits}) == 1500


def test_long_vectors_written_after_the_index_are_found_and_replaced(
    loaded: tuple[StoreTable, Rows], pgvector: PgVectorStore, connection: psycopg.Connection[Any]
) -> None:
    table, _ = loaded
    before, after = nested(3, seed=7), nested(3, seed=8)
    written = rows_of("carol", before)
    pgvector.upsert(table, "carol", [written])
    assert schema.has_index(connection, table)
    assert pgvector.search(table, before[1], 1, Filters())[0].id == written.ids[1]
    pgvector.upsert(table, "carol", [rows_of("carol", after)])
    assert pgvector.search(table, after[1], 1, Filters())[0].id == written.ids[1]
    assert pgvector.search(table, before[1], 1, Filters())[0].score < 0.9
    pgvector.delete(table, "carol", written.ids)


def test_a_second_finish_leaves_the_index_as_it_is(
    loaded: tuple[StoreTable, Rows], pgvector: PgVectorStore, connection: psycopg.Connection[Any]
) -> None:
    table, _ = loaded

    def indexes() -> list[tuple[Any, ...]]:
        return connection.execute(
            "select c.oid, c.relname, c.relfilenode from pg_index i join pg_class c on c.oid = "
            "i.indexrelid where i.indrelid = %s::regclass order by c.oid",
            (schema.table_sql(table.name).as_string(connection),),
        ).fetchall()

    before = indexes()
    pgvector.finish(table)
    assert indexes() == before
    assert schema.index_name(table) in {name for _, name, _ in before}


def test_long_vectors_without_an_index_are_searched_exactly(
    pgvector: PgVectorStore,
) -> None:
    table = StoreTable(space(LONG, matryoshka=True, model="org/unfinished"), TWEET)
    # the beginning says nothing of these, so that its order would be another
    vectors = clustered(600, LONG)
    vectors[:, :PREFIX] = 1 / 64
    rows = rows_of("alice", vectors)
    pgvector.upsert(table, "alice", [rows])
    hits = pgvector.search(table, vectors[7], 20, Filters())
    cosines = vectors @ vectors[7] / np.linalg.norm(vectors, axis=1)
    assert [hit.id for hit in hits] == [rows.ids[i] for i in np.argsort(-cosines)[:20]]
    pgvector.drop(table.name)


def test_a_vecs_client_opens_a_table_of_long_vectors_and_sees_no_index_of_its_own(
    loaded: tuple[StoreTable, Rows], servers_home: Path
) -> None:
    vecs = pytest.importorskip("vecs")
    table, rows = loaded
    dsn = start_postgres(Settings(home=servers_home))
    client = vecs.create_client(dsn.replace("postgresql://", "postgresql+psycopg2://"))
    try:
        collection = client.get_collection(table.name)
        assert (collection.dimension, len(collection)) == (LONG, 1500)
        assert not collection.is_indexed_for_measure("cosine_distance")
        found = collection.query(rows.vectors[3], limit=3)
        assert found == exact(rows, rows.vectors[3], 3)
    finally:
        client.disconnect()
