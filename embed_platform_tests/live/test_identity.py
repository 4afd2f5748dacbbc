"""A feed keeps to its source: another one under its name is refused, or followed on purpose."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.corpus.documents import read_documents
from embed_platform.errors import SettingsError
from embed_platform.lake.lake import Lake
from embed_platform.live.identity import identity
from embed_platform.live.opening import opened
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.running import follow_another, recovery_folder, run_once
from embed_platform.live.sources.feed import Rss
from embed_platform.live.sources.folder import Folder
from embed_platform.live.sources.hacker_news import HackerNews
from embed_platform.live.sources.pages import HttpPages
from embed_platform.live.sources.postgres import PostgresTable
from embed_platform_tests.live.kit import Memory, Told, pipeline, up

FILE = """
from embed_platform.live.pipeline import Pipeline
from embed_platform.live.sources.folder import Folder
from embed_platform_tests.live.kit import SPACE, Counting, Memory

pipeline = Pipeline("notes", Folder({folder!r}), [], SPACE, [Memory()], Counting())
"""


def written(tmp_path: Path, folder: str, *texts: str) -> Path:
    """A pipeline's file over a folder with a note of each text."""
    (tmp_path / folder).mkdir()
    for text in texts:
        (tmp_path / folder / f"{text}.txt").write_text(text)
    file = tmp_path / f"{folder}.py"
    file.write_text(FILE.format(folder=str(tmp_path / folder)))
    return file


def documents_of(lake: Lake, user: str) -> list[str]:
    return sorted(read_documents(lake, user, "web_page", ["text"])["text"].to_pylist())


def test_a_second_pipeline_of_one_name_is_refused_and_deletes_nothing(
    lake: Lake, tmp_path: Path
) -> None:
    ours, theirs = written(tmp_path, "ours", "beans", "peas"), written(tmp_path, "theirs", "rain")
    run_once(lake, ours)
    with pytest.raises(SettingsError, match="notes: the feed follows another Folder"):
        run_once(lake, theirs)
    assert documents_of(lake, "feed.notes") == ["beans", "peas"]
    assert run_once(lake, ours).items == 2


def test_a_source_that_was_changed_on_purpose_is_followed_from_its_beginning(
    lake: Lake, tmp_path: Path
) -> None:
    run_once(lake, written(tmp_path, "ours", "beans", "peas"))
    recovery_folder(lake, "feed.notes").mkdir()  # else the stream engine goes on at the old cursor
    theirs = written(tmp_path, "theirs", "rain", "peas")
    follow_another(lake, theirs)
    assert not recovery_folder(lake, "feed.notes").exists()
    run_once(lake, theirs)
    assert documents_of(lake, "feed.notes") == ["peas", "rain"]


def test_sources_are_told_apart_by_what_they_follow_and_not_by_how() -> None:
    told = [
        Rss("https://a.example/rss"),
        Rss("https://b.example/rss"),
        Folder("a"),
        Folder("b"),
        PostgresTable("a", "id", "text", "updated"),
        PostgresTable("b", "id", "text", "updated"),
        HackerNews(),
        HttpPages(["https://a.example"]),
    ]
    assert len({identity(source) for source in told}) == len(told)
    assert identity(Rss("https://a.example/rss", poll_seconds=9)) == identity(told[0])
    assert identity(HackerNews("top")) == identity(told[-2])
    assert identity(HttpPages(["https://b.example"])) == identity(told[-1])


def test_an_identity_holds_no_secret_of_an_address() -> None:
    assert "tok3n" not in identity(Rss("https://bob:hunter2@a.example/rss?key=tok3n"))


def test_a_source_of_ones_own_says_itself_which_it_is(lake: Lake) -> None:
    class Diary(Told):
        def __init__(self, identity: str) -> None:
            super().__init__([up("a")])
            self.identity = identity

    first, second = Diary("ann"), Diary("bob")
    assert identity(first) != identity(second) and identity(Diary("ann")) == identity(first)


def test_a_feed_of_another_class_of_source_is_refused(lake: Lake) -> None:
    class Other(Told):
        """Another source."""

    def go(made: Pipeline) -> None:
        with opened(lake, made) as feed:
            feed.run_due()

    go(pipeline(Told([up("a")]), Memory()))
    with pytest.raises(SettingsError, match="a Told and not this Other"):
        go(pipeline(Other([up("b")]), Memory()))
