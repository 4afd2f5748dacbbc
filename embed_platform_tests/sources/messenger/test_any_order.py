"""However the same messages are cut into files, zips and exports, and in whatever order those come."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from embed_platform.errors import EmbedError
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.snapshots import read_snapshot
from embed_platform.settings import Settings
from embed_platform.sources.intake import Choices, handovers, take_in
from embed_platform.sources.messenger.publish import publish_raw_messages
from embed_platform.sources.messenger.text import repaired
from embed_platform_tests.sources.exports import write_folder, write_zip
from embed_platform_tests.sources.messenger.exports import (
    MINUTE,
    START_MS,
    encrypted,
    message,
    thread,
)

Talk = list[dict[str, Any]]
SENDERS = ("Ann", "Me", "Žofie")
few = settings(max_examples=40, deadline=None)


@st.composite
def talks(draw: st.DrawFn, least: int = 1, most: int = 25) -> Talk:
    """A conversation in time order, some of it said twice in one millisecond."""
    found, at = Talk(), 0
    for number in range(draw(st.integers(least, most))):
        if found and draw(st.integers(0, 5)) == 0:
            found.append(dict(found[-1]))
            continue
        at += draw(st.integers(0, 3))
        fields = {"photos": [{"uri": f"x/{number}.jpg"}]} if draw(st.integers(0, 4)) == 0 else {}
        sender = draw(st.sampled_from(SENDERS))
        found.append(message(f"line {number} 🐴", at, sender, **fields))
    return found


@st.composite
def windows(draw: st.DrawFn, *, whole: bool = False) -> tuple[Talk, list[Talk]]:
    """A conversation, and what exports limited to dates hold of it; each shares messages with one before.

    With `whole` they all reach back to the beginning, as exports do that are not limited.
    """
    talk = draw(talks())
    times = sorted({one["timestamp_ms"] for one in talk})
    places = st.integers(0, len(times) - 1)
    end = draw(places)
    spans = [(0, end)]
    for _ in range(draw(st.integers(1, 3))):
        start = 0 if whole else draw(st.integers(0, end))
        spans.append((start, max(start, draw(places))))
        end = max(end, spans[-1][1])
    pieces = [
        [one for one in talk if times[start] <= one["timestamp_ms"] <= times[end]]
        for start, end in spans
    ]
    return [one for one in talk if one["timestamp_ms"] <= times[end]], pieces


@contextmanager
def new_home() -> Iterator[tuple[Lake, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        home = Settings(home=Path(folder) / "home", _env_file=None)  # type: ignore[call-arg]
        yield open_lake(home), Path(folder)


def take(lake: Lake, *paths: Path) -> None:
    for given_over in handovers(lake, paths):
        for outcome in take_in(lake, given_over, Choices("me")):
            if isinstance(outcome, EmbedError):
                raise outcome


def rows(lake: Lake) -> list[dict[str, Any]]:
    publish_raw_messages(lake, "me")
    table = read_snapshot(lake.storage, layout.records("me", "messenger"))
    assert table is not None
    return [{k: v for k, v in row.items() if k != "archive"} for row in table.to_pylist()]


def ids(found: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["message_id"], row["text"]) for row in found}


def said(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What was said, in order and as often as it was, whatever it is called."""
    return [
        (row["timestamp_ms"], row["text"], row["sender_name"], tuple(row["attachments"]))
        for row in found
    ]


def export(path: Path, talk: Talk, folder: str = "inbox/ann_1", **options: Any) -> Path:
    return write_zip(path, thread(folder, talk, **options))


@few
@given(talks(), talks(), st.randoms(use_true_random=False))
def test_any_split_into_files_zips_and_folders_gives_the_same_rows(
    ann: Talk, crew: Talk, random: Any
) -> None:
    both = {"inbox/ann_1": ann, "archived_threads/crew_2": crew}
    with new_home() as (lake, folder):
        whole: dict[str, bytes] = {}
        for name, talk in both.items():
            whole |= thread(name, talk)
        take(lake, write_zip(folder / "whole.zip", whole))
        wanted = rows(lake)
    with new_home() as (lake, folder):
        parts: list[dict[str, bytes]] = [{}, {}, {}]
        for name, talk in both.items():
            for path, data in thread(name, talk, per_file=random.randint(1, 9)).items():
                for part in random.sample(parts, random.choice([1, 1, 2])):
                    part[path] = data
        paths = [
            write_zip(folder / f"{number}.zip", part)
            if random.random() < 0.7
            else write_folder(folder / str(number), part)
            for number, part in enumerate(parts)
            if part
        ]
        random.shuffle(paths)
        take(lake, *paths)
        assert rows(lake) == wanted


