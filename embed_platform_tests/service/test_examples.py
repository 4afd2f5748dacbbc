"""The notebook of examples, cell by cell, against a service over the sample archive."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from embed_platform.compute.local.engine import describe_model
from embed_platform.embedding.registry import save_model
from embed_platform.service.app import create_app
from embed_platform.service.keys import KeyFile
from embed_platform.settings import load_settings
from embed_platform_tests.compute.local import page_models
from embed_platform_tests.road import SAMPLE, Home
from embed_platform_tests.service.conftest import serving
from embed_platform_tests.standins.cross_encoders import write_cross_encoder

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "requests.ipynb"


def test_the_notebook_is_one_without_outputs() -> None:
    notebook = json.loads(NOTEBOOK.read_text())
    assert notebook["nbformat"] == 4
    assert all(not cell.get("outputs") for cell in notebook["cells"])


@pytest.mark.slow
def test_every_cell_of_the_notebook_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "home")
    home.run("ingest", SAMPLE)
    home.launch("s3")
    pages = page_models.colqwen2(tmp_path / "pages")
    reranker = write_cross_encoder(tmp_path / "reranker")
    settings = load_settings(
        home=home.path,
        stores=("s3",),
        device="cpu",
        serve_page_model=str(pages),
        reranker_args={"model_name_or_path": str(reranker)},
    )
    save_model(settings, describe_model(str(pages), settings))
    key = KeyFile(settings).add("notebook", ["read", "embed", "admin"])
    with serving(settings) as served:
        monkeypatch.setenv("EMBED_SERVICE_KEY", key)
        monkeypatch.setenv("EMBED_SERVICE_URL", served.url)
        names: dict[str, object] = {}
        for cell in json.loads(NOTEBOOK.read_text())["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), names)
    printed = capsys.readouterr().out
    assert "completed ['tilda_marrowby'] {}" in printed
    assert "3 ['unknown']" in printed
    assert "model_not_found" in printed
    assert re.search(r"^[\w-]+ completed$", printed, re.MULTILINE), "the list of jobs"
    assert "'dense': {'rank': 1" in printed
    assert f"{reranker}\n" in printed
    assert "vectors of a question: (" in printed


def test_each_call_of_the_service_is_in_the_notebook(tmp_path: Path) -> None:
    code = "".join(
        "".join(cell["source"])
        for cell in json.loads(NOTEBOOK.read_text())["cells"]
        if cell["cell_type"] == "code"
    )
    by_its_client = {"/v1/models"}
    for path in create_app(load_settings(home=tmp_path)).openapi()["paths"]:
        fixed = path.split("{")[0].rstrip("/")
        assert f'"{fixed}' in code or fixed in by_its_client, path
    assert "client.models.list()" in code
