"""One tweet as X writes it, typed, and as a row; nothing is cleaned."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from embed_platform.errors import BadRecord
from embed_platform.sources.times import parse_time

RETWEET = re.compile(r"RT @\w+:", re.ASCII)
_ID = re.compile(r"\d{1,19}", re.ASCII)

# Exports hold ids and numbers as strings; older ones also as integers.
Text = str | int | None


# No struct takes part in a cycle, so the garbage collector need not look at them (`gc=False`).
class Url(msgspec.Struct, gc=False):
    """A link of a tweet."""

    url: str | None = None
    expanded_url: str | None = None


class Media(msgspec.Struct, gc=False):
    """An attached picture or film; `url` is the t.co link that repeats it in the text."""

    url: str | None = None


class Entities(msgspec.Struct, gc=False):
    """Links and media."""

    urls: tuple[Url, ...] | None = None
    media: tuple[Media, ...] | None = None


class Versions(msgspec.Struct, rename="camel", gc=False):
    """Ids of all versions of a tweet."""

    edit_tweet_ids: tuple[Text, ...] | None = None


class Edit(msgspec.Struct, rename="camel", gc=False):
    """What a later version carries: the id of the first, and again the ids of all."""

    initial_tweet_id: Text = None
    edit_control_initial: Versions | None = None


class EditInfo(msgspec.Struct, gc=False):
    """Which version of an edited tweet this is."""

    initial: Versions | None = None
    edit: Edit | None = None


class Tweet(msgspec.Struct, gc=False):
    """The fields that are read of a tweet."""

    edit_info: EditInfo | None = None
    entities: Entities | None = None
    id_str: Text = None
    id: Text = None
    in_reply_to_status_id_str: Text = None
    in_reply_to_status_id: Text = None
    in_reply_to_user_id_str: Text = None
    in_reply_to_user_id: Text = None
    in_reply_to_screen_name: str | None = None
    created_at: str | None = None
    full_text: str | None = None
    text: str | None = None
    lang: str | None = None
    extended_entities: Entities | None = None


class TweetRecord(Tweet, gc=False):
    """A tweet in its wrapper, or bare as exports before 2019 have it."""

    tweet: Tweet | None = None

    def unwrapped(self) -> Tweet:
        """The tweet itself."""
        return self if self.tweet is None else self.tweet


def tweet_row(tweet: Tweet) -> dict[str, Any]:
    """One tweet as a row of `columns.PARSED`.

    Raises:
        BadRecord: it has no id, text or date, or a date that does not parse.
    """
    text = tidy(tweet.full_text or tweet.text)
    tweet_id = to_id(tweet.id_str or tweet.id)
    if tweet_id is None:
        raise BadRecord("the tweet has no valid id")
    if not text:
        raise BadRecord("the tweet has no text")
    if not tweet.created_at:
        raise BadRecord("the tweet has no date")
    reply_user = tweet.in_reply_to_user_id_str or tweet.in_reply_to_user_id
    return {
        "tweet_id": tweet_id,
        "created_at": parse_time(tweet.created_at),
        "full_text": text,
        "reply_to_tweet_id": to_id(tweet.in_reply_to_status_id_str or tweet.in_reply_to_status_id),
        "reply_to_user_id": tidy(str(reply_user)) if reply_user else None,
        "reply_to_username": tidy(tweet.in_reply_to_screen_name),
        "is_retweet": RETWEET.match(text) is not None,
        "urls": [
            {"url": tidy(link.url), "expanded_url": tidy(link.expanded_url or link.url)}
            for link in links(tweet)
        ],
        "media_urls": [tidy(url) for url in media_urls(tweet)],
        "lang": tidy(tweet.lang),
        "first_version": first_version(tweet),
    }


def links(tweet: Tweet) -> list[Url]:
    """The links of a tweet."""
    entities = tweet.entities
    return [link for link in entities.urls if link.url] if entities and entities.urls else []


def media_urls(tweet: Tweet) -> list[str]:
    """The t.co links of attached media, each once, in order."""
    found: dict[str, None] = {}
    for entities in (tweet.entities, tweet.extended_entities):
        for media in (entities.media if entities else None) or ():
            if media.url:
                found[media.url] = None
    return list(found)


def first_version(tweet: Tweet) -> int | None:
    """Id of the first version of an edited tweet; None for a tweet that was never edited."""
    info = tweet.edit_info
    if info is None or (info.edit is None and len(_version_ids(info.initial)) < 2):
        return None
    if info.edit is None:
        return smallest_id(_version_ids(info.initial))
    ids = _version_ids(info.edit.edit_control_initial)
    return to_id(info.edit.initial_tweet_id) or smallest_id(ids)


def smallest_id(values: Iterable[Text]) -> int | None:
    """The oldest of some ids."""
    return min((number for value in values if (number := to_id(value))), default=None)


def to_id(value: Text) -> int | None:
    """An id as a number below 2**63; never by way of a float, which would round it."""
    text = str(value) if value is not None else ""
    number = int(text) if _ID.fullmatch(text) else 0
    return number if 0 < number < 2**63 else None


def tidy(text: str | None) -> str | None:
    """Drop NUL characters, which no store takes."""
    return text.replace("\x00", "") if text else text


def _version_ids(versions: Versions | None) -> tuple[Text, ...]:
    return (versions.edit_tweet_ids if versions else None) or ()
