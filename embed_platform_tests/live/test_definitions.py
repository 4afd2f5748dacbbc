"""Pipelines from files: the same in YAML and in Python, and each mistake named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from embed_platform.errors import SettingsError
from embed_platform.live.definitions import load_folder, load_pipeline
from embed_platform.live.processors import chunk, clean_html
from embed_platform.live.sources.folder import Folder
from embed_platform.live.sources.hacker_news import HackerNews

GOOD = """
name: hn
source: {type: hacker_news, listing: new, poll_seconds: 30}
processors: [clean_html, {chunk: {max_tokens: 256}}]
space: all-minilm-l6-v2
stores: [pgvector]
"""
PYTHON = """
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.processors import chunk, clean_html
from embed_platform.live.sources.hacker_news import HackerNews

pipeline = Pipeline("hn", source=HackerNews(listing="new", poll_seconds=30),
                    processors=[clean_html, chunk(max_tokens=256)], stores=["pgvector"])
"""


def written(tmp_path: Path, text: str, name: str = "hn.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_yaml_and_python_say_the_same(tmp_path: Path) -> None:
    one = load_pipeline(written(tmp_path, GOOD))
    other = load_pipeline(written(tmp_path, PYTHON, "hn.py"))
    assert one.recipe == other.recipe and (one.name, one.user) == ("hn", "feed.hn")
    assert list(one.processors) == [clean_html, chunk(max_tokens=256)]
    for made in (one, other):
        assert isinstance(made.source, HackerNews) and made.poll_seconds == 30
        assert made.source.listing == "new"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("name: hn", "", "'name' is missing"),
        ("name: hn", "name: Big Name", "no valid name"),
        ("stores:", "shops:", "unknown field 'shops'"),
        ("type: hacker_news", "type: hackernews", "unknown source 'hackernews'"),
        ("listing: new", "listing: old", "listing is one of"),
        ("listing: new", "lists: new", "unexpected keyword argument 'lists'"),
        ("clean_html", "clean_htlm", "unknown processor 'clean_htlm'"),
        ("max_tokens: 256", "max_tokens: 2", "at least 16"),
        ("{type: hacker_news, listing: new, poll_seconds: 30}", "hacker_news", "needs a type"),
        ("stores: [pgvector]", "stores: pgvector", "stores is a list"),
        ("stores: [pgvector]", "stores: []", "at least one store"),
        ("clean_html", "nowhere:clean", "cannot be found"),
        ("name: hn", "name: [", "no valid YAML"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        load_pipeline(written(tmp_path, GOOD.replace(old, new)))


@pytest.mark.parametrize(
    ("text", "problem"),
    [("x = 1", "it holds no pipeline"), ("1/0", "ZeroDivisionError"), ("a b", "SyntaxError")],
)
def test_a_python_file_without_a_pipeline_is_named(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        load_pipeline(written(tmp_path, text, "x.py"))


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda path: None, "there is no such file"),
        (lambda path: path.mkdir(), "this is a folder"),
        (lambda path: path.write_bytes(b"\xff\xfe\x00"), "no valid YAML"),
        (lambda path: path.write_text("a: &a [*a]"), "unknown field 'a'"),
        (lambda path: path.write_text(""), "expected name, source"),
    ],
)
def test_what_is_no_pipeline_is_told_in_one_line(
    tmp_path: Path, make: Callable[[Path], object], problem: str
) -> None:
    path = tmp_path / "feed.yaml"
    make(path)
    with pytest.raises(SettingsError, match=problem) as refusal:
        load_pipeline(path)
    assert str(path) in str(refusal.value) and "\n" not in str(refusal.value)


@pytest.mark.parametrize("given", ["notes", "../notes", "/notes", "~/notes"])
def test_a_folder_is_followed_beside_its_file_wherever_it_is_run_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("HOME", "/home/of/somebody")
    source = f"{{type: folder, path: {given}}}"
    listing = "{type: hacker_news, listing: new, poll_seconds: 30}"
    made = load_pipeline(written(tmp_path, GOOD.replace(listing, source)))
    wanted = {"~/notes": "/home/of/somebody/notes"}.get(given, tmp_path / given)
    assert isinstance(made.source, Folder) and made.source.path == Path(wanted)


def test_a_folder_gives_its_pipelines_and_the_error_of_each_other_file(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, GOOD, "same.yaml")
    written(tmp_path, "nonsense", "bad.yml")
    written(tmp_path, "", "_helper.py")
    found, errors = load_folder(tmp_path)
    assert [made.name for made in found.values()] == ["hn"]
    assert {path.name for path in errors} == {"same.yaml", "bad.yml"}
    assert load_folder(tmp_path / "nowhere") == ({}, {})


OWN = GOOD.replace("clean_html,", "'mine:shout',")


def test_a_module_beside_a_pipeline_is_no_pipeline_and_no_error(tmp_path: Path) -> None:
    path = written(tmp_path, OWN)
    written(tmp_path, "def shout(item):\n    return item\n", "mine.py")
    found, errors = load_folder(tmp_path)
    assert list(found) == [path] and errors == {}
    with pytest.raises(SettingsError, match="holds no pipeline"):
        load_pipeline(tmp_path / "mine.py")


def test_modules_of_one_name_in_two_folders_are_two(tmp_path: Path) -> None:
    paths = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        written(folder, f"def shout(item):\n    return {number}\n", "mine.py")
        paths.append(written(folder, OWN))
    for number in (0, 1, 1, 0):
        made = load_pipeline(paths[number])
        assert made.processors[0](None) == number  # type: ignore[arg-type]


def test_a_module_beside_a_pipeline_takes_no_ones_place_that_is_loaded(tmp_path: Path) -> None:
    import json

    written(tmp_path, "def shout(item):\n    return item\n", "json.py")
    with pytest.raises(SettingsError, match="shout"):
        load_pipeline(written(tmp_path, OWN.replace("mine:", "json:")))
    assert __import__("json") is json
