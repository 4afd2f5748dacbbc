"""What `doctor` says of what is there only where somebody set it up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from embed_platform.cli.doctor import _set_up
from embed_platform.errors import EmbedError
from embed_platform.lake.storage import open_storage
from embed_platform.settings import Settings
from embed_platform_tests.road import Home
from embed_platform_tests.servers import s3_server as s3_server
from embed_platform_tests.sources.supabase.projects import made_project
from embed_platform_tests.standins.rerank_server import rerank_server


def told(home: Path, **fields: Any) -> dict[str, str]:
    """What each part says, or its error."""
    settings = Settings(home=home, _env_file=None, **fields)  # type: ignore[call-arg]
    found = {}
    for part, check in _set_up(settings):
        try:
            found[part] = check()
        except EmbedError as error:
            found[part] = f"ERROR {error}"
    return found


def test_what_nobody_set_up_is_not_listed(tmp_path: Path) -> None:
    assert set(told(tmp_path)) == {"reranker"}


def test_a_project_is_asked_and_a_wrong_key_is_named(tmp_path: Path) -> None:
    with made_project() as made:
        fields = {"supabase_url": made.url, "supabase_key": made.world.key}
        assert told(tmp_path, **fields)["supabase"].startswith(f"{made.url} answers; ")
        wrong = told(tmp_path, **fields | {"supabase_key": "nope"})["supabase"]
    assert wrong.startswith("ERROR ") and "the key is refused" in wrong and "nope" not in wrong


def test_an_inbox_is_listed_and_a_bucket_that_is_not_there_is_named(
    tmp_path: Path, s3_server: dict[str, Any]
) -> None:
    settings = Settings(home=tmp_path, _env_file=None, **s3_server)  # type: ignore[call-arg]
    url = "s3://bucket/inbox"
    open_storage(url, settings).put("ann/archive.zip", b"x")
    found = told(tmp_path, inbox_url=url, **s3_server)["inbox"]
    assert found == f"{url} can be listed; 1 files in it"
    missing = told(tmp_path, inbox_url="s3://no-such-bucket/x", **s3_server)["inbox"]
    assert missing.startswith("ERROR ") and "EMBED_INBOX_URL" in missing


def test_pipelines_say_what_runs_them(tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    assert "live" not in told(tmp_path)
    (tmp_path / "live" / "news.yaml").write_text("feed: news\n")
    assert "feeds" in told(tmp_path)["live"]


def test_a_page_model_must_be_one(tmp_path: Path) -> None:
    found = told(tmp_path, serve_page_model="minilm")["page model"]
    assert found.startswith("ERROR ") and "EMBED_SERVE_PAGE_MODEL" in found


@pytest.mark.slow
def test_the_command_fails_with_the_part_that_does_not_answer(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with rerank_server() as (url, _):
        args = {"EMBED_STORES": "s3", "EMBED_RERANKER_SERVICE": "http"}
        args["EMBED_RERANKER_ARGS"] = f'{{"url": "{url}"}}'
        assert "answers with scores" in home.run("doctor", check=True, **args).stderr
    done = home.run("doctor", check=False, **args)
    assert done.returncode == 1
    assert "reranker: " in done.stderr and "Traceback" not in done.stderr
