"""Imported vectors and those of an engine: compared before they share a space."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embed_platform.compute.local.engine import open_local_engine
from embed_platform.corpus.documents import (
    document_id,
    text_hash,
)
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.importing.importer import import_vectors
from embed_platform.embedding.probe import PROBES, read_space_file
from embed_platform.embedding.registry import load_registry
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.errors import (
    SpaceMismatch,
)
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.settings import load_settings
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.embedding.made import (
    KINDS,
    SPACE,
    held,
    no_engine,
    records,
    save,
    take,
    vector,
    write,
)


def test_only_what_is_new_is_embedded_and_the_engine_sets_the_probes(
    lake: Lake, tmp_path: Path
) -> None:
    write(lake, "ann", ["one", "two"])
    take(lake, save(tmp_path / "v.json", records("ann", ["one", "two"])))
    known = read_space_file(lake, SPACE.slug)
    assert known is not None and known.probes == [] and known.unproven
    assert known.identity["model"] == "test/hash" and known.kinds == ["tweet"]
    assert known.provenance["engine"] == "import"
    write(lake, "ann", ["one", "two", "three"])
    engine = HashEngine()
    result = embed_users(lake, SPACE, ["ann"], KINDS, lambda: engine)["ann"]
    assert (result.embedded, result.reused) == (1, 2)
    assert sorted(engine.texts[len(PROBES) :]) == ["one", "three", "two"]
    known = read_space_file(lake, SPACE.slug)
    assert known is not None and np.array(known.probes).shape == (len(PROBES), 8)
    assert known.provenance["engine"] == "hash" and not known.unproven
    write(lake, "ann", ["one", "two", "three", "four"])
    later = HashEngine()
    embed_users(lake, SPACE, ["ann"], KINDS, lambda: later)
    assert later.texts == [*PROBES, "four"]


def test_an_engine_that_disagrees_with_what_was_imported_is_refused(
    lake: Lake, tmp_path: Path
) -> None:
    write(lake, "ann", [f"text {i}" for i in range(40)])
    take(lake, save(tmp_path / "v.json", records("ann", [f"text {i}" for i in range(40)])))
    write(lake, "ann", [f"text {i}" for i in range(41)])
    other = HashEngine(salt="other weights")
    with pytest.raises(SpaceMismatch, match="disagrees") as caught:
        embed_users(lake, SPACE, ["ann"], KINDS, lambda: other)
    line = str(caught.value)
    assert "hash (float32 on cpu)" in line and "imported from json files" in line
    assert "over 12 texts" in line and f"spaces rm {SPACE.slug}" in line
    assert len(other.texts) == len(PROBES) + 12
    known = read_space_file(lake, SPACE.slug)
    assert known is not None and known.probes == []
    assert len(embedded_hashes(lake, SPACE.slug, "ann")) == 40


def test_the_sample_for_an_engine_comes_from_every_user(lake: Lake, tmp_path: Path) -> None:
    for user in ("ann", "bob", "cy"):
        texts = [f"{user} {i}" for i in range(20)]
        write(lake, user, texts)
        take(lake, save(tmp_path / f"{user}.json", records(user, texts)), users=[user])
    write(lake, "ann", [*(f"ann {i}" for i in range(20)), "new"])
    engine = HashEngine()
    embed_users(lake, SPACE, ["ann"], KINDS, lambda: engine)
    sample = [text.split()[0] for text in engine.texts[len(PROBES) : -1]]
    assert {user: sample.count(user) for user in sample} == {"ann": 4, "bob": 4, "cy": 4}


@pytest.mark.parametrize(("strays", "is_refused"), [(2, False), (6, True)])
def test_a_few_texts_that_were_cut_elsewhere_lock_no_engine_out(
    lake: Lake, tmp_path: Path, strays: int, is_refused: bool
) -> None:
    texts = [f"text {i}" for i in range(12)]
    write(lake, "ann", texts)
    rows = records("ann", texts)
    for row in rows[:strays]:
        row["embedding"] = vector("the beginning of " + row["text"])
    take(lake, save(tmp_path / "v.json", rows))
    write(lake, "ann", [*texts, "new"])
    if is_refused:
        with pytest.raises(SpaceMismatch):
            embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    else:
        assert embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)["ann"].embedded == 1


def test_an_import_beside_an_engines_vectors_is_proven_by_the_next_engine(
    lake: Lake, tmp_path: Path
) -> None:
    write(lake, "ann", ["mine", "my other"])
    embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    texts = [f"text {i}" for i in range(20)]
    write(lake, "bob", texts)
    wrong = [row | {"embedding": vector("wrong" + row["text"])} for row in records("bob", texts)]
    done = take(lake, save(tmp_path / "v.json", wrong), users=["bob"])
    assert (done.taken, done.compared) == ({"bob": 20}, 0)
    write(lake, "ann", ["mine", "my other", "new"])
    with pytest.raises(SpaceMismatch, match="disagrees with the vectors that were imported"):
        embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)


def test_where_no_imported_text_is_left_the_engine_sets_the_probes_and_they_wait_for_proof(
    lake: Lake, tmp_path: Path
) -> None:
    write(lake, "ann", ["old"])
    take(lake, save(tmp_path / "v.json", records("ann", ["old"])))
    write(lake, "ann", ["new"])
    other = HashEngine(salt="other weights")
    assert embed_users(lake, SPACE, ["ann"], KINDS, lambda: other)["ann"].embedded == 1
    known = read_space_file(lake, SPACE.slug)
    assert known is not None and known.probes and known.unproven
    write(lake, "ann", ["new", "old", "newer"])
    with pytest.raises(SpaceMismatch, match="disagrees with the vectors that were imported"):
        embed_users(lake, SPACE, ["ann"], KINDS, lambda: other)


def test_a_proven_import_leaves_the_spaces_own_probes(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["mine"])
    embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    before = lake.storage.get(layout.space_file(SPACE.slug))
    write(lake, "bob", ["text"])
    take(lake, save(tmp_path / "v.json", records("bob", ["text"])), users=["bob"])
    known = read_space_file(lake, SPACE.slug)
    assert known is not None and known.unproven and known.probes
    write(lake, "bob", ["text", "new"])
    engine = HashEngine()
    embed_users(lake, SPACE, ["bob"], KINDS, lambda: engine)
    assert engine.texts == [*PROBES, "text", "new"]  # ann's are the engine's own
    assert lake.storage.get(layout.space_file(SPACE.slug)) == before


def test_an_import_that_agrees_with_an_engines_vectors_is_proven_at_once(
    lake: Lake, tmp_path: Path
) -> None:
    write(lake, "ann", ["one"])
    embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    write(lake, "ann", ["one", "two"])
    before = lake.storage.get(layout.space_file(SPACE.slug))
    done = take(lake, save(tmp_path / "v.json", records("ann", ["one", "two"])))
    assert (done.taken, done.compared, done.counts.present) == ({"ann": 1}, 1, 1)
    assert lake.storage.get(layout.space_file(SPACE.slug)) == before


def test_files_that_disagree_with_the_lake_are_refused_whole(lake: Lake, tmp_path: Path) -> None:
    texts = [f"text {i}" for i in range(100)]
    write(lake, "ann", texts[:60])
    embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    write(lake, "ann", texts)
    rows = [row | {"embedding": vector("4 bits" + row["text"])} for row in records("ann", texts)]
    before = [entry.path for entry in lake.storage.list()]
    with pytest.raises(SpaceMismatch, match="another model or quantisation") as caught:
        take(lake, save(tmp_path / "v.json", rows))
    assert "over 50 texts" in str(caught.value) and "--model" in str(caught.value)
    assert [entry.path for entry in lake.storage.list()] == before


def test_the_overlap_is_judged_by_its_middle(lake: Lake, tmp_path: Path) -> None:
    texts = [f"text {i}" for i in range(10)]
    write(lake, "ann", texts)
    embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    write(lake, "ann", [*texts, "new"])
    rows = records("ann", [*texts, "new"])
    for row in rows[:4]:
        row["embedding"] = vector("cut" + row["text"])
    done = take(lake, save(tmp_path / "v.json", rows))
    assert (done.taken, done.counts.present, done.compared) == ({"ann": 1}, 10, 10)
    assert held(lake)[text_hash("text 0")] == vector("text 0")


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Any:
    given = load_settings(home=tmp_path_factory.mktemp("minilm"), device="cpu", dtype="float32")
    entry = load_registry(given).get("minilm")
    return entry.space, open_local_engine(entry, given)


@pytest.mark.parametrize("is_right", [True, False])
def test_real_vectors_are_proven_by_the_real_model(
    lake: Lake, tmp_path: Path, minilm: Any, is_right: bool
) -> None:
    space, engine = minilm
    texts = [
        f"Note {i}: the {word} was late again" for i, word in enumerate(["bus", "tram", "boat"])
    ]
    write(lake, "ann", texts)
    made = engine.embed(texts, space.document_prompt).vectors
    made = made if is_right else made[::-1]
    rows = [
        {"id": document_id("ann", "tweet", str(i)), "text": text, "embedding": row.tolist()}
        for i, (text, row) in enumerate(zip(texts, made, strict=True))
    ]
    done = import_vectors(lake, space, [save(tmp_path / "batch_0.json", rows)], ["ann"], KINDS)
    assert (done.taken, done.counts.rescaled) == ({"ann": 3}, 0)
    assert embed_users(lake, space, ["ann"], KINDS, no_engine)["ann"].reused == 3
    write(lake, "ann", [*texts, "Something new"])
    if is_right:
        result = embed_users(lake, space, ["ann"], KINDS, lambda: engine)["ann"]
        assert (result.embedded, result.reused) == (1, 3)
    else:
        with pytest.raises(SpaceMismatch, match="disagrees with the vectors that were imported"):
            embed_users(lake, space, ["ann"], KINDS, lambda: engine)
