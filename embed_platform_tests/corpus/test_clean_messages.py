"""What dbt makes of raw messages: why each is in no chunk, why it is no document of its own, in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embed_platform.corpus.clean import (
    MESSAGES,
    clean,
    excluded_counts,
    publish_clean,
    read_clean,
)
from embed_platform.errors import PermanentError
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.snapshots import write_snapshot
from embed_platform.settings import Settings
from embed_platform.sources.messenger.schema import RAW_MESSAGES

ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


class Case(NamedTuple):
    """A message's text and marks, why it is in no chunk, and why it is no document of its own."""

    text: str
    excluded: str | None = None
    alone: str | None = None
    system: bool = False
    unsent: bool = False


def gone(text: str, why: str, **marks: bool) -> Case:
    return Case(text, why, why, **marks)


def brief(text: str, why: str) -> Case:
    return Case(text, None, why)


CASES = {
    "a sentence": Case("See you at nine."),
    "several lines": Case("one\n\ntwo"),
    "three characters": Case("yes"),
    "three characters of Chinese": Case("好的吧"),
    "right to left": Case("שלום עולם"),
    "letters of two code points": Case("e\u0301e\u0301"),
    "punctuation": Case("???"),
    "quotes and braces": Case("'; drop table messages; -- \\ % {{ x }}"),
    "a word between line breaks": brief("\nok\t", "short"),
    "a link between line breaks": brief("\nhttps://example.org/x\n", "link"),
    "a family on a line of its own": brief("👨\u200d👩\u200d👧\n", "single_emoji"),
    "fillers that show nothing": gone("\u3164\ufe0f\u2800\u115f", "empty"),
    "taken back": gone("never mind", "unsent", unsent=True),
    "taken back without a text": gone("", "unsent", unsent=True),
    "taken back, of the system": gone("Ann sent a photo.", "unsent", unsent=True, system=True),
    "nothing": gone("", "empty"),
    "white space": gone(" \t\r\n ", "empty"),
    "wide and hard spaces": gone("\u3000\u00a0\u2003", "empty"),
    "joiners and marks of order": gone("\u200b\u200d\u200e\ufeff\u2066", "empty"),
    "control characters": gone("\x01\x1f\x7f\x85", "empty"),
    "nothing, of the system": gone(" ", "empty", system=True),
    "a line of the system": gone("Ann sent a photo.", "system", system=True),
    "an emoji of the system": gone("👍", "system", system=True),
    "a thumb": brief("👍", "single_emoji"),
    "a thumb between spaces": brief("  👍 ", "single_emoji"),
    "a dark thumb": brief("👍🏿", "single_emoji"),
    "a heart": brief("❤️", "single_emoji"),
    "a burning heart": brief("❤️‍🔥", "single_emoji"),
    "a family": brief("👨‍👩‍👧‍👦", "single_emoji"),
    "two people of two skins": brief("🧑🏿‍🤝‍🧑🏻", "single_emoji"),
    "a shrug": brief("🤷🏻‍♀️", "single_emoji"),
    "a flag": brief("🇵🇱", "single_emoji"),
    "a flag of tags": brief(ENGLAND, "single_emoji"),
    "a rainbow flag": brief("🏳️‍🌈", "single_emoji"),
    "a key": brief("1️⃣", "single_emoji"),
    "two marks": brief("‼️", "single_emoji"),
    "two thumbs": brief("👍👍", "short"),
    "three thumbs": Case("👍👍👍"),
    "two flags": Case("🇵🇱🇨🇿"),
    "an emoji and a word": Case("👍 ok"),
    "two letters": brief("ok", "short"),
    "two letters between spaces": brief("  ok  ", "short"),
    "two characters of Chinese": brief("好的", "short"),
    "two letters beyond the first plane": brief("𝓱𝓲", "short"),
    "a digit": brief("7", "short"),
    "a link": brief("https://example.org/a?b=c#d", "link"),
    "a link in capitals": brief("HTTPS://EXAMPLE.ORG", "link"),
    "a link without a scheme": brief("www.example.org", "link"),
    "a link between spaces": brief("  http://example.org ", "link"),
    "a link and a line break": brief("http://example.org\n", "link"),
    "two links": brief("http://a.example http://b.example", "link"),
    "links on lines": brief("http://a.example\nwww.b.example\nhttps://c.example", "link"),
    "a link of other letters": brief("https://пример.example/ж", "link"),
    "a text with a link": Case("look https://example.org"),
    "a link with a text": Case("https://example.org look"),
    "a link with a text on the next line": Case("https://example.org\nlook"),
    "a link with an emoji": Case("https://example.org 👍"),
    "a scheme alone": Case("http://"),
    "a name with a dot": Case("example.org"),
}  # fmt: skip


