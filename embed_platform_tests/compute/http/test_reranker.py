"""Rerankers over HTTP: found out, asked in parts, their answers put in order and checked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.compute.http.faults import Broken
from embed_platform.compute.http.rerank_protocols import in_order
from embed_platform.compute.http.reranker import HttpReranker
from embed_platform.errors import (
    BadRequest,
    ComputeRefused,
    EmbedError,
    MachineUnavailable,
    ModelUnavailable,
    SettingsError,
)
from embed_platform.settings import Settings
from embed_platform_tests.standins.rerank_server import relevance, rerank_server

QUERY = "when did the boats leave"
PASSAGES = [f"the boats leave number {i} " + "word " * (i % 13) for i in range(70)]
FORMS: list[dict[str, Any]] = [
    {"form": "cohere"},
    {"form": "cohere", "path": "/rerank", "models": ()},
    {"form": "tei", "path": "/rerank", "most_inputs": 32},
]


def settings(**fields: Any) -> Settings:
    return Settings(http_timeout=5, _env_file=None, **fields)  # type: ignore[call-arg]


def expected(passages: list[str]) -> list[float]:
    return [relevance(QUERY, text) for text in passages]


@given(st.permutations(range(12)))
def test_scores_in_any_order_come_back_in_that_of_the_documents(order: list[int]) -> None:
    assert in_order([(index, float(index)) for index in order], 12) == [float(i) for i in range(12)]


@given(st.lists(st.integers(0, 5), min_size=4, max_size=4).filter(lambda x: len(set(x)) < 4))
def test_an_index_that_comes_twice_is_refused(indices: list[int]) -> None:
    with pytest.raises(Broken, match="indices"):
        in_order([(index, 0.0) for index in indices], 4)


@pytest.mark.parametrize("form", FORMS)
def test_each_protocol_is_found_and_gives_scores_in_input_order(form: dict[str, Any]) -> None:
    with rerank_server(**form) as (url, state):
        reranker = HttpReranker(url, settings(), batch_size=20)
        assert reranker.get_scores(QUERY, PASSAGES) == pytest.approx(expected(PASSAGES))
        assert max(state.sizes) <= 20
        assert reranker.get_scores(QUERY, []) == []
        reranker.close()


def test_the_model_is_named_in_each_request_and_a_v1_in_the_address_does_no_harm() -> None:
    with rerank_server(models=("a", "b")) as (url, state):
        with pytest.raises(ModelUnavailable, match=r"several models \(a, b\).*model_name_or_path"):
            HttpReranker(url, settings()).get_scores(QUERY, ["x"])
        HttpReranker(f"{url}/v1", settings(), model="b").get_scores(QUERY, ["x", "y"])
        assert state.bodies[-1]["model"] == "b" and state.bodies[-1]["top_n"] == 2
        with pytest.raises(ModelUnavailable, match="does not have the model"):
            HttpReranker(url, settings(), model="c").get_scores(QUERY, ["x"])


@pytest.mark.parametrize("limit", [{"most_bytes": 900}, {"most_inputs": 7}])
def test_what_is_too_large_for_the_server_is_halved(limit: dict[str, int]) -> None:
    with rerank_server(**limit) as (url, state):
        reranker = HttpReranker(url, settings(), protocol="cohere", batch_size=64)
        assert reranker.get_scores(QUERY, PASSAGES) == pytest.approx(expected(PASSAGES))
        assert len(state.sizes) > 2


def test_one_passage_that_is_too_large_alone_is_refused_in_one_line() -> None:
    with rerank_server(most_bytes=900) as (url, _):
        with pytest.raises(ComputeRefused, match="refuses to rerank this") as said:
            HttpReranker(url, settings()).get_scores(QUERY, ["short", "long " * 500])
        assert "\n" not in str(said.value)


def test_a_server_that_stumbles_is_asked_again() -> None:
    for fault in ("503", "html", "short", "429"):
        with rerank_server(fault=fault, left=1) as (url, _):
            reranker = HttpReranker(url, settings(), protocol="cohere", model="test/reranker")
            assert reranker.get_scores(QUERY, PASSAGES[:3]) == pytest.approx(expected(PASSAGES[:3]))


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("html", "an HTML page came instead of an answer"),
        ("short", "2 scores came for 3 passages"),
        ("nan", "the score of passage 1 is nan"),
        ("null", "the score of passage 1 is no number"),
        ("twice", "indices are not those of the passages"),
    ],
)
def test_an_answer_that_is_no_scores_is_named_in_one_line(fault: str, says: str) -> None:
    with rerank_server() as (url, state):
        reranker = HttpReranker(url, settings())
        reranker.get_scores(QUERY, ["warm"])
        state.fault = fault
        with pytest.raises(MachineUnavailable, match=says) as said:
            reranker.get_scores(QUERY, PASSAGES[:3])
        assert "\n" not in str(said.value) and "EMBED_RERANKER_ARGS" in str(said.value)


def test_no_error_repeats_what_was_asked() -> None:
    secret = "the question that nobody is to read in a log"
    with rerank_server() as (url, state):
        reranker = HttpReranker(url, settings())
        reranker.get_scores(QUERY, ["warm"])
        state.fault = "400"
        with pytest.raises(ComputeRefused, match="repeat the text") as said:
            reranker.get_scores(secret, ["passage"])
        assert secret[:20] not in str(said.value)


def test_the_key_is_sent_and_a_missing_one_is_named_by_its_setting() -> None:
    with rerank_server(key="very-secret") as (url, _):
        good = HttpReranker(url, settings(reranker_key="very-secret"))
        assert good.get_scores(QUERY, PASSAGES[:2]) == pytest.approx(expected(PASSAGES[:2]))
        with pytest.raises(ComputeRefused, match="EMBED_RERANKER_KEY") as said:
            HttpReranker(url, settings(reranker_key="another")).get_scores(QUERY, ["x"])
        assert "another" not in str(said.value) + repr(good)


def test_who_does_not_rerank_is_told_from_who_does() -> None:
    with (
        rerank_server(form="tei", path="/rerank", kind="embedding") as (url, _),
        pytest.raises(ComputeRefused, match=r"test/tei, which is no reranker \(embedding\)"),
    ):
        HttpReranker(url, settings()).get_scores(QUERY, ["x"])
    with rerank_server(path="/elsewhere") as (url, _):
        with pytest.raises(ComputeRefused, match=r"/v1/rerank gives 404.*/rerank gives 404"):
            HttpReranker(url, settings()).get_scores(QUERY, ["x"])
        with pytest.raises(ComputeRefused, match="no TEI answers"):
            HttpReranker(url, settings(), protocol="tei").get_scores(QUERY, ["x"])


def test_an_address_that_is_none_and_a_server_that_is_none_are_one_line() -> None:
    with pytest.raises(SettingsError, match="EMBED_RERANKER_ARGS: the address of a reranking"):
        HttpReranker("ftp://x", settings())
    with pytest.raises(MachineUnavailable, match="does it run"):
        HttpReranker("http://127.0.0.1:9", settings()).get_scores(QUERY, ["x"])


@pytest.mark.parametrize(
    ("query", "passages", "says"),
    [
        ("  ", ["a"], "the query is empty"),
        ("q" * 3_000_000, ["a"], "the query has 3,000,000 characters; 32,768 at most"),
        ("q", ["a"] * 10_000, "10,000 passages to rerank; 4,096 at most"),
        ("q\0", ["a"], "the query is no valid text"),
        ("\ud800", ["a"], "the query is no valid text"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_sent(
    query: str, passages: list[str], says: str
) -> None:
    with rerank_server() as (url, state):
        with pytest.raises(BadRequest, match=says) as said:
            HttpReranker(url, settings()).get_scores(query, passages)
        assert isinstance(said.value, EmbedError) and state.sizes == []
