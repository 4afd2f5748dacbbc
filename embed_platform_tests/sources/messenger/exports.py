"""Small made-up Messenger exports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

ROOT = "your_activity_across_facebook/messages"
START_MS = 1_600_000_000_000
MINUTE = 60_000


def broken(text: str) -> str:
    """What the export makes of a text."""
    return text.encode().decode("latin-1")


def message(
    text: str | None = None, at: int = 0, sender: str = "Ann", **fields: Any
) -> dict[str, Any]:
    """A message `at` minutes after the start."""
    made = {"sender_name": broken(sender), "timestamp_ms": START_MS + at * MINUTE}
    return made | ({} if text is None else {"content": broken(text)}) | fields


def thread(
    folder: str,
    messages: Sequence[dict[str, Any]],
    *,
    root: str = ROOT,
    per_file: int = 10_000,
    participants: Sequence[str] = ("Ann", "Me"),
    title: str = "Ann",
) -> dict[str, bytes]:
    """A thread's message files by path: newest first, message_1 the newest, as the export has them."""
    newest = sorted(messages, key=lambda one: -one["timestamp_ms"])
    pieces = [newest[i : i + per_file] for i in range(0, len(newest), per_file)] or [[]]
    return {
        f"{root}/{folder}/message_{number}.json": json.dumps(
            {
                "participants": [{"name": broken(name)} for name in participants],
                "messages": piece,
                "title": broken(title),
                "thread_path": folder,
            }
        ).encode()
        for number, piece in enumerate(pieces, 1)
    }


def encrypted(
    name: str,
    messages: Sequence[tuple[int, str, str]],
    *,
    participants: Sequence[str] = ("Ann", "Me"),
) -> dict[str, bytes]:
    """A thread of the encrypted export: (minute, sender, text)."""
    made = [
        {"senderName": sender, "text": text, "timestamp": START_MS + at * MINUTE, "type": "text",
         "isUnsent": False, "media": [], "reactions": []}
        for at, sender, text in messages
    ]  # fmt: skip
    file = {"participants": list(participants), "threadName": name, "messages": made}
    return {f"{name}_1.json": json.dumps(file, ensure_ascii=False).encode()}
