"""The inbox: what is new, whose it is, and what is left alone."""

from __future__ import annotations

import os
import time
from pathlib import Path

from embed_platform.lake.lake import Lake
from embed_platform.sources.inbox import scan_inbox
from embed_platform.sources.ingest import ingest, owner
from embed_platform_tests.sources.exports import archive_json, tweet, write_export, write_json

TWEETS = [tweet(n) for n in range(3)]


def dropped(path: Path, seconds_ago: int = 60) -> Path:
    then = time.time() - seconds_ago
    os.utime(path, (then, then))
    return path


def test_a_new_archive_is_seen_once(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    dropped(write_export(folder / "b.zip", TWEETS))
    (drop,) = scan_inbox(lake, folder, {}, limit=10)
    assert (drop.paths, drop.user, drop.problem) == ((str(folder / "b.zip"),), "tilda_m", "")
    assert drop.source == "twitter"
    assert scan_inbox(lake, folder, {drop.paths[0]: drop.mark}, limit=10) == []


def test_a_file_still_being_written_is_left_alone(lake: Lake, tmp_path: Path) -> None:
    write_export(tmp_path / "a.zip", TWEETS)
    assert scan_inbox(lake, tmp_path, {}, limit=10) == []


def test_a_folder_of_a_user_names_the_owner(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    dropped(write_json(folder / "Some.One" / "archive.json", archive_json(TWEETS)))
    assert [drop.user for drop in scan_inbox(lake, folder, {}, limit=10)] == ["some.one"]


def test_a_file_that_cannot_be_read_is_reported_and_the_others_go_on(
    lake: Lake, tmp_path: Path
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 cut off")
    dropped(folder / "broken.zip", 90)
    dropped(write_export(folder / "good.zip", TWEETS))
    broken, good = scan_inbox(lake, folder, {}, limit=10)
    assert "cut off" in broken.problem
    assert not broken.user
    assert good.user == "tilda_m"
    assert len(scan_inbox(lake, folder, {}, limit=1)) == 1


def test_the_owner_of_a_renamed_account_is_the_key_it_is_kept_under(
    lake: Lake, tmp_path: Path
) -> None:
    ingest(lake, write_export(tmp_path / "a.zip", TWEETS))
    renamed = write_export(tmp_path / "b.zip", TWEETS, username="Other")
    assert owner(lake, renamed) == "tilda_m"


def test_the_owner_is_told_without_reading_the_tweets(lake: Lake, tmp_path: Path) -> None:
    value = archive_json(TWEETS)
    path = write_json(tmp_path / "archive.json", value)
    path.write_bytes(path.read_bytes()[:-200])
    assert owner(lake, path) == "tilda_m"
