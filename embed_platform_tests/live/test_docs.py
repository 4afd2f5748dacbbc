"""The page about feeds does what it says: its code is run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from bytewax.testing import run_main

from embed_platform.lake.lake import Lake
from embed_platform.live.definitions import load_pipeline
from embed_platform.live.opening import opened
from embed_platform.settings import Settings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "live.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def names() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for block in blocks("python"):
        exec(block, found)
    return found


def test_own_source_processor_embedding_and_store_work_together(
    lake: Lake, names: dict[str, Any]
) -> None:
    with opened(lake, names["pipeline"]) as feed:
        assert feed.run_due().written == 1
        assert [row["text"] for row in names["shelf"].rows.values()] == ["WE PLANTED BEANS."]
        del names["Diary"].pages["tuesday"]
        assert feed.run_due().deleted == 1 and names["shelf"].rows == {}


def test_each_of_them_takes_about_ten_lines() -> None:
    pieces = [
        b for b in blocks("python") if re.search(r"class (Diary|Shelf)|def (shout|letters)", b)
    ]
    assert len(pieces) == 4
    assert all(len([line for line in piece.splitlines() if line.strip()]) <= 12 for piece in pieces)


def test_the_dataflow_of_the_page_runs(
    names: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    run_main(names["flow"])
    assert capfd.readouterr().out.split() == ["monday", "tuesday"]


def test_the_yaml_of_the_page_is_a_pipeline(tmp_path: Path) -> None:
    path = tmp_path / "hn.yaml"
    path.write_text(blocks("yaml")[0])
    assert load_pipeline(path).user == "feed.hn"


def test_every_setting_that_the_page_names_exists() -> None:
    named = set(re.findall(r"EMBED_[A-Z_]+", PAGE))
    assert named and named <= {f"EMBED_{name.upper()}" for name in Settings.model_fields}
