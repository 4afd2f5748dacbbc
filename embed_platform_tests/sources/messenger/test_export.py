"""Parts are put together to exports; what is missing is named; media are never opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.errors import BadArchive
from embed_platform.sources.messenger.export import missing_files, open_exports, refuse_missing
from embed_platform.sources.messenger.parts import is_messenger
from embed_platform.sources.zips import Limits
from embed_platform_tests.sources.exports import write_zip
from embed_platform_tests.sources.messenger.exports import ROOT, encrypted, message, thread

LIMITS = Limits(10**9, 200.0)
TALK = [message(f"line {n}", n) for n in range(25)]


def test_the_zips_of_one_export_are_one_archive(tmp_path: Path) -> None:
    files = thread("inbox/ann_1", TALK, per_file=5) | thread("archived_threads/bob_2", TALK[:3])
    names = sorted(files)
    first = {name: files[name] for name in names[:3]} | {f"{ROOT}/inbox/ann_1/photos/1.jpg": b"x"}
    second = {name: files[name] for name in names[3:]} | {names[0]: files[names[0]]}
    parts = [
        write_zip(tmp_path / "facebook-me-11_12_2025-AAA.zip", first),
        write_zip(tmp_path / "facebook-me-11_12_2025-BBB.zip", second),
    ]
    (export,) = open_exports(parts, LIMITS)
    assert len(export.files) == len(files), "a file that lies in two parts counts once"
    threads = export.threads()
    assert list(threads) == ["archived_threads/bob_2", "inbox/ann_1"]
    assert [file.number for file in threads["inbox/ann_1"]] == [5, 4, 3, 2, 1]
    assert missing_files(export.files) == []


def test_numbers_are_numbers(tmp_path: Path) -> None:
    files = thread("inbox/ann_1", TALK, per_file=2)
    (export,) = open_exports([write_zip(tmp_path / "a.zip", files)], LIMITS)
    assert [file.number for file in export.threads()["inbox/ann_1"]] == list(range(13, 0, -1))


@pytest.mark.parametrize(
    "root",
    [
        "messages",
        "your_facebook_activity/messages",
        ROOT,
        "facebook-me-2025/messages",
        f"top/{ROOT}",
    ],
)
def test_every_root_is_known_in_zips_and_folders(tmp_path: Path, root: str) -> None:
    files = thread("e2ee_cutover/ann_1", TALK, root=root) | thread(
        "message_requests/bob_2", TALK, root=root
    )
    path = write_zip(tmp_path / "a.zip", files)
    folder = tmp_path / "unpacked"
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    for where in (path, folder):
        (export,) = open_exports([where], LIMITS)
        assert set(export.threads()) == {"e2ee_cutover/ann_1", "message_requests/bob_2"}


def test_the_encrypted_export_is_one_file_a_thread(tmp_path: Path) -> None:
    files = encrypted("Ann", [(0, "Ann", "hi")]) | encrypted("Weekend crew", [(0, "Me", "yo")])
    for number, prefix in enumerate(("", "messages/", "e2ee/")):
        path = write_zip(tmp_path / f"{number}.zip", {prefix + k: v for k, v in files.items()})
        (export,) = open_exports([path], LIMITS)
        assert set(export.threads()) == {"Ann_1", "Weekend crew_1"}


def test_two_exports_in_one_command_stay_two(tmp_path: Path) -> None:
    old = write_zip(tmp_path / "old.zip", thread("inbox/ann_1", TALK[:10]))
    new = write_zip(tmp_path / "new.zip", thread("inbox/ann_1", TALK))
    assert [len(export.files) for export in open_exports([old, new], LIMITS)] == [1, 1]
    named = [
        write_zip(tmp_path / f"facebook-me-{date}-AAA.zip", thread(f"inbox/t_{n}", TALK))
        for n, date in enumerate(("11_10_2025", "11_12_2025"))
    ]
    assert [e.name for e in open_exports(named, LIMITS)] == [
        "facebook-me-11_10_2025",
        "facebook-me-11_12_2025",
    ]


def test_a_missing_part_is_named_and_may_be_allowed(tmp_path: Path) -> None:
    files = thread("inbox/ann_1", TALK, per_file=5)
    del files[f"{ROOT}/inbox/ann_1/message_1.json"], files[f"{ROOT}/inbox/ann_1/message_3.json"]
    (export,) = open_exports([write_zip(tmp_path / "a.zip", files)], LIMITS)
    assert missing_files(export.files) == [
        "inbox/ann_1/message_1.json",
        "inbox/ann_1/message_3.json",
    ]
    with pytest.raises(BadArchive, match=r"2 message files.*message_1\.json.*--allow-missing"):
        refuse_missing(export, allowed=False)
    refuse_missing(export, allowed=True)


def test_html_is_told_from_nothing(tmp_path: Path) -> None:
    page = {f"{ROOT}/inbox/ann_1/message_1.html": b"<html>"}
    with pytest.raises(BadArchive, match=r"HTML.*format JSON"):
        open_exports([write_zip(tmp_path / "html.zip", page)], LIMITS)
    with pytest.raises(BadArchive, match="no messages were found"):
        open_exports([write_zip(tmp_path / "none.zip", {"photos/1.jpg": b"x"})], LIMITS)
    mixed = page | thread("inbox/ann_1", TALK)
    (export,) = open_exports([write_zip(tmp_path / "mixed.zip", mixed)], LIMITS)
    assert len(export.files) == 1


def test_an_upload_is_known_by_what_lies_in_it(tmp_path: Path) -> None:
    assert is_messenger(write_zip(tmp_path / "a.zip", thread("inbox/ann_1", TALK)), LIMITS)
    assert is_messenger(
        write_zip(tmp_path / "h.zip", {f"{ROOT}/inbox/a_1/message_1.html": b""}), LIMITS
    )
    assert not is_messenger(write_zip(tmp_path / "b.zip", {"data/tweets.js": b""}), LIMITS)
    assert not is_messenger(tmp_path / "nothing.zip", LIMITS)


def test_a_path_that_leads_out_is_refused(tmp_path: Path) -> None:
    files = thread("inbox/ann_1", TALK) | {"../evil.json": b"{}"}
    with pytest.raises(BadArchive, match="leads out"):
        open_exports([write_zip(tmp_path / "a.zip", files)], LIMITS)
