"""Clean messages as documents: exact chunks, stable ids, settings, and numbers that are right beforehand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from unicodedata import category
from zlib import crc32

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embed_platform.corpus.build import build_documents
from embed_platform.corpus.chunk_stats import chunk_stats
from embed_platform.corpus.chunking import shown_name
from embed_platform.corpus.clean import MESSAGES, clean
from embed_platform.corpus.documents import document_kinds, read_documents
from embed_platform.corpus.kinds import KINDS, MESSAGE, MESSAGE_CHUNK
from embed_platform.corpus.messages import MESSAGE_ROWS, build_message_chunks, conversations
from embed_platform.embedding.embed import embed_users
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import BadArchive, EmbedError
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.snapshots import read_snapshot, write_snapshot
from embed_platform.settings import load_settings
from embed_platform.sources.messenger.export import open_exports
from embed_platform.sources.messenger.ingest import ingest
from embed_platform.sources.zips import Limits
from embed_platform.stores.base import StoreTable
from embed_platform.stores.publication import S3Store
from embed_platform.stores.sync import Loaded, sync_space
from embed_platform_tests.corpus.test_clean_messages import Case, many, put_raw, raw_rows
from embed_platform_tests.embedding.engines import HashEngine
from embed_platform_tests.road import SAMPLE

MESSENGER = SAMPLE.with_name("messenger")
SPACE = EmbeddingSpace("test/hash", "1", 8)
START = datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)
START_MS = 1_600_000_000_000
HOUR = 60.0
PEOPLE = ["Ann", "Bob", "Cyd"]
BLANK = {"Zs", "Zl", "Zp", "Cc", "Cf"}
LINE = re.compile(r"\[([^\[\]\n]+)\]: (.*\S.*)")

Said = tuple[float, str, str | Case]
PHOTO = Case("Bob sent a photo.", system=True)
TALK: list[Said] = [
    (0, "Ann", "hello\nthere"),
    (0.5, "Ann", "are you up"),
    (3, "Bob", "👍"),
    (4, "Bob", PHOTO),
    (5, "Ann", Case("never mind", unsent=True)),
    (6, "Ann", "\u200b"),
    (3 * HOUR, "Bob", "the next part"),
]


def talk(said: Sequence[Said], thread: str = "t1", user: str = "ann") -> list[dict[str, Any]]:
    """A thread of raw messages: (minute, sender, text); ids follow from minute and sender."""
    rows = raw_rows(*(text for _, _, text in said), user=user, thread=thread)
    for row, (minute, sender, _) in zip(rows, said, strict=True):
        at = START_MS + round(minute * 60_000)
        row |= {
            "message_id": f"{thread}-{at - START_MS}-{sender}",
            "timestamp_ms": at,
            "sender_id": crc32(sender.encode()),
            "sender_name": sender,
        }
    return rows


def why_not(row: dict[str, Any]) -> str | None:
    """Why a message is left out, where no dbt decides it."""
    blank = all(category(char) in BLANK for char in row["text"])
    return "unsent" if row["unsent"] else "empty" if blank else "system" if row["system"] else None


def put_clean(lake: Lake, rows: list[dict[str, Any]] | pa.Table, user: str = "ann") -> None:
    """Make raw messages the user's clean ones, as dbt would."""
    raw = rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows, MESSAGES.schema)
    marks = raw.select(["text", "system", "unsent"]).to_pylist()
    why = pa.array([why_not(row) for row in marks], pa.string())
    table = raw.append_column("excluded", why).append_column("excluded_alone", why)
    write_snapshot(lake.storage, layout.corpus("messages", user), table)


def build(lake: Lake, user: str = "ann") -> dict[str, int]:
    """Chunks and documents of clean messages; rows by kind."""
    build_message_chunks(lake, user)
    return build_documents(lake, user).rows


def with_settings(lake: Lake, **changes: object) -> Lake:
    """The same lake under other settings."""
    return open_lake(load_settings(home=lake.settings.home, **changes))


