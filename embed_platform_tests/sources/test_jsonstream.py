"""Streams of JSON: what comes out is what a whole read gives, whatever the size of the blocks."""

from __future__ import annotations

import io
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embed_platform.errors import BadArchive
from embed_platform.sources import jsonarray, jsonobject
from embed_platform.sources.jsonobject import split_object
from embed_platform.sources.jsonstream import Bad, Batch, batches, records
from embed_platform.sources.twitter.tweets import TweetRecord
from embed_platform_tests.sources.exports import tweet, wrapped, ytd

TRICKY = [
    '}, {"tweet" : {',
    "back\\slash\\",
    '\\"},{"tweet":',
    "[]{}\"'",
    "ünïcödé 🙏 \u2028",
    "tab\tnew\nline",
    "",
]
texts = st.one_of(st.sampled_from(TRICKY), st.text(max_size=40))
values = st.recursive(
    st.one_of(texts, st.integers(-(2**60), 2**60), st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)
tweets = st.lists(
    st.fixed_dictionaries(
        {"id_str": st.integers(1, 2**63 - 1).map(str), "full_text": texts, "other": values}
    ),
    max_size=12,
)


class Item(msgspec.Struct):
    """Any object; its `id` alone is read."""

    id: int | None = None


def read(data: bytes, block: int = 2**20) -> list[Any]:
    return list(records(io.BytesIO(data), TweetRecord, "tweets.js", block))


def pairs(found: list[Any]) -> list[tuple[Any, Any]]:
    return [(one.unwrapped().id_str, one.unwrapped().full_text) for one in found]


@settings(deadline=None, max_examples=200)
@given(
    tweets=tweets,
    block=st.integers(1, 400),
    compact=st.booleans(),
    bare=st.booleans(),
    escaped=st.booleans(),
)
def test_any_tweets_survive_blocks_of_any_size(
    tweets: list[dict[str, Any]], block: int, compact: bool, bare: bool, escaped: bool
) -> None:
    value = tweets if bare else wrapped(tweets)
    layout: dict[str, Any] = {"separators": (",", ":")} if compact else {"indent": 2}
    data = json.dumps(value, ensure_ascii=escaped, **layout).encode()
    header = b"" if compact else b"window.YTD.tweets.part0 = "
    found = read(header + data, block)
    assert not [one for one in found if isinstance(one, Bad)]
    whole = [one if bare else one["tweet"] for one in json.loads(data)]
    assert pairs(found) == [(one["id_str"], one["full_text"]) for one in whole]


@settings(deadline=None, max_examples=200)
@given(
    tweets=st.lists(
        st.dictionaries(texts, values, max_size=3).map(lambda more: {"id_str": "7"} | more),
        min_size=1,
        max_size=8,
    ),
    size=st.floats(0, 0.999),
    block=st.integers(1, 300),
)
def test_json_cut_anywhere_is_refused_with_the_byte(
    tweets: list[dict[str, Any]], size: float, block: int
) -> None:
    data = b"[" + json.dumps(wrapped(tweets), ensure_ascii=False).encode()[1:]
    cut = data[: max(1, int(len(data) * size))]
    with pytest.raises(BadArchive) as caught:
        read(cut, block)
    position = int(str(caught.value.where).rsplit("byte ", 1)[1])
    assert 0 <= position <= len(cut)


@settings(deadline=None, max_examples=300)
@given(
    value=st.dictionaries(texts, values, max_size=6),
    block=st.integers(1, 200),
    small=st.integers(1, 100),
    indent=st.sampled_from([None, 1]),
    escaped=st.booleans(),
)
def test_an_object_comes_apart_into_the_values_that_a_whole_read_gives(
    value: dict[str, Any], block: int, small: int, indent: int | None, escaped: bool
) -> None:
    data = json.dumps(value, ensure_ascii=escaped, indent=indent).encode()
    wanted = {key: io.BytesIO() for key in value}
    usual, jsonobject.SMALL = jsonobject.SMALL, small
    try:
        split_object(io.BytesIO(data), dict(wanted), "archive.json", block)
    finally:
        jsonobject.SMALL = usual
    for key, one in value.items():
        kept = wanted[key].getvalue()
        assert json.loads(kept) == one if isinstance(one, list | dict) else kept == b""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"a":1',
        b'{"a":[1,2}',
        b'{"a"',
        b'{"a":1}x',
        b'{"a":1 "b":2}',
        b'{"t":[],"t":[]}',
        b"{,}",
    ],
)
def test_an_object_that_is_broken_or_ambiguous_is_refused(data: bytes) -> None:
    for block in (1, 5, 1000):
        with pytest.raises(BadArchive, match="byte"):
            split_object(io.BytesIO(data), {"t": io.BytesIO()}, "archive.json", block)


