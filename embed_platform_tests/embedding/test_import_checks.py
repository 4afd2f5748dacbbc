"""What an import sets aside, scales or refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embed_platform.corpus.documents import (
    text_hash,
)
from embed_platform.embedding.embed import embed_users, tidy
from embed_platform.embedding.importing.importer import import_vectors
from embed_platform.embedding.importing.intake import OTHER_TEXT
from embed_platform.embedding.probe import read_space_file
from embed_platform.embedding.vectors import read_vectors
from embed_platform.errors import (
    BadArchive,
    SpaceMismatch,
    TooManyDeadLetters,
)
from embed_platform.lake.lake import Lake
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.embedding.made import (
    KINDS,
    SPACE,
    held,
    lenient,
    letters,
    record,
    records,
    save,
    take,
    vector,
    write,
)


def test_a_vector_of_another_text_is_set_aside(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["as it is now", "other"])
    rows = [
        record("ann", 0, "as it was once"),
        {"text_hash": text_hash("other"), "text": "as it is now", "vector": vector("x")},
    ]
    path = save(tmp_path / "v.json", rows)
    done = take(lake, path)  # however many: the rest of the file is as good as before
    assert (done.counts.set_aside, done.taken, done.missing) == (2, {}, 2)
    assert letters(lake) == [(f"{path} record {n}", OTHER_TEXT) for n in (1, 2)]
    assert held(lake) == {} and read_space_file(lake, SPACE.slug) is None
    embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)
    tidy(lake, SPACE, "ann", KINDS)
    assert letters(lake) == []
    again = take(lake, path)
    assert (again.counts.set_aside, again.missing, letters(lake)) == (2, 0, [])


def test_a_text_that_is_empty_or_missing_says_nothing(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["one", "two"])
    rows = [record("ann", 0, "one") | {"text": ""}, record("ann", 1, "two") | {"text": None}]
    assert take(lake, save(tmp_path / "v.json", rows)).taken == {"ann": 2}


USELESS = {
    "not finite": [float("nan")] + [1.0] * 7,
    "not a number": [float("inf")] + [1.0] * 7,
    "is zero": [0.0] * 8,
    "is the same": [0.5] * 8,
    "out of range": [1e-20] * 7 + [2e-20],
}


def useless_files(folder: Path, rows: list[dict[str, Any]]) -> list[Path]:
    columns = {name: [row[name] for row in rows] for name in ("chunk_id", "embedding")}
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.table(columns), folder / "v.parquet")
    return [save(folder / "v.json", rows), folder / "v.parquet"]


@pytest.mark.parametrize("form", [0, 1])
def test_useless_vectors_become_dead_letters(lake: Lake, tmp_path: Path, form: int) -> None:
    texts = [f"text {i}" for i in range(8)]
    write(lake, "ann", texts)
    rows = records("ann", texts)
    for row, useless in zip(rows, USELESS.values(), strict=False):
        row["embedding"] = useless
    path = useless_files(tmp_path / "in", rows)[form]
    done = take(lenient(lake), path)
    assert (done.taken, done.counts.set_aside, done.missing) == ({"ann": 3}, 5, 5)
    assert [where for where, _ in letters(lake)] == [f"{path} record {n}" for n in range(1, 6)]
    told = " ".join(reason for _, reason in letters(lake))
    assert all(word in told for word in ("finite", "is zero", "is the same", "out of range"))
    assert set(held(lake)) == {text_hash(text) for text in texts[5:]}
    rest = embed_users(lake, SPACE, ["ann"], KINDS, HashEngine)["ann"]
    assert rest.embedded == 5


def test_too_many_useless_vectors_refuse_the_import(lake: Lake, tmp_path: Path) -> None:
    texts = [f"text {i}" for i in range(100)]
    write(lake, "ann", texts)
    rows = records("ann", texts)
    rows[3]["embedding"] = [0.0] * 8
    path = save(tmp_path / "v.json", rows)
    assert take(lake, path).taken == {"ann": 99}
    write(lake, "bob", texts)
    mine = records("bob", texts)
    mine[3]["embedding"] = mine[4]["embedding"] = None
    path = save(tmp_path / "w.json", mine)
    with pytest.raises(TooManyDeadLetters, match=r"2 of 100 .*2\.0%") as caught:
        take(lake, path, users=["bob"])
    assert f"{path} record 4" in str(caught.value)
    assert held(lake, "bob") == {} and len(letters(lake, "bob")) == 2


def test_a_useless_vector_of_a_text_that_has_one_matters_to_nobody(
    lake: Lake, tmp_path: Path
) -> None:
    write(lake, "ann", ["one"])
    take(lake, save(tmp_path / "v.json", records("ann", ["one"])))
    rows = [record("ann", 0, "one", embedding=None)]
    done = take(lake, save(tmp_path / "w.json", rows))
    assert (done.counts.present, done.counts.set_aside, letters(lake)) == (1, 0, [])


def test_another_record_may_have_the_vector_that_one_lacks(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["one"])
    rows = [record("ann", 0, "one", embedding=[0.0] * 8), record("ann", 0, "one")]
    for order in (rows, rows[::-1]):
        lake.storage.delete_prefix("vectors")
        done = take(lenient(lake), save(tmp_path / "v.json", order))
        assert (done.taken, done.counts.set_aside, done.missing) == ({"ann": 1}, 1, 0)
        assert letters(lake) == []


def test_letters_of_one_import_outlive_the_next_until_their_text_has_a_vector(
    lake: Lake, tmp_path: Path
) -> None:
    write(lake, "ann", ["one", "two", "three"])
    for place, text in enumerate(("one", "two")):
        rows = [record("ann", place, text, embedding=[0.0] * 8)]
        take(lenient(lake), save(tmp_path / f"{text}.json", rows))
    assert len(letters(lake)) == 2
    take(lake, save(tmp_path / "good.json", records("ann", ["one"])))
    assert [where for where, _ in letters(lake)] == [f"{tmp_path}/two.json record 1"]


def test_the_wrong_model_is_one_line_and_nothing_is_imported(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["one", "two"])
    rows = records("ann", ["one", "two"])
    save(tmp_path / "in/pod0/batch_0.json", rows[:1])
    save(tmp_path / "in/pod1/batch_0.json", [rows[0], rows[1] | {"embedding": [0.5] * 6}])
    with pytest.raises(SpaceMismatch) as caught:
        take(lake, tmp_path / "in")
    assert "pod1/batch_0.json record 2: the vector has 6 dimensions, test/hash has 8" in str(
        caught.value
    )
    assert "--model" in str(caught.value)
    assert lake.storage.list("vectors") == [] == lake.storage.list("spaces")


def test_a_damaged_file_among_good_ones_imports_nothing(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["one"])
    save(tmp_path / "in/a.json", records("ann", ["one"]))
    (tmp_path / "in/b.json").write_text('[{"id": "x", "emb')
    with pytest.raises(BadArchive, match=r"b\.json"):
        take(lake, tmp_path / "in")
    assert lake.storage.list("vectors") == []


def test_the_first_of_two_vectors_wins(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["one", "two"])
    near = (np.array(vector("one")) + 1e-4).tolist()
    rows = [
        record("ann", 0, "one"),
        record("ann", 0, "one", embedding=vector("something else")),
        record("ann", 0, "one", embedding=near),
        record("ann", 0, "one"),
        record("ann", 1, "two"),
    ]
    counts = take(lake, save(tmp_path / "v.json", rows)).counts
    assert (counts.contradicting, counts.present, counts.matched) == (1, 2, 5)
    assert held(lake) == {text_hash(text): vector(text) for text in ("one", "two")}


def test_lengths_are_made_one_where_the_space_says_so(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["one", "two", "three"])
    rows = records("ann", ["one", "two", "three"])
    rows[0]["embedding"] = [x * 1e6 for x in vector("one")]
    rows[1]["embedding"] = [x * 1.005 for x in vector("two")]
    path = save(tmp_path / "v.json", rows)
    assert take(lake, path).counts.rescaled == 1
    lengths = {key: float(np.linalg.norm(row)) for key, row in held(lake).items()}
    assert lengths[text_hash("one")] == pytest.approx(1, abs=1e-6)
    assert lengths[text_hash("two")] == pytest.approx(1.005, abs=1e-5)
    assert np.allclose(held(lake)[text_hash("one")], vector("one"), atol=1e-6)
    free = replace(SPACE, normalised=False)
    done = import_vectors(lake, free, [path], ["ann"], KINDS)
    hashes, matrix = read_vectors(lake, free, "ann")
    assert done.counts.rescaled == 0
    assert np.linalg.norm(matrix[hashes.index(text_hash("one"))]) == pytest.approx(1e6, rel=1e-5)


def test_a_list_of_texts_beside_the_vectors_is_passed_over(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["one", "two", "three"])
    rows = records("ann", ["one", "two", "three"])
    bare = [{key: value for key, value in row.items() if key != "embedding"} for row in rows]
    chunks = tmp_path / "in/chunks.jsonl"
    chunks.parent.mkdir()
    chunks.write_text("\n".join(map(json.dumps, bare)))
    save(tmp_path / "in/missing.json", [])
    save(tmp_path / "in/progress.json", {"offset": 100, "done": True})
    save(tmp_path / "in/v.json", [rows[0], rows[1], bare[2]])
    done = take(lenient(lake), tmp_path / "in")
    assert [Path(p).name for p in done.counts.passed_over] == [
        "chunks.jsonl",
        "missing.json",
        "progress.json",
    ]
    assert (done.counts.records, done.counts.files, done.counts.unmatched) == (3, 1, 0)
    assert (done.taken, done.counts.set_aside) == ({"ann": 2}, 1)
    assert letters(lake) == [
        (f"{tmp_path}/in/v.json record 3", "the record has no field with a vector")
    ]
