"""One tweet as a row and many as columns: the same values by both roads."""

from __future__ import annotations

import locale
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embed_platform.errors import BadRecord
from embed_platform.sources.times import parse_time, parse_times, to_micros
from embed_platform.sources.twitter import columns
from embed_platform.sources.twitter.columns import to_columns
from embed_platform.sources.twitter.tweets import TweetRecord, to_id, tweet_row
from embed_platform_tests.sources.exports import tweet, x_time

times = st.datetimes(datetime(2006, 3, 1), datetime(2035, 1, 1), timezones=st.just(UTC)).map(
    lambda time: time.replace(microsecond=0)
)


def typed(one: dict[str, Any]) -> TweetRecord:
    return msgspec.convert(one, TweetRecord)


def row(**fields: Any) -> dict[str, Any]:
    return tweet_row(typed(tweet(1, **fields)))


@settings(deadline=None)
@given(st.lists(times, max_size=20))
def test_dates_parse_exactly_one_by_one_and_all_at_once(found: list[datetime]) -> None:
    texts = [x_time(time) for time in found]
    assert [parse_time(text) for text in texts] == found
    micros = parse_times(texts)
    assert micros is not None
    assert micros.tolist() == [to_micros(time) for time in found]


@settings(deadline=None, max_examples=300)
@given(times, st.integers(0, 29), st.characters(codec="utf-8"))
def test_a_date_with_one_wrong_character_is_read_alike_by_both_roads(
    time: datetime, at: int, character: str
) -> None:
    text = x_time(time)
    changed = text[:at] + character + text[at + 1 :]
    micros = parse_times([text, changed])
    if micros is not None:
        assert to_micros(parse_time(changed)) == micros[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Sat Feb 30 12:00:00 +0000 2023",
        "Sat Foo 18 12:00:00 +0000 2023",
        "Sat Feb 18 24:00:00 +0000 2023",
        "Sat Feb 18 12:60:00 +0000 2023",
        "2023-13-01",
    ],
)
def test_a_date_that_is_none_is_refused(text: str) -> None:
    assert parse_times([text]) is None
    with pytest.raises(BadRecord):
        parse_time(text)


def test_dates_with_an_offset_or_in_iso_form_become_utc() -> None:
    noon = datetime(2023, 2, 18, 12, 33, 11, tzinfo=UTC)
    assert parse_time("Sat Feb 18 14:03:11 +0130 2023") == noon
    assert parse_time("2023-02-18T12:33:11.000Z") == noon
    assert parse_time("2023-02-18T12:33:11") == noon
    assert parse_times(["Sat Feb 18 14:03:11 +0130 2023"]) is None