def documents(lake: Lake, kind: str = "message_chunk", user: str = "ann") -> list[dict[str, Any]]:
    """A user's documents in the order of time, their metadata as values."""
    rows = read_documents(lake, user, kind).to_pylist()
    for row in rows:
        row["metadata"] = json.loads(row["metadata"])
        assert list(row["metadata"]) == sorted(KINDS[kind].fields)
    return sorted(rows, key=lambda row: (row["created_at"], row["id"]))


def texts(lake: Lake) -> list[str]:
    return [row["text"] for row in documents(lake)]


def test_a_conversation_becomes_chunks_with_all_that_is_known_of_them(lake: Lake) -> None:
    put_raw(lake, "ann", talk(TALK))
    clean(lake, MESSAGES, ["ann"])
    assert build(lake) == {"message_chunk": 2}
    first, second = documents(lake)
    assert first["text"] == "[Ann]: hello\n[Ann]: there\n[Ann]: are you up\n[Bob]: 👍"
    assert first["metadata"] == {
        "thread_id": 7,
        "thread_name": "Bob",
        "session_idx": 0,
        "chunk_idx": 0,
        "participant_ids": [crc32(b"Ann"), crc32(b"Bob")],
        "participant_names": ["Ann", "Bob"],
        "message_ids": ["t1-0-Ann", "t1-30000-Ann", "t1-180000-Bob"],
        "start_timestamp_ms": START_MS,
        "end_timestamp_ms": START_MS + 180_000,
        "message_count": 3,
    }
    assert (first["user"], first["kind"], first["archive"]) == ("ann", "message_chunk", "a")
    assert first["created_at"] == START
    assert second["text"] == "[Bob]: the next part"
    assert (second["metadata"]["session_idx"], second["metadata"]["chunk_idx"]) == (1, 0)
    assert second["metadata"]["participant_names"] == ["Bob"]


def test_an_id_is_the_same_in_every_version_of_the_product(lake: Lake) -> None:
    put_clean(lake, talk(TALK))
    build(lake)
    assert [row["id"] for row in documents(lake)] == [
        "09e94be3b9e24fb25e817962e88da07b",
        "3b837573a2087e118541a0578d88794a",
    ]


def test_lines_of_the_system_are_in_chunks_on_request(lake: Lake) -> None:
    asked = with_settings(lake, chunk_drop_system=False)
    put_raw(asked, "ann", talk(TALK[:4]))
    clean(asked, MESSAGES, ["ann"])
    build(asked)
    assert texts(asked) == [
        "[Ann]: hello\n[Ann]: there\n[Ann]: are you up\n[Bob]: 👍\n[Bob]: Bob sent a photo."
    ]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, ["[Ann]: one\n[Ann]: two\n[Bob]: three\n[Bob]: four"]),
        ({"session_seconds": 90}, ["[Ann]: one\n[Ann]: two", "[Bob]: three\n[Bob]: four"]),
        ({"window_messages": 1}, ["[Ann]: one\n[Ann]: two", "[Bob]: three\n[Bob]: four"]),
        (
            {"window_messages": 1, "coalesce_seconds": 59},
            ["[Ann]: one", "[Ann]: two", "[Bob]: three", "[Bob]: four"],
        ),
        (
            {"window_messages": 1, "coalesce_chars": 7},
            ["[Ann]: one\n[Ann]: two", "[Bob]: three", "[Bob]: four"],
        ),
    ],
)
def test_the_numbers_of_the_rules_are_settings(
    lake: Lake, changes: dict[str, object], wanted: list[str]
) -> None:
    put_clean(
        lake, talk([(0, "Ann", "one"), (1, "Ann", "two"), (3, "Bob", "three"), (4, "Bob", "four")])
    )
    asked = with_settings(lake, **{f"chunk_{name}": value for name, value in changes.items()})
    build(asked)
    assert texts(asked) == wanted


def test_a_chunk_is_as_long_as_the_settings_allow(lake: Lake) -> None:
    put_clean(lake, talk([(3 * n, "Ann", f"line number {n}") for n in range(9)]))
    for longest, wanted in ((62, 4), (61, 5), (6000, 1)):
        build(with_settings(lake, chunk_max_chars=longest, chunk_overlap_messages=1))
        assert len(texts(lake)) == wanted and max(map(len, texts(lake))) <= longest


