"""One function gives the vectors that are lacking: of texts, of pages, here or on rented machines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from embed_platform.compute.local.engine import describe_model
from embed_platform.corpus.build import build_documents
from embed_platform.embedding.debts import UserResult
from embed_platform.embedding.fleet import OneMachine
from embed_platform.embedding.registry import ModelEntry, load_registry, save_model
from embed_platform.errors import ComputeRefused, SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.service.bulk import Bulk
from embed_platform.service.metrics import Metrics
from embed_platform.service.models import Models
from embed_platform.sources.pages.ingest import ingest
from embed_platform.sources.pages.publish import publish_raw_pages
from embed_platform.upkeep.vectors import give_vectors, is_planned, rented_plan
from embed_platform_tests.compute.local import page_models
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.embedding.made import write
from embed_platform_tests.sources.pages.made import pdf, save


@pytest.fixture
def texts(lake: Lake) -> ModelEntry:
    write(lake, "ann", ["one", "two", "three"])
    return load_registry(lake.settings).wanted()[0]


@pytest.fixture
def pages(lake: Lake, tmp_path: Path) -> ModelEntry:
    ingest(lake, save(tmp_path / "a.pdf", pdf(["one", "two"])), "ann")
    publish_raw_pages(lake, "ann")
    build_documents(lake, "ann")
    entry = describe_model(str(page_models.colqwen2(tmp_path / "tiny")), lake.settings)
    save_model(lake.settings, entry)
    return entry


def elsewhere(lake: Lake, compute: str) -> Lake:
    return replace(lake, settings=lake.settings.model_copy(update={"compute": compute}))


def counts(result: object) -> tuple[int, int]:
    assert isinstance(result, UserResult)
    return result.embedded, result.reused


def test_texts_are_embedded_on_the_machines_that_are_given(lake: Lake, texts: ModelEntry) -> None:
    lines: list[str] = []
    fleet = OneMachine(lambda: HashEngine(texts.space.dimension))
    given = give_vectors(lake, texts, ["ann"], ["tweet"], fleet=fleet, on_line=lines.append)
    assert counts(given.results["ann"]) == (3, 0)
    assert given.dollars == 0.0 and "3" in lines[-1]


def test_the_model_of_the_settings_is_opened_only_where_something_lacks(
    lake: Lake, texts: ModelEntry
) -> None:
    fleet = OneMachine(lambda: HashEngine(texts.space.dimension))
    give_vectors(lake, texts, ["ann"], ["tweet"], fleet=fleet)
    nobody = replace(texts, package="no_such_package/model")
    assert counts(give_vectors(lake, nobody, ["ann"], ["tweet"]).results["ann"]) == (0, 3)


def test_a_job_of_the_service_embeds_pages_as_a_run_does(lake: Lake, pages: ModelEntry) -> None:
    bulk = Bulk(lake, Models(lake, lake.settings, Metrics()))
    lines: list[str] = []
    done = bulk.embed(pages, ["ann"], pages.kinds, lines.append)
    assert counts(done["ann"]) == (2, 0) and "2 of 2 pages" in lines[-1]
    assert counts(give_vectors(lake, pages, ["ann"], pages.kinds).results["ann"]) == (0, 2)


def test_pages_go_to_servers_and_modal_but_not_to_runpod(lake: Lake, pages: ModelEntry) -> None:
    with pytest.raises(ComputeRefused, match="RunPod"):
        give_vectors(elsewhere(lake, "runpod"), pages, ["ann"], pages.kinds)
    with pytest.raises(SettingsError, match="EMBED_HTTP_URLS: no server of page images"):
        give_vectors(elsewhere(lake, "http"), pages, ["ann"], pages.kinds)
    assert is_planned(pages, elsewhere(lake, "modal").settings)
    assert not is_planned(pages, elsewhere(lake, "http").settings)


@pytest.mark.parametrize("compute", ["local", "http", "runpod", "modal"])
def test_what_is_rented_is_planned_first(lake: Lake, texts: ModelEntry, compute: str) -> None:
    asked = elsewhere(lake, compute)
    assert is_planned(texts, asked.settings) == (compute in ("runpod", "modal"))
    plan, problem = rented_plan(asked, texts, ["ann"])
    assert (plan.texts, plan.reused, problem) == (3, 0, "")
    assert {one.offer.compute for one in plan.estimates} == {"runpod", "modal"}
