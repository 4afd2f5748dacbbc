"""Formats of vector files: each gives the same records, and a damaged one is named in one line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embed_platform.embedding.importing import jsons, records
from embed_platform.embedding.importing.files import find_files, read_records
from embed_platform.embedding.importing.records import BARE, NO_NUMBERS, Records
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import BadArchive, SettingsError, SpaceMismatch

SPACE = EmbeddingSpace("test/hash", "1", 4)
VECTORS = [[float(row + column / 8) for column in range(4)] for row in range(1, 6)]
IDS = [f"id{row}" for row in range(5)]
TEXTS = [f"text {row}" for row in range(5)]
ROWS = [
    {"id": key, "text": text, "embedding": vector}
    for key, text, vector in zip(IDS, TEXTS, VECTORS, strict=True)
]


def read(path: Path, ids: Path | None = None) -> list[Records]:
    return [block for block in read_records(path, SPACE, ids) if block.numbers]


def written(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def parquet(path: Path, columns: dict[str, Any]) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def one(path: Path, ids: Path | None = None) -> Records:
    (block,) = read(path, ids)
    return block


def assert_whole(block: Records, *, with_text: bool = True) -> None:
    assert block.ids == [(key,) for key in IDS]
    assert block.texts == (TEXTS if with_text else [None] * 5)
    assert block.vectors.dtype == np.float32 and block.vectors.tolist() == VECTORS
    assert block.numbers == [1, 2, 3, 4, 5] and block.unusable == {}
    assert (block.maker.engine, block.maker.device) == ("import", "unknown")


@pytest.mark.parametrize("wrapper", [None, "embeddings", "records", "data", "results"])
def test_a_json_list_may_be_wrapped(tmp_path: Path, wrapper: str | None) -> None:
    value = ROWS if wrapper is None else {"model": "m", "count": 5, wrapper: ROWS}
    assert_whole(one(written(tmp_path / "v.json", value)))


@pytest.mark.parametrize("vector", ["embedding", "vector", "embeddings", "dense"])
@pytest.mark.parametrize("key", ["id", "chunk_id", "document_id", "text_hash"])
@pytest.mark.parametrize("text", ["text", "content", "document"])
def test_fields_have_the_names_that_people_use(
    tmp_path: Path, vector: str, key: str, text: str
) -> None:
    rows = [{key: r["id"], text: r["text"], vector: r["embedding"], "other": [1]} for r in ROWS]
    assert_whole(one(written(tmp_path / "v.json", rows)))
    assert_whole(one(written(tmp_path / "v.jsonl", "\n".join(map(json.dumps, rows)))))
    columns = {name: [row[name] for row in rows] for name in (key, text, vector)}
    assert_whole(one(parquet(tmp_path / "v.parquet", columns)))


def test_an_object_holds_a_vector_or_a_record_by_id(tmp_path: Path) -> None:
    plain = dict(zip(IDS, VECTORS, strict=True))
    assert_whole(one(written(tmp_path / "v.json", plain)), with_text=False)
    nested = {row["id"]: {"text": row["text"], "vector": row["embedding"]} for row in ROWS}
    assert_whole(one(written(tmp_path / "n.json", nested)))
    single = one(written(tmp_path / "s.json", ROWS[0]))
    assert (single.ids, single.vectors.tolist()) == ([("id0",)], VECTORS[:1])
    other = one(written(tmp_path / "e.json", {"embeddings": VECTORS[0], "text": "a"}))
    assert (other.texts, other.vectors.tolist()) == (["a"], VECTORS[:1])
    assert read(written(tmp_path / "none.json", {"data": []})) == []


def test_lines_may_be_blank_and_keep_their_numbers(tmp_path: Path) -> None:
    lines = ["\ufeff" + json.dumps(ROWS[0]), "", "  ", json.dumps(ROWS[1]), ""]
    block = one(written(tmp_path / "v.ndjson", "\r\n".join(lines)))
    assert block.numbers == [1, 4] and block.ids == [("id0",), ("id1",)]
    assert block.where(1) == f"{tmp_path}/v.ndjson record 4"


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        (pa.list_(pa.float32()), "float32"),
        (pa.large_list(pa.float64()), "float64"),
        (pa.list_(pa.float32(), 4), "float32"),
        (pa.list_(pa.float16(), 4), "float16"),
        (pa.list_(pa.int8()), "int8"),
    ],
)
def test_parquet_has_lists_of_any_numbers(tmp_path: Path, kind: Any, dtype: str) -> None:
    vectors = [[int(x) for x in row] for row in VECTORS]
    column = pa.array(
        [np.array(row, dtype) for row in vectors] if "16" in dtype else vectors, type=kind
    )
    path = parquet(tmp_path / "v.parquet", {"id": [7, 8, 9, 10, 11], "vector": column})
    block = one(path)
    assert block.vectors.tolist() == vectors and block.ids[0] == ("7",)
    assert (block.maker.version, block.maker.dtype) == ("parquet", dtype)


@pytest.mark.parametrize("kind", [pa.list_(pa.float32()), pa.list_(pa.float32(), 4)])
def test_a_missing_vector_in_parquet_is_one_records_fault(tmp_path: Path, kind: Any) -> None:
    column = pa.array([VECTORS[0], None, [1, None, 3, 4]], type=kind)
    path = parquet(tmp_path / "v.parquet", {"id": IDS[:3], "vector": column})
    block = one(path)
    assert block.unusable == {1: NO_NUMBERS}
    assert block.vectors[0].tolist() == VECTORS[0] and np.isnan(block.vectors[2, 1])


@pytest.mark.parametrize("column", [None, ["a", "b", "c"], [1.0, 2.0, 3.0], [["x"], ["y"], ["z"]]])
def test_parquet_without_a_column_of_vectors_says_so_of_every_record(
    tmp_path: Path, column: list[Any] | None
) -> None:
    columns: dict[str, Any] = {"id": IDS[:3]} | ({} if column is None else {"vector": column})
    assert one(parquet(tmp_path / "v.parquet", columns)).unusable == dict.fromkeys(range(3), BARE)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", ">f4", "int8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_matrix_has_its_ids_beside_it(tmp_path: Path, dtype: str, order: Any) -> None:
    matrix = np.array(VECTORS).astype(dtype)
    np.save(tmp_path / "v.npy", np.asarray(matrix, order=order))
    listed = {
        "ids.txt": "\n".join(IDS) + "\n",
        "ids.json": IDS,
    }
    paths = [written(tmp_path / name, value) for name, value in listed.items()]
    for kind in ("U", "S"):
        paths.append(tmp_path / f"ids-{kind}.npy")
        np.save(paths[-1], np.array(IDS, dtype=kind))
    for ids in paths:
        block = one(tmp_path / "v.npy", ids)
        assert block.ids == [(key,) for key in IDS]
        assert (block.vectors == matrix.astype(np.float32)).all()


def test_long_files_come_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "ROWS_PER_BLOCK", 2)
    monkeypatch.setattr("embed_platform.embedding.importing.arrays.ROWS_PER_BLOCK", 2)
    np.save(tmp_path / "v.npy", np.array(VECTORS))
    ids = written(tmp_path / "ids.txt", "\n".join(IDS))
    columns = {name: [row[name] for row in ROWS] for name in ROWS[0]}
    paths = [
        (written(tmp_path / "v.json", ROWS), None),
        (written(tmp_path / "v.jsonl", "\n".join(map(json.dumps, ROWS))), None),
        (parquet(tmp_path / "v.parquet", columns), None),
        (tmp_path / "v.npy", ids),
    ]
    for path, names in paths:
        blocks = read(path, names)
        assert [block.numbers for block in blocks] == [[1, 2], [3, 4], [5]]
        assert np.concatenate([block.vectors for block in blocks]).tolist() == VECTORS


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_large_file_is_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str) -> None:
    monkeypatch.setattr(jsons, "SMALL", 10)
    assert_whole(one(written(tmp_path / "v.json", mark + json.dumps(ROWS))))
    with pytest.raises(BadArchive, match="cut off"):
        read(written(tmp_path / "v.json", mark + json.dumps(ROWS)[:-1]))


@pytest.mark.parametrize("name", ["v.json", "v.jsonl"])
def test_what_python_writes_beyond_json_is_read(tmp_path: Path, name: str) -> None:
    rows = [
        {"id": "a", "text": 'NaN stays \\ud83d "quoted"', "embedding": [1, float("nan"), 3, 4]},
        {"id": "b", "text": "half \ud83d, whole \U0001f642", "embedding": VECTORS[0]},
        {"id": "c", "embedding": [float("-inf")] * 4},
    ]
    value = "\n".join(map(json.dumps, rows)) if name.endswith("l") else json.dumps(rows)
    block = one(written(tmp_path / name, value))
    assert block.unusable == {0: NO_NUMBERS, 2: NO_NUMBERS}
    assert block.texts == [rows[0]["text"], "half \ufffd, whole \U0001f642", None]
    assert block.vectors[1].tolist() == VECTORS[0]


@pytest.mark.parametrize(
    "vector", [None, [], "AAAA", 7, {"dense": [1]}, [1, 2, 3, "x"], [1, 2, 3, None], [[]]]
)
def test_a_vector_that_is_no_list_of_numbers_is_one_records_fault(
    tmp_path: Path, vector: Any
) -> None:
    rows = [ROWS[0], {"id": "x", "embedding": vector}]
    assert one(written(tmp_path / "v.json", rows)).unusable == {1: NO_NUMBERS}


def test_a_number_out_of_range_is_one_records_fault(tmp_path: Path) -> None:
    path = written(tmp_path / "v.json", '[{"id": 1e999, "embedding": [1e999, 1, 2, 3]}]')
    assert one(path).unusable == {0: NO_NUMBERS}
    path = written(tmp_path / "w.json", '[{"id": 3, "embedding": [1e39, 1, 2, 3]}]')
    assert np.isinf(one(path).vectors[0, 0])


def test_a_vector_may_be_the_one_row_of_a_matrix(tmp_path: Path) -> None:
    block = one(written(tmp_path / "v.json", [{"id": 5, "embeddings": [VECTORS[0]]}]))
    assert block.vectors.tolist() == VECTORS[:1] and block.ids == [("5",)]


def test_a_record_without_a_field_for_a_vector_says_so(tmp_path: Path) -> None:
    rows = [{"id": "a", "text": "b"}, 7, None, "x", [1, 2]]
    block = one(written(tmp_path / "v.json", rows))
    assert block.unusable == dict.fromkeys(range(5), BARE)
    assert block.ids == [("a",), (), (), (), ()]


@pytest.mark.parametrize("key", [True, None, {"a": 1}, [1], 1.5, ""])
def test_an_id_is_a_text_or_a_whole_number(tmp_path: Path, key: Any) -> None:
    rows = [{"id": key, "chunk_id": 12, "text": 3, "embedding": VECTORS[0]}]
    block = one(written(tmp_path / "v.json", rows))
    assert (block.ids, block.texts) == ([("12",)], [None])


@pytest.mark.parametrize("name", ["v.json", "v.jsonl", "v.parquet", "v.npy"])
def test_another_dimension_is_refused_with_both_and_the_record(tmp_path: Path, name: str) -> None:
    rows = [{"id": "a", "embedding": VECTORS[0]}, {"id": "b", "embedding": [1.0, 2.0, 3.0]}]
    ids, number = None, 2
    if name == "v.npy":
        np.save(tmp_path / name, np.ones((2, 3)))
        ids, number = written(tmp_path / "ids.txt", "a\nb"), 1
    elif name == "v.parquet":
        parquet(tmp_path / name, {key: [row[key] for row in rows] for key in rows[0]})
    else:
        value = "\n".join(map(json.dumps, rows)) if name.endswith("l") else json.dumps(rows)
        written(tmp_path / name, value)
    with pytest.raises(SpaceMismatch) as caught:
        read(tmp_path / name, ids)
    line = str(caught.value)
    assert f"{name} record {number}: the vector has 3 dimensions, test/hash has 4" in line
    assert "--model" in line


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("v.json", b"", "empty"),
        ("v.json", b'[{"id": "a", "embedding": [1, 2,', "cut off or no JSON"),
        ("v.json", b'{"id": 1}{"id": 2}', "cut off or no JSON"),
        ("v.json", b"3", "neither a list"),
        ("v.json", b'"text"', "neither a list"),
        ("v.json", b"[" * 200_000, "nested too deeply"),
        ("v.json", b'[{"x":' + b"[" * 200_000, "nested too deeply"),
        ("v.json", '[{"id": "a"}]'.encode("utf-16"), "cut off or no JSON"),
        ("v.json", b'[{"id": "\xff", "embedding": [1, 2, 3, 4]}]', "record 1: not UTF-8"),
        ("v.json", b'{"\xff": [1, 2, 3, 4]}', "not UTF-8"),
        ("v.json", b'[NaN, {"id": "a",', "cut off or no JSON"),
        ("v.jsonl", b'{"id": "a"}\n{"id": ', "record 2: cut off"),
        ("v.jsonl", b'{"id": "a"}\n\n{"id": "\xff"}', "record 3: not UTF-8"),
        ("v.parquet", b"PAR1 and nothing", "cannot be read"),
        ("v.parquet", b"", "cannot be read"),
        ("v.npy", b"", "no array"),
        ("v.npy", b"PK\x03\x04", "no array"),
        ("v.npy", b"\x80\x04\x95", "no array"),
    ],
)
def test_a_damaged_file_is_one_line_that_names_it(
    tmp_path: Path, name: str, data: bytes, problem: str
) -> None:
    (tmp_path / name).write_bytes(data)
    ids = written(tmp_path / "ids.txt", "a")
    with pytest.raises(BadArchive, match=problem) as caught:
        read(tmp_path / name, ids)
    assert str(tmp_path / name) in str(caught.value) and "\n" not in str(caught.value)
    assert caught.value.remedy


def test_a_line_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsons, "LINE_MAX", 100)
    path = written(tmp_path / "v.jsonl", '{"id": "a"}\n' + "x" * 300)
    with pytest.raises(BadArchive, match="record 2: a line of over 100 bytes"):
        read(path)


def test_nothing_is_unpickled_and_no_header_is_believed(tmp_path: Path) -> None:
    ids = written(tmp_path / "ids.txt", "a")
    np.save(tmp_path / "o.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with (tmp_path / "huge.npy").open("wb") as file:
        np.lib.format.write_array_header_1_0(
            file, {"descr": "<f4", "fortran_order": False, "shape": (2**40, 4)}
        )
    for name in ("o.npy", "huge.npy"):
        with pytest.raises(BadArchive, match="no array"):
            read(tmp_path / name, ids)
        with pytest.raises(BadArchive, match="no array"):
            read(tmp_path / name, tmp_path / name)


@pytest.mark.parametrize("shape", [(4,), (1, 4, 1), ()])
def test_only_a_matrix_of_numbers_is_one(tmp_path: Path, shape: tuple[int, ...]) -> None:
    np.save(tmp_path / "v.npy", np.ones(shape))
    with pytest.raises(BadArchive, match="no matrix of vectors"):
        read(tmp_path / "v.npy", written(tmp_path / "ids.txt", "a"))
    np.save(tmp_path / "s.npy", np.array([["a"]]))
    with pytest.raises(BadArchive, match="no matrix of vectors"):
        read(tmp_path / "s.npy", tmp_path / "ids.txt")


def test_ids_are_as_many_as_vectors(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.array(VECTORS))
    with pytest.raises(BadArchive, match="2 ids for 5 vectors"):
        read(tmp_path / "v.npy", written(tmp_path / "ids.txt", "a\nb"))


@pytest.mark.parametrize(
    ("name", "data"),
    [("ids.json", b'{"a": 1}'), ("ids.json", b"[1.5]"), ("ids.txt", b"\xff\xfe"), ("ids.npy", b"")],
)
def test_a_file_of_ids_that_is_none_is_named(tmp_path: Path, name: str, data: bytes) -> None:
    np.save(tmp_path / "v.npy", np.array(VECTORS))
    (tmp_path / name).write_bytes(data)
    np.save(tmp_path / "m.npy", np.ones((5, 1)))
    with pytest.raises(BadArchive, match=r"m\.npy: no list of ids"):
        read(tmp_path / "v.npy", tmp_path / "m.npy")
    with pytest.raises(BadArchive) as caught:
        read(tmp_path / "v.npy", tmp_path / name)
    assert str(tmp_path / name) in str(caught.value) and "\n" not in str(caught.value)


def test_a_folder_is_every_vector_file_below_it_in_order(tmp_path: Path) -> None:
    for name in ("pod1/b.json", "pod0/a.jsonl", "pod0/.hidden.json", ".git/c.json", "notes.txt"):
        written(tmp_path / name, "[]")
    found = [tmp_path / "pod0/a.jsonl", tmp_path / "pod1/b.json"]
    assert find_files([tmp_path]) == found
    assert find_files([tmp_path / "pod1", tmp_path, tmp_path / "pod1/b.json"]) == found[::-1]


def test_a_file_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="no such file"):
        find_files([tmp_path / "nothing.json"])
    with pytest.raises(BadArchive, match="no format of vectors"):
        find_files([written(tmp_path / "notes.txt", "x")])
    with pytest.raises(BadArchive, match="no file of vectors"):
        find_files([tmp_path])
    (tmp_path / "link.json").symlink_to("/etc/passwd")
    with pytest.raises(BadArchive, match="symbolic link"):
        find_files([tmp_path])


def test_a_matrix_needs_ids_and_they_belong_to_one(tmp_path: Path) -> None:
    for name in ("a.npy", "b.npy", "ids.npy"):
        np.save(tmp_path / name, np.ones(1))
    with pytest.raises(SettingsError, match="no ids"):
        find_files([tmp_path / "a.npy"])
    with pytest.raises(SettingsError, match="there are 2"):
        find_files([tmp_path], tmp_path / "ids.npy")
    (tmp_path / "b.npy").unlink()
    assert find_files([tmp_path], tmp_path / "ids.npy") == [tmp_path / "a.npy"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "v.json", ROWS)
    path.chmod(0)
    with pytest.raises(BadArchive, match="cannot be read"):
        read(path)
