"""import-vectors as a person uses it: what a rented machine made is searched without embedding."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embed_platform.corpus.documents import read_documents
from embed_platform.embedding.registry import load_registry
from embed_platform.embedding.vectors import read_vectors
from embed_platform.lake.lake import open_lake
from embed_platform.settings import load_settings
from embed_platform_tests.road import SAMPLE, Home

pytestmark = pytest.mark.slow
USER = "tilda_marrowby"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose documents were embedded, and whose space is gone again."""
    home = Home(tmp_path_factory.mktemp("home") / "home")
    home.run("ingest", SAMPLE)
    yield home
    home.run("down")


@pytest.fixture(scope="module")
def paid(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Batch files of 100 records with real vectors, as the scripts of rented machines leave them."""
    first = home.launch("s3")
    assert first["embedded"] == 240
    settings = load_settings(home=home.path)
    lake, space = open_lake(settings), load_registry(settings).get("minilm").space
    hashes, matrix = read_vectors(lake, space, USER)
    vectors = dict(zip(hashes, matrix.tolist(), strict=True))
    rows: list[dict[str, Any]] = []
    for kind in ("tweet", "thread"):
        columns = ["id", "text", "text_hash"]
        for row in read_documents(lake, USER, kind, columns).to_pylist():
            vector = vectors[row["text_hash"]]
            rows.append({"chunk_id": row["id"], "text": row["text"], "embedding": vector})
    rows.append({"chunk_id": "gone", "text": "deleted since", "embedding": vectors[hashes[0]]})
    folder = tmp_path_factory.mktemp("paid")
    for place, start in enumerate(range(0, len(rows), 100)):
        (folder / f"pod{place % 2}").mkdir(exist_ok=True)
        batch = folder / f"pod{place % 2}" / f"batch_{place}.json"
        batch.write_text(json.dumps(rows[start : start + 100]))
    home.run("spaces", "rm", space.slug, "--yes")
    return folder


def test_nothing_can_match_before_there_are_documents(home: Home, tmp_path: Path) -> None:
    rows = [{"id": "a", "text": "b", "embedding": [0.1, 0.2] * 192}]
    path = tmp_path / "batch_0.json"
    path.write_text(json.dumps(rows))
    done = home.run("import-vectors", path, "--model", "minilm", "--json", check=False)
    assert done.returncode == 1
    assert "none of 1 records" in done.stderr and "embed-platform run" in done.stderr
    found = json.loads(done.stdout)
    assert (found["imported"], found["unmatched"]) == (0, 1)
    assert found["examples"] == [f"{path} record 1"]


def test_what_was_paid_for_is_taken_and_the_next_run_embeds_nothing(home: Home, paid: Path) -> None:
    done = home.run("import-vectors", paid, "--model", "minilm", "--user", USER)
    assert f"240 vectors taken for {USER}, 1 matches nothing" in done.stderr
    assert "pod0/batch_2.json record 41" in done.stderr
    result = home.launch("s3")
    assert (result["embedded"], result["reused"]) == (0, 240)
    found = home.json("search", "trouble sleeping", "--store", "s3", "--limit", "1")["results"]
    assert found[0]["score"] > 0.3


def test_the_same_files_again_take_nothing(home: Home, paid: Path) -> None:
    again = home.json("import-vectors", paid / "pod0", paid / "pod1", "--model", "minilm")
    assert again == {
        "imported": 0,
        "present": 240,
        "unmatched": 1,
        "set_aside": 0,
        "contradicting": 0,
        "rescaled": 0,
        "files": 3,
        "examples": [f"{paid}/pod0/batch_2.json record 41"],
    }


def test_the_wrong_model_is_one_line(home: Home, paid: Path) -> None:
    done = home.run("import-vectors", paid, "--model", "gte-modernbert", check=False)
    assert done.returncode == 1 and done.stderr.count("error:") == 1
    assert "batch_0.json record 1: the vector has 384 dimensions" in done.stderr
    assert "has 768" in done.stderr and "--model" in done.stderr


def test_an_unknown_model_is_not_fetched(home: Home, paid: Path) -> None:
    done = home.run("import-vectors", paid, "--model", "nobody/nothing", check=False)
    assert done.returncode == 1 and "is not in the registry" in done.stderr


def test_texts_that_are_left_without_a_vector_fail_the_command(home: Home, tmp_path: Path) -> None:
    lake = open_lake(load_settings(home=home.path))
    row = read_documents(lake, USER, "tweet", ["id", "text_hash"]).to_pylist()[0]
    path = tmp_path / "batch_0.json"
    path.write_text(
        json.dumps([{"id": row["id"], "text": "as it was", "embedding": [0.1, 0.2] * 192}])
    )
    done = home.run("import-vectors", path, "--model", "minilm", check=False)
    assert done.returncode == 0 and "1 set aside" in done.stderr  # its text has a vector
    slug = load_registry(lake.settings).get("minilm").space.slug
    lake.storage.delete_prefix(f"vectors/space={slug}")
    done = home.run("import-vectors", path, "--model", "minilm", check=False)
    assert done.returncode == 1 and "1 text left without a vector" in done.stderr
    letters = home.json("dead-letters")
    assert "batch_0.json record 1" in json.dumps(letters)
    assert "as it was" not in json.dumps(letters)