@few
@given(windows(), st.randoms(use_true_random=False))
def test_exports_that_overlap_in_time_unite_to_the_rows_of_one_in_any_order(
    exported: tuple[Talk, list[Talk]], random: Any
) -> None:
    whole, pieces = exported
    with new_home() as (lake, folder):
        take(lake, export(folder / "whole.zip", whole))
        wanted = rows(lake)
    order = list(enumerate(pieces))
    random.shuffle(order)
    with new_home() as (lake, folder):
        for number, piece in order:
            name = f"inbox/ann{random.randint(1, 3)}_{number}"
            take(lake, export(folder / f"{number}.zip", piece, name, per_file=random.randint(1, 9)))
        found = rows(lake)
    assert len({row["thread"] for row in found}) == 1
    assert len({row["message_id"] for row in found}) == len(found)
    assert said(found) == said(wanted)


@few
@given(windows(whole=True), windows(whole=True), st.randoms(use_true_random=False))
def test_exports_that_reach_back_to_the_beginning_give_the_same_ids_in_any_order(
    ann: tuple[Talk, list[Talk]], crew: tuple[Talk, list[Talk]], random: Any
) -> None:
    pieces = list(itertools.zip_longest(ann[1], crew[1], fillvalue=()))
    found = []
    for again in range(2):
        order = list(enumerate(pieces))
        random.shuffle(order)
        with new_home() as (lake, folder):
            for number, (one, other) in order:
                files: dict[str, bytes] = {}
                if one:
                    files |= thread(f"inbox/ann_{again}{number}", list(one))
                if other:
                    theirs = [o | {"content": o["content"] + " to the crew"} for o in other]
                    files |= thread(f"inbox/crew_{again}{number}", theirs)
                take(lake, write_zip(folder / f"{number}.zip", files))
            found.append(ids(rows(lake)))
    assert found[0] == found[1]


@few
@given(windows(), st.randoms(use_true_random=False))
def test_what_any_export_says_was_taken_back_is_taken_back(
    exported: tuple[Talk, list[Talk]], random: Any
) -> None:
    _, pieces = exported
    regretted = set()
    with new_home() as (lake, folder):
        for number, piece in enumerate(random.sample(pieces, len(pieces))):
            told = [dict(one) for one in piece]
            for one in random.sample(told, random.randint(0, len(told))):
                regretted.add((one["timestamp_ms"], one["content"]))
                one["is_unsent"] = True
            take(lake, export(folder / f"{number}.zip", told))
        unsent = {(row["timestamp_ms"], row["text"]) for row in rows(lake) if row["unsent"]}
    assert {(at, repaired(text)) for at, text in regretted} <= unsent


@few
@given(talks(), talks(), st.booleans(), st.booleans())
def test_an_encrypted_thread_is_joined_with_the_one_it_continues_whichever_comes_first(
    before: Talk, after: Talk, plain_first: bool, known: bool
) -> None:
    begun = max(one["timestamp_ms"] for one in before)
    secret = [
        (1 + (begun + one["timestamp_ms"] - 2 * START_MS) // MINUTE, "Ann", f"secret {n}")
        for n, one in enumerate(after)
    ]
    with new_home() as (lake, folder):
        if known:
            take(lake, export(folder / "old.zip", before[: len(before) // 2 + 1]))
        both = [
            export(folder / "plain.zip", before, "e2ee_cutover/ann_1"),
            write_zip(folder / "e2ee.zip", encrypted("Ann", secret)),
        ]
        for path in both if plain_first else both[::-1]:
            take(lake, path)
        found = rows(lake)
    assert len(found) == len(before) + len(after)
    assert len({row["thread"] for row in found}) == 1
