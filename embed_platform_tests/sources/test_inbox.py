"""The inbox: what is new, whose it is, and what is left alone."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from embed_platform.errors import LakeUnavailable
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import suppress
from embed_platform.sources import inbox as inbox_module
from embed_platform.sources.inbox import scan_inbox
from embed_platform.sources.twitter.ingest import ingest, owner
from embed_platform_tests.sources.exports import (
    archive_json,
    tweet,
    write_export,
    write_json,
    write_zip,
)
from embed_platform_tests.sources.messenger.databases import said, write_database
from embed_platform_tests.sources.messenger.exports import encrypted, message, thread

TWEETS = [tweet(n) for n in range(3)]


def export_parts(folder: Path, account: str) -> list[Path]:
    """Three zips of one export, in order."""
    files = thread("inbox/ann_1", [message(f"line {n}", n) for n in range(9)], per_file=3)
    return [
        write_zip(folder / f"facebook-{account}-11_12_2025-{letter}.zip", {name: data})
        for letter, (name, data) in zip("ABC", files.items(), strict=True)
    ]


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


def test_the_parts_of_one_export_are_one_drop(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    zips = [dropped(path) for path in export_parts(folder, "Jo.Doe")]
    others = [dropped(path) for path in export_parts(folder, "ann")]
    ours, theirs = sorted(scan_inbox(lake, folder, {}, limit=10), key=lambda one: one.paths)
    assert (ours.paths, ours.user) == (tuple(map(str, zips)), "jo.doe")
    assert (theirs.paths, theirs.user) == (tuple(map(str, others)), "ann")
    assert {ours.source, theirs.source} == {"messenger"}
    assert not (ours.problem or theirs.problem)
    seen = {path: drop.mark for drop in (ours, theirs) for path in drop.paths}
    assert scan_inbox(lake, folder, seen, limit=10) == []


def test_a_late_part_starts_its_export_again(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    late, *zips = [dropped(path) for path in export_parts(folder, "jo")]
    data = late.read_bytes()
    late.unlink()
    (first,) = scan_inbox(lake, folder, {}, limit=10)
    assert first.paths == tuple(map(str, zips))
    seen = dict.fromkeys(first.paths, first.mark)
    late.write_bytes(data)
    assert scan_inbox(lake, folder, seen, limit=10) == [], "it is still being written"
    dropped(late)
    (again,) = scan_inbox(lake, folder, seen, limit=10)
    assert again.paths == tuple(map(str, [late, *zips])) and again.mark != first.mark
    assert scan_inbox(lake, folder, dict.fromkeys(again.paths, again.mark), limit=10) == []


def test_an_export_waits_for_the_part_that_is_still_being_written(
    lake: Lake, tmp_path: Path
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for path in export_parts(folder, "jo")[1:]:
        dropped(path)
    assert scan_inbox(lake, folder, {}, limit=10) == []


def test_messages_of_which_nobody_knows_the_owner_belong_into_a_folder(
    lake: Lake, tmp_path: Path
) -> None:
    folder = tmp_path / "inbox"
    dropped(write_database(folder / "messenger.db", [said("hi")]))
    dropped(write_zip(folder / "messages.zip", encrypted("Ann", [(0, "Ann", "hi")])))
    for drop in scan_inbox(lake, folder, {}, limit=10):
        assert not drop.user and "the inbox's folder NAME" in drop.problem
    dropped(write_database(folder / "Jo" / "messenger.db", [said("hi")]))
    (folder / "ann").mkdir()
    dropped(write_zip(folder / "ann" / "messages.zip", encrypted("Ann", [(0, "Ann", "hi")])))
    found = {drop.paths[0]: drop for drop in scan_inbox(lake, folder, {}, limit=10)}
    assert found[str(folder / "Jo" / "messenger.db")].user == "jo"
    assert found[str(folder / "ann" / "messages.zip")].user == "ann"
    assert {drop.source for drop in found.values() if drop.user} == {"messenger"}


def test_a_folders_name_goes_over_the_name_in_the_zips(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "me"
    folder.mkdir(parents=True)
    zips = [dropped(path) for path in export_parts(folder, "jo")]
    (drop,) = scan_inbox(lake, tmp_path / "inbox", {}, limit=10)
    assert (drop.user, drop.paths) == ("me", tuple(map(str, zips)))


def test_one_file_in_the_folders_of_two_users_is_two_drops(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    for user in ("ann", "bob"):
        (folder / user).mkdir(parents=True)
        path = write_zip(folder / user / "messages.zip", encrypted("Crew", [(0, "Ann", "hi")]))
        os.utime(path, (1_700_000_000, 1_700_000_000))
    marks = {drop.user: drop.mark for drop in scan_inbox(lake, folder, {}, limit=10)}
    assert len(marks) == len(set(marks.values())) == 2


def test_a_folder_that_can_be_no_user_is_reported(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    dropped(write_database(folder / "Jörg M" / "messenger.db", [said("hi")]))
    (drop,) = scan_inbox(lake, folder, {}, limit=10)
    assert not drop.user and "no valid user name" in drop.problem


def test_nothing_comes_of_a_file_whose_owner_was_erased(lake: Lake, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write_export(inbox / "a.zip", [tweet()])
    suppress(lake.storage, "tilda_m")
    (drop,) = scan_inbox(lake, inbox, {}, limit=9, settled_seconds=0)
    assert not drop.user and "--after-forget" in drop.problem


def test_an_upload_that_could_not_be_looked_at_for_a_passing_reason_is_looked_at_again(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    dropped(write_export(folder / "a.zip", [tweet(1)], username="ann"))

    def down(*_: object) -> str:
        raise LakeUnavailable("the lake does not answer")

    with monkeypatch.context() as outage:
        outage.setattr(inbox_module, "owner", down)
        (drop,) = scan_inbox(lake, folder, {}, limit=10)
    assert not drop.user and drop.problem
    seen = dict.fromkeys(drop.paths, drop.mark)
    assert [one.user for one in scan_inbox(lake, folder, seen, limit=10)] == ["ann"]
