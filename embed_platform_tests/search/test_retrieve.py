"""A question: one piece per conversation, as many as asked for, the same from every store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.embedding.engine import Embedded
from embed_platform.search.retrieve import Query, collapse, search
from embed_platform.stores.base import Filters, Hit, Store, StoreTable, Vectors
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.stores.rows import clustered, rows_of


class Towards(HashEngine):
    """Gives every question one direction, and remembers what was asked with which prompt."""

    def __init__(self, vector: Vectors) -> None:
        super().__init__(len(vector))
        self.vector = vector
        self.prompts: list[str] = []

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        self.prompts.append(prompt)
        return Embedded(np.stack([self.vector] * len(texts)), np.ones(1, int), np.zeros(1, bool))


hits = st.lists(
    st.builds(
        lambda number, score, user, conversation: Hit(
            str(number), score, {"user": user, "kind": "tweet", "conversation_id": conversation}
        ),
        st.integers(0, 999),
        st.floats(-1, 1),
        st.sampled_from("ab"),
        st.sampled_from(["1", "2", "3", None]),
    ),
    max_size=30,
    unique_by=lambda hit: hit.id,
)


@given(hits)
def test_of_each_conversation_of_a_user_the_best_hit_stays(found: list[Hit]) -> None:
    ranked = sorted(found, key=lambda hit: (-hit.score, hit.id))
    kept = collapse(ranked)
    assert [hit for hit in ranked if hit in kept] == kept, "in the same order"

    def talk(hit: Hit) -> tuple[str, str]:
        return hit.metadata["user"], hit.metadata["conversation_id"] or f"{hit.id} alone"

    assert {talk(hit) for hit in kept} == {talk(hit) for hit in ranked}
    assert len({talk(hit) for hit in kept}) == len(kept)
    for hit in kept:
        assert hit.score == max(other.score for other in ranked if talk(other) == talk(hit))


@pytest.fixture
def vectors() -> Vectors:
    return clustered(300)


def test_a_long_conversation_does_not_crowd_the_others_out(
    store: Store, table: StoreTable, vectors: Vectors
) -> None:
    order = np.argsort(-(vectors @ vectors[0]))
    near, far = vectors[order[:250]], vectors[order[250:]]
    rows = rows_of("ann", near, conversation_id="1")
    store.upsert(table, "ann", [rows])
    store.upsert(table, "ann", [rows_of("ann", far, start=1000)])
    store.finish(table)
    engine = Towards(vectors[0])
    query = Query("anything", ["tweet"], limit=10)
    found = search(store, table.space, engine, query)
    assert len(found) == 10
    assert [r.metadata["conversation_id"] for r in found].count("1") == 1
    assert found[0].metadata["conversation_id"] == "1"
    scores = [result.score for result in found]
    assert scores == sorted(scores, reverse=True)
    every = search(store, table.space, engine, replace(query, collapse=False))
    assert {r.metadata["conversation_id"] for r in every} == {"1"}
    whole = search(store, table.space, engine, replace(query, limit=100))
    assert len(whole) == 51, "fewer than asked for only when no more exist"


def test_filters_and_the_spaces_query_prompt_are_used(
    store: Store, table: StoreTable, vectors: Vectors
) -> None:
    asking = StoreTable(replace(table.space, query_prompt="search_query: "), table.kind)
    for user in ("ann", "bob"):
        store.upsert(asking, user, [rows_of(user, vectors[:20])])
    store.finish(asking)
    engine = Towards(vectors[0])
    query = Query("x", ["tweet"], Filters(user="bob"), limit=50)
    found = search(store, asking.space, engine, query)
    assert len(found) == 20 and {result.user for result in found} == {"bob"}
    assert engine.prompts == ["search_query: "]
    first = found[0]
    assert first.kind == "tweet" and first.text and first.created_at
    assert first.url == f"https://x.com/bob/status/{first.metadata['tweet_id']}"


def test_a_space_without_tables_answers_nothing(store: Store, table: StoreTable) -> None:
    engine = HashEngine(8)
    assert search(store, table.space, engine, Query("x", ["tweet", "thread"])) == []


def test_every_store_gives_the_answers_of_the_exact_scan(
    pgvector: Store, milvus: Store, s3: Store, table: StoreTable, vectors: Vectors
) -> None:
    engine = Towards(vectors[7])
    answers = []
    for store in (s3, pgvector, milvus):
        store.upsert(table, "ann", [rows_of("ann", vectors)])
        store.finish(table)
        found = search(store, table.space, engine, Query("x", ["tweet"], limit=10))
        answers.append([(result.id, round(result.score, 3)) for result in found])
    assert answers[0] == answers[1] == answers[2]


def test_windows_of_one_session_are_one_answer_and_messages_stand_for_themselves() -> None:
    def chunk(key: str, thread: int, session: int, kind: str = "message_chunk") -> Hit:
        place = {"thread_id": thread, "session_idx": session}
        return Hit(key, 1.0, {"user": "ann", "kind": kind, **place})

    found = [chunk("a", 1, 0), chunk("b", 1, 0), chunk("c", 1, 1), chunk("d", 2, 0)]
    assert [hit.id for hit in collapse(found)] == ["a", "c", "d"]
    alone = [chunk("a", 1, 0, "message"), chunk("b", 1, 0, "message")]
    assert collapse(alone) == alone
