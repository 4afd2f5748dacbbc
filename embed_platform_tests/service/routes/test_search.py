"""Questions to the service: the same answers as the command line gives."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone

import httpx2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embed_platform.compute.engines import open_engine
from embed_platform.corpus.kinds import KINDS
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.engine import Embedded, Engine, Provenance
from embed_platform.embedding.registry import load_registry
from embed_platform.search import pipeline
from embed_platform.service.batching import estimate
from embed_platform.service.keys import KeyFile
from embed_platform.service.models import Models
from embed_platform.stores.base import StoreTable
from embed_platform.stores.open import open_store
from embed_platform.stores.servers import stop_servers
from embed_platform.stores.sync import sync_space
from embed_platform_tests.service.conftest import TEXTS, Served, new_home, serving, until
from embed_platform_tests.standins.cross_encoders import write_cross_encoder
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
        stop_servers(lake.settings)


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


class Watched:
    """An engine that notes its passes and their threads, and lets the first wait."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.go_on, self.passes, self.names = threading.Event(), list[list[str]](), set[str]()

    @property
    def provenance(self) -> Provenance:
        return self._engine.provenance

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        self.passes.append(list(texts))
        self.names.add(threading.current_thread().name)
        assert self.go_on.wait(30)
        return self._engine.embed(texts, prompt)


def test_questions_at_the_same_time_share_a_pass_of_the_model_s_one_thread(
    searchable: Served,
) -> None:
    service, answers = searchable.service, list[tuple[str, str]]()
    entry = service.models.get("minilm")
    watched = Watched(open_engine(entry, service.settings))
    before = service.models
    models = Models(service.lake, service.settings, service.metrics, lambda *_: watched)
    object.__setattr__(service, "models", models)

    def ask(text: str) -> None:
        with searchable.client("read") as client:
            found = client.post("/v1/search", json={"query": text, "limit": 1}).json()
        answers.append((text, found["results"][0]["text"]))

    try:
        asking = [threading.Thread(target=ask, args=(text,)) for text in TEXTS]
        asking[0].start()
        until(lambda: len(watched.passes) == 1, seconds=20)
        for thread in asking[1:]:
            thread.start()
        until(lambda: models.batcher(entry).queued_tokens >= estimate(TEXTS[1:]), seconds=20)
        watched.go_on.set()
        for thread in asking:
            thread.join(30)
    finally:
        watched.go_on.set()
        object.__setattr__(service, "models", before)
        models.close()
    assert sorted(answers) == sorted((text, text) for text in TEXTS)
    assert [len(texts) for texts in watched.passes] == [1, 2]
    assert watched.names == {f"batch {entry.space.slug}"}


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
        ({"query": "x", "since": "0001-01-01T00:00:00+12:00"}, "no day and no time"),
        ({"query": "x", "limit": 0}, "limit"),
        ({"query": "x", "limit": "5"}, "limit"),
        ({"query": "x", "rerank": 1}, "rerank"),
        ({"query": "x", "since": "2024-02-01", "until": "2024-01-01"}, "nothing lies from"),
        ({"query": "x", "store": "milvus"}, "milvus holds nothing of"),
        ({"query": "x", "by": "lexical"}, "only pgvector finds by words"),
        ({"query": "x", "kinds": ["page_image", "tweet"]}, "ask for them alone"),
        ({"query": "x", "kinds": ["page_image"]}, "no page images are embedded yet"),
        ({"query": "x", "kinds": ["page_image"], "rerank": True}, "rerank is for texts"),
        ({"query": "x", "kinds": ["page_image"], "by": "hybrid"}, "by hybrid is for texts"),
        ({"query": "x", "kinds": ["page_image"], "explain": True}, "explain is for texts"),
        ({"query": "x", "kinds": ["page_image"], "context": 2}, "context is for texts"),
        ({"question": "x"}, "query"),
        ({"query": " \n"}, "the query is empty"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_one_sentence(
    reader: httpx2.Client, body: dict[str, object], says: str
) -> None:
    answer = reader.post("/v1/search", json=body)
    assert answer.status_code == 400
    assert says in answer.json()["error"]["message"]


@pytest.mark.parametrize("kinds", [None, ["page_image"]])
def test_dates_that_nothing_lies_between_name_their_field(
    reader: httpx2.Client, kinds: list[str] | None
) -> None:
    body = {"query": "x", "since": "2024-02-01", "until": "2024-01-01", "kinds": kinds}
    error = reader.post("/v1/search", json=body).json()["error"]
    assert (error["param"], error["code"]) == ("since", "empty_period")


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        ({"user": "nobody"}, "user_not_found", "no such user"),
        ({"model": "gpt-9"}, "model_not_found", "all-MiniLM-L6-v2"),
        ({"model": "gpt-9", "kinds": ["page_image"]}, "model_not_found", "colqwen"),
    ],
)
def test_whoever_or_whatever_is_not_known_is_a_404(
    reader: httpx2.Client, body: dict[str, object], code: str, says: str
) -> None:
    answer = reader.post("/v1/search", json={"query": "x"} | body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)
    assert says in answer.json()["error"]["message"]


