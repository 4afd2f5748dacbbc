"""ingest: what the command says of what it takes in, and of what it does not."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from embed_platform_tests.road import Home
from embed_platform_tests.sources.exports import members, tweet, write_folder
from embed_platform_tests.sources.pages.made import pdf, save


@pytest.mark.slow
def test_a_folder_of_pages_beside_archives_is_named_with_what_takes_it_in(tmp_path: Path) -> None:
    mixed = tmp_path / "mixed"
    write_folder(mixed / "ann", members([tweet(1)]))
    scans = mixed / "bob's [scans]"
    scans.mkdir()
    save(scans / "bill.pdf", pdf(["Invoice from May"], size=(60, 80)))
    home = Home(tmp_path / "home")
    told = home.run("ingest", mixed).stderr.splitlines()
    (line,) = (line for line in told if line.startswith("left out:"))
    assert str(scans) in line and "(1)" in line
    command = line.split("`")[1].replace("NAME", "bob")
    assert home.run(*shlex.split(command)[1:]).stderr.startswith("bob: kept, 1 pages")
    assert home.json("ingest", mixed)["left_out"] == [str(scans)]
    assert home.json("ingest", mixed, scans, "--user", "bob")["left_out"] == []
