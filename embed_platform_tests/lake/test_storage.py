"""The file interface over a folder, and what it says when it cannot work."""

from __future__ import annotations

from pathlib import Path

import pytest

from embed_platform.errors import LakeUnavailable, SettingsError
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.storage import FileEntry, open_storage
from embed_platform.settings import load_settings


def test_a_file_comes_back_as_it_was_written(lake: Lake, tmp_path: Path) -> None:
    lake.storage.put("a/b", b"one")
    assert lake.storage.get("a/b") == b"one"
    lake.storage.put("a/b", b"two")
    assert lake.storage.get("a/b") == b"two"
    (tmp_path / "file").write_bytes(b"x" * 3_000_000)
    lake.storage.put("a/c", tmp_path / "file")
    chunks = list(lake.storage.stream("a/c", 1_000_000))
    assert b"".join(chunks) == b"x" * 3_000_000
    assert lake.storage.list("a") == [FileEntry("a/b", 3), FileEntry("a/c", 3_000_000)]


def test_a_missing_file_is_told_from_a_broken_lake(lake: Lake) -> None:
    with pytest.raises(FileNotFoundError, match="a/b"):
        lake.storage.get("a/b")
    assert not lake.storage.exists("a/b")
    assert lake.storage.list("a") == []
    assert lake.storage.delete(["a/b"]) == 1


def test_folders_are_named_without_their_path(lake: Lake) -> None:
    for path in ("d/user=a/x", "d/user=b/y/z", "d/file"):
        lake.storage.put(path, b"")
    assert lake.storage.folders("d") == ["user=a", "user=b"]
    assert lake.storage.folders("nothing") == []


def test_a_prefix_is_a_folder_and_no_beginning_of_a_name(lake: Lake) -> None:
    for user in ("ann", "anna"):
        lake.storage.put(f"d/user={user}/x", b"")
    assert [entry.path for entry in lake.storage.list("d/user=ann")] == ["d/user=ann/x"]
    assert lake.storage.delete_prefix("d/user=ann") == 1
    assert [entry.path for entry in lake.storage.list()] == ["d/user=anna/x"]


def test_deleting_a_folder_leaves_no_empty_one(lake: Lake) -> None:
    lake.storage.put("d/user=ann/kind=tweet/x", b"")
    lake.storage.delete_prefix("d/user=ann")
    assert lake.storage.folder is not None
    assert not (lake.storage.folder / "d" / "user=ann").exists()


def test_empty_folders_of_a_name_can_be_pruned(lake: Lake) -> None:
    for path in ("a/user=ann/x/y", "b/user=ann/z"):
        lake.storage.put(path, b"")
    lake.storage.delete(["a/user=ann/x/y"])
    lake.storage.prune_folders("user=ann")
    assert lake.storage.folder is not None
    assert [p.parent.name for p in lake.storage.folder.rglob("user=ann")] == ["b"]


@pytest.mark.parametrize("url", ["http://example.invalid/x", "s3://", "gs://bucket/x"])
def test_an_address_of_another_kind_is_refused(
    clean_environment: None, tmp_path: Path, url: str
) -> None:
    with pytest.raises(SettingsError, match=url):
        open_lake(load_settings(home=tmp_path, lake_url=url))


def test_an_s3_address_without_keys_is_refused(clean_environment: None, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="AWS_ACCESS_KEY_ID"):
        open_storage("s3://bucket/prefix", load_settings(home=tmp_path))


def test_a_server_that_does_not_answer_is_worth_another_try_and_shows_no_key(
    clean_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("embed_platform.lake.storage.FIRST_PAUSE_SECONDS", 0)
    settings = load_settings(
        home=tmp_path, s3_endpoint="http://127.0.0.1:1", s3_key="canary-key", s3_secret="canary-s"
    )
    storage = open_storage("s3://bucket/prefix", settings)
    with pytest.raises(LakeUnavailable) as caught:
        storage.get("x")
    message = str(caught.value)
    assert "s3://bucket/prefix/x" in message and "AWS_ENDPOINT_URL" in message
    assert "canary" not in message and "\n" not in message


def test_a_home_that_is_a_file_is_refused(clean_environment: None, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(SettingsError, match="EMBED_HOME"):
        open_lake(load_settings(home=tmp_path / "home"))