def test_windows_overlap_by_as_many_messages_as_the_settings_say(lake: Lake) -> None:
    put_clean(lake, talk([(3 * n, PEOPLE[n % 2], f"line {n}") for n in range(12)]))
    for overlap, starts in ((0, [0, 6]), (1, [0, 5, 10]), (2, [0, 4, 8])):
        build(with_settings(lake, chunk_window_messages=6, chunk_overlap_messages=overlap))
        found = documents(lake)
        assert [int(row["text"].split("\n")[0].split()[-1]) for row in found] == starts
        assert [row["metadata"]["chunk_idx"] for row in found] == list(range(len(starts)))


SESSIONS: list[Said] = [
    (at + 3 * place, sender, f"{sender} after {at} minutes")
    for at in (0, 10 * HOUR, 20 * HOUR, 30 * HOUR)
    for place, sender in enumerate(PEOPLE)
]


@pytest.mark.parametrize(
    ("minute", "gone", "shifted"),
    [(10 * HOUR + 4, 1, 0), (15 * HOUR, 0, 2)],
    ids=["within a session", "between two sessions"],
)
def test_a_message_that_comes_late_embeds_its_session_alone_and_rewrites_shifted_rows(
    lake: Lake, minute: float, gone: int, shifted: int
) -> None:
    before, _, embedded = road(lake, SESSIONS)
    assert (len(before), embedded) == (4, 4)
    late = [*SESSIONS, (minute, "Bob", "late")]
    after, loaded, embedded = road(lake, late)
    (fresh,) = after.keys() - before.keys()
    assert "[Bob]: late" in after[fresh]["text"]
    assert len(before.keys() - after.keys()) == gone
    kept = after.keys() & before.keys()
    assert all(after[key]["text_hash"] == before[key]["text_hash"] for key in kept)
    moved = [key for key in kept if after[key]["row_hash"] != before[key]["row_hash"]]
    assert (len(moved), embedded) == (shifted, 1)
    assert (loaded.written, loaded.deleted) == (1 + shifted, gone)
    _, loaded, embedded = road(lake, late)
    assert (embedded, loaded.written, loaded.deleted) == (0, 0, 0)


def road(lake: Lake, said: Sequence[Said]) -> tuple[dict[str, dict[str, Any]], Loaded, int]:
    """Messages on the way into a store: documents by id, what was loaded, and how many were embedded."""
    put_clean(lake, talk(sorted(said, key=lambda one: one[0])))
    build(lake)
    done = embed_users(lake, SPACE, ["ann"], [MESSAGE_CHUNK.name], HashEngine)["ann"]
    loaded = sync_space(lake, S3Store(lake), [StoreTable(SPACE, MESSAGE_CHUNK)], ["ann"])["ann"]
    assert isinstance(loaded, Loaded) and not isinstance(done, EmbedError)
    return {row["id"]: row for row in documents(lake)}, loaded, done.embedded


def test_messages_become_documents_of_their_own_on_request_and_go_with_the_setting(
    lake: Lake,
) -> None:
    asked = with_settings(lake, message_documents=True)
    put_raw(asked, "ann", talk([*TALK, (4 * HOUR, "Cyd", "ok"), (4 * HOUR, "Ann", "www.a.test")]))
    clean(asked, MESSAGES, ["ann"])
    assert build(asked) == {"message_chunk": 2, "message": 3}
    found = documents(asked, MESSAGE.name)
    assert [row["text"] for row in found] == ["hello\nthere", "are you up", "the next part"]
    second = found[1]
    assert (second["id"], second["archive"]) == ("t1-30000-Ann", "a")
    assert second["created_at"] == START.replace(minute=27, second=10)
    assert second["metadata"] == {
        "thread_id": 7,
        "sender_id": crc32(b"Ann"),
        "sender_name": "Ann",
        "thread_name": "Bob",
        "timestamp_ms": START_MS + 30_000,
    }
    assert build(lake) == {"message_chunk": 2}
    assert document_kinds(lake, "ann") == ["message_chunk"]


