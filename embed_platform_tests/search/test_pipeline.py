"""A question to its answers over real parts: MiniLM, PostgreSQL, the sample archives, a cross-encoder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from embed_platform.errors import BadRequest, ModelUnavailable, SettingsError
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.search.pipeline import Found, Request, Searcher, answer, check_request
from embed_platform.settings import Settings
from embed_platform.stores.base import Filters
from embed_platform_tests.road import SAMPLE, Home
from embed_platform_tests.standins.rerank_server import relevance, rerank_server

MESSENGER = SAMPLE.with_name("messenger")
SLEEP = "what keeps me awake"


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (Request(""), "the query is empty"),
        (Request("q" * 3_000_000), "3,000,000 characters"),
        (Request("q\0"), "no valid text"),
        (Request("q", limit=0), "limit is 1 to 1,000"),
        (Request("q", limit=100_000), "limit is 1 to 1,000"),
        (Request("q", context=-1), "context is 0 to 100"),
        (Request("q", kinds=("poem",)), "unknown kind 'poem'"),
        (Request("q", store="redis"), "unknown store 'redis'"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_opened(
    request_: Request, says: str
) -> None:
    with pytest.raises((BadRequest, SettingsError), match=says) as said:
        check_request(request_)
    assert len(str(said.value)) < 200 and "\n" not in str(said.value)


def test_a_home_without_vectors_says_what_to_do(lake: Lake) -> None:
    with pytest.raises(SettingsError, match=r"nothing is embedded with .*embed-platform run"):
        answer(lake, lake.settings, Request("q", by="lexical"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("pipeline") / "home")
    home.run("ingest", SAMPLE)
    home.run("ingest", MESSENGER, "--user", "edwin")
    home.launch("pgvector", "s3")
    yield home
    home.run("down")


@pytest.fixture
def settings(home: Home) -> Settings:
    return Settings(home=home.path, stores="pgvector,s3", device="cpu", _env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def searcher(settings: Settings) -> Iterator[Searcher]:
    with Searcher(open_lake(settings), settings) as searcher:
        yield searcher


def stages(found: Found) -> dict[str, tuple[int, float]]:
    return {stage.name: (stage.rank, stage.score) for stage in found.stages}


@pytest.mark.slow
def test_hybrid_has_what_meaning_and_words_find_and_says_where_each_stood(
    searcher: Searcher,
) -> None:
    dense, lexical, hybrid = (
        searcher.answer(Request(SLEEP, by=by, limit=20, collapse=False))  # type: ignore[arg-type]
        for by in ("dense", "lexical", "hybrid")
    )
    by_meaning = [found.result.id for found in dense]
    by_words = [found.result.id for found in lexical]
    assert all(set(stages(found)) == {"dense"} for found in dense)
    for found in hybrid:
        said = stages(found)
        sums = sum(1 / (60 + said[name][0]) for name in ("dense", "lexical") if name in said)
        assert found.result.score == pytest.approx(sums, abs=1e-6)
        for name, order in (("dense", by_meaning), ("lexical", by_words)):
            if name in said and said[name][0] <= 20:
                assert order[said[name][0] - 1] == found.result.id
    assert {found.result.id for found in hybrid} & set(by_words)
    assert "Insomnia" in hybrid[0].result.text


@pytest.mark.slow
def test_words_are_found_that_no_meaning_is_near(searcher: Searcher) -> None:
    first = searcher.answer(Request('"sleeping bag"', by="lexical", limit=3))[0]
    assert "sleeping bag" in first.result.text
    assert searcher.answer(Request("zyzzyva", by="lexical")) == []


@pytest.mark.slow
def test_a_reranker_reads_the_best_again_and_decides(settings: Settings) -> None:
    with rerank_server() as (url, state):
        asking = settings.model_copy(
            update={
                "reranker_service": "http",
                "reranker_args": {"url": url},
                "rerank_candidates": 30,
            }
        )
        request = Request("the cat and the garden", by="hybrid", limit=5, rerank=True)
        found = answer(open_lake(asking), asking, request)
    assert max(state.sizes) == 30, "as many as the setting says"
    scores = [relevance(request.text, item.result.text) for item in found]
    assert [item.result.score for item in found] == pytest.approx(scores, abs=1e-5)
    assert scores == sorted(scores, reverse=True)
    assert [stages(item)["rerank"][0] for item in found] == [1, 2, 3, 4, 5]
    assert any(stages(item)["hybrid"][0] > 5 for item in found), "from below what would be shown"


@pytest.mark.slow
def test_filters_kinds_and_conversations_hold_for_every_road(searcher: Searcher) -> None:
    for by in ("dense", "lexical", "hybrid"):
        request = Request(
            "the garden and the cat",
            kinds=("tweet",),
            filters=Filters("tilda_marrowby", "2023-01-01", "2025-01-01"),
            by=by,  # type: ignore[arg-type]
            limit=30,
        )
        found = searcher.answer(request)
        assert found
        for item in found:
            assert item.result.kind == "tweet" and item.result.user == "tilda_marrowby"
            assert "2023" <= item.result.created_at < "2025"
        talks = [item.result.metadata["conversation_id"] for item in found]
        assert len(talks) == len(set(talks))
        pieces = searcher.answer(replace(request, collapse=False))
        assert len(pieces) >= len(found)


@pytest.mark.slow
def test_context_is_the_messages_around_a_chunk_and_everything_goes_into_json(
    searcher: Searcher,
) -> None:
    request = Request("a parent with dementia", kinds=("message_chunk",), limit=5, context=2)
    found = searcher.answer(request)
    assert any(item.context.before or item.context.after for item in found)
    for item in found:
        inside = set(item.result.metadata["message_ids"])
        near = [*item.context.before, *item.context.after]
        assert not inside & {piece.id for piece in near}
        assert len(item.context.before) <= 2 and all(piece.text for piece in near)
    told = json.loads(json.dumps(found[0].as_json()))
    assert set(told["stages"]["dense"]) == {"rank", "score"}
    assert set(told["context"]) == {"before", "after"} and told["metadata"]["thread_name"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "changes", "says"),
    [
        ({"by": "hybrid"}, {"stores": ("s3",)}, "only pgvector finds by words"),
        ({"by": "lexical", "store": "s3"}, {}, "s3 does not find by words, pgvector does"),
        ({"rerank": True}, {"reranker_args": {"model_name_or_path": "x"}}, "known are cross-enc"),
        ({"model": "no-such"}, {}, "model 'no-such' is not in the registry"),
    ],
)
def test_what_does_not_fit_together_is_one_line(
    settings: Settings, fields: dict[str, Any], changes: dict[str, Any], says: str
) -> None:
    changed = settings.model_copy(update=changes)
    with pytest.raises(SettingsError, match=says) as said:
        answer(open_lake(changed), changed, Request("q", **fields))
    assert "\n" not in str(said.value)


@pytest.mark.slow
def test_weights_that_cannot_be_had_are_named(settings: Settings, tmp_path: Path) -> None:
    empty = tmp_path / "model"
    empty.mkdir()
    (empty / "config.json").write_text("{}")
    changed = settings.model_copy(update={"reranker_args": {"model_name_or_path": str(empty)}})
    with pytest.raises(ModelUnavailable, match="no cross-encoder can be read there"):
        answer(open_lake(changed), changed, Request("q", rerank=True))


@pytest.mark.slow
def test_the_command_line_has_all_of_it(home: Home) -> None:
    stores = {"EMBED_STORES": "pgvector,s3"}
    with rerank_server() as (url, _):
        server = {
            "EMBED_RERANKER_SERVICE": "local_service",
            "EMBED_RERANKER_ARGS": json.dumps({"url": url}),
        }
        words = ("search", SLEEP, "--by", "hybrid", "--rerank", "--limit", "2", "--context", "1")
        told = home.json(*words, **stores, **server)["results"]
        assert len(told) == 2 and all("rerank" in item["stages"] for item in told)
        shown = home.run(*words, "--explain", **stores, **server).stdout
        assert "rerank 1 (" in shown and "hybrid" in shown and told[0]["text"][:20] in shown
    for options, says in (
        (("--by", "lexical", "--store", "milvus"), "milvus does not find by words"),
        (("--rerank",), "known are cross-encoder/ms-marco-MiniLM-L6-v2"),
    ):
        args = {"EMBED_RERANKER_ARGS": '{"model_name_or_path": "no/such"}'}
        done = home.run("search", "x", *options, check=False, **stores, **args)
        assert done.returncode == 1 and done.stdout == ""
        assert done.stderr.count("error:") == 1 and says in done.stderr.replace("\n", " ")
    assert (
        home.run("search", " ", check=False, **stores).stderr.strip() == "error: the query is empty"
    )
