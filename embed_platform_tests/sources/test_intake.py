"""What a person hands over in one command: archives of both sources, split, mixed, in folders, broken."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

from embed_platform.errors import BadArchive, EmbedError, SettingsError
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import read_snapshot
from embed_platform.sources.intake import (
    Choices,
    PassedOver,
    handovers,
    owner,
    passed_over,
    take_in,
)
from embed_platform.sources.messenger.publish import publish_raw_messages
from embed_platform.sources.records import list_archives
from embed_platform.sources.twitter.ingest import Ingested
from embed_platform_tests.sources.exports import (
    members,
    tweet,
    write_export,
    write_folder,
    write_zip,
)
from embed_platform_tests.sources.messenger.databases import said, write_database
from embed_platform_tests.sources.messenger.exports import ROOT, encrypted, message, thread
from embed_platform_tests.sources.pages.made import pdf

TALK = [message(f"line {n}", n) for n in range(30)]
CREW = [message(f"crew {n}", n, "Bob") for n in range(12)]
PAGE = {f"{ROOT}/inbox/ann_1/message_1.html": b"<html>"}
MEDIA = {f"{ROOT}/inbox/ann_1/photos/1.jpg": b"CANARY"}


def outcomes(
    lake: Lake, *paths: Path, user: str | None = "me", allow_missing: bool = False
) -> tuple[list[Ingested], list[EmbedError]]:
    found = [
        outcome
        for given in handovers(lake, paths)
        for outcome in take_in(lake, given, Choices(user, allow_missing=allow_missing))
    ]
    return (
        [one for one in found if isinstance(one, Ingested)],
        [one for one in found if isinstance(one, EmbedError)],
    )


def taken(lake: Lake, *paths: Path, user: str | None = "me") -> list[Ingested]:
    done, failed = outcomes(lake, *paths, user=user)
    assert not failed, failed
    return done


def refused(lake: Lake, *paths: Path, user: str | None = "me") -> str:
    done, failed = outcomes(lake, *paths, user=user)
    assert not done and len(failed) == 1, (done, failed)
    assert "\n" not in str(failed[0])
    return str(failed[0])


def texts(lake: Lake, user: str = "me") -> list[str]:
    publish_raw_messages(lake, user)
    table = read_snapshot(lake.storage, layout.records(user, "messenger"))
    assert table is not None
    return sorted(table["text"].to_pylist())


def lines(*talks: list[dict[str, object]]) -> list[str]:
    return sorted(str(one["content"]) for talk in talks for one in talk)


def parts(folder: Path, account: str = "me", day: str = "11_12_2025") -> list[Path]:
    """Three zips of one export: two of messages, one of media alone."""
    files = thread("inbox/ann_1", TALK, per_file=10) | thread("inbox/crew_2", CREW, per_file=5)
    names = sorted(files)
    pieces = [{n: files[n] for n in names[::2]}, {n: files[n] for n in names[1::2]}, MEDIA]
    folder.mkdir(exist_ok=True)
    return [
        write_zip(folder / f"facebook-{account}-{day}-{letter}.zip", piece)
        for letter, piece in zip("ABC", pieces, strict=True)
    ]


def test_tweets_and_messages_go_in_one_command(lake: Lake, tmp_path: Path) -> None:
    paths = [
        parts(tmp_path)[1],
        write_export(tmp_path / "twitter.zip", [tweet(n) for n in range(3)]),
        *parts(tmp_path)[:1],
        write_database(tmp_path / "messenger.db", [said("bridged")]),
        parts(tmp_path)[2],
    ]
    done = taken(lake, *paths)
    assert [(one.source, one.user, one.records) for one in done] == [
        ("twitter", "me", 3),
        ("messenger", "me", 42),
        ("messenger", "me", 1),
    ]
    assert texts(lake) == sorted([*lines(TALK, CREW), "bridged"])


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_parts_of_one_export_may_come_in_any_order(
    lake: Lake, tmp_path: Path, order: tuple[int, ...]
) -> None:
    zips = parts(tmp_path)
    (done,) = taken(lake, *(zips[n] for n in order))
    (again,) = taken(lake, *zips)
    assert (done.records, again.is_new, again.archive_id) == (42, False, done.archive_id)
    assert not any(
        b"CANARY" in lake.storage.get(entry.path) for entry in lake.storage.list("members")
    )


def test_a_folder_may_hold_the_zips(lake: Lake, tmp_path: Path) -> None:
    parts(tmp_path / "in")
    write_export(tmp_path / "in" / "twitter.zip", [tweet(1)])
    write_database(tmp_path / "in" / "messenger.db", [said("bridged")])
    done = taken(lake, tmp_path / "in")
    assert sorted((one.source, one.records) for one in done) == [
        ("messenger", 1),
        ("messenger", 42),
        ("twitter", 1),
    ]


def test_of_a_folder_with_unpacked_and_packed_exports_nothing_is_passed_over(
    lake: Lake, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "in", thread("inbox/unpacked_9", CREW, root="part/messages"))
    parts(folder)
    write_export(folder / "twitter.zip", [tweet(1)])
    write_folder(folder / "unpacked-tweets", members([tweet(2)], username="other", account_id="99"))
    done, (error,) = outcomes(lake, folder, user=None)
    assert sorted(one.user for one in done) == ["me", "other", "tilda_m"]
    assert f"{folder}: the export does not say whose it is" in str(error)
    assert texts(lake) == lines(TALK, CREW)


def test_a_folder_of_a_twitter_user_that_also_holds_messages_is_both(
    lake: Lake, tmp_path: Path
) -> None:
    both = members([tweet(1)]) | thread("inbox/ann_1", TALK)
    assert sorted(one.source for one in taken(lake, write_folder(tmp_path / "in", both))) == [
        "messenger",
        "twitter",
    ]


@pytest.mark.parametrize("given", ["", "messages", "messages/inbox", "messages/inbox/ann_1"])
def test_a_folder_inside_of_an_export_is_read_as_what_it_is(
    lake: Lake, tmp_path: Path, given: str
) -> None:
    files = thread("inbox/ann_1", TALK, per_file=7, root="messages")
    write_folder(tmp_path / "in", files | thread("inbox/crew_2", CREW, root="messages"))
    (done,) = taken(lake, tmp_path / "in" / given)
    assert done.records == (30 if given.endswith("ann_1") else 42)


def test_archives_in_a_folder_that_is_called_like_facebooks_are_what_they_are(
    lake: Lake, tmp_path: Path
) -> None:
    folder = tmp_path / "messages" / "inbox"
    write_folder(folder / "tilda", members([tweet(1)]))
    parts(folder)
    assert sorted(one.source for one in taken(lake, folder)) == ["messenger", "twitter"]
    assert [one.source for one in taken(lake, folder / "tilda")] == ["twitter"]


def test_an_encrypted_thread_may_have_any_name(lake: Lake, tmp_path: Path) -> None:
    names = ["message_board", "Ann", "message", "1_2", "a message_1.json b"]
    files = {}
    for name in names:
        files |= encrypted(name, [(0, "Ann", f"in {name}")])
    del files["message_1.json"]
    (done,) = taken(lake, write_zip(tmp_path / "a.zip", files))
    assert done.records == len(names) - 1


def test_two_unpacked_exports_in_one_folder_are_two(lake: Lake, tmp_path: Path) -> None:
    old = thread("inbox/ann_1", TALK[:20], root="old/messages")
    new = thread("inbox/ann_1", TALK[10:], root="new/messages")
    done = taken(lake, write_folder(tmp_path / "in", old | new))
    assert [one.records for one in done] == [20, 20]
    assert texts(lake) == lines(TALK)


def test_unpacked_parts_in_one_folder_are_one_export(lake: Lake, tmp_path: Path) -> None:
    files = {
        f"part{number % 2}/{name}": data
        for number, (name, data) in enumerate(thread("inbox/ann_1", TALK, per_file=5).items())
    }
    (done,) = taken(lake, write_folder(tmp_path / "in", files))
    assert done.records == 30


def test_an_unpacked_part_and_a_zip_that_share_a_file_are_one_export(
    lake: Lake, tmp_path: Path
) -> None:
    files = thread("inbox/ann_1", TALK, per_file=10)
    first, second, third = files
    unpacked = write_folder(tmp_path / "in", {name: files[name] for name in (first, second)})
    packed = write_zip(tmp_path / "b.zip", {name: files[name] for name in (second, third)})
    (done,) = taken(lake, unpacked, packed)
    assert done.records == 30


def test_parts_that_say_nothing_in_their_names_may_hold_media_alone(
    lake: Lake, tmp_path: Path
) -> None:
    media = write_zip(tmp_path / "a.zip", MEDIA)
    (done,) = taken(lake, media, write_zip(tmp_path / "b.zip", thread("inbox/ann_1", TALK)))
    assert done.records == 30
    assert "no messages were found" in refused(lake, media)


def test_exports_of_two_accounts_go_to_two_users(lake: Lake, tmp_path: Path) -> None:
    mixed = [*parts(tmp_path, "jo.doe"), *parts(tmp_path, "Ann-Bee", "2025-12-11")]
    assert [one.user for one in taken(lake, *mixed[::-1], user=None)] == ["ann-bee", "jo.doe"]
    assert texts(lake, "jo.doe") == texts(lake, "ann-bee") == lines(TALK, CREW)


def test_one_name_for_two_accounts_is_refused_and_nothing_is_mixed(
    lake: Lake, tmp_path: Path
) -> None:
    line = refused(lake, *parts(tmp_path, "jo"), *parts(tmp_path, "ann"), user="me")
    assert "ann, jo" in line and "a command of its own" in line
    assert lake.users() == []


@pytest.mark.parametrize("user", ["", "ME", " me "])
def test_a_user_that_is_given_counts_in_lower_case_and_none_is_none(
    lake: Lake, tmp_path: Path, user: str
) -> None:
    (done,) = taken(lake, *parts(tmp_path, "jo"), user=user)
    assert done.user == ("me" if user else "jo")


@pytest.mark.parametrize("user", ["a b", "feed.x", "..", "é", "x" * 101])
def test_a_user_that_can_be_no_key_is_refused(lake: Lake, tmp_path: Path, user: str) -> None:
    refused(lake, *parts(tmp_path), user=user)
    assert lake.users() == []


def test_an_account_that_can_be_no_key_asks_for_one(lake: Lake, tmp_path: Path) -> None:
    zips = parts(tmp_path, "jörg müller")
    assert "--user NAME" in refused(lake, *zips, user=None)
    assert taken(lake, *zips)


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("facebook-jo.doe-11_12_2025-AbCdEf.zip", "jo.doe"),
        ("facebook-jo.doe-2025-12-11-AbCdEf.zip", "jo.doe"),
        ("facebook-jo-doe-11_12_2025-AbC (1).zip", "jo-doe"),
        ("FACEBOOK-100012345-11_12_2025-X.ZIP", "100012345"),
        ("facebook-jo.doe.zip", ""),
        ("messages.zip", ""),
    ],
)
def test_the_owner_is_in_the_name_that_facebook_gives(
    lake: Lake, tmp_path: Path, name: str, user: str
) -> None:
    path = write_zip(tmp_path / name, thread("inbox/ann_1", TALK))
    (given,) = handovers(lake, [path])
    if user:
        assert owner(lake, given) == user
    else:
        with pytest.raises(SettingsError, match="--user"):
            owner(lake, given)


def test_html_is_named_and_the_others_go_on(lake: Lake, tmp_path: Path) -> None:
    page = write_zip(tmp_path / "html.zip", PAGE)
    done, (error,) = outcomes(lake, page, write_zip(tmp_path / "a.zip", thread("inbox/b_2", CREW)))
    assert [one.records for one in done] == [12]
    assert "html.zip" in str(error) and "format JSON" in str(error)


def test_the_zips_of_an_html_export_are_one_complaint(lake: Lake, tmp_path: Path) -> None:
    zips = [write_zip(tmp_path / f"facebook-me-1-{n}.zip", PAGE) for n in range(4)]
    assert "HTML" in refused(lake, *zips)


def test_threads_that_are_there_as_pages_only_count_as_missing(lake: Lake, tmp_path: Path) -> None:
    mixed = thread("inbox/crew_2", CREW) | PAGE
    path = write_zip(tmp_path / "a.zip", mixed)
    line = refused(lake, path)
    assert "1 thread is there as HTML pages only, inbox/ann_1" in line and "JSON" in line
    done, failed = outcomes(lake, path, allow_missing=True)
    assert (len(done), failed) == (1, [])
    both = write_zip(tmp_path / "b.zip", thread("inbox/ann_1", TALK) | PAGE)
    assert taken(lake, both)


@pytest.mark.parametrize("size", [0, 3, 200])
def test_a_part_that_is_cut_off_stops_its_export_and_no_other(
    lake: Lake, tmp_path: Path, size: int
) -> None:
    zips = [*parts(tmp_path, "jo"), *parts(tmp_path, "ann")]
    zips[1].write_bytes(zips[1].read_bytes()[:size])
    done, (error,) = outcomes(lake, *zips, user=None)
    assert [one.user for one in done] == ["ann"]
    assert str(zips[1]) in str(error) and "Download the archive again" in str(error)


def test_a_part_that_is_missing_is_named_and_may_be_allowed(lake: Lake, tmp_path: Path) -> None:
    whole, *rest = parts(tmp_path)
    line = refused(lake, *rest)
    assert "facebook-me-11_12_2025: " in line and "message_1.json" in line
    assert "--allow-missing" in line and lake.users() == []
    done, failed = outcomes(lake, *rest, allow_missing=True)
    assert (len(done), failed) == (1, [])
    taken(lake, whole, *rest)
    assert texts(lake) == lines(TALK, CREW)
    assert len(list_archives(lake, "me")) == 2


def test_whole_exports_without_names_are_told_apart_in_any_order(
    lake: Lake, tmp_path: Path
) -> None:
    old = thread("inbox/ann_1", TALK[:20], per_file=10)
    new = thread("inbox/ann_1", TALK, per_file=10)
    (one, two), (three, four, five) = old, new
    zips = [
        write_zip(tmp_path / "old1.zip", {one: old[one]}),
        write_zip(tmp_path / "new1.zip", {three: new[three], four: new[four]}),
        write_zip(tmp_path / "old2.zip", {two: old[two]}),
        write_zip(tmp_path / "new2.zip", {five: new[five], three: new[three]}),
    ]
    for number, order in enumerate(itertools.permutations(zips)):
        if number % 5 == 0:
            assert sorted(one.records for one in taken(lake, *order)) == [20, 30]
    assert texts(lake) == lines(TALK)
    assert len(list_archives(lake, "me")) == 2


def test_parts_of_which_nobody_can_tell_what_belongs_together_are_refused(
    lake: Lake, tmp_path: Path
) -> None:
    zips = [
        write_zip(tmp_path / "a.zip", thread("inbox/ann_1", TALK)),
        write_zip(tmp_path / "b.zip", thread("inbox/crew_2", CREW[:9])),
        write_zip(tmp_path / "c.zip", thread("inbox/crew_2", CREW)),
        write_zip(tmp_path / "d.zip", thread("inbox/ann_1", TALK[:9])),
    ]
    for order in (zips, zips[::-1], [zips[n] for n in (1, 0, 2, 3)]):
        line = refused(lake, *order)
        assert "a.zip" in line and "Give each export in a command of its own" in line
    assert lake.users() == []


def test_two_exports_of_which_one_has_gaps_are_one_taken_and_one_named(
    lake: Lake, tmp_path: Path
) -> None:
    gaps = parts(tmp_path, day="11_10_2025")[1:]
    done, (error,) = outcomes(lake, *gaps, *parts(tmp_path, day="11_12_2025"))
    assert [one.records for one in done] == [42]
    assert "facebook-me-11_10_2025: " in str(error) and "missing" in str(error)


def test_the_same_export_twice_in_one_command_is_one(lake: Lake, tmp_path: Path) -> None:
    zips = parts(tmp_path)
    copies = parts(tmp_path / "copy")
    assert len(taken(lake, *zips, *copies, *zips)) == 1


def test_the_same_export_under_another_name_changes_nothing(lake: Lake, tmp_path: Path) -> None:
    (first,) = taken(lake, write_zip(tmp_path / "a.zip", thread("inbox/ann_1", TALK)))
    renamed = write_zip(tmp_path / "b (1).zip", thread("inbox/ann_1", TALK, root="messages"))
    unpacked = write_folder(tmp_path / "c", thread("inbox/ann_1", TALK))
    for path in (renamed, unpacked):
        (again,) = taken(lake, path)
        assert (again.is_new, again.archive_id) == (False, first.archive_id)


def test_what_holds_nothing_says_what_it_should_hold(lake: Lake, tmp_path: Path) -> None:
    posts = {"posts/your_posts_1.json": b'[{"timestamp": 1}]'}
    empty = [
        write_zip(tmp_path / "empty.zip", {}),
        write_zip(tmp_path / "other.zip", {"notes.txt": b"x"}),
        write_zip(tmp_path / "posts.zip", posts),
        write_folder(tmp_path / "folder", {"notes.txt": b"x"}),
    ]
    for path in empty:
        line = refused(lake, path)
        assert f"{path}: no tweets file was found" in line and "messages/inbox" in line
    nothing_said = write_zip(tmp_path / "silent.zip", thread("inbox/ann_1", []))
    assert "no message that can be used" in refused(lake, nothing_said)


def test_a_folder_of_users_folders_with_pages_says_how_to_give_them(
    lake: Lake, tmp_path: Path
) -> None:
    folder = tmp_path / "scans"
    for user in ("ann", "bob"):
        (folder / user).mkdir(parents=True)
        (folder / user / "scan.pdf").write_bytes(pdf([f"of {user}"]))
    line = refused(lake, folder)
    assert "no PDF or image right in it" in line and "folder by folder, with --user" in line
    assert len(taken(lake, folder / "ann", user="ann")) == 1


def scan(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(pdf([f"of {folder.name}"]))
    return folder


def test_folders_with_pages_beside_archives_are_named_and_not_passed_over_in_silence(
    lake: Lake, tmp_path: Path
) -> None:
    mixed = tmp_path / "mixed"
    ann = write_folder(mixed / "ann", members([tweet(1)]))
    write_zip(scan(mixed / "bob", "a.pdf", "b.png", ".hidden.pdf") / "bob.zip", members([tweet(2)]))
    carl = scan(mixed / "carl", "c.pdf")
    scan(ann, "picture.jpg")
    scan(mixed / ".trash", "d.pdf")
    (mixed / "notes").mkdir()
    assert {one.source for one in taken(lake, mixed, user=None)} == {"twitter"}
    assert passed_over(lake, [mixed]) == [PassedOver(mixed / "bob", 2), PassedOver(carl, 1)]
    assert passed_over(lake, [mixed, carl, mixed / "bob"]) == [], "given by themselves"
    assert len(taken(lake, carl, user="carl")) == 1


def test_folders_below_one_with_pages_are_named(lake: Lake, tmp_path: Path) -> None:
    scans = scan(tmp_path / "scans", "a.pdf")
    older = scan(scans / "older", "b.pdf")
    assert [one.handle for one in taken(lake, scans)] == ["a.pdf"]
    assert passed_over(lake, [scans]) == [PassedOver(older, 1)]


def test_pictures_of_unpacked_exports_are_no_pages(lake: Lake, tmp_path: Path) -> None:
    tweets = write_folder(tmp_path / "x", members([tweet(1)]))
    scan(tweets / "assets", "a.png")
    messages = write_folder(tmp_path / "fb", thread("inbox/ann_1", TALK))
    scan(messages / "photos", "b.png")
    both = write_folder(tmp_path / "both" / "one", members([tweet(1)])).parent
    write_folder(both / "two", thread("inbox/ann_1", TALK))
    for folder in (tweets, messages, both, tmp_path / "gone", scan(tmp_path / "s") / "a.pdf"):
        assert passed_over(lake, [folder]) == []


def test_a_database_in_an_unpacked_archive_of_tweets_is_taken_in_too(
    lake: Lake, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "x", members([tweet(1)]))
    write_database(folder / "messenger.db", [said("hello", 1)])
    assert {one.source for one in taken(lake, folder)} == {"twitter", "messenger"}


def test_a_path_that_is_not_there_is_named_and_the_others_go_on(lake: Lake, tmp_path: Path) -> None:
    gone = [tmp_path / name for name in ("no.zip", "no.db", "no", "facebook-you-1-A.zip")]
    done, failed = outcomes(lake, *gone, *parts(tmp_path))
    assert len(done) == 1
    assert sorted(str(error) for error in failed) == sorted(
        f"{path}: there is no such file. Check the path" for path in gone
    )


def test_a_path_that_no_disk_can_hold_is_one_line(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="cannot be read"):
        handovers(lake, [tmp_path / ("x" * 300)])


def test_a_lone_message_file_is_told_what_to_give_instead(lake: Lake, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, encrypted("Ann", [(0, "Ann", "hi")]))
    assert "give the zip or folder" in refused(lake, folder / "Ann_1.json")
    assert taken(lake, folder)


def test_files_that_only_look_like_the_encrypted_exports_are_left_closed(
    lake: Lake, tmp_path: Path
) -> None:
    files = thread("inbox/ann_1", TALK, root="messages") | {
        "posts/your_posts_1.json": b'[{"data": "CANARY"}]',
        "album/0_1.json": b'{"name": "CANARY"}',
    }
    (done,) = taken(lake, write_zip(tmp_path / "a.zip", files))
    assert (done.records, done.dead_letters) == (30, 0)
    assert len(lake.storage.list("members")) == 1
    odd = members([tweet(1)]) | {"assets/emoji_1.json": b"{}"}
    assert [one.source for one in taken(lake, write_zip(tmp_path / "t.zip", odd))] == ["twitter"]


def test_a_broken_file_among_those_of_the_encrypted_export_is_set_aside(
    lake: Lake, tmp_path: Path
) -> None:
    files = encrypted("Ann", [(n, "Ann", f"line {n}") for n in range(9)]) | {"Bob_2.json": b"{oops"}
    (done,) = taken(lake, write_zip(tmp_path / "a.zip", files))
    assert (done.records, done.dead_letters) == (9, 1)


def test_a_pipe_or_a_device_is_refused_at_once(lake: Lake, tmp_path: Path) -> None:
    pipe = tmp_path / "archive.zip"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(BadArchive, match="neither a file nor a folder"):
            handovers(lake, [path])
