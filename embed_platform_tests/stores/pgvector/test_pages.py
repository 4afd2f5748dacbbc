from __future__ import annotations

from hashlib import blake2b
from itertools import count
from typing import Any

import numpy as np
import psycopg
import pytest

from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.embedding.engine import MultiVector
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import BadRecord, SpaceMismatch
from embed_platform.search.maxsim import maxsim
from embed_platform.search.pages import best_pages, search_pages
from embed_platform.stores.base import Filters, PageRow, Rows, StoreTable
from embed_platform.stores.pgvector import pages as pgpages
from embed_platform.stores.pgvector.store import PgVectorStore
from embed_platform.stores.sync import vector_fault

DIMENSION = 32
_numbers = count()


@pytest.fixture
def pages_table() -> StoreTable:
    space = EmbeddingSpace(
        f"pages-{next(_numbers)}", "r" * 40, DIMENSION, modality="image", multi_vector=True
    )
    return StoreTable(space, PAGE_IMAGE)


def ident(number: int) -> str:
    return blake2b(str(number).encode(), digest_size=16).hexdigest()


def unit(values: np.ndarray) -> MultiVector:
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float16)


def drawn(number: int, length: int = 40) -> MultiVector:
    """A page of runs of like patches, about directions of its own."""
    rng = np.random.default_rng(number)
    centres = np.repeat(rng.standard_normal((-(-length // 10), DIMENSION)), 10, axis=0)[:length]
    return unit(centres + 0.2 * rng.standard_normal((length, DIMENSION)))


def rows_of(
    user: str, numbers: range, row_hash: str = "h", pages: list[MultiVector] | None = None
) -> Rows:
    own = pages or [drawn(n, 5 + n % 60) for n in numbers]
    metadata: list[dict[str, Any]] = [
        {
            "user": user,
            "kind": "page_image",
            "created_at": f"20{10 + n % 10}-01-01T00:00:00+00:00",
            "text": f"text of {n}",
            "text_hash": ident(n),
            "row_hash": row_hash,
            "file": f"{n}.pdf",
            "page": n,
            "pages": n + 1,
        }
        for n in numbers
    ]
    return Rows(
        [ident(n) for n in numbers],
        np.concatenate(own).astype(np.float32),
        metadata,
        [len(page) for page in own],
    )


def asking(number: int) -> MultiVector:
    """A question about a page: some of its patches, roughly."""
    rng = np.random.default_rng(number + 10_000)
    page = drawn(number, 5 + number % 60).astype(np.float32)
    return unit(page[:: max(1, len(page) // 4)][:4] + 0.05 * rng.standard_normal((1, DIMENSION)))


def bits_of(pgvector: PgVectorStore, table: StoreTable) -> int:
    dsn = start_postgres_dsn(pgvector)
    with psycopg.connect(dsn) as connection:
        row = connection.execute(f'select count(*) from vecs."{table.name}.bits"').fetchone()
    assert row is not None
    return int(row[0])


def start_postgres_dsn(pgvector: PgVectorStore) -> str:
    return pgvector._connections._dsn()


def test_pages_come_back_bit_by_bit_and_a_changed_one_is_one(
    pgvector: PgVectorStore, pages_table: StoreTable
) -> None:
    rows = rows_of("ann", range(20))
    assert pgvector.upsert(pages_table, "ann", [rows]) == 20
    found = {row.id: row for row in pgvector.page_rows(pages_table, list(rows.ids))}
    for key, page, metadata in zip(rows.ids, rows.pages(DIMENSION), rows.metadata, strict=True):
        assert np.array_equal(found[key].vectors, page) and found[key].metadata == metadata
    before = bits_of(pgvector, pages_table)
    assert before == sum(-(-length // pgpages.PATCHES_PER_RUN) for length in rows.lengths)
    changed = rows_of("ann", range(3), "new", [drawn(99, 7)] * 3)
    pgvector.upsert(pages_table, "ann", [changed])
    hashes = pgvector.hashes(pages_table, "ann")
    assert [hashes[ident(n)] for n in range(4)] == ["new", "new", "new", "h"]
    assert pgvector.counts(pages_table, ["ann", "bob"]) == {"ann": 20, "bob": 0}
    assert np.array_equal(
        pgvector.vectors(pages_table, "ann", [ident(1)])[ident(1)].astype(np.float16), drawn(99, 7)
    )


def test_bits_go_with_their_page_and_the_table_with_its_bits(
    pgvector: PgVectorStore, pages_table: StoreTable
) -> None:
    pgvector.upsert(pages_table, "ann", [rows_of("ann", range(5))])
    pgvector.finish(pages_table)
    pgvector.finish(pages_table)
    assert pages_table.name in pgvector.tables()
    assert f"{pages_table.name}.bits" not in pgvector.tables()
    pgvector.delete(pages_table, "ann", [ident(n) for n in range(5)])
    assert bits_of(pgvector, pages_table) == 0
    pgvector.drop(pages_table.name)
    with pytest.raises(psycopg.errors.UndefinedTable):
        bits_of(pgvector, pages_table)
    assert pgvector.hashes(pages_table, "ann") == {}
    assert pgvector.page_candidates(pages_table, asking(1), 5, Filters()) == []


def test_few_pages_are_all_candidates_and_filters_are_kept(
    pgvector: PgVectorStore, pages_table: StoreTable
) -> None:
    pgvector.upsert(pages_table, "ann", [rows_of("ann", range(30))])
    pgvector.upsert(pages_table, "bob", [rows_of("bob", range(100, 110))])
    everybody = pgvector.page_candidates(pages_table, asking(1), 1, Filters())
    assert len(everybody) == 40
    bob = pgvector.page_candidates(pages_table, asking(1), 1, Filters(user="bob"))
    assert sorted(bob) == sorted(ident(n) for n in range(100, 110))
    late = pgvector.page_candidates(pages_table, asking(1), 1, Filters("ann", since="2018-01-01"))
    assert sorted(late) == sorted(ident(n) for n in range(30) if n % 10 >= 8)


def test_of_many_pages_candidates_by_signs_hold_the_best(
    pgvector: PgVectorStore, pages_table: StoreTable
) -> None:
    numbers = range(600)
    pgvector.upsert(pages_table, "ann", [rows_of("ann", numbers)])
    pgvector.upsert(pages_table, "bob", [rows_of("bob", range(600, 640))])
    pgvector.finish(pages_table)
    pages = [drawn(n, 5 + n % 60) for n in numbers]
    found = 0
    for number in range(0, 600, 30):
        question = asking(number)
        best = ident(int(np.argmax(maxsim(question, pages))))
        got = pgvector.page_candidates(pages_table, question, 50, Filters(user="ann"))
        assert len(got) == 50
        found += best in got
    assert found == 20
    # more than the signs name: then all
    assert len(pgvector.page_candidates(pages_table, asking(1), 639, Filters())) == 640


class Asks:
    """An engine whose questions are about the page that they name."""

    provenance = None

    def embed_questions(self, texts: list[str]) -> list[MultiVector]:
        return [asking(int(text)) for text in texts]


def test_a_search_gives_file_page_and_exact_score(
    pgvector: PgVectorStore, pages_table: StoreTable
) -> None:
    rows = rows_of("ann", range(50))
    pgvector.upsert(pages_table, "ann", [rows])
    found = search_pages(pgvector, pages_table.space, Asks(), "17", limit=5)  # type: ignore[arg-type]
    exact = maxsim(asking(17), list(rows.pages(DIMENSION)))
    order = np.argsort(-exact)[:5]
    assert [page.page for page in found] == order.tolist() and found[0].page == 17
    assert [page.score for page in found] == pytest.approx(exact[order].tolist(), abs=1e-6)
    assert (found[0].file, found[0].pages, found[0].user) == ("17.pdf", 18, "ann")
    assert found[0].text == "text of 17"
    nobody = search_pages(
        pgvector,
        pages_table.space,
        Asks(),
        "17",
        filters=Filters(user="carl"),  # type: ignore[arg-type]
    )
    assert nobody == []


def test_the_best_of_any_number_of_pages_are_sorted_by_score_then_id() -> None:
    question = np.eye(2, dtype=np.float16)
    same = np.array([[1, 0]], np.float16)
    rows = [PageRow(ident(n), same, {}) for n in range(200)]
    better = PageRow(ident(500), np.eye(2, dtype=np.float16), {})
    best = best_pages(question, iter([*rows, better]), 4)
    assert [row.id for _, row in best] == [ident(500), *sorted(row.id for row in rows)[:3]]
    assert [score for score, _ in best] == [1.0, 0.5, 0.5, 0.5]


def test_a_page_whose_stored_vectors_hold_no_numbers_is_no_answer_and_is_named(
    pgvector: PgVectorStore, pages_table: StoreTable, caplog: pytest.LogCaptureFixture
) -> None:
    pgvector.upsert(pages_table, "ann", [rows_of("ann", range(5))])
    spoilt = drawn(3, 8)
    spoilt[2, 1] = np.nan
    with psycopg.connect(start_postgres_dsn(pgvector)) as connection:
        connection.execute(
            f'update vecs."{pages_table.name}" set vectors = %s where id = %s',
            (spoilt.tobytes(), ident(3)),
        )
    found = search_pages(pgvector, pages_table.space, Asks(), "3", limit=5)  # type: ignore[arg-type]
    assert sorted(page.page for page in found) == [0, 1, 2, 4]
    assert ident(3) in caplog.text and "stores rebuild" in caplog.text
    held = pgvector.vectors(pages_table, "ann", [ident(3)])[ident(3)]
    assert vector_fault(held, spoilt) is not None


def test_what_does_not_fit_is_refused_and_nothing_is_left(
    pgvector: PgVectorStore, pages_table: StoreTable
) -> None:
    good = rows_of("ann", range(2))
    for wrong in (
        Rows(good.ids, good.vectors[:, :8], good.metadata, good.lengths),
        Rows(good.ids, good.vectors, good.metadata, [1, 1]),
        Rows(good.ids, good.vectors[:5], good.metadata, [5, 0]),
    ):
        with pytest.raises(SpaceMismatch):
            pgvector.upsert(pages_table, "ann", [wrong])
    spoilt = [good.metadata[0], good.metadata[1] | {"text": "a\x00b"}]
    with pytest.raises(BadRecord, match="NUL"):
        pgvector.upsert(pages_table, "ann", [Rows(good.ids, good.vectors, spoilt, good.lengths)])
    assert pgvector.counts(pages_table, ["ann"]) == {"ann": 0}


def test_runs_of_bits_are_signs_of_the_mean() -> None:
    page = np.zeros((20, 2), np.float16)
    page[:16] = (1, -1)
    page[16:] = (-1, 3)
    assert pgpages.run_bits(page).tolist() == [[True, False], [False, True]]
