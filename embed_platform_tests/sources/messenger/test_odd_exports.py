"""Exports as hostile users write them: one clear line that names the file, nothing kept, nothing lost."""

from __future__ import annotations

import json
import os
import stat
import sys
import time
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from embed_platform.errors import BadArchive, EmbedError, TooManyDeadLetters
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import read_snapshot
from embed_platform.sources.intake import Choices, handovers, take_in
from embed_platform.sources.messenger.publish import publish_raw_messages
from embed_platform.sources.twitter.ingest import Ingested
from embed_platform_tests.road import Home
from embed_platform_tests.sources.exports import write_folder, write_zip
from embed_platform_tests.sources.messenger.exports import (
    ROOT,
    START_MS,
    encrypted,
    message,
    thread,
)

TALK = [message(f"line {n}", n) for n in range(300)]
GOOD = thread("inbox/ann_1", TALK)
FIRST = f"{ROOT}/inbox/ann_1/message_1.json"
BAD = f"{ROOT}/inbox/bad_2/message_1.json"


def outcome(lake: Lake, path: Path) -> Ingested | EmbedError:
    (given,) = handovers(lake, [path])
    (found,) = take_in(lake, given, Choices("me"))
    return found


def refused(lake: Lake, path: Path) -> str:
    error = outcome(lake, path)
    assert isinstance(error, BadArchive), error
    assert lake.storage.list() == [] and "\n" not in str(error)
    assert str(path) in str(error) and error.remedy
    return str(error)


def taken(lake: Lake, path: Path) -> list[dict[str, Any]]:
    found = outcome(lake, path)
    assert isinstance(found, Ingested), found
    publish_raw_messages(lake, "me")
    table = read_snapshot(lake.storage, layout.records("me", "messenger"))
    assert table is not None
    return list(table.to_pylist())


def letters(lake: Lake) -> dict[str, str]:
    return {one.where: one.reason for one in read_dead_letters(lake.storage, "me")["raw_messages"]}


def doubled(path: Path) -> Path:
    write_zip(path, GOOD)
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(FIRST, b"{}")
    return path


def linked(path: Path) -> Path:
    write_zip(path, GOOD)
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo(BAD)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return path


def with_directory_byte(offset: int, value: int) -> Callable[[Path], Path]:
    def made(path: Path) -> Path:
        data = bytearray(write_zip(path, GOOD).read_bytes())
        data[data.rfind(b"PK\x01\x02") + offset] = value
        path.write_bytes(data)
        return path

    return made


def nameless(path: Path) -> Path:
    data = bytearray(write_zip(path, GOOD | {"Q": b""}).read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 28], data[at + 30] = 0, 1  # the name's one byte counts as something extra
    path.write_bytes(data)
    return path


def damaged(path: Path) -> Path:
    data = bytearray(write_zip(path, GOOD).read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(data)
    return path


def beside(name: str, data: bytes = b"{}") -> Callable[[Path], Path]:
    return lambda path: write_zip(path, GOOD | {name: data})


ZIPS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "bomb": (beside(BAD, b" " * 50_000_000), f"{BAD}: .*zip bomb"),
    "doubled": (doubled, f"{FIRST}: the member occurs twice"),
    "leads out": (beside("../../evil.json"), "leads out of the archive"),
    "leads out below": (beside(f"{ROOT}/inbox/../../../evil.json"), "leads out of the archive"),
    "nameless": (nameless, "leads out of the archive, or nowhere"),
    "link": (linked, "is a symbolic link"),
    "encrypted": (with_directory_byte(8, 1), f"{FIRST}: the zip file is encrypted"),
    "of the future": (with_directory_byte(6, 99), "a kind that is not read .*version 9.9"),
    "packed oddly": (with_directory_byte(10, 99), f"{FIRST}: the member is damaged"),
    "damaged": (damaged, f"{FIRST}: the member is damaged"),
    "twice": (beside(FIRST.replace("_1.json", "_01.json")), "message_01.json: it is there twice"),
    "far": (beside(f"{ROOT}/inbox/x_1/message_{10**12}.json"), "no export has so many files"),
    "endless": (beside(f"{ROOT}/inbox/x_1/message_{'9' * 5000}.json"), "so many files"),
}


@pytest.mark.parametrize("name", ZIPS)
def test_a_zip_that_must_not_be_read_is_refused_by_file_and_reason(
    lake: Lake, tmp_path: Path, name: str
) -> None:
    make, reason = ZIPS[name]
    with pytest.raises(BadArchive, match=reason):
        raise BadArchive(refused(lake, make(tmp_path / "a.zip")))


def test_bytes_of_a_zip_that_lie_are_one_line(lake: Lake, tmp_path: Path) -> None:
    data = write_zip(tmp_path / "a.zip", GOOD | encrypted("Zoe", [(0, "Ann", "hi")])).read_bytes()
    start = data.find(b"PK\x01\x02")
    for at in range(start, len(data), 7):
        changed = bytearray(data)
        changed[at] ^= 0xFF
        (tmp_path / "a.zip").write_bytes(changed)
        found = outcome(lake, tmp_path / "a.zip")
        assert isinstance(found, Ingested | EmbedError) and "\n" not in str(found)


