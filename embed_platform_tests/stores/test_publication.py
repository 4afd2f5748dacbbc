"""What is particular to the publication: its files, its manifest, exact answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from embed_platform.errors import StoreUnavailable
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.snapshots import parse_parquet
from embed_platform.settings import Settings
from embed_platform.stores import publication
from embed_platform.stores.base import Filters, StoreTable
from embed_platform.stores.open import open_store
from embed_platform.stores.publication import S3Store
from embed_platform_tests.servers import free_port
from embed_platform_tests.stores.rows import clustered, hashes_of, rows_of


def files(lake: Lake, table: StoreTable) -> list[str]:
    return [
        e.path
        for e in lake.published.list(f"space={table.space.slug}")
        if e.path.endswith(".parquet")
    ]


def test_a_published_file_explains_itself(lake: Lake, table: StoreTable) -> None:
    store, rows = S3Store(lake), rows_of("alice", clustered(5))
    store.upsert(table, "alice", [rows])
    (path,) = files(lake, table)
    found = parse_parquet(path, lake.published.get(path))
    assert found.column_names == [
        *("id", "user", "kind", "created_at", "text", "text_hash", "row_hash", "metadata", "vector")
    ]
    vector = found.schema.field("vector").type
    assert (vector.list_size, str(vector.value_type)) == (8, "float")
    assert json.loads(found["metadata"][0].as_py())["lang"] == "en"


def test_the_manifest_lists_files_with_sizes_and_public_addresses(
    s3: S3Store, table: StoreTable
) -> None:
    s3.upsert(table, "alice", [rows_of("alice", clustered(5))])
    s3.upsert(table, "bob", [rows_of("bob", clustered(2))])
    s3.finish(table)
    manifest = json.loads(s3._files.get(f"space={table.space.slug}/manifest.json"))
    assert (manifest["rows"], manifest["users"]) == (7, ["alice", "bob"])
    for entry in manifest["files"]:
        assert len(s3._files.get(entry["path"])) == entry["bytes"]
        assert entry["url"] == f"https://x.test/{entry['path']}"


def test_a_manifest_that_says_the_same_is_not_written_again(
    lake: Lake, table: StoreTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = S3Store(lake)
    store.finish(table)
    assert lake.published.list() == []
    store.upsert(table, "alice", [rows_of("alice", clustered(5))])
    store.finish(table)
    monkeypatch.setattr(lake.published, "put", None)
    store.finish(table)


def test_large_users_are_split_and_replaced_whole(
    lake: Lake, table: StoreTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "ROWS_PER_FILE", 10)
    store, rows = S3Store(lake), rows_of("alice", clustered(25))
    store.upsert(table, "alice", [rows])
    before = files(lake, table)
    assert len(before) == 3
    assert store.hashes(table, "alice") == hashes_of(rows)
    store.upsert(table, "alice", [rows_of("alice", clustered(1), lang="de")])
    after = files(lake, table)
    assert len(after) == 3
    assert len(set(before) & set(after)) >= 1, "a full part that lost no row stays as it is"
    hashes = store.hashes(table, "alice")
    assert len(hashes) == 25 and "" not in hashes.values()
    assert len(hashes.items() - hashes_of(rows).items()) == 1


def test_rows_that_a_killed_replacement_left_doubled_are_single_after_the_next(
    lake: Lake, table: StoreTable
) -> None:
    store, rows = S3Store(lake), rows_of("alice", clustered(5))
    store.upsert(table, "alice", [rows])
    (old,) = files(lake, table)
    whole = lake.published.get(old)
    store.upsert(table, "alice", [rows_of("alice", clustered(2), lang="de")])
    lake.published.put(old, whole)  # as if the process had died before it deleted this one
    doubled = store.hashes(table, "alice")
    assert set(doubled) == set(rows.ids) and set(doubled.values()) == {""}
    store.upsert(table, "alice", [rows])
    assert store.hashes(table, "alice") == hashes_of(rows)
    assert store.counts(table, ["alice"]) == {"alice": 5}


def test_a_reader_whose_file_was_replaced_lists_again(
    lake: Lake, table: StoreTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, rows = S3Store(lake), rows_of("alice", clustered(5))
    store.upsert(table, "alice", [rows])
    get, fresh = lake.published.get, rows_of("alice", clustered(5), lang="de")

    def replaced_in_between(path: str) -> bytes:
        monkeypatch.setattr(lake.published, "get", get)
        store.upsert(table, "alice", [fresh])
        return get(path)

    monkeypatch.setattr(lake.published, "get", replaced_in_between)
    assert store.hashes(table, "alice") == hashes_of(fresh)


def test_scores_are_cosines_even_of_vectors_that_are_not_unit_length(
    lake: Lake, table: StoreTable
) -> None:
    store, vectors = S3Store(lake), clustered(20)
    lengths = np.linspace(0.1, 9, 20, dtype=np.float32)[:, None]
    rows = rows_of("alice", vectors * lengths)
    store.upsert(table, "alice", [rows])
    hits = store.search(table, 5 * vectors[3], 20, Filters())
    expected = sorted(vectors @ vectors[3], reverse=True)
    assert [hit.score for hit in hits] == pytest.approx(expected, abs=1e-5)


def test_storage_that_is_down_is_a_store_that_is_down(tmp_path: Path, table: StoreTable) -> None:
    settings = Settings(
        home=tmp_path,
        publish_url="s3://bucket/published",
        s3_endpoint=f"http://127.0.0.1:{free_port()}",
        s3_key="key",
        s3_secret="secret",
    )
    store = open_store("s3", settings, open_lake(settings))
    with pytest.raises(StoreUnavailable):
        store.counts(table, ["alice"])
