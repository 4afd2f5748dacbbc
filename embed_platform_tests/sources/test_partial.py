"""A file that arrives in pieces: whatever breaks off or changes, what is kept in the end is one version whole."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.errors import SourceUnavailable
from embed_platform.sources import partial
from embed_platform.sources.partial import Changed, Source, Version, fetch


@pytest.fixture(autouse=True, scope="module")
def hurry() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partial, "FIRST_PAUSE_SECONDS", 0.0)
        yield


class Server:
    """Has one content at a time; `script` says after how many bytes each answer breaks off, or is replaced."""

    def __init__(self, contents: list[bytes], script: list[tuple[int, bool]]) -> None:
        self.contents, self.script = contents, script
        self.sent = 0

    def look(self) -> Version:
        content = self.contents[0]
        return Version(len(content), hashlib.sha1(content, usedforsecurity=False).hexdigest())

    def read(self, version: Version, start: int) -> Iterator[bytes]:
        if version != self.look():
            raise Changed
        content = self.contents[0]
        until, replaced = self.script.pop(0) if self.script else (len(content), False)
        piece = content[start : start + until]
        self.sent += len(piece)
        if replaced and len(self.contents) > 1:
            self.contents.pop(0)
        yield piece
        if start + len(piece) < len(content):
            raise SourceUnavailable("it broke off")

    @property
    def source(self) -> Source:
        return Source("here", self.look, self.read)


contents = st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=2)
scripts = st.lists(st.tuples(st.integers(1, 30), st.booleans()), max_size=6)


@given(contents, scripts)
def test_what_is_kept_is_the_present_version_whole(
    given: list[bytes], script: list[tuple[int, bool]]
) -> None:
    server = Server(list(given), list(script))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "in" / "file"
        version = fetch(server.source, target)
        assert target.read_bytes() == server.contents[0]
        assert version.sha256 == hashlib.sha256(server.contents[0]).hexdigest()
        assert [path.name for path in target.parent.iterdir()] == ["file"]


def test_what_came_is_not_asked_for_again(tmp_path: Path) -> None:
    server = Server([b"x" * 100], [(30, False), (0, False), (30, False)])
    fetch(server.source, tmp_path / "file")
    assert server.sent == 100


def test_an_answer_that_never_brings_anything_ends(tmp_path: Path) -> None:
    server = Server([b"x" * 100], [(40, False)] + [(0, False)] * 99)
    with pytest.raises(SourceUnavailable, match="broke off"):
        fetch(server.source, tmp_path / "file")
    assert (tmp_path / "file").stat().st_size == 40
    server.script, server.sent = [], 0
    fetch(server.source, tmp_path / "file")
    assert server.sent == 60


def test_the_beginning_of_another_version_is_not_gone_on_with(tmp_path: Path) -> None:
    server = Server([b"x" * 100], [(40, False)] + [(0, False)] * 99)
    with pytest.raises(SourceUnavailable):
        fetch(server.source, tmp_path / "file")
    server.contents, server.script = [b"y" * 100], []
    fetch(server.source, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"y" * 100


@pytest.mark.parametrize("sums", [{"sha256": "0" * 64}, {"md5": "0" * 32}])
def test_a_wrong_sum_leaves_nothing(tmp_path: Path, sums: dict[str, str]) -> None:
    server = Server([b"x" * 100], [])
    plain = server.look
    source = Source(
        "here", lambda: Version(plain().size, plain().tag, **sums), lambda v, s: iter([b"x" * 100])
    )
    with pytest.raises(SourceUnavailable, match="checksum"):
        fetch(source, tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    assert fetch(Server([b""], []).source, tmp_path / "file").size == 0
    assert (tmp_path / "file").read_bytes() == b""
