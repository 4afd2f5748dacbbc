"""Make Messenger exports like the guide's from a word list: long-tailed threads, pauses, several languages.

Run: `python -m benchmarks.generate_messages FOLDER [messages]`
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import numpy as np
import orjson

from benchmarks.generate import WORDS

MESSAGES = 520_314
THREADS = 700
PARTS = 5
PER_FILE = 10_000
FIRST_MS = 1_262_304_000_000  # 2010-01-01
LANGUAGES = (
    ["hello", "how", "are", "you", "see", "later", "thanks"],
    ["žluťoučký", "kůň", "pěl", "ďábelské", "ódy", "díky", "ahoj"],
    ["dziękuję", "cześć", "świetnie", "jutro", "może", "zażółć", "gęślą", "jaźń"],
    ["grüße", "schön", "später", "vielleicht", "straße"],
    ["😂", "👍", "❤️", "🙏", ":D", "haha", "ok"],
)
ROOT = "your_activity_across_facebook/messages/inbox"


def write_export(folder: Path, messages: int = MESSAGES, seed: int = 0) -> list[Path]:
    """Write the zips of one export; the same seed gives the same messages."""
    random = np.random.default_rng(seed)
    sizes = _thread_sizes(random, messages)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"facebook-me-11_12_2025-part{number}.zip" for number in range(PARTS)]
    archives = [zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) for path in paths]
    try:
        for number, size in enumerate(sizes):
            people = [f"Person {number}", "Me"] + [f"Guest {n}" for n in range(number % 5)]
            found = _thread(random, size, people)
            for file, start in enumerate(range(0, size, PER_FILE), 1):
                content = {
                    "participants": [{"name": name} for name in people],
                    "messages": found[start : start + PER_FILE],
                    "title": people[0],
                    "thread_path": f"inbox/thread_{number}",
                }
                name = f"{ROOT}/thread_{number}/message_{file}.json"
                archives[(number + file) % PARTS].writestr(name, _escaped(content))
    finally:
        for archive in archives:
            archive.close()
    return paths


def _thread_sizes(random: np.random.Generator, messages: int) -> list[int]:
    """How many messages each thread has: a few hold most."""
    weights = random.pareto(1.1, min(THREADS, messages)) + 0.01
    sizes = np.maximum(1, np.floor(weights / weights.sum() * messages)).astype(int)
    sizes[np.argmax(sizes)] += messages - sizes.sum()
    return [int(size) for size in sizes]


def _thread(random: np.random.Generator, size: int, people: list[str]) -> list[dict[str, object]]:
    """Messages of a thread, newest first: bursts of one sender, pauses of hours between talks."""
    pauses = np.where(
        random.random(size) < 0.03,
        random.exponential(6 * 3_600_000, size) + 7_200_000,
        random.exponential(45_000, size) + 500,
    ).astype(np.int64)
    times = FIRST_MS + np.cumsum(pauses)
    senders = np.cumsum(random.random(size) < 0.55) % len(people)
    lengths = np.clip(random.lognormal(1.6, 0.8, size), 1, 80).astype(int)
    words = random.integers(0, len(WORDS), int(lengths.sum()))
    kinds = random.random(size)
    found: list[dict[str, object]] = []
    at = 0
    for i in range(size):
        text = " ".join([WORDS[n] for n in words[at : at + lengths[i]]])
        at += lengths[i]
        if kinds[i] < 0.3:
            own = LANGUAGES[int(kinds[i] * 1000) % len(LANGUAGES)]
            text += " " + own[i % len(own)]
        one: dict[str, object] = {
            "sender_name": people[senders[i]],
            "timestamp_ms": int(times[i]),
            "content": text,
        }
        if kinds[i] > 0.97:
            one["photos"] = [{"uri": f"{ROOT}/photos/{i}.jpg", "creation_timestamp": 1}]
            one["content"] = "You sent a photo."
        elif kinds[i] > 0.94:
            del one["content"]
            one["sticker"] = {"uri": "messages/stickers_used/1.png"}
        elif kinds[i] > 0.85:
            one["reactions"] = [{"reaction": "❤", "actor": people[0]}]
        found.append(one)
    return found[::-1]


def _escaped(content: object) -> bytes:
    """JSON as the export writes it: UTF-8's bytes as characters, each beyond ASCII escaped."""
    broken = orjson.dumps(content).decode("latin-1")
    return "".join(c if c < "\x80" else f"\\u{ord(c):04x}" for c in broken).encode()


if __name__ == "__main__":
    for written in write_export(Path(sys.argv[1]), *map(int, sys.argv[2:3])):
        print(written)
