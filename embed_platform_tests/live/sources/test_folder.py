"""A folder: its files come in bounded batches, in an order that survives changes in between."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embed_platform.errors import SourceUnavailable
from embed_platform.live.changes import Cursor, Everything, Failed, Upsert
from embed_platform.live.sources.folder import Folder

PART = st.text("ab.-0", min_size=1, max_size=3).filter(lambda name: name[0] != ".")


def poll_all(folder: Path, per_poll: int, *, restarted: bool = False) -> list[str]:
    """Names in the order in which they come; a restarted source has forgotten its walk."""
    cursor: Cursor = {}
    names = []
    source = Folder(folder, files_per_poll=per_poll)
    while True:
        if restarted:
            source = Folder(folder, files_per_poll=per_poll)
        changes, cursor = source.poll(cursor)
        ends = [change for change in changes if isinstance(change, Everything)]
        assert len(changes) - len(ends) <= per_poll and bool(ends) != bool(cursor["more"])
        names += [change.key for change in changes if not isinstance(change, Everything)]
        if ends:
            return names


@settings(max_examples=40)
@given(st.sets(st.lists(PART, min_size=1, max_size=3).map(tuple), max_size=12), st.integers(1, 4))
def test_every_file_comes_once_however_they_are_batched(paths: set, per_poll: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        wanted = set()
        for parts in paths:
            path = root.joinpath(*(f"{part}d" for part in parts[:-1]), f"{parts[-1]}.txt")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
            wanted.add(path.relative_to(root).as_posix())
        for restarted in (False, True):
            names = poll_all(root, per_poll, restarted=restarted)
            assert len(names) == len(set(names)) and set(names) == wanted


def test_what_is_no_text_too_large_or_hidden_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Grüße".encode("latin-1"))
    (tmp_path / "b.html").write_text("<p>one</p><script>two</script>")
    (tmp_path / "c.txt").write_text("x" * 100)
    (tmp_path / "d.png").write_bytes(b"png")
    (tmp_path / ".hidden.txt").write_text("hidden")
    (tmp_path / "e.txt").write_text(" \n")
    outside = tmp_path.parent / "outside.txt"
    outside.write_text("secret")
    (tmp_path / "f.txt").symlink_to(outside)
    changes, _ = Folder(tmp_path, max_bytes=50).poll({})
    assert {c.key: c.item.text for c in changes if isinstance(c, Upsert)} == {
        "a.txt": "Grüße",
        "b.html": "one",
    }
    assert {c.key for c in changes if isinstance(c, Failed)} == {"c.txt", "e.txt"}


def test_a_folder_that_is_not_there_is_not_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="no such folder"):
        Folder(tmp_path / "unmounted").poll({})
