from __future__ import annotations

from pathlib import Path

from embed_platform.corpus.documents import read_documents
from embed_platform.corpus.prepare import prepare
from embed_platform.lake.lake import open_lake
from embed_platform.settings import load_settings
from embed_platform.sources.pages.ingest import ingest
from embed_platform_tests.sources.pages.made import pdf, save


def test_pages_that_wait_are_rendered_so_that_a_plan_counts_them(tmp_path: Path) -> None:
    lake = open_lake(load_settings(home=tmp_path / "home", page_dpi=36))
    ingest(lake, save(tmp_path / "a.pdf", pdf(["1", "2", "3"])), "me")
    assert prepare(lake, ["me"]) == ["me"]
    assert read_documents(lake, "me", "page_image", ["id"]).num_rows == 3
    assert prepare(lake, ["me"]) == []
