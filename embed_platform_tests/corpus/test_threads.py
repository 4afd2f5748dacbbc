"""Same-author chains and how they are cut."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from embed_platform.corpus.threads import SEPARATOR, chains, pack, thread_parts


def tweet(
    tweet_id: int, parent: int | None = None, text: str = "words", excluded: str | None = None
) -> dict:
    return {
        "tweet_id": tweet_id,
        "first_version": tweet_id,
        "reply_to_version": parent,
        "text": text,
        "excluded": excluded,
    }


def ids(found: list) -> list[list[int]]:
    return [[t["tweet_id"] for t in chain] for chain in found]


def test_a_single_tweet_is_no_thread() -> None:
    assert chains([tweet(1), tweet(2)]) == []


def test_replies_to_oneself_make_a_chain_oldest_first() -> None:
    assert ids(chains([tweet(30, 20), tweet(10), tweet(20, 10)])) == [[10, 20, 30]]


def test_both_branches_of_an_answered_tweet_belong_to_the_chain() -> None:
    assert ids(chains([tweet(1), tweet(2, 1), tweet(3, 1)])) == [[1, 2, 3]]


def test_a_chain_that_answers_somebody_outside_begins_with_ones_own_tweet() -> None:
    found = chains([tweet(5, 4, excluded="reply_to_others"), tweet(6, 5), tweet(7, 6)])
    assert ids(found) == [[6, 7]]


def test_a_picture_without_words_holds_its_neighbours_together() -> None:
    assert ids(chains([tweet(1), tweet(2, 1, "", "empty_text"), tweet(3, 2)])) == [[1, 3]]


def test_an_edited_tweet_stands_where_its_first_version_was_answered() -> None:
    edited = tweet(25) | {"first_version": 10}
    assert ids(chains([edited, tweet(20, 10), tweet(30, 20)])) == [[25, 20, 30]]
    (part,) = thread_parts([edited, tweet(20, 10)], 1000)
    assert part.root == 10


def test_ids_are_compared_as_numbers() -> None:
    assert ids(chains([tweet(99_999_999), tweet(1_000_000_000_000_000_000, 99_999_999)])) == [
        [99_999_999, 10**18]
    ]


@given(
    st.lists(st.text("ab ", min_size=1, max_size=300), min_size=1, max_size=20),
    st.integers(50, 500),
)
def test_parts_lose_no_tweet_and_keep_to_the_limit(texts: list[str], limit: int) -> None:
    chain = [tweet(i + 1, text=text) for i, text in enumerate(texts)]
    parts = pack(chain, limit)
    assert [t for part in parts for t in part] == chain
    assert all(
        len(part) == 1 or len(SEPARATOR.join(t["text"] for t in part)) <= limit for part in parts
    )


def test_parts_are_numbered_and_named_after_the_first_tweet() -> None:
    parts = thread_parts([tweet(1, text="x" * 1500), tweet(2, 1, "y" * 1500)], 2000)
    assert [(p.root, p.part, p.parts) for p in parts] == [(1, 0, 2), (1, 1, 2)]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 30), st.sampled_from([None, None, "empty_text", "reply_to_others"])
        ),
        max_size=25,
    )
)
def test_a_reply_to_oneself_is_always_in_the_chain_of_what_it_answers(
    found: list[tuple[int, str | None]],
) -> None:
    tweets = [tweet(i + 1, parent or None, "x", why) for i, (parent, why) in enumerate(found)]
    made = ids(chains(reversed(tweets)))
    place = {tweet_id: n for n, chain in enumerate(made) for tweet_id in chain}
    assert sum(map(len, made)) == len(place), "a tweet is in one chain at most"
    assert all(chain == sorted(chain) and len(chain) > 1 for chain in made)
    good = {t["tweet_id"] for t in tweets if t["excluded"] is None}
    assert place.keys() <= good
    for t in tweets:
        parent = t["reply_to_version"]
        if t["tweet_id"] in good and parent in good and parent < t["tweet_id"]:
            assert place[t["tweet_id"]] == place[parent]
