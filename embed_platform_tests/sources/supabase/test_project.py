"""What a project may answer, and what a reader is told; the key is never among it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from embed_platform.errors import EmbedError, SettingsError, SourceUnavailable
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings
from embed_platform.sources.supabase.project import Absent, Project
from embed_platform.sources.supabase.pull import pull
from embed_platform.sources.supabase.uploads import account_of, completed, newest_of
from embed_platform_tests.servers import free_port
from embed_platform_tests.sources.supabase.projects import Made, tilda
from embed_platform_tests.standins.supabase_server import Bucket, Fault

REST, STORAGE = "/rest/v1/", "/storage/v1/object/info"
Ask = Callable[[Lake, Project], object]


def ask_rows(lake: Lake, project: Project) -> object:
    return completed(project)


def ask_file(lake: Lake, project: Project) -> object:
    return project.version("archives", "tilda_m/archive.json")


def ask_count(lake: Lake, project: Project) -> object:
    return project.count("tweets", "tweet_id", lambda query: query)


def told(made: Made, home: Path, ask: Ask, **settings: str) -> EmbedError:
    lake = made.lake(home, **settings)
    with closing(Project(lake.settings)) as project, pytest.raises(EmbedError) as caught:
        ask(lake, project)
    assert "wrong-key" not in str(caught.value) and made.world.key not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("ask", [ask_rows, ask_file])
def test_a_wrong_key_is_named_and_not_shown(made: Made, tmp_path: Path, ask: Ask) -> None:
    made.store(range(2))
    error = told(made, tmp_path, ask, supabase_key="wrong-key")
    assert isinstance(error, SettingsError) and "the key is refused" in str(error)
    assert "EMBED_SUPABASE_KEY" in str(error)


def test_a_bucket_that_is_not_there_is_named(made: Made, tmp_path: Path) -> None:
    error = told(made, tmp_path, lambda lake, project: pull(lake, project, tilda(lake)),
                 supabase_bucket="archivse")  # fmt: skip
    assert isinstance(error, SettingsError)
    assert "no such bucket" in str(error) and "EMBED_SUPABASE_BUCKET" in str(error)


@pytest.mark.parametrize("status", [0, 502])
@pytest.mark.parametrize("ask", [ask_rows, ask_file])
def test_a_web_page_instead_of_json_is_no_empty_list(
    made: Made, tmp_path: Path, ask: Ask, status: int
) -> None:
    made.store(range(2))
    made.world.faults = [Fault("/", times=99, html=True, status=status)]
    error = told(made, tmp_path, ask)
    assert isinstance(error, SourceUnavailable), error
    assert "<html" not in str(error)


def test_a_web_page_instead_of_the_file_is_not_kept(
    made: Made, lake: Lake, project: Project
) -> None:
    made.store(range(2))
    # the first request of this path asks for the signature
    made.world.before = lambda path: made.world.faults.append(
        Fault("/storage/v1/object/sign", times=99, html=True)
    ) if path.startswith("/storage/v1/object/info") else None  # fmt: skip
    with pytest.raises(SourceUnavailable):
        pull(lake, project, tilda(lake))
    assert not lake.users()


@pytest.mark.parametrize("ask", [ask_rows, ask_file, ask_count])
@pytest.mark.parametrize(
    "fault", [Fault("/", 99, status=500), Fault("/", 99, status=429), Fault("/", 99, drop=True)]
)
def test_trouble_is_worth_another_try(made: Made, tmp_path: Path, ask: Ask, fault: Fault) -> None:
    made.store(range(2))
    made.world.faults = [Fault(**vars(fault))]
    assert isinstance(told(made, tmp_path, ask), SourceUnavailable)


def test_nobody_at_the_address_is_worth_another_try(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    settings = Settings(home=tmp_path, supabase_url=url, supabase_key="k", _env_file=None)
    with closing(Project(settings)) as project, pytest.raises(SourceUnavailable, match=url):
        completed(project)


def test_an_answer_that_comes_at_the_second_try_is_taken(made: Made, project: Project) -> None:
    made.upload()
    made.world.faults = [Fault(REST, status=503)]
    assert [one.id for one in completed(project)] == [1]


def test_a_table_or_file_that_is_not_there_is_told_from_trouble(
    made: Made, project: Project
) -> None:
    with pytest.raises(Absent):
        project.rows("no_table", "id", lambda query: query)
    with pytest.raises(Absent):
        project.rows("tweets", "no_column", lambda query: query)
    with pytest.raises(Absent):
        project.version("archives", "nobody/archive.json")
    del made.world.tables["archive_upload"]
    assert newest_of(project, "1") is None
    with pytest.raises(SettingsError, match="no table archive_upload"):
        completed(project)


def test_a_username_is_found_in_whatever_case_and_only_whole(made: Made, project: Project) -> None:
    made.account("1", "TildaXM")
    made.account("2", "Tilda_M")
    assert account_of(project, "tilda_m") == ("2", "Tilda_M")
    assert account_of(project, "tilda%") is None


def test_a_bucket_says_whether_it_is_public(made: Made, project: Project) -> None:
    made.world.buckets["open"] = Bucket(public=True)
    assert project.is_public("open") and not project.is_public("archives")


@pytest.mark.parametrize(
    "given", [{"supabase_url": ""}, {"supabase_url": "ftp://x"}, {"supabase_key": None}]
)
def test_a_setting_that_is_missing_is_named(
    made: Made, tmp_path: Path, given: dict[str, str]
) -> None:
    with pytest.raises(SettingsError, match="EMBED_SUPABASE_"):
        Project(made.settings(tmp_path, **given))


def test_no_log_line_holds_the_key_or_a_signed_address(
    made: Made, lake: Lake, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    made.store(range(2))
    with caplog.at_level(logging.DEBUG):
        pull(lake, project, tilda(lake))
    assert "token=" not in caplog.text and made.world.key not in caplog.text
    assert made.world.key not in repr(lake.settings)