@pytest.mark.parametrize("name", ["link_2", "link_2/message_1.json"])
def test_a_link_in_a_folder_is_named(lake: Lake, tmp_path: Path, name: str) -> None:
    folder = write_folder(tmp_path / "in", GOOD)
    link = folder / ROOT / "inbox" / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(folder / (FIRST if name.endswith("json") else f"{ROOT}/inbox/ann_1"))
    assert f"{link}: a symbolic link" in refused(lake, folder)


@pytest.mark.parametrize("name", ["inbox", "messages"])
def test_a_folder_of_which_a_part_is_a_link_is_named(lake: Lake, tmp_path: Path, name: str) -> None:
    folder = write_folder(
        tmp_path / "in", thread("archived_threads/bob_2", TALK, root="a/messages")
    )
    elsewhere = write_folder(tmp_path / "elsewhere", thread("inbox/ann_1", TALK, root="messages"))
    inside = folder / "a" / "messages" if name == "inbox" else folder / "b"
    inside.mkdir(exist_ok=True)
    (inside / name).symlink_to(elsewhere / "messages" / ("inbox" if name == "inbox" else ""))
    assert f"{inside / name}: a symbolic link" in refused(lake, folder)


def test_a_folder_that_is_given_by_a_link_is_read(lake: Lake, tmp_path: Path) -> None:
    write_folder(tmp_path / "in", GOOD)
    (tmp_path / "link").symlink_to(tmp_path / "in")
    assert len(taken(lake, tmp_path / "link")) == 300