def test_names_and_times_are_understood_as_elsewhere(reader: httpx2.Client) -> None:
    asked = {"query": "bread", "user": " BOB ", "model": "minilm"}
    (found,) = reader.post("/v1/search", json=asked).json()["results"]
    time = datetime.fromisoformat(found["created_at"]).astimezone(timezone(timedelta(hours=-12)))
    again = reader.post("/v1/search", json=asked | {"since": time.isoformat()}).json()["results"]
    assert again == [found]


def test_a_whole_number_may_be_written_with_a_point(reader: httpx2.Client) -> None:
    asked = {"query": "bread", "limit": 1}
    one = reader.post("/v1/search", json=asked).json()
    assert reader.post("/v1/search", json=asked | {"limit": 1.0}).json() == one
    assert reader.get("/v1/search", params=asked | {"rerank": "false"}).json() == one
    assert reader.post("/v1/search", json=asked | {"limit": 1.5}).status_code == 400


def test_a_stored_vector_that_is_not_finite_answers_nothing(
    searchable: Served, reader: httpx2.Client
) -> None:
    (path,) = (searchable.service.settings.home / "publish").rglob("user=ann/*.parquet")
    before = path.read_bytes()
    table = pq.read_table(pa.BufferReader(before))
    place = table.column_names.index("vector")
    vectors = np.stack(table["vector"].to_numpy()).copy()
    vectors[table["text"].to_pylist().index(TEXTS[1]), 3] = np.nan
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), vectors.shape[1])
    pq.write_table(
        table.set_column(place, table.schema.field(place), column.cast(table.schema.types[place])),
        path,
    )
    try:
        answer = reader.post("/v1/search", json={"query": "baking went wrong"})
    finally:
        path.write_bytes(before)
    assert answer.status_code == 200
    texts = [row["text"] for row in answer.json()["results"]]
    assert TEXTS[1] not in texts and TEXTS[0] in texts


def test_documents_come_back_in_cohere_s_shape(searchable: Served) -> None:
    asked = {"query": "boats", "documents": ["bread", {"text": "boats leave at nine"}, "rain"]}
    with searchable.client("embed") as client:
        whole = client.post("/v1/rerank", json=asked).json()
        best = client.post("/v1/rerank", json=asked | {"top_n": 1, "return_documents": True}).json()
    assert sorted(row["index"] for row in whole["results"]) == [0, 1, 2]
    assert "scale" not in whole, "a server does not say what its scores are"
    scores = [row["relevance_score"] for row in whole["results"]]
    assert scores == sorted(scores, reverse=True) and "document" not in whole["results"][0]
    (only,) = best["results"]
    assert (only["index"], only["document"]) == (1, {"text": "boats leave at nine"})


def test_a_blank_document_comes_last_and_fails_no_other(searchable: Served) -> None:
    asked = {"query": "boats", "documents": ["boats", "bread", " \n", ""]}
    with searchable.client("embed") as client:
        rows = client.post("/v1/rerank", json=asked).json()["results"]
    scores = {row["index"]: row["relevance_score"] for row in rows}
    assert scores[0] > scores[1] == scores[2] == scores[3]


@pytest.mark.parametrize(
    "body",
    [
        {"query": "", "documents": ["a"]},
        {"query": "a", "documents": []},
        {"query": "a", "documents": [{"title": "a"}]},
        {"query": "a", "documents": ["a"] * 10_000},
        {"query": "a", "documents": ["a"], "top_n": 0},
        {"query": "a", "documents": ["a"], "top_n": "1"},
        {"query": "a", "documents": ["a"], "return_documents": 0},
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


def test_the_answer_says_on_which_scale_a_model_of_the_registry_scores(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = write_cross_encoder(tmp_path_factory.mktemp("model") / "tiny")
    lake = new_home(
        tmp_path_factory.mktemp("scale"),
        device="cpu",
        reranker_args={"model_name_or_path": str(folder)},
    )
    (lake.settings.home / "rerankers.yaml").write_text(
        f"rerankers:\n  {folder}: {{scale: logit, aliases: [tiny]}}\n"
    )
    with serving(lake.settings) as served, served.client() as client:
        asked = {"query": "boats", "documents": ["boats", "bread"]}
        for named in ({}, {"model": "tiny"}):
            answer = client.post("/v1/rerank", json=asked | named).json()
            assert (answer["model"], answer["scale"]) == (str(folder), "logit")