def test_a_byte_order_mark_and_a_semicolon_are_passed_over() -> None:
    data = b"\xef\xbb\xbf" + ytd("tweets", wrapped([tweet(1), tweet(2)])) + b" ;\n"
    for block in (1, 50, 2**20):
        assert len(read(data, block)) == 2
    target = io.BytesIO()
    split_object(io.BytesIO(b'\xef\xbb\xbf{"tweets":[1]}'), {"tweets": target}, "archive.json", 1)
    assert target.getvalue() == b"[1]"


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    data = rb'[{"tweet":{"id":"1","full_text":"a\ud83db \ud83d\ude00 \\ud83d \ude00"}}]'
    assert pairs(read(data)) == [(None, "a\ufffdb 😀 \\ud83d \ufffd")]


def test_a_record_of_another_shape_is_set_aside_and_the_rest_goes_on() -> None:
    value = wrapped([tweet(n) for n in range(20)])
    value[7] = {"tweet": {"id_str": ["no", "id"]}}
    value[13] = "just a text"  # type: ignore[call-overload]
    for block in (1, 700, 2**20):
        found = list(batches(io.BytesIO(ytd("tweets", value)), TweetRecord, "tweets.js", block))
        bad = [one for one in found if isinstance(one, Bad)]
        assert [one.index for one in bad] == [7, 13]
        good = [
            one.first + n
            for one in found
            if isinstance(one, Batch)
            for n in range(len(one.records))
        ]
        assert good == [n for n in range(20) if n not in {7, 13}]


def test_records_without_a_common_first_key_are_read_too() -> None:
    value = [{"id": 0}] + [{f"k{n}": "}, {" * n, "id": n} for n in range(1, 300)]
    data = json.dumps(value).encode()
    for block in (1, 64, 5000):
        found = list(records(io.BytesIO(data), Item, "x", block))
        assert [one.id for one in found if isinstance(one, Item)] == list(range(300))


def test_a_boundary_inside_a_record_is_no_boundary() -> None:
    value = [{"id": n, "inner": [{"id": 1}, {"id": 2}, {"id": 3}]} for n in range(50)]
    data = json.dumps(value).encode()
    for block in (1, 64, 333):
        found = list(records(io.BytesIO(data), Item, "x", block))
        assert [one.id for one in found if isinstance(one, Item)] == list(range(50))


@pytest.mark.parametrize(
    "data", [b"[1,]", b"[,1]", b'[{"id":1} {"id":2}]', b"[1]]", b"[1", b'[{"id":1},{"id":2},']
)
def test_json_that_is_nearly_right_is_refused(data: bytes) -> None:
    for block in (1, 4, 1000):
        with pytest.raises(BadArchive, match="byte"):
            list(records(io.BytesIO(data), Item, "x", block))


def test_a_record_too_large_to_be_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonarray, "RECORD_MAX", 10_000)
    data = b'[{"id":1,"x":"' + b"y" * 100_000 + b'"}]'
    with pytest.raises(BadArchive, match="10,000 bytes"):
        list(records(io.BytesIO(data), Item, "x", 100))


def test_brackets_nested_without_end_are_refused() -> None:
    data = b'[{"id":1,"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}]"
    with pytest.raises(BadArchive):
        list(records(io.BytesIO(data), Item, "x"))


def test_no_text_of_the_archive_shows_in_an_error() -> None:
    for data in (b'secret words here [{"tweet":{}}]', b'[{"tweet":{"full_text":"secret words'):
        with pytest.raises(BadArchive) as caught:
            read(data)
        assert "secret" not in str(caught.value)
