"""`pull` as a person uses it: from a project and from a bucket, again, with what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embed_platform.lake.storage import open_storage
from embed_platform.settings import Settings
from embed_platform_tests.road import Home
from embed_platform_tests.servers import s3_server as s3_server
from embed_platform_tests.sources.exports import tweet, write_export
from embed_platform_tests.sources.supabase.projects import Made, made_project


@pytest.fixture
def made() -> Iterator[Made]:
    with made_project() as one:
        yield one


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def aws(server: dict[str, Any]) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": server["s3_endpoint"],
        "AWS_ACCESS_KEY_ID": server["s3_key"],
        "AWS_SECRET_ACCESS_KEY": server["s3_secret"],
    }


@pytest.mark.slow
def test_a_project_is_pulled_once_and_anew_what_changed(made: Made, home: Home) -> None:
    made.account()
    made.account("2", "Shy_One")
    made.account("3", "Rows_Only")
    made.upload()
    made.upload("2", keep_private=True)
    made.upload("3")
    made.store(range(5))
    made.store(range(2), "Shy_One")
    for number in range(3):
        made.tweet(number + 100, account_id="3")
    outside = made.environment()
    done = home.json("pull", "supabase", **outside)
    roads = {row["user"]: (row["road"], row["records"]) for row in done["pulled"]}
    assert roads == {"tilda_m": ("archive", 5), "rows_only": ("tables", 3)}
    again = home.run("pull", "supabase", **outside)
    assert again.stderr.count("nothing new") == 2 and "keeps it private" in again.stderr
    made.store(range(4))
    made.withdraw(101)
    changed = home.json("pull", "supabase", "--user", "TILDA_M", "--user", "rows_only", **outside)
    counts = {row["user"]: (row["records"], row["withdrawn"]) for row in changed["pulled"]}
    assert counts == {"tilda_m": (4, 0), "rows_only": (2, 1)}
    listed = home.json("archives", "list")["archives"]
    assert {row["user"]: row["records"] for row in listed if row["current"]} == {
        "tilda_m": 4,
        "rows_only": 2,
    }


@pytest.mark.slow
def test_one_bad_upload_does_not_stop_the_others_and_the_exit_code_says_so(
    made: Made, home: Home
) -> None:
    made.account()
    made.account("2", "Broken")
    made.upload("2")
    made.upload()
    made.put("broken/archive.json", b'{"account": [')
    made.store(range(2))
    done = home.run("pull", "supabase", "--json", check=False, **made.environment())
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert '"failed":1' in done.stdout and "archives/broken/archive.json" in done.stderr
    assert '"user":"tilda_m"' in done.stdout


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"EMBED_SUPABASE_URL": ""}, "EMBED_SUPABASE_URL: no address of a project"),
        ({"EMBED_SUPABASE_KEY": "wrong-key"}, "the key is refused"),
        ({"EMBED_SUPABASE_BUCKET": "nowhere"}, "there is no such bucket"),
    ],
)
def test_what_is_set_up_wrongly_is_one_line(
    made: Made, home: Home, given: dict[str, str], told: str
) -> None:
    made.account()
    made.upload()
    done = home.run("pull", "supabase", check=False, **(made.environment() | given))
    assert done.returncode == 1 and told in done.stderr
    assert "Traceback" not in done.stderr and "wrong-key" not in done.stderr


def test_somebody_whom_nobody_knows_is_named(made: Made, home: Home) -> None:
    done = home.run("pull", "supabase", "--user", "nobody", check=False, **made.environment())
    assert done.returncode == 1 and "nobody in the project is called 'nobody'" in done.stderr


@pytest.mark.slow
def test_the_s3_inbox_is_pulled_once(home: Home, s3_server: dict[str, Any], tmp_path: Path) -> None:
    url = "s3://bucket/pull-command"
    settings = Settings(home=tmp_path, _env_file=None, **s3_server)
    inbox = open_storage(url, settings)
    inbox.put("me/x.zip", write_export(tmp_path / "x.zip", [tweet(n) for n in range(3)]))
    inbox.put("broken.zip", b"no zip")
    outside = aws(s3_server) | {"EMBED_INBOX_URL": url}
    early = home.run("pull", "s3", **outside)
    assert "Nothing new" in early.stderr, "written a moment ago"
    _wait(6)
    done = home.run("pull", "s3", "--json", check=False, **outside)
    assert done.returncode == 1 and f"{url}/broken.zip" in done.stderr.replace("s3:/b", "s3://b")
    assert '"user":"me"' in done.stdout and '"records":3' in done.stdout
    inbox.delete(["broken.zip"])
    assert "Nothing new" in home.run("pull", "s3", **outside).stderr


def _wait(seconds: float) -> None:
    import time

    time.sleep(seconds)
