"""Documents: their identity, and what is published of threads and tweets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embed_platform.corpus.build import build_documents, build_threads, thread_document, tweet_url
from embed_platform.corpus.clean import TWEETS, read_clean
from embed_platform.corpus.documents import (
    SCHEMA,
    Document,
    document_id,
    document_kinds,
    documents_table,
    publish_documents,
    read_documents,
    row_hash,
    text_hash,
)
from embed_platform.corpus.kinds import KINDS
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import write_snapshot
from embed_platform_tests.corpus.cases import CASES, FIRST_ID
from embed_platform_tests.road import REAL

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = FIRST_ID + 1


def document(**fields: Any) -> Document:
    given = {"user": "ann", "kind": "tweet", "key": "1", "text": "hello", "created_at": WHEN}
    return Document(**(given | fields))


def only_row(*documents: Document) -> dict[str, Any]:
    (row,) = documents_table(documents).to_pylist()
    return row


def test_an_id_is_stable_across_versions_of_the_product() -> None:
    assert document_id("ann", "tweet", "1") == "026ea8354a62997be3adc54e40f0e21c"
    assert text_hash("hello") == "46fb7408d4f285228f4af516ea25851b"


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(
            *[st.text(st.characters(exclude_characters="\x1f", codec="utf-8"), max_size=3)] * 3,
            st.integers(0, 2),
        ),
        max_size=20,
        unique=True,
    )
)
def test_two_documents_never_share_an_id(keys: list[tuple[str, str, str, int]]) -> None:
    assert len({document_id(*key) for key in keys}) == len(keys)


def test_two_documents_of_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="one id"):
        documents_table([document(), document(text="other")])


def test_where_a_tweet_came_from_does_not_change_its_row() -> None:
    plain = only_row(document())
    assert plain["row_hash"] == only_row(document(archive="x", file="y"))["row_hash"]
    for fields in ({"text": "x"}, {"metadata": {"a": 1}}, {"created_at": datetime(2020, 1, 1)}):
        assert plain["row_hash"] != only_row(document(**fields))["row_hash"]
    assert plain["row_hash"] == row_hash(plain["text_hash"], WHEN, "{}")


def test_the_order_of_metadata_does_not_matter() -> None:
    one, two = ({"a": 1, "b": "ü"}, {"b": "ü", "a": 1})
    assert only_row(document(metadata=one)) == only_row(document(metadata=two))


@pytest.mark.parametrize("text", ["🙂\u200d", "שלום", "x" * 100_000, "a\x1fb", "line\nbreak"])
def test_any_text_comes_back_from_the_lake_as_it_was(lake: Lake, text: str) -> None:
    publish_documents(lake, "ann", "tweet", documents_table([document(text=text)]))
    assert read_documents(lake, "ann", "tweet", ["text"]).to_pylist() == [{"text": text}]


def test_publishing_says_whether_anything_changed(lake: Lake) -> None:
    table = documents_table([document()])
    assert publish_documents(lake, "ann", "tweet", table)
    assert not publish_documents(lake, "ann", "tweet", table)
    assert document_kinds(lake, "ann") == ["tweet"]
    assert publish_documents(lake, "ann", "tweet", SCHEMA.empty_table())
    assert not publish_documents(lake, "ann", "tweet", SCHEMA.empty_table())
    assert lake.storage.list() == []
    assert read_documents(lake, "ann", "tweet").schema == SCHEMA
    assert read_documents(lake, "ann", "tweet", ["id"]).column_names == ["id"]


def by_key(lake: Lake, user: str, kind: str) -> dict[str, dict[str, Any]]:
    found = {}
    for row in read_documents(lake, user, kind).to_pylist():
        row["metadata"] = json.loads(row["metadata"])
        assert list(row["metadata"]) == sorted(KINDS[kind].fields)
        found[row["id"]] = row
    return found


def test_the_selected_tweets_become_documents(cleaned: Lake) -> None:
    assert build_threads(cleaned, "ann") == 2
    built = build_documents(cleaned, "ann")
    wanted = {n for n, case in CASES.items() if case.excluded is None}
    assert built.rows == {"tweet": len(wanted), "thread": 2}
    found = by_key(cleaned, "ann", "tweet")
    assert found.keys() == {document_id("ann", "tweet", str(FIRST_ID + n)) for n in wanted}
    answer = found[document_id("ann", "tweet", str(FIRST_ID + 23))]
    assert answer["metadata"] == {
        "tweet_id": str(FIRST_ID + 23),
        "conversation_id": str(ROOT),
        "url": f"https://x.com/i/status/{FIRST_ID + 23}",
        "reply_to_tweet_id": str(FIRST_ID + 22),
        "is_retweet": False,
        "is_reply": False,
        "lang": "en",
    }
    assert answer["file"] == "tweets.js" and answer["archive"]


def test_a_thread_becomes_one_document_with_its_tweets_in_order(cleaned: Lake) -> None:
    build_threads(cleaned, "ann")
    build_documents(cleaned, "ann")
    thread = by_key(cleaned, "ann", "thread")[document_id("ann", "thread", str(ROOT))]
    numbers = [1, 22, 23, 24]
    assert thread["text"] == "\n\n".join(CASES[n].text for n in numbers)
    assert thread["metadata"]["tweet_ids"] == ",".join(str(FIRST_ID + n) for n in numbers)
    assert (thread["metadata"]["tweet_count"], thread["metadata"]["parts"]) == (4, 1)
    assert thread["metadata"]["url"] == tweet_url(ROOT)


def test_a_thread_holds_an_edited_tweet_once_in_its_last_version(cleaned: Lake) -> None:
    build_threads(cleaned, "ann")
    build_documents(cleaned, "ann")
    key = document_id("ann", "thread", str(FIRST_ID + 30))
    thread = by_key(cleaned, "ann", "thread")[key]
    numbers = [31, 35, 36]
    assert thread["text"] == "\n\n".join(CASES[n].text for n in numbers)
    assert thread["metadata"]["tweet_ids"] == ",".join(str(FIRST_ID + n) for n in numbers)


def test_building_again_changes_nothing(cleaned: Lake) -> None:
    for user in ("ann", "bob", "tilda_marrowby"):
        build_threads(cleaned, user)
        build_documents(cleaned, user)
        before = cleaned.storage.list()
        build_threads(cleaned, user)
        assert not build_documents(cleaned, user).changed
        assert cleaned.storage.list() == before


def test_the_parts_of_a_long_thread_are_documents_of_their_own(cleaned: Lake, lake: Lake) -> None:
    tweets = read_clean(cleaned, TWEETS, "ann")
    assert tweets is not None
    rows = [r for r in tweets.to_pylist() if r["tweet_id"] - FIRST_ID in (1, 22, 23, 24)]
    for row in rows:
        row["text"] = "x" * 900
    table = pa.Table.from_pylist(rows, tweets.schema)
    write_snapshot(lake.storage, layout.corpus("tweets", "ann"), table)
    assert build_threads(lake, "ann") == 2
    assert build_documents(lake, "ann").rows == {"tweet": 4, "thread": 2}
    parts = sorted(by_key(lake, "ann", "thread").values(), key=lambda r: r["metadata"]["part"])
    assert [p["id"] for p in parts] == [document_id("ann", "thread", str(ROOT), n) for n in (0, 1)]
    assert [p["metadata"]["tweet_count"] for p in parts] == [2, 2]
    assert all(a["created_at"] < b["created_at"] for a, b in pairwise(parts))


def test_a_user_whose_tweets_are_gone_loses_the_documents(lake: Lake) -> None:
    publish_documents(lake, "ann", "tweet", documents_table([document()]))
    assert build_threads(lake, "ann") == 0
    built = build_documents(lake, "ann")
    assert (built.rows, built.changed) == ({}, True)
    assert lake.storage.list() == []
    assert not build_documents(lake, "ann").changed


def test_a_thread_document_is_told_by_its_root_and_its_part() -> None:
    row = {
        "root": 7, "part": 1, "parts": 2, "tweet_ids": [9, 10], "conversation_id": 3,
        "text": "x", "created_at": WHEN, "archive": "a", "file": "f",
    }  # fmt: skip
    made = thread_document("ann", row)
    assert (made.key, made.part, made.metadata["tweet_id"]) == ("7", 1, "9")


def test_nothing_private_of_the_sample_is_a_document(cleaned: Lake) -> None:
    build_threads(cleaned, "tilda_marrowby")
    built = build_documents(cleaned, "tilda_marrowby")
    assert built.rows["tweet"] > 200 and built.rows["thread"] > 3
    for path in cleaned.settings.home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"CANARY" not in data and b"example.invalid" not in data, path
    for kind in KINDS:
        assert not [
            text
            for text in read_documents(cleaned, "tilda_marrowby", kind)["text"].to_pylist()
            if "CANARY" in text
        ]


@pytest.mark.skipif(not REAL.exists(), reason="the real export is not at hand")
def test_the_real_export_gives_one_document_per_selected_tweet(cleaned: Lake) -> None:
    build_threads(cleaned, "milahu104")
    build_documents(cleaned, "milahu104")
    files = read_documents(cleaned, "milahu104", "tweet", ["file"])["file"].to_pylist()
    assert files.count("tweets.js") == 55
