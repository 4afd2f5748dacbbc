"""Pages in a Milvus with embedding lists, through the real client; and the refusal of one without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from embed_platform.corpus.build import build_documents
from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.embedding.engine import MultiVector
from embed_platform.embedding.multivectors import append_multivectors
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import EmbedError, SpaceMismatch, StoreUnavailable, VerificationFailed
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.search.maxsim import maxsim
from embed_platform.search.pages import search_pages
from embed_platform.settings import Settings
from embed_platform.sources.pages.ingest import ingest
from embed_platform.sources.pages.publish import publish_raw_pages
from embed_platform.stores.base import Filters, Rows, StoreTable
from embed_platform.stores.milvus import pages as milvus_pages
from embed_platform.stores.milvus.store import MilvusStore
from embed_platform.stores.sync import Loaded, sync_space
from embed_platform_tests.sources.pages.made import pdf, save
from embed_platform_tests.standins.milvus_lists import (
    MilvusWithLists,
    plain_maxsim,
    serving_lists,
)
from embed_platform_tests.stores.pgvector.test_pages import (
    DIMENSION,
    Asks,
    asking,
    drawn,
    ident,
    rows_of,
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, MilvusWithLists]]:
    with serving_lists(tmp_path_factory.mktemp("milvus")) as found:
        yield found


@pytest.fixture
def store(service: tuple[str, MilvusWithLists], tmp_path: Path) -> Iterator[MilvusStore]:
    found = MilvusStore(Settings(home=tmp_path, milvus_uri=service[0]))
    yield found
    found.close()


@pytest.fixture
def table(request: pytest.FixtureRequest) -> StoreTable:
    space = EmbeddingSpace(
        request.node.name, "r" * 40, DIMENSION, modality="image", multi_vector=True
    )
    return StoreTable(space, PAGE_IMAGE)


def test_pages_come_back_whole_and_a_changed_one_is_one(
    store: MilvusStore, table: StoreTable, service: tuple[str, MilvusWithLists]
) -> None:
    assert store.refuses(table) == ""
    rows = rows_of("ann", range(50))
    assert store.upsert(table, "ann", [rows]) == 50
    index = service[1].indexed[table.name]
    assert (index["index_type"], index["metric_type"]) == ("HNSW", "MAX_SIM_COSINE")
    found = {row.id: row for row in store.page_rows(table, list(rows.ids))}
    for key, page, metadata in zip(rows.ids, rows.pages(DIMENSION), rows.metadata, strict=True):
        assert np.array_equal(found[key].vectors, page)
        assert {name: found[key].metadata[name] for name in metadata} == metadata
    assert list(store.page_rows(table, ["nobody"])) == []
    store.upsert(table, "ann", [rows_of("ann", range(3), "new", [drawn(99, 7)] * 3)])
    hashes = store.hashes(table, "ann")
    assert [hashes[ident(n)] for n in range(4)] == ["new", "new", "new", "h"]
    assert store.counts(table, ["ann", "bob"]) == {"ann": 50, "bob": 0}
    held = store.vectors(table, "ann", [ident(1)])[ident(1)]
    assert held.dtype == np.float32 and np.array_equal(held.astype(np.float16), drawn(99, 7))
    store.delete(table, "ann", [ident(0)])
    assert len(store.hashes(table, "ann")) == 49
    store.finish(table)
    store.drop(table.name)
    assert store.hashes(table, "ann") == {} and table.name not in store.tables()
    assert store.page_candidates(table, asking(1), 5, Filters()) == []


def test_few_pages_are_all_candidates_and_of_many_the_server_names_the_best(
    store: MilvusStore,
    table: StoreTable,
    service: tuple[str, MilvusWithLists],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(milvus_pages, "EXACT_PAGES", 30)
    store.upsert(table, "ann", [rows_of("ann", range(40))])
    store.upsert(table, "bob", [rows_of("bob", range(100, 110))])
    bob = store.page_candidates(table, asking(1), 1, Filters(user="bob"))
    assert sorted(bob) == sorted(ident(n) for n in range(100, 110))
    before = service[1].searches
    pages = [drawn(n, 5 + n % 60) for n in range(40)]
    for number in (3, 17, 29):
        question = asking(number)
        found = store.page_candidates(table, question, 5, Filters(user="ann"))
        exact = np.argsort(-maxsim(question, pages), kind="stable")[:5]
        assert found == [ident(int(n)) for n in exact]
    assert service[1].searches == before + 3
    late = store.page_candidates(table, asking(1), 40, Filters("ann", since="2018-01-01"))
    assert sorted(late) == sorted(ident(n) for n in range(40) if n % 10 >= 8)


def test_a_search_gives_the_scores_of_a_plain_loop(store: MilvusStore, table: StoreTable) -> None:
    rows = rows_of("ann", range(30))
    store.upsert(table, "ann", [rows])
    found = search_pages(store, table.space, Asks(), "17", limit=5)  # type: ignore[arg-type]
    question = asking(17)
    scores = [
        plain_maxsim(question, page) / len(question)
        for page in (drawn(n, 5 + n % 60) for n in range(30))
    ]
    order = np.argsort(-np.array(scores))[:5]
    assert [page.page for page in found] == order.tolist() and found[0].page == 17
    assert [page.score for page in found] == pytest.approx([scores[n] for n in order], abs=2e-3)
    assert (found[0].file, found[0].text) == ("17.pdf", "text of 17")


def test_pages_of_another_shape_are_refused(store: MilvusStore, table: StoreTable) -> None:
    good = rows_of("ann", range(2))
    for wrong in (
        Rows(good.ids, good.vectors[:, :8], good.metadata, good.lengths),
        Rows(good.ids, good.vectors[:5], good.metadata, [5, 0]),
    ):
        with pytest.raises(SpaceMismatch):
            store.upsert(table, "ann", [wrong])


def lake_of(tmp_path: Path, settings: Settings, space: EmbeddingSpace) -> Lake:
    lake = open_lake(settings)
    ingest(lake, save(tmp_path / "a.pdf", pdf(["1", "2", "3"], size=(60, 80))), "ann")
    publish_raw_pages(lake, "ann")
    build_documents(lake, "ann")
    from embed_platform.corpus.documents import read_documents

    hashes = read_documents(lake, "ann", "page_image", ["text_hash"])["text_hash"].to_pylist()
    pages: list[MultiVector] = [drawn(n, 20) for n in range(len(hashes))]
    append_multivectors(lake, space, "ann", hashes, pages, [])
    return lake


def load(lake: Lake, store: MilvusStore, table: StoreTable) -> Loaded | EmbedError:
    return sync_space(lake, store, [table], ["ann"])["ann"]


def test_a_load_is_read_back_and_nan_in_a_stored_vector_is_found(
    store: MilvusStore,
    table: StoreTable,
    service: tuple[str, MilvusWithLists],
    tmp_path: Path,
) -> None:
    lake = lake_of(tmp_path, Settings(home=tmp_path / "home"), table.space)

    def spoil(matrix: np.ndarray) -> np.ndarray:
        spoilt = matrix.copy()
        spoilt[0, 0] = np.nan
        return spoilt

    service[1].spoil = spoil
    try:
        wrong = load(lake, store, table)
    finally:
        service[1].spoil = None
    assert isinstance(wrong, VerificationFailed) and "is not finite" in str(wrong)
    store.drop(table.name)
    done = load(lake, store, table)
    assert isinstance(done, Loaded) and (done.rows, done.written) == (3, 3)
    again = load(lake, store, table)
    assert isinstance(again, Loaded) and again.written == 0


def test_milvus_lite_says_where_pages_are_and_is_not_started_for_them(
    table: StoreTable, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home")
    store = MilvusStore(settings)
    line = store.refuses(table)
    assert line.startswith("page images are in pgvector") and "2.6.4" in line and "\n" not in line
    lake = lake_of(tmp_path, settings, table.space)
    done = load(lake, store, table)
    assert isinstance(done, Loaded) and (done.rows, done.written) == (0, 0)
    assert not (settings.home / "milvus").exists(), "nothing was started"
    text = StoreTable(EmbeddingSpace("m", "r" * 40, 8), PAGE_IMAGE)
    assert store.refuses(text) == ""


def test_milvus_lite_at_an_address_refuses_by_its_version_and_by_its_answer(
    table: StoreTable, tmp_path: Path
) -> None:
    with serving_lists(tmp_path / "lite", lists=False) as (address, _):
        store = MilvusStore(
            Settings(home=tmp_path, milvus_uri=address, milvus_token=SecretStr("a:b"))
        )
        assert store.refuses(table) == milvus_pages.REFUSED
        store._lists = True  # as if it had not said its version
        with pytest.raises(StoreUnavailable, match=r"(?i)struct|array|vector"):
            store.upsert(table, "ann", [rows_of("ann", range(2))])
        store.close()


def test_an_older_server_is_told_by_its_version(table: StoreTable, tmp_path: Path) -> None:
    with serving_lists(tmp_path / "old", "v2.6.3") as (address, _):
        store = MilvusStore(Settings(home=tmp_path, milvus_uri=address))
        assert store.refuses(table) == milvus_pages.REFUSED
        store.close()
    versions = ("2.6.4", "v2.6.10-dev", "3.0.0", "2.7.1", "unknown")
    assert all(map(milvus_pages.has_lists, versions))
    assert not any(map(milvus_pages.has_lists, ("2.6.3", "2.5.9", "milvus_lite-3.2.2", "v1.9.9")))