def test_the_id_of_a_chunk_is_that_of_its_document(lake: Lake) -> None:
    put_clean(lake, talk(TALK))
    put_clean(lake, talk(TALK, user="bob", thread="t2"), "bob")
    for user in ("ann", "bob"):
        build(lake, user)
        chunks = read_snapshot(lake.storage, layout.corpus("message_chunks", user), ["id"])
        assert chunks is not None
        assert {row["id"] for row in documents(lake, user=user)} == set(chunks["id"].to_pylist())
    assert not {r["id"] for r in documents(lake)} & {r["id"] for r in documents(lake, user="bob")}


def test_a_rebuild_writes_nothing_and_another_lake_gets_the_same(lake: Lake) -> None:
    asked = with_settings(lake, message_documents=True)
    other = open_lake(load_settings(home=lake.settings.home / "other", message_documents=True))
    for each in (asked, other):
        put_clean(each, [*talk(TALK), *talk(SESSIONS, thread="t2")])
        build(each)
    before = asked.storage.list()
    build(asked)
    assert asked.storage.list() == before
    for kind in ("message_chunk", "message"):
        assert documents(asked, kind) == documents(other, kind) != []


def test_threads_stay_apart_and_one_without_a_word_is_none(lake: Lake) -> None:
    silent = talk([(0, "Ann", ""), (1, "Bob", "\u200b")], thread="t2")
    put_clean(lake, talk(TALK) + silent + talk([(0, "Cyd", "elsewhere")], thread="t3"))
    assert build(lake) == {"message_chunk": 3}
    assert texts(lake).count("[Cyd]: elsewhere") == 1


def test_whose_messages_are_gone_has_neither_chunks_nor_documents(lake: Lake) -> None:
    asked = with_settings(lake, message_documents=True)
    put_raw(asked, "ann", talk(TALK))
    clean(asked, MESSAGES, ["ann"])
    assert build(asked)
    asked.storage.delete_prefix(layout.records("ann", MESSAGES.source))
    clean(asked, MESSAGES, ["ann"])
    assert build(asked) == {}
    assert asked.storage.list() == []


def test_a_thread_longer_than_what_is_read_at_once_is_one_thread(lake: Lake) -> None:
    size = MESSAGE_ROWS + 10_000
    put_clean(lake, many("ann", 2 * size, size))
    first, second = conversations(lake, "ann")
    assert [len(thread.messages) for thread in (first, second)] == [size, size]
    times = [message.timestamp_ms for thread in (first, second) for message in thread.messages]
    assert times == list(range(2 * size))


def test_a_long_message_is_the_chunk_of_several_documents(lake: Lake) -> None:
    long = " ".join(f"This is sentence number {n}." for n in range(100))
    put_clean(lake, talk([(0, "Ann", "before"), (3, "Ann", long), (6, "Ann", "after")]))
    build(with_settings(lake, chunk_max_chars=500))
    found = documents(lake)
    assert len({row["id"] for row in found}) == len(found) > 5
    holding = [row for row in found if row["metadata"]["message_ids"] == ["t1-180000-Ann"]]
    in_order = sorted(holding, key=lambda row: row["metadata"]["chunk_idx"])
    assert " ".join(row["text"].removeprefix("[Ann]: ") for row in in_order) == long


def parsed(text: str) -> Iterator[tuple[str, str]]:
    """Sender and words of each line of a chunk."""
    for line in text.split("\n"):
        found = LINE.fullmatch(line)
        assert found is not None, ascii(line)
        yield found[1], found[2]


NAMES = ["Ann", "", "a\nb", "[Bob]: hi", "]", "\u202eevil\u202c", "שרה", "x" * 300, "Žofie 🌸"]


def test_no_name_and_no_text_can_pretend_to_be_somebody_elses_line(lake: Lake) -> None:
    claim = "I am here\n[Ann]: no\u2028[Bob]: yes"
    put_clean(lake, talk([(n, name, claim) for n, name in enumerate(NAMES)]))
    build(lake)
    (found,) = documents(lake)
    lines = list(parsed(found["text"]))
    assert [sender for sender, _ in lines] == [shown_name(n) for n in NAMES for _ in range(3)]
    assert [words for _, words in lines] == ["I am here", "[Ann]: no", "[Bob]: yes"] * len(NAMES)
    assert found["metadata"]["participant_names"] == NAMES, "beside the text they are as they were"


