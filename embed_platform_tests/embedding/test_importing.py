"""Vectors made elsewhere: matched to documents, taken once, for everybody who holds the text."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embed_platform.corpus.documents import (
    document_id,
    text_hash,
)
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.engine import Provenance
from embed_platform.embedding.importing import importer
from embed_platform.embedding.probe import read_space_file
from embed_platform.embedding.vectors import append_vectors
from embed_platform.errors import (
    ErasedUser,
    LakeUnavailable,
)
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.suppressions import suppress
from embed_platform.settings import load_settings
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


def test_batches_of_rented_machines_are_taken_and_nothing_is_embedded_again(
    lake: Lake, tmp_path: Path
) -> None:
    texts = [f"text {i}" for i in range(250)]
    write(lake, "ann", texts)
    rows = records("ann", texts)
    for batch in range(3):
        name = f"pod{batch % 2}/batch_{batch}.json"
        save(tmp_path / "runpod" / name, rows[batch * 100 : batch * 100 + 100])
    seen: list[str] = []
    done = take(lake, tmp_path / "runpod", on_file=seen.append)
    assert done.taken == {"ann": 250} and done.counts.files == 3 and done.missing == 0
    assert [Path(name).name for name in seen] == ["batch_0.json", "batch_2.json", "batch_1.json"]
    assert held(lake) == {text_hash(text): vector(text) for text in texts}
    result = embed_users(lake, SPACE, ["ann"], KINDS, no_engine)["ann"]
    assert (result.embedded, result.reused) == (0, 250)
    assert list((lake.settings.home / "tmp").iterdir()) == []


def test_a_record_is_found_by_document_by_hash_and_by_text(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["by id", "by hash", "by text", "by second id"])
    rows = [
        {"id": document_id("ann", "tweet", "0"), "vector": vector("by id")},
        {"text_hash": text_hash("by hash"), "vector": vector("by hash")},
        {"id": "17", "content": "by text", "vector": vector("by text")},
        {
            "id": 4,
            "document_id": document_id("ann", "tweet", "3"),
            "vector": vector("by second id"),
        },
    ]
    assert take(lake, save(tmp_path / "v.json", rows)).taken == {"ann": 4}
    assert held(lake)[text_hash("by text")] == vector("by text")


def test_what_matches_nothing_is_counted_with_three_examples(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["one"])
    rows = records("ann", ["one"]) + [
        {"id": str(i), "text": f"unknown {i}", "embedding": vector("x")} for i in range(5)
    ]
    rows += [{"embedding": vector("x")}, {"id": "7" * 40, "embedding": vector("x")}]
    rows += [{"id": document_id("ann", "tweet", "0") + "0", "embedding": vector("x")}]
    path = save(tmp_path / "v.json", rows)
    counts = take(lake, path).counts
    assert (counts.unmatched, counts.matched, counts.records) == (8, 1, 9)
    assert counts.examples == [f"{path} record {n}" for n in (2, 3, 4)]


def test_one_vector_serves_every_user_who_holds_the_text(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["shared", "only ann", "shared"])
    write(lake, "bob", ["other", "shared"])
    path = save(tmp_path / "v.json", records("ann", ["shared", "only ann"]))
    done = take(lake, path, users=["ann", "bob"])
    assert done.taken == {"ann": 2, "bob": 1}
    assert held(lake, "bob") == {text_hash("shared"): vector("shared")}


def test_only_the_users_that_were_named_get_vectors(lake: Lake, tmp_path: Path) -> None:
    for user in ("ann", "bob"):
        write(lake, user, ["shared", f"only {user}"])
    path = save(tmp_path / "v.json", records("ann", ["shared", "only ann"]))
    done = take(lake, path, users=["bob"])  # an id of ann's, but a text that bob holds too
    assert (done.taken, done.counts.unmatched) == ({"bob": 1}, 1)
    assert held(lake, "ann") == {}
    rest = take(lake, path, users=["ann", "bob"])
    assert (rest.taken, rest.counts.present) == ({"ann": 2}, 1)
    assert rest.compared == 1


def test_kinds_that_the_model_does_not_serve_get_none(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["a tweet"])
    write(lake, "ann", ["a thread"], kind="thread")
    rows = [{"text": text, "vector": vector(text)} for text in ("a tweet", "a thread")]
    done = take(lake, save(tmp_path / "v.json", rows))
    assert (done.taken, done.counts.unmatched) == ({"ann": 1}, 1)


def test_the_footer_tells_the_formats(lake: Lake, tmp_path: Path) -> None:
    texts = ["one", "two", "three"]
    write(lake, "ann", texts)
    save(tmp_path / "in/a.json", records("ann", texts)[:1])
    table = pa.table({"text": texts[1:], "vector": [vector(text) for text in texts[1:]]})
    pq.write_table(table, tmp_path / "in/b.parquet")
    take(lake, tmp_path / "in")
    (entry,) = lake.storage.list("vectors")
    assert lake.storage.folder is not None
    footer = pq.read_metadata(lake.storage.folder / entry.path).metadata
    assert msgspec.json.decode(footer[b"provenance"], type=list[Provenance]) == [
        Provenance("import", "json", "decimal", "unknown"),
        Provenance("import", "parquet", "float64", "unknown"),
    ]


def test_a_second_import_changes_nothing(lake: Lake, tmp_path: Path) -> None:
    texts = [f"text {i}" for i in range(30)]
    write(lake, "ann", texts)
    path = save(tmp_path / "v.json", records("ann", texts))
    take(lake, path)
    before = {entry.path: lake.storage.get(entry.path) for entry in lake.storage.list()}
    again = take(lake, path)
    assert (again.taken, again.counts.present, again.counts.rescaled) == ({}, 30, 0)
    assert {entry.path: lake.storage.get(entry.path) for entry in lake.storage.list()} == before


def test_an_import_that_broke_off_goes_on_where_it_stopped(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"text {i}" for i in range(50)]
    write(lake, "ann", texts)
    path = save(tmp_path / "v.json", records("ann", texts))
    monkeypatch.setattr(importer, "ROWS_PER_APPEND", 10)
    calls: list[int] = []

    def failing(*given: Any) -> str:
        calls.append(1)
        if len(calls) == 3:
            raise LakeUnavailable("No space left on device")
        return append_vectors(*given)

    monkeypatch.setattr(importer, "append_vectors", failing)
    with pytest.raises(LakeUnavailable):
        take(lake, path)
    assert set(held(lake)) == {text_hash(text) for text in texts[:20]}
    done = take(lake, path)
    assert (done.taken, done.counts.present, done.compared) == ({"ann": 30}, 20, 20)
    assert held(lake) == {text_hash(text): vector(text) for text in texts}
    known = read_space_file(lake, SPACE.slug)
    assert known is not None and known.unproven


KILLED = """
import sys, time
from pathlib import Path
from embed_platform.embedding.importing import importer
from embed_platform.lake.lake import open_lake
from embed_platform.settings import load_settings
from embed_platform_tests.embedding.made import KINDS, SPACE
importer.ROWS_PER_APPEND = 5
append = importer.append_vectors
def slowly(*given):
    print(append(*given), flush=True)
    time.sleep(0.1)