def raw_rows(*said: Case | str, user: str = "ann", thread: str = "t1") -> list[dict[str, Any]]:
    """A thread of raw messages, a minute apart."""
    cases = [one if isinstance(one, Case) else Case(one) for one in said]
    return [
        {
            "user": user,
            "message_id": f"{user}-{thread}-{place}",
            "thread": thread,
            "thread_id": 7,
            "thread_name": "Bob",
            "position": place,
            "sender_id": place % 2,
            "sender_name": ("Ann", "Bob")[place % 2],
            "timestamp_ms": 60_000 * place,
            "text": case.text,
            "system": case.system,
            "unsent": case.unsent,
            "attachments": [],
            "extra": "{}",
            "archive": "a",
        }
        for place, case in enumerate(cases)
    ]


def put_raw(lake: Lake, user: str, rows: Iterable[dict[str, Any]] | pa.Table) -> None:
    """Make rows the user's raw messages."""
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(list(rows), RAW_MESSAGES)
    write_snapshot(lake.storage, layout.records(user, MESSAGES.source), table)


def cleaned_rows(lake: Lake, user: str) -> list[dict[str, Any]]:
    found = read_clean(lake, MESSAGES, user)
    assert found is not None
    return list(found.to_pylist())


def judged_lake(home: Path, *, drop_system: bool) -> Lake:
    """A lake in which every case went through dbt at once."""
    settings = Settings(home=home, chunk_drop_system=drop_system, _env_file=None)  # type: ignore[call-arg]
    lake = open_lake(settings)
    put_raw(lake, "ann", raw_rows(*CASES.values()))
    done = clean(lake, MESSAGES, ["ann"])
    assert done.rows == {"ann": len(CASES)}
    assert len(done.faults) >= 9 and set(done.faults.values()) == {""}
    return lake


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return judged_lake(tmp_path_factory.mktemp("judged"), drop_system=True)