words = st.one_of(
    st.text("ab. \n[]:", min_size=1, max_size=90),
    st.text(min_size=1, max_size=12),
    st.sampled_from(["ok", "👍", "https://a.test", "e\u0301" * 70, "", " \n", "\u200b"]),
)


@st.composite
def threads(draw: st.DrawFn, name: str = "t1") -> list[dict[str, Any]]:
    """A thread with pauses of every kind, and messages that are left out."""
    minutes, said = 0.0, list[Said]()
    for pause in draw(st.lists(st.sampled_from([0.01, 1, 2.5, 130]), max_size=20)):
        minutes += pause
        mark = draw(st.sampled_from(["", "", "", "", "system", "unsent"]))
        case = Case(draw(words), system=mark == "system", unsent=mark == "unsent")
        said.append((minutes, draw(st.sampled_from(PEOPLE) | st.text(max_size=12)), case))
    return talk(said, thread=name)


SMALL = {
    "chunk_window_messages": 4,
    "chunk_overlap_messages": 2,
    "chunk_max_chars": 70,
    "chunk_coalesce_chars": 40,
}
ONE_LAKE = [HealthCheck.function_scoped_fixture]


@settings(max_examples=40, deadline=None, suppress_health_check=ONE_LAKE)
@given(threads(), threads("t2"))
def test_every_kept_message_is_in_a_chunk_and_every_line_is_somebodys(
    lake: Lake, one: list[dict[str, Any]], two: list[dict[str, Any]]
) -> None:
    small = with_settings(lake, **SMALL)
    put_clean(small, one + two)
    build(small)
    found = documents(small)
    held = {key for row in found for key in row["metadata"]["message_ids"]}
    assert held == {row["message_id"] for row in one + two if why_not(row) is None}
    for row in found:
        about = row["metadata"]
        senders = {shown_name(name) for name in about["participant_names"]}
        assert {sender for sender, _ in parsed(row["text"])} <= senders
        assert about["message_count"] == len(about["message_ids"])
        assert len({key.split("-")[0] for key in about["message_ids"]}) == 1, "of one thread"


def agree(lake: Lake, user: str) -> None:
    """What the statistics say before is what the road makes afterwards."""
    stats = chunk_stats(lake, user)
    build(lake, user)
    found = documents(lake, user=user)
    lengths = [len(row["text"]) for row in found]
    held = {key for row in found for key in row["metadata"]["message_ids"]}
    assert (stats.chunks, stats.chars) == (len(found), sum(lengths))
    assert stats.messages - sum(stats.dropped.values()) == len(held)
    assert stats.sessions <= stats.coalesced <= len(held)
    assert stats.lengths.total() == len(found)
    for low, count in stats.lengths.items():
        assert sum(low <= length < low + 1000 for length in lengths) == count
    assert stats.ratio == (round(stats.with_text / len(found), 2) if found else 0)


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=ONE_LAKE)
@given(threads(), threads("t2"), st.booleans())
def test_the_numbers_before_are_those_of_what_is_built_then(
    lake: Lake, one: list[dict[str, Any]], two: list[dict[str, Any]], drop: bool
) -> None:
    small = with_settings(lake, **SMALL, chunk_drop_system=drop)
    put_raw(small, "ann", [*talk([(0, "Ann", "hello")], thread="t0"), *one, *two])
    agree(small, "ann")


def test_the_numbers_of_the_sample_are_known_right_after_it_was_taken_in(lake: Lake) -> None:
    (export,) = open_exports([MESSENGER], Limits(10**9, 200.0))
    ingest(lake, export, "edwin")
    agree(lake, "edwin")
    stats = chunk_stats(lake, "edwin")
    assert (stats.messages, stats.dropped) == (417, {"empty": 10, "system": 16, "unsent": 4})
    assert (stats.threads, stats.coalesced, stats.sessions, stats.chunks) == (8, 361, 41, 43)
    assert (stats.with_text, stats.ratio) == (403, 9.37)


def test_numbers_of_somebody_without_messages_are_refused(lake: Lake) -> None:
    with pytest.raises(BadArchive, match=r"'ann' has no messages.*ingest"):
        chunk_stats(lake, "ann")
