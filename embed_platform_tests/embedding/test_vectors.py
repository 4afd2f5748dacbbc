"""Vectors in the lake, and the gate that keeps strangers out of a space."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embed_platform.embedding.engine import Provenance
from embed_platform.embedding.probe import PROBES, admit, cosines, read_space_file
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import (
    MAX_FILES,
    append_vectors,
    compact,
    embedded_hashes,
    read_vectors,
    vector_blocks,
)
from embed_platform.errors import SpaceMismatch
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform_tests.embedding.engines import HashEngine, UselessEngine

SPACE = EmbeddingSpace("test/hash", "1", 4)
MAKER = Provenance("hash", "1", "float32", "cpu")
OTHER = Provenance("hash", "2", "bfloat16", "cuda")


def vector(name: str) -> np.ndarray:
    return np.frombuffer(name.ljust(16)[:16].encode(), dtype=np.uint32).astype(np.float32)


def append(lake: Lake, names: Sequence[str], maker: Provenance = MAKER) -> str:
    block = np.stack([vector(name) for name in names])
    return append_vectors(lake, SPACE, "ann", names, block, [maker])


def files(lake: Lake) -> list[str]:
    return [entry.path for entry in lake.storage.list(layout.vectors(SPACE.slug, "ann"))]


def assert_holds(lake: Lake, names: set[str]) -> None:
    hashes, matrix = read_vectors(lake, SPACE, "ann")
    assert sorted(hashes) == sorted(names)
    assert matrix.shape == (len(names), 4) and matrix.dtype == np.float32
    for name, row in zip(hashes, matrix, strict=True):
        assert (row == vector(name)).all(), name


def test_a_space_without_vectors_is_empty(lake: Lake) -> None:
    assert_holds(lake, set())
    assert embedded_hashes(lake, SPACE.slug, "ann") == set()
    assert not compact(lake, SPACE, "ann", set(), always=True)


def test_the_same_texts_are_the_same_file_in_any_order(lake: Lake) -> None:
    assert append(lake, ["b", "a"]) == append(lake, ["a", "b"])
    assert len(files(lake)) == 1
    assert_holds(lake, {"a", "b"})


def test_a_text_in_two_files_counts_once(lake: Lake) -> None:
    append(lake, ["a", "b"])
    append(lake, ["b", "c"])
    assert_holds(lake, {"a", "b", "c"})


def test_vectors_of_another_shape_are_refused(lake: Lake) -> None:
    for shape in ((1, 5), (2, 4)):
        with pytest.raises(SpaceMismatch):
            append_vectors(lake, SPACE, "ann", ["a"], np.zeros(shape, np.float32), [MAKER])
    assert files(lake) == []


def test_compaction_waits_until_it_pays(lake: Lake) -> None:
    append(lake, [str(n) for n in range(10)])
    assert not compact(lake, SPACE, "ann", {str(n) for n in range(8)})
    assert compact(lake, SPACE, "ann", {str(n) for n in range(7)})
    assert_holds(lake, {str(n) for n in range(7)})


def test_many_files_become_one_that_names_every_maker(lake: Lake) -> None:
    names = [f"t{n}" for n in range(MAX_FILES + 1)]
    for n, name in enumerate(names):
        append(lake, [name], OTHER if n % 2 else MAKER)
    assert compact(lake, SPACE, "ann", set(names))
    assert_holds(lake, set(names))
    (path,) = files(lake)
    assert lake.storage.folder is not None
    footer = pq.read_metadata(lake.storage.folder / path).metadata
    makers = msgspec.json.decode(footer[b"provenance"], type=list[Provenance])
    assert set(makers) == {MAKER, OTHER}


def test_compaction_into_a_file_that_is_there_keeps_it(lake: Lake) -> None:
    append(lake, ["a", "b"])
    append(lake, ["c"])
    assert compact(lake, SPACE, "ann", {"a", "b"})
    assert_holds(lake, {"a", "b"})
    assert compact(lake, SPACE, "ann", {"a", "b"}, always=True)
    assert_holds(lake, {"a", "b"})


def test_when_no_text_lives_no_file_stays(lake: Lake) -> None:
    append(lake, ["a"])
    assert compact(lake, SPACE, "ann", set())
    assert files(lake) == []


def test_a_compaction_that_was_cut_off_before_its_deletes_loses_nothing(lake: Lake) -> None:
    first = append(lake, ["a", "b", "c"])
    kept = lake.storage.get(first)
    assert compact(lake, SPACE, "ann", {"a"})
    lake.storage.put(first, kept)  # as if the old file had never been deleted
    assert_holds(lake, {"a", "b", "c"})
    assert compact(lake, SPACE, "ann", {"a"})
    assert_holds(lake, {"a"})


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    blocks=st.lists(st.sets(st.sampled_from("abcdefgh"), min_size=1), min_size=1, max_size=4),
    alive=st.sets(st.sampled_from("abcdefghxy")),
)
def test_compaction_keeps_the_living_whatever_lies_in_the_files(
    lake: Lake, blocks: list[set[str]], alive: set[str]
) -> None:
    lake.storage.delete_prefix("vectors")
    for block in blocks:
        append(lake, sorted(block))
    held = set().union(*blocks)
    compact(lake, SPACE, "ann", alive, always=True)
    assert_holds(lake, held & alive)
    assert len(files(lake)) == bool(held & alive)


def test_vectors_are_read_for_the_texts_that_are_asked_for(lake: Lake) -> None:
    append(lake, ["a", "b", "c"])
    ((hashes, matrix),) = vector_blocks(lake, SPACE, "ann", ["c", "nothing"])
    assert hashes == ["c"] and (matrix == vector("c")).all()


def test_the_first_engine_sets_the_probes_and_the_same_one_is_admitted(lake: Lake) -> None:
    assert read_space_file(lake, SPACE.slug) is None
    admit(lake, SPACE, HashEngine(4), ["tweet"])
    known = read_space_file(lake, SPACE.slug)
    assert known is not None and known.identity["model"] == "test/hash"
    assert np.array(known.probes).shape == (len(PROBES), 4)
    assert known.provenance["engine"] == "hash"
    before = lake.storage.get(layout.space_file(SPACE.slug))
    admit(lake, SPACE, HashEngine(4), ["tweet"])
    assert lake.storage.get(layout.space_file(SPACE.slug)) == before


def test_a_worker_is_asked_the_texts_that_its_space_began_with(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embed_platform.embedding.probe.PROBES", ("one", "two"))
    admit(lake, SPACE, HashEngine(4), ["tweet"])
    monkeypatch.setattr("embed_platform.embedding.probe.PROBES", ("one", "other", "third"))
    engine = HashEngine(4)
    admit(lake, SPACE, engine, ["tweet"])
    assert engine.texts == ["one", "two"]


def test_a_space_of_a_version_that_wrote_no_probe_texts_admits_on_those_that_it_had(
    lake: Lake,
) -> None:
    admit(lake, SPACE, HashEngine(4), ["tweet"])
    known = read_space_file(lake, SPACE.slug)
    assert known is not None
    old = msgspec.to_builtins(known) | {"probes": known.probes[:5]}
    del old["texts"]
    lake.storage.put(layout.space_file(SPACE.slug), msgspec.json.encode(old))
    engine = HashEngine(4)
    admit(lake, SPACE, engine, ["tweet"])
    assert engine.texts == list(PROBES[:5])


@pytest.mark.parametrize("bad", ["nan", "zero", "poison"])
def test_a_first_engine_that_gives_no_vector_for_a_probe_sets_no_space(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    monkeypatch.setattr("embed_platform.embedding.probe.PROBES", ("one", bad))
    with pytest.raises(SpaceMismatch):
        admit(lake, SPACE, UselessEngine(4), ["tweet"])
    assert read_space_file(lake, SPACE.slug) is None


@pytest.mark.parametrize("bad", ["nan", "zero"])
def test_an_engine_that_gives_no_vector_for_a_probe_is_refused(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    monkeypatch.setattr("embed_platform.embedding.probe.PROBES", ("one", bad))
    admit(lake, SPACE, HashEngine(4), ["tweet"])
    with pytest.raises(SpaceMismatch):
        admit(lake, SPACE, UselessEngine(4), ["tweet"])


def test_the_cosine_of_nothing_is_zero_and_no_warning() -> None:
    assert cosines(np.zeros((1, 3)), np.ones((1, 3))).tolist() == [0.0]
