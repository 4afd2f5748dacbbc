from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embed_platform.embedding.engine import MultiVector, Provenance
from embed_platform.embedding.multivectors import (
    append_multivectors,
    compact_multivectors,
    multivector_blocks,
)
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.errors import DamagedFile, SpaceMismatch
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings

SPACE = EmbeddingSpace("pages", "r" * 40, 8, modality="image", multi_vector=True)
MAKER = Provenance("tests", "1", "float32", "cpu")


def page(length: int, seed: int = 0) -> MultiVector:
    return np.random.default_rng(seed).standard_normal((length, 8)).astype(np.float16)


def held(lake: Lake, wanted: set[str] | None = None) -> dict[str, MultiVector]:
    return {
        key: vectors
        for hashes, pages in multivector_blocks(lake, SPACE, "me", wanted)
        for key, vectors in zip(hashes, pages, strict=True)
    }


def test_pages_of_any_lengths_come_back_bit_by_bit(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    @settings(max_examples=20)
    @given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
    def check(lengths: list[int]) -> None:
        lake = open_lake(Settings(home=tmp_path_factory.mktemp("lake")))
        pages = {f"{i:032x}": page(length, i) for i, length in enumerate(lengths)}
        append_multivectors(lake, SPACE, "me", list(pages), list(pages.values()), [MAKER])
        found = held(lake)
        assert found.keys() == pages.keys() == embedded_hashes(lake, SPACE.slug, "me")
        assert all(np.array_equal(found[key], pages[key]) for key in pages)
        assert all(vectors.dtype == np.float16 for vectors in found.values())

    check()


def test_a_page_comes_once_and_only_if_wanted(lake: Lake) -> None:
    for keys in (["a", "b"], ["b", "c"]):
        append_multivectors(lake, SPACE, "me", keys, [page(3, ord(k)) for k in keys], [MAKER])
    assert sorted(held(lake)) == ["a", "b", "c"]
    assert sorted(held(lake, {"c", "x"})) == ["c"]


def test_the_same_pages_are_one_file(lake: Lake) -> None:
    pages = [page(2), page(5)]
    first = append_multivectors(lake, SPACE, "me", ["a", "b"], pages, [MAKER])
    again = append_multivectors(lake, SPACE, "me", ["b", "a"], pages[::-1], [MAKER])
    assert first == again and first.endswith("-2.parquet")


def test_compaction_keeps_what_is_alive_and_who_made_it(lake: Lake) -> None:
    for n in range(40):
        maker = Provenance("tests", str(n % 2), "float32", "cpu")
        append_multivectors(lake, SPACE, "me", [f"{n:02}"], [page(n + 1, n)], [maker])
    alive = {f"{n:02}" for n in range(39)}
    assert compact_multivectors(lake, SPACE, "me", alive)
    (entry,) = lake.storage.list(layout.vectors(SPACE.slug, "me"))
    assert entry.path.endswith("-39.parquet")
    found = held(lake)
    assert found.keys() == alive and np.array_equal(found["07"], page(8, 7))
    footer = lake.storage.get(entry.path)
    assert footer.count(b'"engine":"tests"') == 2
    assert not compact_multivectors(lake, SPACE, "me", alive)


@pytest.mark.parametrize("wrong", [np.zeros((3, 7)), np.zeros((0, 8)), np.zeros(8)])
def test_pages_of_another_shape_are_refused(lake: Lake, wrong: np.ndarray) -> None:
    with pytest.raises(SpaceMismatch, match="in 8 dimensions"):
        append_multivectors(lake, SPACE, "me", ["a"], [wrong.astype(np.float16)], [MAKER])


def test_a_damaged_file_is_named(lake: Lake) -> None:
    path = append_multivectors(lake, SPACE, "me", ["a"], [page(2)], [MAKER])
    lake.storage.put(path, b"no parquet")
    with pytest.raises(DamagedFile, match=path):
        held(lake)
