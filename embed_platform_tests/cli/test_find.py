"""search and documents: what their options mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform_tests.road import Home
from embed_platform_tests.service.conftest import new_home


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--kind", "page_image", "--rerank"), "rerank is for texts"),
        (("--kind", "page_image", "--by", "lexical"), "by lexical is for texts"),
        (("--kind", "page_image", "--explain"), "explain is for texts"),
        (("--kind", "page_image", "--context", "2"), "context is for texts"),
        (("--kind", "page_image", "--kind", "tweet"), "ask for them alone"),
        (("--kind", "tweet", "--kind", "poem"), "unknown kind 'poem'"),
    ],
)
def test_a_search_that_could_not_do_what_is_asked_is_refused(
    tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    done = Home(new_home(tmp_path).settings.home).run("search", "x", *options, check=False)
    assert done.returncode == 1
    assert says in done.stderr.replace("\n", " ")


def test_each_kind_that_is_named_counts(tmp_path: Path) -> None:
    home = Home(new_home(tmp_path).settings.home)
    listed = home.run("documents", "--kind", "tweet", "--kind", "thread", "--json").stdout
    assert len(listed.splitlines()) == 4


@pytest.mark.parametrize("words", [("search", "x"), ("documents",)])
@pytest.mark.parametrize(
    ("since", "until", "says"),
    [
        ("2024-02-01", "2024-01-01", "--since, --until: nothing lies from 2024-02-01T00:00:00"),
        ("2024-01-01", "2024-01-01", "nothing lies from 2024-01-01T00:00:00+00:00 until 2024-01"),
        ("0001-01-01T00:00+12:00", "2024-01-01", "--since: '0001-01-01T00:00+12:00' is no day"),
        ("2024-01-01", "soon", "--until: 'soon' is no day and no time"),
    ],
)
def test_dates_that_nothing_lies_between_are_refused_in_one_line(
    tmp_path: Path, words: tuple[str, ...], since: str, until: str, says: str
) -> None:
    home = Home(new_home(tmp_path).settings.home)
    done = home.run(*words, "--since", since, "--until", until, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert says in done.stderr and len(done.stderr.splitlines()) == 1
