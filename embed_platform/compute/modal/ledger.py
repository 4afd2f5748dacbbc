"""Calls that are on their way: a file for each under the home, so that a killed run's work can be had again.

A file holds ids, hashes and times; no text, no address that opens anything, no secret.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from embed_platform.compute.ledger import process_mark
from embed_platform.settings import Settings


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One call.

    Attributes:
        call: the vendor's id of it.
        shard: what its answer must be called.
        space: slug of the space that it embeds in.
        hashes: text hashes, in the order of the texts.
        until: seconds since the epoch after which nobody waits for it any more.
        parcel: folder in the lake by which it travels; empty when it travels with the call.
        host: machine of the process that waits for it.
        pid: of that process.
        process: mark of that process, so that another with its number is not taken for it; empty
            when it waits no more.
    """

    call: str
    shard: str
    space: str
    hashes: tuple[str, ...]
    until: float
    parcel: str = ""
    host: str
    pid: int
    process: str


@dataclass(frozen=True)
class CallLedger:
    """The calls of a home."""

    folder: Path

    def note(self, entry: Entry) -> None:
        """Write a call down; returns when it is on the disk.

        Raises:
            OSError: it cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{entry.call}.draft"
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(entry))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path(entry.call))

    def leave(self, entry: Entry) -> None:
        """Its process waits for it no more: to the next run, of this process too, it is left over.

        Where that cannot be written it is left over once the process is gone.
        """
        with suppress(OSError):
            self.note(msgspec.structs.replace(entry, process=""))

    def drop(self, call: str) -> None:
        """Forget a call; one that is not known is forgotten already.

        A file that cannot be removed is harmless: the vendor forgets its call in the end.
        """
        with suppress(OSError):
            self._path(call).unlink()

    def entries(self) -> Iterator[Entry]:
        """Every call that is written down, the oldest first; a file that cannot be read is removed."""
        for path in sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime):
            try:
                yield msgspec.json.decode(path.read_bytes(), type=Entry)
            except msgspec.MsgspecError:
                path.unlink(missing_ok=True)

    def left_over(self, space: str) -> list[Entry]:
        """Calls in a space whose process is gone, or waits for them no more."""
        return [entry for entry in self.entries() if entry.space == space and not is_alive(entry)]

    def _path(self, call: str) -> Path:
        return self.folder / f"{call}.json"


def call_ledger(settings: Settings) -> CallLedger:
    """The ledger of a home."""
    return CallLedger(settings.home / "rentals" / "modal")


def new_entry(
    call: str, shard: str, space: str, hashes: tuple[str, ...], until: float, parcel: str
) -> Entry:
    """A call of this process."""
    return Entry(
        call=call,
        shard=shard,
        space=space,
        hashes=hashes,
        until=until,
        parcel=parcel,
        host=platform.node(),
        pid=os.getpid(),
        process=process_mark(os.getpid()),
    )


def is_alive(entry: Entry) -> bool:
    """Whether the process that waits for a call still does; one of another host is taken to."""
    if not entry.process:
        return False
    return entry.host != platform.node() or process_mark(entry.pid) == entry.process
