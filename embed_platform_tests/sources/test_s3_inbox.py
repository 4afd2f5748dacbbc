"""An inbox on a real S3 server: what is new, whose it is, what is left alone; files that change meanwhile."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from embed_platform.errors import BadArchive, LakeUnavailable, SettingsError
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.storage import Storage
from embed_platform.settings import Settings
from embed_platform.sources import s3_inbox
from embed_platform.sources.inbox import Drop
from embed_platform.sources.pulls import inbox_marks
from embed_platform.sources.records import list_archives
from embed_platform.sources.s3_inbox import find_drop, open_inbox, pull_drop, scan_s3
from embed_platform_tests.servers import free_port
from embed_platform_tests.servers import s3_server as s3_server
from embed_platform_tests.sources.exports import (
    account,
    archive_json,
    tweet,
    write_export,
    write_json,
    write_zip,
)
from embed_platform_tests.sources.messenger.exports import message, thread

TWEETS = [tweet(n) for n in range(3)]
Put = Callable[[str, Path], str]


@pytest.fixture
def lake(tmp_path: Path, s3_server: dict[str, Any], request: pytest.FixtureRequest) -> Lake:
    """A prefix of its own for each test."""
    url = f"s3://bucket/{request.node.name[:60]}".replace("[", "-").replace("]", "")
    home = tmp_path / "home"
    return open_lake(Settings(home=home, inbox_url=url, _env_file=None, **s3_server))


@pytest.fixture
def inbox(lake: Lake) -> Storage:
    return open_inbox(lake.settings)


def scan(lake: Lake, inbox: Storage, seen: dict[str, str] | None = None, **more: Any) -> list[Drop]:
    return scan_s3(lake, inbox, seen or {}, **({"limit": 10, "settled_seconds": 0.0} | more))


def test_the_owner_of_a_zip_and_of_a_json_is_told_without_reading_them_whole(
    lake: Lake, inbox: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = {"data/tweets_media/film.mp4": os.urandom(5_000_000)}
    files = {"data/account.js": b"window.YTD.account.part0 = " + _json(account("Zip_Owner", "1"))}
    inbox.put("a.zip", write_zip(tmp_path / "a.zip", noise | files))
    made = archive_json(TWEETS, account=account("Json_Owner", "2"))
    inbox.put("b.json", write_json(tmp_path / "b.json", made))
    read: list[int] = []
    whole = Storage.part

    def counted(self: Storage, path: str, start: int, length: int, tag: str = "") -> bytes:
        read.append(length)
        return whole(self, path, start, length, tag)

    monkeypatch.setattr(Storage, "part", counted)
    found = scan(lake, inbox)
    assert sorted(drop.user for drop in found) == ["json_owner", "zip_owner"]
    assert {drop.source for drop in found} == {"twitter"} and not any(d.problem for d in found)
    assert sum(read) < 3_000_000
    seen = {path: drop.mark for drop in found for path in drop.paths}
    assert scan(lake, inbox, seen) == []


def test_a_file_is_taken_in_as_one_from_the_inbox_and_known_afterwards(
    lake: Lake, inbox: Storage, tmp_path: Path
) -> None:
    inbox.put("new.zip", write_export(tmp_path / "new.zip", TWEETS))
    (drop,) = scan(lake, inbox)
    assert drop.paths == (f"{inbox.url}/new.zip",)
    (done,) = pull_drop(lake, inbox, drop)
    assert (done.user, done.records, done.is_new) == ("tilda_m", 3, True)
    assert scan(lake, inbox, dict(inbox_marks(lake))) == []
    assert not [path for path in (lake.settings.home / "pulls").rglob("*") if path.is_file()]
    inbox.put("new.zip", write_export(tmp_path / "new.zip", [*TWEETS, tweet(9)]))
    (again,) = scan(lake, inbox, dict(inbox_marks(lake)))
    (done,) = pull_drop(lake, inbox, again)
    assert done.records == 4


def test_a_file_that_was_just_written_is_left_alone(
    lake: Lake, inbox: Storage, tmp_path: Path
) -> None:
    inbox.put("new.zip", write_export(tmp_path / "new.zip", TWEETS))
    assert scan(lake, inbox, settled_seconds=60.0) == []
    time.sleep(1.1)
    assert len(scan(lake, inbox, settled_seconds=1.0)) == 1


def test_parts_of_an_export_come_together_and_wait_for_each_other(
    lake: Lake, inbox: Storage, tmp_path: Path
) -> None:
    files = thread("inbox/ann_1", [message(f"line {n}", n) for n in range(9)], per_file=3)
    for letter, (name, data) in zip("ABC", files.items(), strict=True):
        part = f"facebook-jo-11_12_2025-{letter}.zip"
        inbox.put(part, write_zip(tmp_path / part, {name: data}))
    (drop,) = scan(lake, inbox)
    assert (drop.user, drop.source, len(drop.paths)) == ("jo", "messenger", 3)
    (done,) = pull_drop(lake, inbox, find_drop(inbox, drop.paths, drop.user))
    assert (done.source, done.records) == ("messenger", 9)
    assert scan(lake, inbox, dict(inbox_marks(lake))) == []


def test_a_folder_names_the_owner(lake: Lake, inbox: Storage, tmp_path: Path) -> None:
    inbox.put("Grandma/x.zip", write_export(tmp_path / "x.zip", TWEETS))
    inbox.put("Jörg M/x.zip", write_export(tmp_path / "x.zip", TWEETS))
    inbox.put("too/deep/x.zip", b"x")
    inbox.put("notes.txt", b"x")
    drops = scan(lake, inbox)
    assert sorted(drop.user for drop in drops) == ["", "grandma"]
    assert any("no valid user name" in drop.problem for drop in drops)


def test_what_is_no_archive_is_reported_and_stops_nothing(
    lake: Lake, inbox: Storage, tmp_path: Path
) -> None:
    inbox.put("broken.zip", b"<html>no zip</html>")
    inbox.put("page.json", b"<html>no json</html>")
    inbox.put("half.zip", write_export(tmp_path / "x.zip", TWEETS).read_bytes()[:400])
    inbox.put("empty.zip", b"")
    inbox.put("good.zip", write_export(tmp_path / "y.zip", TWEETS))
    drops = scan(lake, inbox)
    assert [drop.user for drop in drops if drop.user] == ["tilda_m"]
    bad = [drop for drop in drops if not drop.user]
    assert len(bad) == 4 and all(inbox.url.split("//")[1] in drop.problem for drop in bad)


def test_a_half_archive_under_a_good_name_is_refused_and_nothing_is_kept(
    lake: Lake, inbox: Storage, tmp_path: Path
) -> None:
    data = write_json(tmp_path / "x.json", archive_json(TWEETS)).read_bytes()
    inbox.put("me/archive.json", data[: len(data) // 2])
    (drop,) = scan(lake, inbox)
    with pytest.raises(BadArchive, match=r"me/archive\.json"):
        pull_drop(lake, inbox, drop)
    assert not list_archives(lake, "me")
    assert len(scan(lake, inbox, dict(inbox_marks(lake)))) == 1


def test_a_file_that_is_replaced_while_it_is_downloaded_is_begun_anew(
    lake: Lake, inbox: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_inbox, "_BLOCK", 200)
    inbox.put("me/x.zip", write_export(tmp_path / "x.zip", TWEETS))
    after = write_export(tmp_path / "y.zip", [*TWEETS, tweet(9)])
    (drop,) = scan(lake, inbox)
    whole, calls = Storage.part, []

    def replacing(self: Storage, path: str, start: int, length: int, tag: str = "") -> bytes:
        calls.append(start)
        if len(calls) == 3:
            inbox.put("me/x.zip", after)
        return whole(self, path, start, length, tag)

    monkeypatch.setattr(Storage, "part", replacing)
    (done,) = pull_drop(lake, inbox, drop)
    assert done.records == 4
    assert calls[:3] == [0, 200, 400] and calls[3] == 0


def test_a_download_goes_on_after_the_server_was_away(
    lake: Lake, inbox: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_inbox, "_BLOCK", 200)
    inbox.put("me/x.zip", write_export(tmp_path / "x.zip", TWEETS))
    (drop,) = scan(lake, inbox)
    whole, starts = Storage.part, []

    def failing(self: Storage, path: str, start: int, length: int, tag: str = "") -> bytes:
        starts.append(start)
        if len(starts) == 3:
            raise LakeUnavailable("timed out", where=path)
        return whole(self, path, start, length, tag)

    monkeypatch.setattr(Storage, "part", failing)
    with pytest.raises(LakeUnavailable):
        pull_drop(lake, inbox, drop)
    starts.clear()
    starts += [0, 0, 0]
    pull_drop(lake, inbox, drop)
    assert starts[3] == 400 and list_archives(lake, "me")


def test_a_file_that_went_meanwhile_is_said_so(lake: Lake, inbox: Storage, tmp_path: Path) -> None:
    inbox.put("me/x.zip", write_export(tmp_path / "x.zip", TWEETS))
    (drop,) = scan(lake, inbox)
    inbox.delete(["me/x.zip"])
    with pytest.raises(BadArchive, match="not there any more"):
        pull_drop(lake, inbox, drop)
    with pytest.raises(BadArchive, match="not there any more"):
        find_drop(inbox, drop.paths, "me")


def test_a_scan_is_bounded_and_the_oldest_come_first(
    lake: Lake, inbox: Storage, tmp_path: Path
) -> None:
    path = write_export(tmp_path / "x.zip", TWEETS)
    for user in ("c", "a", "b"):
        inbox.put(f"{user}/x.zip", path)
        time.sleep(0.02)
    seen: dict[str, str] = {}
    users = []
    for _ in range(3):
        for drop in scan(lake, inbox, seen, limit=2):
            users.append(drop.user)
            seen |= dict.fromkeys(drop.paths, drop.mark)
    assert sorted(users) == ["a", "b", "c"]


def test_what_is_set_up_wrongly_is_named(
    lake: Lake, tmp_path: Path, s3_server: dict[str, Any]
) -> None:
    def of(url: str, **more: Any) -> Settings:
        return Settings(home=tmp_path / "h", inbox_url=url, _env_file=None, **(s3_server | more))

    with pytest.raises(SettingsError, match="EMBED_INBOX_URL"):
        open_inbox(of(""))
    with pytest.raises(SettingsError, match=r"s3://no-bucket.*no such bucket"):
        scan(lake, open_inbox(of("s3://no-bucket/x")))
    with pytest.raises(LakeUnavailable, match="AWS_SECRET_ACCESS_KEY"):
        scan(lake, open_inbox(of("s3://bucket/x", s3_secret="wrong")))
    nobody = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(LakeUnavailable, match="Connection refused"):
        scan(lake, open_inbox(of("s3://bucket/x", s3_endpoint=nobody)))


def _json(value: Any) -> bytes:
    import json

    return json.dumps(value).encode()


def test_an_upload_whose_owner_could_not_be_read_in_an_outage_is_looked_at_again(
    lake: Lake, inbox: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.put("a.zip", write_export(tmp_path / "a.zip", TWEETS, username="ann"))

    def down(self: Storage, path: str, start: int, length: int, tag: str = "") -> bytes:
        raise LakeUnavailable("503", where=path)

    with monkeypatch.context() as outage:
        outage.setattr(Storage, "part", down)
        (drop,) = scan(lake, inbox)
    assert not drop.user and "503" in drop.problem
    seen = dict.fromkeys(drop.paths, drop.mark)
    assert [one.user for one in scan(lake, inbox, seen)] == ["ann"]
