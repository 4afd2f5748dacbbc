"""Uploads: which forms are read, and which are refused before anything is unpacked."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from embed_platform.errors import BadArchive, EmbedError
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.settings import Settings
from embed_platform.sources.containers import find_archives, open_upload
from embed_platform.sources.fingerprint import fingerprint
from embed_platform.sources.twitter.ingest import ingest
from embed_platform.sources.zips import Limits
from embed_platform_tests.sources.exports import (
    archive_json,
    members,
    tweet,
    write_export,
    write_folder,
    write_json,
    write_zip,
    ytd,
)

LIMITS = Limits(2**30, 200)
TWEETS = [tweet(n) for n in range(3)]


def refusal(lake: Lake, path: Path) -> str:
    with pytest.raises(BadArchive) as caught:
        ingest(lake, path)
    assert not lake.storage.list(), "something was kept of a refused archive"
    assert not list((lake.settings.home / "tmp").iterdir())
    message = str(caught.value)
    assert "\n" not in message
    assert path.name in message
    assert caught.value.remedy
    return message


def test_zip_folder_and_data_folder_of_one_export_are_one_archive(
    lake: Lake, tmp_path: Path
) -> None:
    files = members(TWEETS)
    folder = write_folder(tmp_path / "export", files)
    found = [
        ingest(lake, write_zip(tmp_path / "export.zip", files)),
        ingest(lake, write_zip(tmp_path / "nested.zip", files, prefix="twitter-2023/")),
        ingest(lake, folder),
        ingest(lake, folder / "data"),
    ]
    assert len({one.archive_id for one in found}) == 1
    assert [one.is_new for one in found] == [True, False, False, False]


def test_only_members_on_the_list_are_seen(tmp_path: Path) -> None:
    names = ["tweets.js", "tweets-part1.js", "tweet.js", "note-tweet.js", "account.js"]
    private = ["direct-messages.js", "deleted-tweets.js", "like.js", "ip-audit.js", "tweets.js.bak"]
    files = {f"data/{name}": b"x" for name in names + private}
    files |= {"__MACOSX/data/tweets.js": b"x", "data/tweets_media/tweets.js": b"x"}
    upload = open_upload(write_zip(tmp_path / "a.zip", files), LIMITS)
    assert sorted(upload.members) == sorted(names)


@pytest.mark.parametrize(
    "name", ["../evil.js", "data/../../evil.js", "/etc/evil", "C:\\x", "..\\x"]
)
def test_a_zip_with_a_path_that_climbs_out_is_refused(
    lake: Lake, tmp_path: Path, name: str
) -> None:
    path = write_zip(tmp_path / "a.zip", members(TWEETS) | {name: b"evil"})
    assert "leads out" in refusal(lake, path)


def test_a_zip_with_a_symbolic_link_is_refused_wherever_it_is(lake: Lake, tmp_path: Path) -> None:
    path = write_export(tmp_path / "a.zip", TWEETS)
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("assets/link")
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert "symbolic link" in refusal(lake, path)


def test_a_folder_whose_tweets_are_a_symbolic_link_is_refused(lake: Lake, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "export", members(TWEETS))
    (folder / "data" / "tweets.js").rename(tmp_path / "elsewhere.js")
    (folder / "data" / "tweets.js").symlink_to(tmp_path / "elsewhere.js")
    with pytest.raises(BadArchive, match="symbolic link"):
        ingest(lake, folder)


def test_a_zip_bomb_is_refused_by_its_ratio(lake: Lake, tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "a.zip", members(TWEETS) | {"data/tweets-part1.js": b" " * 11_000_000}
    )
    assert "zip bomb" in refusal(lake, path)


def test_an_archive_above_the_total_size_is_refused(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", archive_max_bytes=1000, _env_file=None)  # type: ignore[call-arg]
    path = write_export(tmp_path / "a.zip", [tweet(n) for n in range(20)])
    message = refusal(open_lake(settings), path)
    assert "EMBED_ARCHIVE_MAX" in message


def test_a_member_that_is_larger_than_its_header_says_is_refused(
    lake: Lake, tmp_path: Path
) -> None:
    path = write_export(tmp_path / "a.zip", [tweet(n) for n in range(50)])
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("data/tweets.js").file_size
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", size), struct.pack("<I", 100)))
    assert "damaged" in refusal(lake, path)


def test_a_zip_cut_off_in_its_middle_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = write_export(tmp_path / "a.zip", TWEETS)
    path.write_bytes(path.read_bytes()[:-60])
    assert "cut off" in refusal(lake, path)


def test_a_zip_with_flipped_bytes_is_refused_with_its_member(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members(TWEETS).items():
            archive.writestr(name, data)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"text number 1", b"tixt number 1"))
    message = refusal(lake, path)
    assert "damaged" in message
    assert "data/tweets.js" in message


def test_a_file_that_is_no_zip_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"this is not a zip file at all")
    assert "no zip" in refusal(lake, path)


def test_an_empty_file_is_refused(lake: Lake, tmp_path: Path) -> None:
    for name in ("a.zip", "archive.json"):
        (tmp_path / name).touch()
        assert "empty" in refusal(lake, tmp_path / name)


def test_an_encrypted_zip_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = write_export(tmp_path / "a.zip", TWEETS)
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    path.write_bytes(bytes(data))
    assert "encrypted" in refusal(lake, path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_holds_one_member_twice_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = write_export(tmp_path / "a.zip", TWEETS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("data/tweets.js", b"window.YTD.tweets.part0 = []")
    assert "twice" in refusal(lake, path)


def test_an_export_without_tweets_file_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"data/account.js": b"x", "data/deleted-tweets.js": b"x"})
    assert "no tweets file" in refusal(lake, path)


def test_a_path_that_does_not_exist_is_refused(lake: Lake, tmp_path: Path) -> None:
    assert "no such file" in refusal(lake, tmp_path / "nothing.zip")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b"var tweets = [", "does not begin with"),
        (b"{}", "does not begin with"),
        (ytd("tweets", []), "no tweets"),
        ("window.YTD.tweets.part0 = []".encode("utf-16"), "not UTF-8"),
        (ytd("tweets", [{"tweet": tweet()}])[:-30], "cut off"),
        (ytd("tweets", [{"tweet": tweet()}]).replace(b"lang", b"la\xffng"), "not UTF-8"),
        (ytd("tweets", [{"tweet": tweet()}]) + b"garbage", "follows the end"),
        (ytd("tweets", [{"tweet": tweet()}]).replace(b" : ", b" ; ", 1), "damaged"),
    ],
)
def test_a_tweets_member_that_cannot_be_read_is_refused(
    lake: Lake, tmp_path: Path, data: bytes, problem: str
) -> None:
    path = write_zip(tmp_path / "a.zip", members([]) | {"data/tweets.js": data})
    message = refusal(lake, path)
    assert problem in message
    assert "data/tweets.js" in message or problem == "no tweets"


def test_a_cut_member_is_named_with_the_byte_where_it_ends(lake: Lake, tmp_path: Path) -> None:
    data = ytd("tweets", [{"tweet": tweet(n)} for n in range(100)])
    for size in (len(data) - 1, len(data) // 2, 60):
        path = write_zip(tmp_path / "a.zip", members([]) | {"data/tweets.js": data[:size]})
        message = refusal(lake, path)
        position = int(message.split("byte ")[1].split(":")[0])
        assert size - 700 < position <= size


def test_a_user_name_that_is_no_partition_key_is_refused(lake: Lake, tmp_path: Path) -> None:
    for name in ("a/b", "..", "feed.hn", "müller"):
        path = write_export(tmp_path / "a.zip", TWEETS, username=name)
        with pytest.raises(EmbedError):
            ingest(lake, path)
        assert not lake.storage.list()


def test_an_account_id_that_is_no_number_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = write_export(tmp_path / "a.zip", TWEETS, account_id="../../evil")
    assert "whose account" in refusal(lake, path)


def test_a_folder_of_many_users_gives_each_archive(tmp_path: Path) -> None:
    first = write_json(tmp_path / "users" / "a" / "archive.json", archive_json(TWEETS))
    (tmp_path / "users" / "b").mkdir()
    second = write_export(tmp_path / "users" / "b" / "export.zip", TWEETS)
    third = write_folder(tmp_path / "users" / "c", members(TWEETS))
    assert find_archives(tmp_path / "users") == [first, second, third]
    assert find_archives(third) == [third]
    assert find_archives(second) == [second]


def test_a_fingerprint_follows_what_is_kept_and_nothing_else(tmp_path: Path) -> None:
    files = members(TWEETS)
    first = fingerprint(write_zip(tmp_path / "a.zip", files))
    assert first == fingerprint(write_zip(tmp_path / "b.zip", files | {"data/like.js": b"more"}))
    files["data/tweets.js"] += b" "
    assert first != fingerprint(write_zip(tmp_path / "c.zip", files))
    broken = tmp_path / "d.zip"
    broken.write_bytes((tmp_path / "c.zip").read_bytes()[:-30])
    assert fingerprint(broken)
