"""Full text on a real PostgreSQL: what is found, in which order, through which index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.errors import SettingsError
from embed_platform.settings import Settings
from embed_platform.stores.base import Filters, Rows, StoreTable
from embed_platform.stores.pgvector.store import PgVectorStore
from embed_platform.stores.pgvector.text import COMMON, plain_words, rarest
from embed_platform_tests.stores.rows import metadata, rows_of

TEXTS = [
    "Seven small boats left the harbour before sunrise",
    "The harbour was empty and the boats were gone by the time we came to look for them",
    "Bread needs flour, water, salt and time",
    "Die Boote verließen den Hafen vor Sonnenaufgang",
    "Bäckerei am Hafen: Brot braucht Zeit",
    "a small harbour, a smaller boat",
    "nobody sleeps when the boats leave, they said",
]


def texts_of(user: str, texts: Sequence[str]) -> Rows:
    rows = rows_of(user, np.eye(8, dtype=np.float32)[np.arange(len(texts)) % 8])
    kept = [metadata(user, str(i), text=text) for i, text in enumerate(texts)]
    return replace(rows, metadata=kept)


@pytest.fixture
def filled(pgvector: PgVectorStore, table: StoreTable) -> StoreTable:
    filler = [
        f"filler {i} about the weather and the garden and what we had for tea" for i in range(300)
    ]
    pgvector.upsert(table, "ann", [texts_of("ann", [*TEXTS, *filler])])
    pgvector.upsert(table, "bob", [texts_of("bob", TEXTS[:2])])
    pgvector.finish(table)
    return table


def found(store: PgVectorStore, table: StoreTable, text: str, **filters: str) -> list[str]:
    hits = store.search_words(table, text, 5, Filters(**({"user": "ann"} | filters)))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    return [hit.metadata["text"] for hit in hits]


def test_what_has_all_words_comes_first_the_shorter_before_the_longer(
    pgvector: PgVectorStore, filled: StoreTable
) -> None:
    assert found(pgvector, filled, "boats harbour")[:2] == [TEXTS[0], TEXTS[1]]
    hits = pgvector.search_words(filled, "boats harbour", 5, Filters("ann"))
    assert [hit.score > 1 for hit in hits[:3]] == [True, True, False]


def test_phrases_exclusions_and_alternatives_are_understood(
    pgvector: PgVectorStore, filled: StoreTable
) -> None:
    assert found(pgvector, filled, '"small harbour"') == [TEXTS[5]]
    assert found(pgvector, filled, "boats -harbour") == [TEXTS[6]]
    assert set(found(pgvector, filled, "brot or bread")) == {TEXTS[2], TEXTS[4]}
    assert found(pgvector, filled, "HAFEN sonnenaufgang")[0] == TEXTS[3]


def test_a_question_whose_words_no_text_has_together_is_answered_by_its_rarer_ones(
    pgvector: PgVectorStore, filled: StoreTable
) -> None:
    assert set(found(pgvector, filled, "what about the flour and the sunrise")) == {
        TEXTS[0],
        TEXTS[2],
    }
    assert found(pgvector, filled, "zyzzyva") == found(pgvector, filled, "zyzzyva quokka") == []
    for nothing in ("-", '"', "()&|!<->:*", "🎄", "'; drop table x --"):
        assert isinstance(found(pgvector, filled, nothing), list)


def test_filters_narrow_by_user_and_time(pgvector: PgVectorStore, filled: StoreTable) -> None:
    hits = pgvector.search_words(filled, "harbour", 9, Filters("bob"))
    assert {hit.metadata["user"] for hit in hits} == {"bob"} and len(hits) == 2
    late = pgvector.search_words(filled, "harbour", 9, Filters("ann", since="2020-01-03"))
    assert [hit.metadata["text"] for hit in late] == [TEXTS[5]]
    early = pgvector.search_words(filled, "harbour", 9, Filters("ann", until="2020-01-02"))
    assert [hit.metadata["text"] for hit in early] == [TEXTS[0]]


def test_a_row_that_changes_or_goes_is_found_no_longer(
    pgvector: PgVectorStore, filled: StoreTable
) -> None:
    changed = texts_of("bob", ["nothing of that kind", TEXTS[1]])
    pgvector.upsert(filled, "bob", [changed])
    pgvector.delete(filled, "bob", [changed.ids[1]])
    assert pgvector.search_words(filled, "harbour", 9, Filters("bob")) == []
    assert len(pgvector.search_words(filled, "kind", 9, Filters("bob"))) == 1


def test_a_table_that_is_not_there_holds_nothing(
    pgvector: PgVectorStore, table: StoreTable
) -> None:
    assert pgvector.search_words(table, "boats", 5, Filters()) == []


def test_another_language_has_an_index_of_its_own_and_the_old_one_goes(
    pgvector: PgVectorStore, filled: StoreTable, servers_home: Path
) -> None:
    def indexes() -> list[str]:
        with pgvector._connections.session() as connection:
            rows = connection.execute(
                "select indexdef from pg_indexes where tablename = %s and indexdef like '%%gin%%'",
                (filled.name,),
            ).fetchall()
        return [text for (text,) in rows]

    (simple,) = indexes()
    assert "'simple'" in simple
    assert found(pgvector, filled, "boat") == [TEXTS[5]]
    english = PgVectorStore(Settings(home=servers_home, text_search_language="english"))
    stemmed = found(english, filled, "boat")
    assert len(stemmed) == 4, "stems: boats too"
    (only,) = indexes()
    assert "'english'" in only
    wrong = PgVectorStore(Settings(home=servers_home, text_search_language="klingon"))
    with pytest.raises(
        SettingsError, match=r"EMBED_TEXT_SEARCH_LANGUAGE.*'klingon'; it has .*simple"
    ):
        wrong.search_words(filled, "boat", 5, Filters())
    english.close(), wrong.close()


def test_the_index_serves_the_search(pgvector: PgVectorStore, filled: StoreTable) -> None:
    with pgvector._connections.session() as connection, connection.transaction():
        connection.execute("set local enable_seqscan = off")
        plan = connection.execute(
            f"explain select id from vecs.{filled.name} where "
            "to_tsvector('simple'::regconfig, metadata->>'text') @@ "
            "websearch_to_tsquery('simple'::regconfig, 'boats')"
        ).fetchall()
    assert any("ix_text_" in line for (line,) in plan)


@given(st.text())
def test_plain_words_are_a_questions_own_each_once(text: str) -> None:
    words = plain_words(text)
    assert len(words) == len(set(words)) <= 32
    assert all(word in text.lower() for word in words)


def test_a_text_that_says_how_its_words_go_together_is_not_plain() -> None:
    assert plain_words('"small boats" harbour') == plain_words("boats -harbour") == []
    assert plain_words("boats or harbour") == [] and plain_words("well-known boats") != []


@given(
    st.lists(st.tuples(st.text(min_size=1), st.integers(0, 500)), unique_by=lambda p: p[0]),
    st.integers(0, 10_000),
)
def test_the_rarer_words_are_taken_within_bounds(counts: list[tuple[str, int]], rows: int) -> None:
    chosen = rarest(counts, rows, most=600)
    sizes = dict(counts)
    there = [size for size in sizes.values() if size]
    assert bool(chosen) == bool(there)
    if chosen:
        assert sizes[chosen[0]] == min(there)
    assert all(sizes[word] <= COMMON * rows for word in chosen[1:])
    assert sum(sizes[word] for word in chosen) <= 600 or len(chosen) == 1
