"""Exports taken in and parsed: one archive from many parts, one thread from many exports."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from embed_platform.errors import BadArchive, ErasedUser, SettingsError
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import read_snapshot
from embed_platform.lake.suppressions import suppress
from embed_platform.sources.messenger.export import open_exports
from embed_platform.sources.messenger.ingest import ingest
from embed_platform.sources.messenger.publish import publish_raw_messages
from embed_platform.sources.records import list_archives
from embed_platform.sources.zips import Limits
from embed_platform_tests.sources.exports import write_zip
from embed_platform_tests.sources.messenger.exports import (
    ROOT,
    START_MS,
    encrypted,
    message,
    thread,
)

LIMITS = Limits(10**9, 200.0)
DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "facebook-messenger"
TALK = [message(f"line {n} 🐴", n, "Ann" if n % 3 else "Me") for n in range(40)]
PLAN = [message(f"plan {n}", 100 + n, "Žofie") for n in range(12)]


def take_in(lake: Lake, *paths: Path, **options: Any) -> None:
    for export in open_exports(paths, LIMITS):
        ingest(lake, export, "me", **options)


def rows(lake: Lake) -> list[dict[str, Any]]:
    publish_raw_messages(lake, "me")
    table = read_snapshot(lake.storage, layout.records("me", "messenger"))
    assert table is not None
    return list(table.to_pylist())


def ids(lake: Lake) -> set[str]:
    return {row["message_id"] for row in rows(lake)}


def export(path: Path, **threads: list[dict[str, Any]]) -> Path:
    files: dict[str, bytes] = {}
    for folder, talk in threads.items():
        files |= thread(f"inbox/{folder}", talk)
    return write_zip(path, files)


def test_messages_come_thread_by_thread_in_time_order(lake: Lake, tmp_path: Path) -> None:
    take_in(lake, export(tmp_path / "a.zip", ann_1=TALK, plan_2=PLAN))
    found = rows(lake)
    assert len(found) == 52 and len({row["message_id"] for row in found}) == 52
    places = [(row["thread"], row["timestamp_ms"]) for row in found]
    assert places == sorted(places)
    first = next(row for row in found if row["text"] == "line 0 🐴")
    assert (first["sender_name"], first["timestamp_ms"]) == ("Me", START_MS)
    assert 0 < first["thread_id"] < 2**63 and 0 < first["sender_id"] < 2**63
    assert {row["sender_name"] for row in found} == {"Ann", "Me", "Žofie"}
    assert not publish_raw_messages(lake, "me").changed


@pytest.mark.parametrize("seed", range(5))
def test_any_split_of_the_same_messages_gives_the_same_ids(
    lake: Lake, tmp_path: Path, seed: int
) -> None:
    take_in(lake, export(tmp_path / "whole.zip", ann_1=TALK, plan_2=PLAN))
    whole = ids(lake)
    shuffled = random.Random(seed)
    files = thread("inbox/ann_1", TALK, per_file=shuffled.randint(1, 9))
    files |= thread("inbox/plan_2", PLAN, per_file=shuffled.randint(1, 5))
    parts: list[dict[str, bytes]] = [{}, {}, {}]
    for name, data in files.items():
        shuffled.choice(parts)[name] = data
        if shuffled.random() < 0.2:
            shuffled.choice(parts)[name] = data
    paths = [
        write_zip(tmp_path / f"facebook-me-1-{n}.zip", part) for n, part in enumerate(parts) if part
    ]
    take_in(lake, *paths)
    assert len(list_archives(lake, "me")) == 2
    assert ids(lake) == whole


def test_a_later_export_adds_to_an_earlier_one_whatever_its_folders_are_called(
    lake: Lake, tmp_path: Path
) -> None:
    take_in(lake, export(tmp_path / "old.zip", ann_1=TALK[:30], gone_9=PLAN))
    before = ids(lake)
    take_in(lake, export(tmp_path / "new.zip", annmarried_777=TALK[10:]))
    after = rows(lake)
    assert before <= {row["message_id"] for row in after} and len(after) == 52
    assert len({row["thread"] for row in after}) == 2


def test_the_same_export_again_changes_nothing(lake: Lake, tmp_path: Path) -> None:
    path = export(tmp_path / "a.zip", ann_1=TALK)
    take_in(lake, path)
    files = lake.storage.list()
    (again,) = open_exports([path], LIMITS)
    assert not ingest(lake, again, "me").is_new
    assert lake.storage.list() == files


def test_an_encrypted_thread_goes_on_where_the_plain_one_was_cut_over(
    lake: Lake, tmp_path: Path
) -> None:
    take_in(lake, write_zip(tmp_path / "a.zip", thread("e2ee_cutover/ann_1", TALK)))
    (identity,) = {row["thread"] for row in rows(lake)}
    later = [(1000 + n, "Ann", f"secret {n}") for n in range(5)]
    files = encrypted("Ann", later) | encrypted("Crew", [(0, "Bob", "hi")], participants=["Bob"])
    take_in(lake, write_zip(tmp_path / "e2ee.zip", files))
    found = rows(lake)
    assert {row["thread"] for row in found if row["text"].startswith(("line", "secret"))} == {
        identity
    }
    assert len({row["thread"] for row in found}) == 2


def test_only_message_files_are_kept_and_no_media(lake: Lake, tmp_path: Path) -> None:
    files = thread("inbox/ann_1", TALK, per_file=20) | {
        f"{ROOT}/inbox/ann_1/photos/1.jpg": b"canary-media",
        "personal_information/profile.json": b"canary-profile",
    }
    take_in(lake, write_zip(tmp_path / "a.zip", files))
    kept = lake.storage.list("members")
    assert len(kept) == 2
    assert not any(b"canary" in lake.storage.get(entry.path) for entry in kept)


def test_a_corrupt_file_is_set_aside_with_its_path_and_the_rest_goes_on(
    lake: Lake, tmp_path: Path
) -> None:
    files = thread("inbox/ann_1", [message(f"x {n}", n) for n in range(300)])
    files |= {f"{ROOT}/inbox/bad_2/message_1.json": b"{this is no json"}
    take_in(lake, write_zip(tmp_path / "a.zip", files))
    assert len(rows(lake)) == 300
    (letter,) = read_dead_letters(lake.storage, "me")["raw_messages"]
    assert letter.where == "inbox/bad_2/message_1.json" and "JSON" in letter.reason


def test_a_missing_part_is_refused_until_it_is_allowed(lake: Lake, tmp_path: Path) -> None:
    files = thread("inbox/ann_1", TALK, per_file=10)
    del files[f"{ROOT}/inbox/ann_1/message_2.json"]
    path = write_zip(tmp_path / "a.zip", files)
    with pytest.raises(BadArchive, match=r"ann_1/message_2\.json.*--allow-missing"):
        take_in(lake, path)
    assert list_archives(lake, "me") == []
    take_in(lake, path, allow_missing=True)
    assert len(rows(lake)) == 30


def test_the_user_is_named_by_the_parts_or_must_be_given(lake: Lake, tmp_path: Path) -> None:
    named = export(tmp_path / "facebook-jo.doe-11_12_2025-AbC.zip", ann_1=TALK)
    (found,) = open_exports([named], LIMITS)
    assert ingest(lake, found).user == "jo.doe"
    (unnamed,) = open_exports([export(tmp_path / "a.zip", ann_1=TALK)], LIMITS)
    with pytest.raises(SettingsError, match="--user"):
        ingest(lake, unnamed)


def test_an_erased_user_stays_out(lake: Lake, tmp_path: Path) -> None:
    suppress(lake.storage, "me")
    path = export(tmp_path / "a.zip", ann_1=TALK)
    with pytest.raises(ErasedUser):
        take_in(lake, path)
    take_in(lake, path, restore=True)
    assert len(rows(lake)) == 40


@pytest.mark.skipif(not DATA.exists(), reason="shared/data/facebook-messenger is not there")
def test_the_real_fixtures_are_taken_in(lake: Lake) -> None:
    for name in (
        "json_simple",
        "json_group",
        "json_multifile",
        "json_with_media_alt",
        "e2ee_simple",
    ):
        take_in(lake, DATA / name, allow_missing=True)
    found = rows(lake)
    assert {"café time?", "Hey crew", "Plans?"} <= {row["text"] for row in found}
    assert [row["text"] for row in found if row["unsent"]] == ["oops"]
    with pytest.raises(BadArchive, match="HTML"):
        take_in(lake, DATA / "html_simple")
