"""Pages as a person uses them: ingest, run, search, through the command line and Dagster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from embed_platform_tests.compute.local import page_models
from embed_platform_tests.road import Home
from embed_platform_tests.sources.pages.made import pdf, picture, save

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    found = Home(tmp_path / "home")
    yield found
    found.run("down", check=False)


def test_pages_are_taken_in_embedded_once_found_and_forgotten(home: Home, tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    save(scans / "bill.pdf", pdf(["Invoice from May\nTotal 100 EUR", "terms"]))
    save(scans / "photo.jpg", picture(mode="CMYK"))
    save(scans / "locked.pdf", pdf(["x"], encrypted=True))
    model = page_models.colqwen2(tmp_path / "tiny")

    nobody = home.run("search", "invoice", "--kind", "page_image", check=False)
    assert nobody.returncode == 1 and "no page images are embedded yet" in nobody.stderr

    taken = home.run("ingest", scans, "--user", "me", check=False)
    assert taken.returncode == 1 and "me: kept, 2 pages" in taken.stderr
    assert "locked.pdf: the PDF is encrypted with a password" in taken.stderr
    assert "locked.pdf" in home.run("dead-letters").stdout

    words = ("run", "--model", model, "--store", "pgvector")
    assert home.json(*words)["embedded"] == 3
    again = home.json(*words)
    assert (again["embedded"], again["reused"]) == (0, 3)

    found = home.json("search", "invoice from May", "--kind", "page_image")["results"]
    assert {(one["file"], one["page"]) for one in found} == {
        ("bill.pdf", 1),
        ("bill.pdf", 2),
        ("photo.jpg", 1),
    }
    assert found == sorted(found, key=lambda one: -one["score"])
    shown = home.run("search", "invoice", "--kind", "page_image", "--user", "me", "--limit", "1")
    assert "page 1 of 1" in shown.stdout or "of 2" in shown.stdout
    refused = home.run(
        "search", "invoice", "--kind", "page_image", "--store", "milvus", check=False
    )
    assert refused.returncode == 1 and "page images are in pgvector" in refused.stderr
    assert home.run("verify").returncode == 0
    home.run("forget", "me", "--yes")
    assert home.json("search", "invoice", "--kind", "page_image")["results"] == []