importer.append_vectors = slowly
lake = open_lake(load_settings(home=sys.argv[1]))
importer.import_vectors(lake, SPACE, [Path(sys.argv[2])], ["ann"], KINDS)
"""


@pytest.mark.parametrize("after", [1, 4])
def test_a_killed_import_doubles_nothing_and_leaves_no_large_file(
    tmp_path: Path, after: int
) -> None:
    lake = open_lake(load_settings(home=tmp_path / "home"))
    texts = [f"text {i}" for i in range(40)]
    write(lake, "ann", texts)
    path = save(tmp_path / "v.json", records("ann", texts))
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(lake.settings.home), str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    assert child.stdout is not None
    for _ in range(after):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait()
    done = len(held(lake))
    assert after * 5 <= done < 40
    left = [p for p in (lake.settings.home / "tmp").rglob("*") if p.is_file()]
    assert left == []
    assert take(lake, path).taken == {"ann": 40 - done}
    assert held(lake) == {text_hash(text): vector(text) for text in texts}


def test_somebody_who_is_erased_meanwhile_stays_so(lake: Lake, tmp_path: Path) -> None:
    write(lake, "ann", ["one"])
    path = save(tmp_path / "v.json", records("ann", ["one"]))
    with pytest.raises(ErasedUser):
        take(lake, path, on_file=lambda file: suppress(lake.storage, "ann"))
    assert lake.storage.list("vectors") == []


def test_a_full_disk_is_one_line(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(lake, "ann", ["one"])

    class Full(BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", lambda dir: Full())
    with pytest.raises(LakeUnavailable, match="No space left on device"):
        take(lake, save(tmp_path / "v.json", records("ann", ["one"])))


def test_a_lake_without_documents_matches_nothing(lake: Lake, tmp_path: Path) -> None:
    done = take(lake, save(tmp_path / "v.json", records("ann", ["one"])))
    assert (done.counts.matched, done.counts.unmatched, done.taken) == (0, 1, {})
    assert lake.storage.list() == []


FORMS = ("json", "dict", "wrapped", "jsonl", "parquet")


def store_as(path: Path, form: str, rows: list[dict[str, Any]]) -> None:
    """Records as a file of a form."""
    if form == "parquet":
        kind = pa.schema(
            [("id", pa.string()), ("text", pa.string()), ("vector", pa.list_(pa.float32(), 8))]
        )
        pq.write_table(pa.Table.from_pylist(rows, kind), path.with_suffix(".parquet"))
    elif form == "jsonl":
        path.with_suffix(".jsonl").write_text("\n".join(map(json.dumps, rows)))
    elif form == "dict":
        named = {str(row.get("id") or f"n{n}"): row for n, row in enumerate(rows)}
        path.with_suffix(".json").write_text(json.dumps(named))
    else:
        value = {"data": rows} if form == "wrapped" else rows
        path.with_suffix(".json").write_text(json.dumps(value))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_however_records_are_split_into_files_the_same_is_imported(
    lake: Lake, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    texts = [f"text {i}" for i in range(12)]
    write(lake, "ann", texts)
    write(lake, "bob", texts[8:])
    lake.storage.delete_prefix("vectors")
    lake.storage.delete_prefix("spaces")
    kept = data.draw(st.lists(st.integers(0, 14), unique=True, min_size=1))
    rows: list[dict[str, Any]] = []
    for n in kept:
        row: dict[str, Any] = {"vector": vector(f"text {n}")}
        if n % 3 != 1:
            row["id"] = document_id("ann", "tweet", str(n))
        if n % 3 != 2:
            row["text"] = f"text {n}"
        rows.append(row)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=4)))
    folder = tmp_path_factory.mktemp("split")
    for place, (start, stop) in enumerate(zip([0, *cuts], [*cuts, len(rows)], strict=True)):
        form = data.draw(st.sampled_from(FORMS))
        (folder / f"pod{place}").mkdir()
        store_as(folder / f"pod{place}/batch", form, rows[start:stop])
    done = take(lake, folder, users=["ann", "bob"])
    known = [n for n in kept if n < 12]
    assert held(lake) == {text_hash(f"text {n}"): vector(f"text {n}") for n in known}
    assert set(held(lake, "bob")) == {text_hash(f"text {n}") for n in known if n >= 8}
    counts = done.counts
    assert (counts.matched, counts.unmatched) == (len(known), len(kept) - len(known))
    assert (counts.set_aside, counts.contradicting, counts.present) == (0, 0, 0)
