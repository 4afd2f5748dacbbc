"""What stands around a hit: the neighbours in its own conversation, in time order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import write_snapshot
from embed_platform.search.context import Context, Piece, around, contexts
from embed_platform.stores.base import Hit

START = datetime(2024, 5, 1, tzinfo=UTC)


def pieces(count: int) -> list[Piece]:
    return [
        Piece(str(i), str(START + timedelta(minutes=i)), "ann", f"text {i}") for i in range(count)
    ]


@given(st.integers(0, 20), st.sets(st.integers(0, 25)), st.integers(0, 5))
def test_neighbours_are_next_to_the_hit_and_never_part_of_it(
    total: int, inside: set[int], count: int
) -> None:
    talk = pieces(total)
    found = around(talk, {str(i) for i in inside}, count)
    places = sorted(i for i in inside if i < total)
    if not places:
        assert found == Context()
        return
    first, last = places[0], places[-1]
    assert list(found.before) == talk[max(0, first - count) : first]
    assert list(found.after) == talk[last + 1 : last + 1 + count]


def write(lake: Lake, table: str, user: str, rows: list[dict[str, Any]]) -> None:
    write_snapshot(lake.storage, layout.corpus(table, user), pa.Table.from_pylist(rows))


def hit(kind: str, user: str = "ann", key: str = "x", **fields: Any) -> Hit:
    return Hit(key, 1.0, {"kind": kind, "user": user, **fields})


def tweet(number: int, conversation: int, excluded: str | None = None) -> dict[str, Any]:
    at = START + timedelta(minutes=number)
    return {
        "tweet_id": number,
        "conversation_id": conversation,
        "created_at": at,
        "text": f"tweet {number}",
        "excluded": excluded,
    }


def test_a_tweet_has_its_conversation_and_a_thread_what_is_before_and_after_it(lake: Lake) -> None:
    rows = [tweet(n, 1) for n in (3, 1, 2, 5, 6)]
    rows += [tweet(4, 1, "reply_to_others"), tweet(7, 1, "retweet"), tweet(8, 2), tweet(9, 1)]
    write(lake, "tweets", "ann", rows)
    write(lake, "tweets", "bob", [tweet(2, 1)])
    one = hit("tweet", key="a", tweet_id="3", conversation_id="1")
    chain = hit("thread", key="b", tweet_ids="2,3", conversation_id="1")
    alone = hit("tweet", key="c", tweet_id="8", conversation_id="2")
    found = contexts(lake, [one, chain, alone], 2)

    def ids(part: tuple[Piece, ...]) -> list[str]:
        return [piece.id for piece in part]

    assert (ids(found["a"].before), ids(found["a"].after)) == (["1", "2"], ["4", "5"])
    assert (ids(found["b"].before), ids(found["b"].after)) == (["1"], ["4", "5"])
    assert found["c"] == Context()
    wide = contexts(lake, [one], 9)["a"]
    assert ids(wide.after) == ["4", "5", "6", "9"], "a retweet that was left out stays out"
    assert {piece.who for piece in wide.before} == {"ann"}


def message(number: int, thread: int, excluded: str | None = None) -> dict[str, Any]:
    return {
        "message_id": f"m{number:02d}",
        "thread_id": thread,
        "timestamp_ms": int(START.timestamp() * 1000) + number,
        "sender_name": "Ann" if number % 2 else "Me",
        "text": f"message {number}",
        "excluded": excluded,
    }


def test_a_chunk_and_a_message_have_the_messages_around_them(lake: Lake) -> None:
    big = 2**62 + 1
    rows = [message(n, big) for n in range(8)] + [message(20, 5), message(4, big, "system")]
    write(lake, "messages", "ann", rows)
    chunk = hit("message_chunk", key="c", thread_id=big, message_ids=["m03", "m04", "m05"])
    single = hit("message", key="m07", thread_id=big)
    found = contexts(lake, [chunk, single], 2)
    assert [piece.text for piece in found["c"].before] == ["message 1", "message 2"]
    assert [piece.id for piece in found["c"].after] == ["m06", "m07"]
    assert [piece.id for piece in found["m07"].before] == ["m05", "m06"]
    assert found["m07"].after == ()
    assert found["c"].after[1].who == "Ann"
    assert found["c"].before[0].created_at.startswith("2024-05-01T00:00:00.001")


def test_what_has_no_conversation_or_no_corpus_has_no_context(lake: Lake) -> None:
    assert contexts(lake, [], 3) == {}
    gone = hit("tweet", user="gone", tweet_id="1", conversation_id="1")
    kinds = [hit("web_page"), hit("tweet", tweet_id="1", conversation_id=None), gone]
    assert all(context == Context() for context in contexts(lake, kinds, 3).values())
