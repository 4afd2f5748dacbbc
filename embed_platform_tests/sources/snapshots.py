"""What the lake holds, as plain values."""

from __future__ import annotations

from typing import Any

from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import read_snapshot


def rows_of(lake: Lake, user: str) -> list[dict[str, Any]]:
    table = read_snapshot(lake.storage, layout.records(user, "twitter"))
    assert table is not None
    return list(table.to_pylist())


def texts_of(lake: Lake, user: str) -> dict[int, str]:
    return {row["tweet_id"] % 10**6: row["full_text"] for row in rows_of(lake, user)}


def files_of(lake: Lake) -> dict[str, bytes]:
    return {entry.path: lake.storage.get(entry.path) for entry in lake.storage.list()}
