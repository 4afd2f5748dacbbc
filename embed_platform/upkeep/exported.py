"""What the kept members of a user's exports of messages hold, before anything was parsed into the lake."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.sources.messenger.archive import KeptExport
from embed_platform.sources.messenger.ids import message_ids
from embed_platform.sources.messenger.ingest import SOURCE
from embed_platform.sources.records import current, list_archives


@dataclass
class Exported:
    """What the kept members hold: records by a plain count, ids by the parser."""

    records: int = 0
    read: int = 0
    unreadable: int = 0
    damaged_files: int = 0
    ids: set[str] = field(default_factory=set)


def exported(lake: Lake, user: str) -> Exported:
    """Count the messages of a user's current exports.

    Raises:
        BadArchive: a kept member is gone.
    """
    found = Exported()
    for record in current(list_archives(lake, user, SOURCE)):
        set_aside: set[str] = set()
        for copy in KeptExport(lake, record).copies():
            ids = message_ids(user, record.threads[copy.name], copy.messages)
            found.ids.update(ids)
            found.read += len(ids)
            found.damaged_files += copy.damaged
            found.unreadable += len(copy.letters) - copy.damaged
            set_aside.update(letter.where for letter in copy.letters)
        for member in record.members:
            count = _records_in(lake.storage.get(layout.members(user, member.sha256)))
            found.records += count
            if member.path in set_aside:  # the whole file, whatever it seems to hold
                found.unreadable += count
    return found


def _records_in(data: bytes) -> int:
    """Messages in a file, counted without the parser; none in one that is no JSON."""
    try:
        try:
            value = json.loads(data, strict=False)
        except UnicodeDecodeError:
            value = json.loads(data.decode("latin-1"), strict=False)
        return len(value["messages"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return 0
