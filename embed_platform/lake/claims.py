"""Who is at work on which users: of two that would embed the same user in one space, the second waits."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.locks import Held, named_lock
from embed_platform.lake.storage import FileEntry

_log = logging.getLogger(__name__)


@contextmanager
def claim(lake: Lake, slug: str, users: Collection[str]) -> Iterator[None]:
    """Hold users in a space against every other process and thread that claims any of them.

    All are claimed at once or none, so that two claims never wait for each other; users that
    nobody else claims cost no waiting. A claim is a file that counts as long as its holder has
    its lock, which goes with the process. `lake.writing` may be taken inside, never outside.

    Args:
        lake: whose users.
        slug: of the space.
        users: to hold until the block ends.
    """
    path = layout.claims(slug, secrets.token_hex(8))
    with _holding(lake, path):
        while (rival := _claimed_by(lake, slug, path, users)) is not None:
            _log.warning("another process embeds users of this run in %s: waiting for it", slug)
            with _holding(lake, rival):
                pass
        try:
            yield
        finally:
            lake.storage.delete([path])


def _claimed_by(lake: Lake, slug: str, path: str, users: Collection[str]) -> str | None:
    """Write the claim, unless another one holds one of these users: then its path."""
    with named_lock(lake.settings, f"claims-{slug}"):
        for entry in lake.storage.list(layout.claims(slug)):
            if _has_ended(lake, entry):
                lake.storage.delete([entry.path])
            elif _overlap(lake, entry, users):
                return entry.path
        lake.storage.put(path, msgspec.json.encode(sorted(_marks(path, users))))
    return None


def _has_ended(lake: Lake, entry: FileEntry) -> bool:
    try:
        with _holding(lake, entry.path, 0):
            return True
    except Held:
        return False


def _overlap(lake: Lake, entry: FileEntry, users: Collection[str]) -> bool:
    try:
        held = msgspec.json.decode(lake.storage.get(entry.path), type=set[str])
    except FileNotFoundError:
        return False  # it has ended just now
    return not held.isdisjoint(_marks(entry.path, users))


def _marks(path: str, users: Collection[str]) -> set[str]:
    """What a claim says of its users; no name, for the file of a killed process outlives a forgotten user."""
    return {hashlib.blake2b(f"{path}:{user}".encode(), digest_size=8).hexdigest() for user in users}


@contextmanager
def _holding(lake: Lake, path: str, timeout_seconds: float | None = None) -> Iterator[None]:
    """Hold a claim's lock, whose file goes with it: no other claim has the name."""
    name = f"claim-{Path(path).stem}"
    with named_lock(lake.settings, name, timeout_seconds):
        yield
    (lake.settings.home / "locks" / f"{name}.lock").unlink(missing_ok=True)
