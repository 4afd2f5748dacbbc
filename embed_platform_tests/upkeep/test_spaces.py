"""What the lake says of its spaces, and their removal."""

from __future__ import annotations

from embed_platform.corpus.documents import read_documents
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.lake.lake import Lake
from embed_platform.stores.base import Store, StoreTable
from embed_platform.stores.loads import loaded_rows
from embed_platform.upkeep.spaces import held_spaces, remove_space
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.stores.rows import new_table
from embed_platform_tests.upkeep.conftest import bring


def test_a_space_is_known_again_from_its_file(
    lake: Lake, table: StoreTable, stores: list[Store]
) -> None:
    assert held_spaces(lake) == []
    bring(lake, table, stores[2:], ann=["one"])
    (held,) = held_spaces(lake)
    assert held.space == table.space and held.kinds == ("tweet",)
    assert [found.name for found in held.tables()] == [table.name]


def test_a_kind_that_comes_later_is_added_even_when_nothing_is_embedded(
    lake: Lake, table: StoreTable
) -> None:
    bring(lake, table, [], ann=["one"])
    embed_users(lake, table.space, ["ann"], ["tweet", "thread"], lambda: HashEngine(8))
    (held,) = held_spaces(lake)
    assert set(held.kinds) == {"tweet", "thread"}


def test_removing_a_space_leaves_documents_and_other_spaces(
    lake: Lake, table: StoreTable, stores: list[Store]
) -> None:
    other = new_table(8)
    bring(lake, table, stores, ann=["one", "two"])
    bring(lake, other, stores, ann=["one", "two"])
    held = next(held for held in held_spaces(lake) if held.space == table.space)
    remove_space(lake, held, stores)
    assert [held.space for held in held_spaces(lake)] == [other.space]
    for store in stores:
        assert table.name not in store.tables() and other.name in store.tables()
        assert store.counts(other, ["ann"]) == {"ann": 2}
    assert embedded_hashes(lake, table.space.slug, "ann") == set()
    assert loaded_rows(lake, table.space.slug, "ann") == {}
    assert read_documents(lake, "ann", "tweet").num_rows == 2