@pytest.fixture(scope="module")
def with_system(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return judged_lake(tmp_path_factory.mktemp("system"), drop_system=False)


@pytest.mark.parametrize("name", CASES)
def test_a_message_is_kept_as_it_is_with_the_reason_why_it_is_left_out(
    judged: Lake, name: str
) -> None:
    case, row = CASES[name], cleaned_rows(judged, "ann")[list(CASES).index(name)]
    assert (row["excluded"], row["excluded_alone"]) == (case.excluded, case.alone)
    assert row["text"] == case.text


def test_what_is_left_out_of_chunks_is_counted_by_reason(judged: Lake) -> None:
    wanted = Counter(case.excluded for case in CASES.values() if case.excluded)
    assert excluded_counts(judged, "ann") == wanted


@pytest.mark.parametrize("name", CASES)
def test_lines_of_the_system_are_kept_for_chunks_on_request_and_never_stand_alone(
    with_system: Lake, name: str
) -> None:
    case, row = CASES[name], cleaned_rows(with_system, "ann")[list(CASES).index(name)]
    assert row["excluded"] == (None if case.excluded == "system" else case.excluded)
    assert row["excluded_alone"] == case.alone


def test_each_user_has_the_own_messages_and_one_without_any_loses_the_snapshot(lake: Lake) -> None:
    put_raw(lake, "ann", raw_rows("hello there", "ok"))
    put_raw(lake, "bob", raw_rows("ok", user="bob"))
    assert clean(lake, MESSAGES, ["ann", "bob", "carol"]).rows == {"ann": 2, "bob": 1, "carol": 0}
    assert [row["user"] for row in cleaned_rows(lake, "bob")] == ["bob"]
    lake.storage.delete_prefix(layout.records("bob", MESSAGES.source))
    assert clean(lake, MESSAGES, ["bob"]).rows == {"bob": 0}
    assert read_clean(lake, MESSAGES, "bob") is None
    assert len(cleaned_rows(lake, "ann")) == 2, "who is not of the run is left alone"


def test_where_nobody_has_messages_dbt_is_not_called(lake: Lake) -> None:
    done = clean(lake, MESSAGES, ["ann", "bob"])
    assert (done.rows, done.faults) == ({"ann": 0, "bob": 0}, {})
    assert not (lake.settings.home / "scratch").exists()


def test_a_message_that_is_there_twice_is_a_fault_that_names_its_test(lake: Lake) -> None:
    put_raw(lake, "ann", [*raw_rows("hello there"), *raw_rows("hello there")])
    faults = {name: fault for name, fault in clean(lake, MESSAGES, ["ann"]).faults.items() if fault}
    (name,) = faults
    assert name.startswith("one_row_per_user_and_message")


def test_cleaning_again_changes_no_file(judged: Lake) -> None:
    before = judged.storage.list("corpus")
    clean(judged, MESSAGES, ["ann"])
    assert judged.storage.list("corpus") == before
    assert not list((judged.settings.home / "scratch").iterdir())


def many(user: str, rows: int, per_thread: int) -> pa.Table:
    """Messages in the order of their threads, as columns."""
    numbers = range(rows)
    columns = {
        "user": [user] * rows,
        "message_id": [f"{user}{n:031d}" for n in numbers],
        "thread": [f"{n // per_thread:032d}" for n in numbers],
        "thread_id": [n // per_thread for n in numbers],
        "thread_name": ["Bob"] * rows,
        "position": [n % per_thread for n in numbers],
        "sender_id": [n % 2 for n in numbers],
        "sender_name": ["Ann"] * rows,
        "timestamp_ms": list(numbers),
        "text": [f"message number {n}" for n in numbers],
        "system": [False] * rows,
        "unsent": [False] * rows,
        "attachments": [[]] * rows,
        "extra": ["{}"] * rows,
        "archive": ["a"] * rows,
    }
    return pa.table(columns, schema=RAW_MESSAGES)


@pytest.mark.slow
def test_a_result_of_several_row_groups_keeps_its_order_and_loses_no_user(lake: Lake) -> None:
    raw = {user: many(user, 130_000, 9_000) for user in ("a", "b", "c")}
    for user, table in raw.items():
        put_raw(lake, user, table)
    # row groups that are written as they are ready may be in order by chance
    for _ in range(4):
        assert clean(lake, MESSAGES, ["c", "a", "b"]).rows == dict.fromkeys(raw, 130_000)
        for user, table in raw.items():
            found = read_clean(lake, MESSAGES, user, ["message_id", "text"])
            assert found is not None
            assert all(found[column].equals(table[column]) for column in found.column_names)


def test_a_result_in_which_a_users_rows_lie_apart_is_refused(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    mixed = pa.concat_tables([many("a", 3, 9), many("b", 3, 9), many("a", 3, 9)])
    pq.write_table(mixed, tmp_path / "out" / "messages.parquet")
    with pytest.raises(PermanentError, match="'a' lie in two places"):
        publish_clean(lake, MESSAGES, ["a", "b"], tmp_path)
