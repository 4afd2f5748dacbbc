"""A user's documents with their vectors: from the lake, embedded where they are missing."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embed_platform.corpus.documents import (
    Document,
    documents_table,
    publish_documents,
    read_documents,
)
from embed_platform.embedding.engine import Provenance
from embed_platform.embedding.vectors import append_vectors, embedded_hashes
from embed_platform.service.keys import KeyFile
from embed_platform_tests.embedding.made import write
from embed_platform_tests.service.conftest import TEXTS, Served, new_home, serving

PATH = "/v1/embed-user"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Served]:
    """A service whose lake holds no vectors yet."""
    lake = new_home(tmp_path)
    file = KeyFile(lake.settings)
    keys = {scope: file.add(scope, [scope]) for scope in ("read", "admin")}
    dated = [
        Document(
            "cat",
            "tweet",
            str(day),
            f"day {day}",
            datetime(2026, 1, day, tzinfo=UTC),
            {"tweet_id": f"90{day}"},
        )
        for day in range(1, 6)
    ]
    publish_documents(lake, "cat", "tweet", documents_table(dated))
    with serving(lake.settings, keys) as served:
        yield served


def ask(served: Served, key: str = "admin", **body: Any) -> httpx2.Response:
    with served.client(key) as client:
        return client.post(PATH, json={"model_name": "minilm"} | body)


def test_what_is_missing_is_embedded_kept_and_next_time_read_from_the_lake(fresh: Served) -> None:
    slug = fresh.service.models.get("minilm").space.slug
    lake = fresh.service.lake
    assert embedded_hashes(lake, slug, "ann") == set()
    assert ask(fresh, "read", username="ann").json()["error"]["code"] == "insufficient_scope"
    assert embedded_hashes(lake, slug, "ann") == set()

    answer = ask(fresh, username="ann").json()
    assert answer["count"] == len(answer["data"]) == 3
    assert {row["text"] for row in answer["data"]} == set(TEXTS)
    assert (answer["without_vector"], answer["unknown_ids"]) == ([], [])
    assert len(embedded_hashes(lake, slug, "ann")) == 3
    assert embedded_hashes(lake, slug, "bob") == set()

    assert ask(fresh, "read", username=" ANN ").json() == answer
    with fresh.client("admin") as client:
        texts = [row["text"] for row in answer["data"]]
        direct = client.post("/v1/embeddings", json={"model": "minilm", "input": texts}).json()
    for row, other in zip(answer["data"], direct["data"], strict=True):
        assert np.dot(row["vector"], other["embedding"]) > 0.999


def test_ids_of_tweets_or_documents_choose_over_all_users(fresh: Served) -> None:
    everything = ask(fresh, username="cat").json()["data"]
    wanted = ["902", everything[3]["id"], "nobody has this"]
    answer = ask(fresh, ids=wanted).json()
    assert [row["text"] for row in answer["data"]] == ["day 2", "day 4"]
    assert answer["unknown_ids"] == ["nobody has this"]
    assert ask(fresh, ids=wanted, username="ann").json()["count"] == 0


def test_an_id_that_kinds_or_dates_leave_out_is_not_unknown(fresh: Served) -> None:
    for narrowed in ({"since": "2026-01-03"}, {"kinds": ["thread"]}):
        answer = ask(fresh, ids=["902", "nobody has this"], **narrowed).json()
        assert (answer["count"], answer["unknown_ids"]) == (0, ["nobody has this"])


def test_a_kind_that_the_model_does_not_embed_is_refused(fresh: Served) -> None:
    answer = ask(fresh, username="cat", kinds=["tweet", "page_image"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "wrong_kind")


def test_dates_choose_and_the_end_is_exclusive(fresh: Served) -> None:
    answer = ask(fresh, username="cat", since="2026-01-02", until="2026-01-04T00:00:00Z").json()
    assert [row["text"] for row in answer["data"]] == ["day 2", "day 3"]
    assert answer["data"][0]["created_at"] == "2026-01-02T00:00:00+00:00"
    assert answer["data"][0]["metadata"]["tweet_id"] == "902"


def test_all_formats_hold_the_same(fresh: Served) -> None:
    plain = ask(fresh, username="cat").json()
    vectors = np.array([row["vector"] for row in plain["data"]], dtype=np.float32)

    parquet = ask(fresh, username="cat", format="parquet")
    assert parquet.headers["content-type"] == "application/vnd.apache.parquet"
    table = pq.read_table(pa.BufferReader(parquet.content))
    assert table["id"].to_pylist() == [row["id"] for row in plain["data"]]
    np.testing.assert_array_equal(np.stack(table["vector"].to_numpy()), vectors)
    assert json.loads(table["metadata"][0].as_py()) == plain["data"][0]["metadata"]
    assert json.loads(table.schema.metadata[b"model"]) == plain["model"]

    packed = ask(fresh, username="cat", format="npz")
    assert packed.headers["content-disposition"].endswith('.npz"')
    file = np.load(io.BytesIO(packed.content), allow_pickle=False)
    assert file["ids"].tolist() == [row["id"] for row in plain["data"]]
    np.testing.assert_array_equal(file["vectors"], vectors)
    held = json.loads(file["metadata"].tobytes())
    assert [row["text"] for row in held["documents"]] == [row["text"] for row in plain["data"]]


def test_a_stored_vector_that_is_not_finite_is_named_and_never_sent(fresh: Served) -> None:
    lake, space = fresh.service.lake, fresh.service.models.get("test/nested").space
    write(lake, "dan", TEXTS)
    hashes = read_documents(lake, "dan", "tweet", ["text_hash"])["text_hash"].to_pylist()
    vectors = np.random.default_rng(1).normal(size=(3, space.dimension)).astype(np.float32)
    vectors[1, 7] = np.nan
    maker = Provenance("test", "1", "float32", "cpu")
    append_vectors(lake, space, "dan", hashes, vectors, [maker])
    for form in ("json", "npz", "parquet"):
        answer = ask(fresh, username="dan", model_name="test/nested", format=form)
        assert answer.status_code == 200
        if form == "json":
            found = answer.json()
            assert (found["count"], len(found["without_vector"])) == (2, 1)
            sent = np.array([row["vector"] for row in found["data"]], dtype=float)
        elif form == "npz":
            sent = np.load(io.BytesIO(answer.content))["vectors"]
        else:
            sent = np.stack(pq.read_table(pa.BufferReader(answer.content))["vector"].to_numpy())
        assert sent.shape == (2, space.dimension) and np.isfinite(sent).all()


def test_no_documents_in_the_choice_is_an_empty_answer(fresh: Served) -> None:
    for name in ("json", "parquet", "npz"):
        answer = ask(fresh, username="cat", since="2030-01-01", format=name)
        assert answer.status_code == 200
    assert ask(fresh, username="cat", kinds=["thread"]).json()["data"] == []


@pytest.mark.parametrize(
    ("body", "status", "code", "message"),
    [
        ({"username": "nobody"}, 404, "user_not_found", "no such user"),
        ({"username": "ann", "model_name": "nope"}, 404, "model_not_found", "all-MiniLM"),
        ({}, 400, "names_nobody", "give a username, or ids"),
        ({"ids": []}, 400, "too_short", "ids"),
        ({"username": "ann", "since": "yesterday"}, 400, "time", "2024-05-31"),
        ({"username": "ann", "since": 3}, 400, "string_type", "since"),
        ({"username": "ann", "kinds": ["poem"]}, 400, "unknown_kind", "the kinds are tweet"),
        ({"username": "ann", "format": "csv"}, 400, "literal_error", "'parquet'"),
        ({"username": ["ann"]}, 400, "string_type", "username"),
        ({"username": "../../etc"}, 404, "user_not_found", "no such user"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(
    with_keys: Served, body: dict[str, Any], status: int, code: str, message: str
) -> None:
    answer = ask(with_keys, **body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert message in error["message"]


@pytest.mark.parametrize("until", ["2026-01-01", "2026-01-03T00:00:00Z", "2026-01-03T02:00+02:00"])
def test_dates_that_nothing_lies_between_are_refused_with_both_of_them(
    fresh: Served, until: str
) -> None:
    answer = ask(fresh, username="cat", since="2026-01-03", until=until)
    error = answer.json()["error"]
    assert (answer.status_code, error["param"], error["code"]) == (400, "since", "empty_period")
    assert error["type"] == "invalid_request_error"
    assert error["message"].startswith("since, until: nothing lies from 2026-01-03T00:00:00+00:00")
    later = ask(fresh, username="cat", since="2026-01-03", until="2026-01-03T00:00:01")
    assert later.json()["count"] == 1