def test_a_link_that_leads_round_in_circles_ends(lake: Lake, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", GOOD)
    (folder / "round").symlink_to(folder)
    assert len(taken(lake, folder)) == 300


@pytest.mark.skipif(os.geteuid() == 0, reason="to root every file opens")
@pytest.mark.parametrize("name", [FIRST, f"{ROOT}/inbox/ann_1"])
def test_what_may_not_be_opened_is_named(lake: Lake, tmp_path: Path, name: str) -> None:
    folder = write_folder(tmp_path / "in", GOOD | thread("inbox/bob_2", TALK))
    (folder / name).chmod(0)
    try:
        assert f"{folder / name}: it cannot be read (Permission denied)" in refused(lake, folder)
    finally:
        (folder / name).chmod(0o700)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take Unicode only")
def test_a_name_on_the_disk_that_is_no_unicode_costs_nothing(lake: Lake, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", GOOD)
    for odd in (b"\xff_1", b"\xfe_1"):
        inside = folder / ROOT / "inbox" / os.fsdecode(odd)
        inside.mkdir()
        content = {"participants": [], "messages": [message(f"odd {odd!r}")]}
        (inside / "message_1.json").write_text(json.dumps(content))
    assert len(taken(lake, folder)) == 302


ODD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "cut off or damaged"),
    "cut": (GOOD[FIRST][:-100], "cut off or damaged"),
    "no JSON": (b"{this is no json}", "cut off or damaged"),
    "a list": (b"[]", "no message file"),
    "null": (b"null", "no message file"),
    "no messages": (b'{"participants": []}', "no message file"),
    "messages null": (b'{"participants": [], "messages": null}', "`messages` is no list"),
    "messages an object": (b'{"participants": [], "messages": {"a": 1}}', "`messages` is no list"),
    "deep": (b'{"messages": ' + b"[" * 100_000, "nested too deeply"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_corrupt_file_among_good_ones_is_set_aside_with_its_path(
    lake: Lake, tmp_path: Path, name: str
) -> None:
    data, reason = ODD[name]
    assert len(taken(lake, write_zip(tmp_path / "a.zip", GOOD | {BAD: data}))) == 300
    ((where, why),) = letters(lake).items()
    assert where == "inbox/bad_2/message_1.json" and reason in why


@pytest.mark.parametrize("name", ODD)
def test_a_corrupt_file_alone_is_refused_by_name_and_reason(
    lake: Lake, tmp_path: Path, name: str
) -> None:
    data, reason = ODD[name]
    line = refused(lake, write_zip(tmp_path / "a.zip", {BAD: data}))
    assert f"(inbox/bad_2/message_1.json: {reason}" in line or reason in line


def test_too_many_bad_messages_name_the_first(lake: Lake, tmp_path: Path) -> None:
    odd = {"participants": [], "messages": [message("x") | {"timestamp_ms": -n} for n in range(9)]}
    path = write_zip(tmp_path / "a.zip", GOOD | {BAD: json.dumps(odd).encode()})
    error = outcome(lake, path)
    assert isinstance(error, TooManyDeadLetters) and lake.storage.list() == []
    assert "(inbox/bad_2/message_1.json message 1: the message's time is negative)" in str(error)


@pytest.mark.parametrize(
    "time_ms",
    [-5, None, "yesterday", str(START_MS), START_MS + 0.5, 10**40, START_MS * 1000, True, [], {}],
)
def test_a_time_that_cannot_be_is_set_aside_with_its_place(
    lake: Lake, tmp_path: Path, time_ms: object
) -> None:
    odd = {"participants": [], "messages": [message("x"), message("y") | {"timestamp_ms": time_ms}]}
    path = write_zip(tmp_path / "a.zip", GOOD | {BAD: json.dumps(odd).encode()})
    assert len(taken(lake, path)) == 301
    assert list(letters(lake)) == ["inbox/bad_2/message_1.json message 1"]


def test_the_future_begins_a_day_after_the_export_came(lake: Lake, tmp_path: Path) -> None:
    now = int(time.time() * 1000)
    talk = [
        message("soon") | {"timestamp_ms": now + 3_600_000},
        message("later") | {"timestamp_ms": now + 3 * 86_400_000},
    ]
    path = write_zip(tmp_path / "a.zip", GOOD | thread("inbox/bob_2", talk))
    assert "soon" in {row["text"] for row in taken(lake, path)}
    assert list(letters(lake).values()) == ["the message's time lies in the future"]


def test_ten_thousand_people_are_a_thread(lake: Lake, tmp_path: Path) -> None:
    people = [f"Person {n}" for n in range(10_000)]
    files = thread("inbox/crowd_1", TALK, participants=people, title="")
    (name,) = {row["thread_name"] for row in taken(lake, write_zip(tmp_path / "a.zip", files))}
    assert name.startswith("Person 0, ") and name.endswith(" and 9990 more")


@pytest.mark.parametrize(
    "name", ["a\nb", "[red]x[/red]", "\\[/x]", "\u202eevil\u202c", "\x1b[31m", " "]
)
def test_names_of_people_and_groups_may_be_anything(lake: Lake, tmp_path: Path, name: str) -> None:
    talk = [message(name, n, name) for n in range(3)]
    files = thread(f"inbox/{name.replace('/', '_')}_1", talk, participants=[name], title=name)
    found = taken(lake, write_zip(tmp_path / "a.zip", files))
    assert {(row["sender_name"], row["text"]) for row in found} == {(name, name)}
    assert all("\n" not in row["thread_name"] for row in found)


def test_a_thread_without_messages_is_no_loss(lake: Lake, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", GOOD | thread("inbox/nobody_2", []))
    assert len(taken(lake, path)) == 300
    assert not read_dead_letters(lake.storage, "me")


def test_threads_of_one_title_stay_apart_and_a_renamed_group_is_one(
    lake: Lake, tmp_path: Path
) -> None:
    crew, family = ([message(f"{who} {n}", n) for n in range(9)] for who in ("crew", "family"))
    old = thread("inbox/group_1", crew[:5], title="Group") | thread(
        "inbox/group_2", family, title="Group"
    )
    new = thread("inbox/trip_7", crew, title="Trip 2026") | thread(
        "inbox/group_2", family, title="Group"
    )
    taken(lake, write_zip(tmp_path / "old.zip", old))
    found = taken(lake, write_zip(tmp_path / "new.zip", new))
    names = {(row["thread"], row["thread_name"]) for row in found}
    assert sorted(name for _, name in names) == ["Group", "Trip 2026"]
    assert len(found) == 18


def test_few_bad_messages_of_many_exports_do_not_add_up_to_too_many(
    lake: Lake, tmp_path: Path
) -> None:
    for number in range(4):
        odd = {"participants": [], "messages": [message("x") | {"timestamp_ms": -1}] * 2}
        files = thread("inbox/ann_1", [*TALK, message(f"new {number}", 900 + number)])
        taken(lake, write_zip(tmp_path / "a.zip", files | {BAD: json.dumps(odd).encode()}))
    assert publish_raw_messages(lake, "me").dead_letters == 8


def test_the_command_says_one_line_and_fails(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    good = write_zip(tmp_path / "facebook-me-1-A.zip", thread("inbox/bob_2", TALK[:9]))
    made = {name: make(tmp_path / f"{name}.zip") for name, (make, _) in ZIPS.items()}
    missing = thread("inbox/ann_1", TALK, per_file=100)
    del missing[FIRST]
    made["missing"] = write_zip(tmp_path / "missing.zip", missing)
    made["html"] = write_zip(tmp_path / "html.zip", {f"{ROOT}/inbox/a_1/message_1.html": b""})
    for name in ("bomb", "encrypted", "missing", "html"):
        done = home.run("ingest", made[name], "--user", "me", check=False)
        assert done.returncode == 1 and "Traceback" not in done.stderr
        (line,) = [line for line in done.stderr.splitlines() if not line.startswith("New home")]
        assert line.startswith("error: ") and str(made[name]) in line
    done = home.run("ingest", good, made["html"], tmp_path / "no.zip", check=False)
    assert done.returncode == 1 and "me: kept, 9 messages" in done.stderr
    assert done.stderr.count("error: ") == 2
    assert home.run("ingest", made["missing"], "--user", "me", "--allow-missing").returncode == 0
