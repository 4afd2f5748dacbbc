"""Questions to the service: the same answers as the command line gives."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from embed_platform.compute.engines import open_engine
from embed_platform.corpus.kinds import KINDS
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.registry import load_registry
from embed_platform.search import pipeline
from embed_platform.service.keys import KeyFile
from embed_platform.stores.base import StoreTable
from embed_platform.stores.open import open_store
from embed_platform.stores.sync import sync_space
from embed_platform_tests.service.conftest import TEXTS, Served, new_home, serving
from embed_platform_tests.standins.rerank_server import rerank_server


@pytest.fixture(scope="module")
def searchable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service over two users whose tweets are embedded and published."""
    with rerank_server() as (url, _):
        lake = new_home(
            tmp_path_factory.mktemp("search"),
            reranker_service="http",
            reranker_args={"url": url},
            stores=("s3",),
            device="cpu",
        )
        entry = load_registry(lake.settings).get("minilm")
        users = ["ann", "bob"]
        embed_users(lake, entry.space, users, ["tweet"], lambda: open_engine(entry, lake.settings))
        store = open_store("s3", lake.settings, lake)
        sync_space(lake, store, [StoreTable(entry.space, KINDS["tweet"])], users)
        file = KeyFile(lake.settings)
        keys = {scope: file.add(scope, [scope]) for scope in ("read", "embed")}
        with serving(lake.settings, keys) as served:
            yield served


@pytest.fixture
def reader(searchable: Served) -> Iterator[httpx2.Client]:
    with searchable.client("read") as client:
        yield client


def test_a_question_finds_what_it_means_and_whose_it_is(
    searchable: Served, reader: httpx2.Client
) -> None:
    asked = {"query": "baking went wrong", "limit": 2}
    found = reader.post("/v1/search", json=asked).json()["results"]
    assert found[0]["text"] == TEXTS[1] and found[0]["user"] == "ann"
    assert "stages" not in found[0] and "context" not in found[0]
    service = searchable.service
    ours = pipeline.answer(
        service.lake, service.settings, pipeline.Request("baking went wrong", limit=2)
    )
    assert [row["id"] for row in found] == [one.result.id for one in ours]
    assert reader.get("/v1/search", params=asked).json()["results"] == found


def test_filters_narrow_and_explain_shows_each_stage(reader: httpx2.Client) -> None:
    asked = {"query": "bread", "user": "bob", "explain": True, "rerank": True, "context": 1}
    (found,) = reader.post("/v1/search", json=asked).json()["results"]
    assert found["user"] == "bob"
    assert set(found["stages"]) == {"dense", "rerank"} and found["stages"]["dense"]["rank"] == 1
    assert "context" in found
    nobody = reader.post("/v1/search", json={"query": "bread", "until": "1990-01-01"})
    assert nobody.json() == {"results": []}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"query": ""}, "query"),
        ({"query": "x" * 40_000}, "query"),
        ({"query": "x", "kinds": ["letter"]}, "the kinds are tweet"),
        ({"query": "x", "since": "yesterday"}, "no day and no time"),
        ({"query": "x", "limit": 0}, "limit"),
        ({"query": "x", "model": "gpt-9"}, "not in the registry"),
        ({"query": "x", "by": "lexical"}, "only pgvector finds by words"),
        ({"query": "x", "kinds": ["page_image", "tweet"]}, "ask for them alone"),
        ({"query": "x", "kinds": ["page_image"]}, "no page images are embedded yet"),
        ({"question": "x"}, "query"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_one_sentence(
    reader: httpx2.Client, body: dict[str, object], says: str
) -> None:
    answer = reader.post("/v1/search", json=body)
    assert answer.status_code == 400
    assert says in answer.json()["error"]["message"]


def test_documents_come_back_in_cohere_s_shape(searchable: Served) -> None:
    asked = {"query": "boats", "documents": ["bread", {"text": "boats leave at nine"}, "rain"]}
    with searchable.client("embed") as client:
        whole = client.post("/v1/rerank", json=asked).json()
        best = client.post("/v1/rerank", json=asked | {"top_n": 1, "return_documents": True}).json()
    assert sorted(row["index"] for row in whole["results"]) == [0, 1, 2]
    scores = [row["relevance_score"] for row in whole["results"]]
    assert scores == sorted(scores, reverse=True) and "document" not in whole["results"][0]
    (only,) = best["results"]
    assert (only["index"], only["document"]) == (1, {"text": "boats leave at nine"})


@pytest.mark.parametrize(
    "body",
    [
        {"query": "", "documents": ["a"]},
        {"query": "a", "documents": []},
        {"query": "a", "documents": [""]},
        {"query": "a", "documents": [{"title": "a"}]},
        {"query": "a", "documents": ["a"] * 10_000},
        {"query": "a", "documents": ["a"], "top_n": 0},
        {"query": "a", "documents": "a"},
    ],
)
def test_what_cannot_be_reranked_is_refused(searchable: Served, body: dict[str, object]) -> None:
    with searchable.client("embed") as client:
        assert client.post("/v1/rerank", json=body).status_code == 400


def test_each_endpoint_wants_its_scope(searchable: Served) -> None:
    with searchable.client("read") as reader, searchable.client("embed") as embedder:
        body = {"query": "a", "documents": ["a"]}
        assert reader.post("/v1/rerank", json=body).status_code == 403
        assert embedder.post("/v1/search", json={"query": "a"}).status_code == 403
    with searchable.client() as nobody:
        assert nobody.get("/v1/search", params={"query": "a"}).status_code == 401


def test_a_reranker_is_chosen_from_the_registry_only(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    lake = new_home(tmp_path_factory.mktemp("reranker"))
    with serving(lake.settings) as served, served.client() as client:
        body = {"query": "a", "documents": ["a"], "model": "/etc"}
        answer = client.post("/v1/rerank", json=body)
        assert answer.status_code == 404
        assert "ms-marco-MiniLM" in answer.json()["error"]["message"]
