"""The notebook of examples, cell by cell, against a service over the sample archive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from embed_platform_tests.road import SAMPLE, Home
from embed_platform_tests.service.conftest import serving

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
    home.run("run", "--store", "s3", OMP_WAIT_POLICY="PASSIVE")
    from embed_platform.settings import load_settings

    with serving(load_settings(home=home.path)) as served:
        monkeypatch.setenv("EMBED_SERVICE_URL", served.url)
        names: dict[str, object] = {}
        for cell in json.loads(NOTEBOOK.read_text())["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), names)
    printed = capsys.readouterr().out
    assert "completed ['tilda_marrowby'] {}" in printed
    assert "3 ['unknown']" in printed
    assert "model_not_found" in printed
