"""Who is being worked on at this moment: a mark in the home that any process can read, and that goes with its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from embed_platform.settings import Settings


class Mark(msgspec.Struct, frozen=True):
    """What is done, and to whom."""

    work: str
    users: list[str]


@contextmanager
def working_on(settings: Settings, users: Iterable[str], work: str) -> Iterator[None]:
    """Let other processes of this machine see that some users are being worked on.

    Unlike a user's write lock it excludes nobody: it is held over a whole step, not only while
    something is written, and only whoever wants to remove a user asks for it.

    Args:
        settings: of the home.
        users: partition keys; of nobody there is no mark.
        work: a few words for people.
    """
    named = sorted(set(users))
    if not named:
        yield
        return
    mark = _folder(settings) / f"work-{secrets.token_hex(8)}.json"
    # locked before it is there: a mark that nobody holds is one of a process that was killed
    with FileLock(_lock_of(mark)):
        mark.write_bytes(msgspec.json.encode(Mark(work, named)))
        try:
            yield
        finally:
            _remove(mark)


def under_way(settings: Settings, user: str) -> list[str]:
    """What is being done to a user on this machine, as a few words each; marks of killed processes are removed."""
    found = []
    for path in sorted(_folder(settings).glob("work-*.json")):
        try:
            mark = msgspec.json.decode(path.read_bytes(), type=Mark)
        except (FileNotFoundError, msgspec.DecodeError):  # it ended, or was just begun
            continue
        if user not in mark.users:
            continue
        try:
            with FileLock(_lock_of(path), timeout=0):
                _remove(path)
        except Timeout:
            found.append(mark.work)
    return found


def _folder(settings: Settings) -> Path:
    folder = settings.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _lock_of(mark: Path) -> Path:
    return mark.with_suffix(".lock")


def _remove(mark: Path) -> None:
    mark.unlink(missing_ok=True)
    _lock_of(mark).unlink(missing_ok=True)