def test_dates_do_not_depend_on_the_locale() -> None:
    usual = locale.setlocale(locale.LC_TIME)
    try:
        for name in ("de_DE.UTF-8", "C.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:
                continue
            assert parse_time("Thu Mar 18 12:33:11 +0000 2021").month == 3
    finally:
        locale.setlocale(locale.LC_TIME, usual)


@given(st.integers(1, 2**63 - 1))
def test_ids_round_trip_as_text_and_as_number(number: int) -> None:
    assert to_id(str(number)) == to_id(number) == number
    batch, bad = to_columns([typed(tweet(id_str=str(number)))], 0, regular=True)
    assert batch["tweet_id"].to_pylist() == [number]
    assert not bad


@pytest.mark.parametrize(
    "value", [None, "", "0", "-5", "1e18", "12 ", "12\n", "٣", 2**63, "9" * 20]
)
def test_what_is_no_id_is_none(value: Any) -> None:
    assert to_id(value) is None


def test_an_id_written_as_a_float_is_a_bad_record_and_is_never_rounded() -> None:
    with pytest.raises(msgspec.ValidationError):
        typed({"id": 1.6269e18})


def test_a_retweet_is_told_by_its_name_and_colon() -> None:
    assert row(full_text="RT @someone_1: hello")["is_retweet"]
    assert not row(full_text="RTX 4090 is out")["is_retweet"]
    assert not row(full_text="RT @someone says hello")["is_retweet"]
    assert not row(full_text="see RT @someone: hello")["is_retweet"]


def test_media_links_of_both_places_come_once_each() -> None:
    found = row(
        entities={"urls": [{"url": "u", "expanded_url": "e"}], "media": [{"url": "b"}]},
        extended_entities={"media": [{"url": "b"}, {"url": "a"}]},
    )
    assert found["media_urls"] == ["b", "a"]
    assert found["urls"] == [{"url": "u", "expanded_url": "e"}]


@pytest.mark.parametrize(
    "fields",
    [
        {"id_str": None, "id": None},
        {"full_text": None},
        {"full_text": ""},
        {"created_at": None},
        {"created_at": "someday"},
        {"id_str": "abc"},
    ],
)
def test_a_tweet_without_id_text_or_date_is_set_aside_with_its_position(
    fields: dict[str, Any],
) -> None:
    records = [typed(tweet(n, **(fields if n == 2 else {}))) for n in range(5)]
    batch, bad = to_columns(records, 10, regular=True)
    assert batch.num_rows == 4
    assert [one.index for one in bad] == [12]
    assert bad[0].reason
    assert bad[0].raw.startswith("{")


optional = st.one_of(st.none(), st.text(max_size=5))
ids = st.one_of(
    st.none(),
    st.just(""),
    st.integers(0, 2**63 - 1).map(str),
    st.integers(0, 2**62),
    st.text(max_size=3),
)
media = st.lists(st.fixed_dictionaries({"url": optional}), max_size=3)
entities = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {
            "urls": st.one_of(
                st.none(),
                st.lists(st.fixed_dictionaries({"url": optional, "expanded_url": optional})),
            ),
            "media": st.one_of(st.none(), media),
        }
    ),
)
versions = st.fixed_dictionaries({"editTweetIds": st.lists(ids, max_size=3)})
any_tweet = st.fixed_dictionaries(
    {
        "id_str": ids,
        "id": st.integers(1, 2**62),
        "full_text": st.one_of(optional, st.just("RT @a: b"), st.just("long text")),
        "created_at": st.one_of(times.map(x_time), st.just("2023-02-18T12:33:11Z"), optional),
        "in_reply_to_status_id_str": ids,
        "in_reply_to_user_id_str": ids,
        "in_reply_to_screen_name": optional,
        "lang": optional,
        "entities": entities,
        "extended_entities": entities,
        "edit_info": st.one_of(
            st.none(),
            st.fixed_dictionaries({"initial": versions}),
            st.fixed_dictionaries(
                {
                    "edit": st.fixed_dictionaries(
                        {"initialTweetId": ids, "editControlInitial": versions}
                    )
                }
            ),
        ),
    }
)


@settings(deadline=None, max_examples=300)
@given(st.lists(any_tweet, max_size=4))
def test_columns_and_rows_say_the_same(found: list[dict[str, Any]]) -> None:
    records = [typed(one) for one in found]
    regular = not any("\\x00" in repr(one) for one in found)
    at_once, bad = to_columns(records, 0, regular=regular)
    by_row, bad_by_row = columns._one_by_one([one.unwrapped() for one in records], 0)
    assert at_once.to_pylist() == by_row.to_pylist()
    assert bad == bad_by_row


def test_regular_tweets_take_the_fast_road() -> None:
    records = [typed(tweet(n)).unwrapped() for n in range(100)]
    assert columns._at_once(records) is not None


def test_nul_characters_are_dropped_everywhere() -> None:
    one = tweet(
        full_text="a\x00b",
        lang="e\x00n",
        in_reply_to_screen_name="x\x00",
        entities={"urls": [{"url": "u\x00", "expanded_url": "e\x00"}]},
    )
    batch, _ = to_columns([typed(one)], 0, regular=False)
    assert "\x00" not in str(batch.to_pylist())
    assert batch["full_text"].to_pylist() == ["ab"]


def test_the_day_of_tweets_is_not_moved_by_batches() -> None:
    start = datetime(2024, 2, 28, 23, 59, 59, tzinfo=UTC)
    found = [start + timedelta(seconds=n) for n in range(3)]
    micros = parse_times([x_time(time) for time in found])
    assert micros is not None
    assert (micros[1:] - micros[:-1]).tolist() == [1_000_000, 1_000_000]
