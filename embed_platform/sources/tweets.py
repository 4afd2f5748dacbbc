"""Tweets of one member as rows; what X writes, typed, and nothing cleaned."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

import msgspec

from embed_platform.errors import BadRecord
from embed_platform.sources.jsonstream import BLOCK, Bad, records

_MONTHS = {
    m: i
    for i, m in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_TWITTER_TIME = re.compile(
    r"^\w{3} (\w{3}) (\d{1,2}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d) (\d{4})$"
)
_RETWEET = re.compile(r"^RT @\w+:")
_ID = re.compile(r"^\d{1,19}$")
# X cuts a note tweet's text in tweets.js; this many characters of it are compared.
NOTE_PREFIX = 150
NOTE_SECONDS = 1.0

Text = str | int | None


class Url(msgspec.Struct):
    """A link of a tweet."""

    url: str = ""
    expanded_url: str | None = None


class Media(msgspec.Struct):
    """An attached picture or film; `url` is the t.co link that repeats it in the text."""

    url: str = ""


class Entities(msgspec.Struct):
    """Links and media."""

    urls: list[Url] = []
    media: list[Media] = []


class Initial(msgspec.Struct, rename="camel"):
    """First version of an edited tweet: ids of all versions."""

    edit_tweet_ids: list[Text] = []


class Edit(msgspec.Struct, rename="camel"):
    """A later version: the id of the first, and again the ids of all."""

    initial_tweet_id: Text = None
    edit_control_initial: Initial | None = None


class EditInfo(msgspec.Struct):
    """Which version of an edited tweet this is."""

    initial: Initial | None = None
    edit: Edit | None = None


class Tweet(msgspec.Struct):
    """The fields that are read of a tweet."""

    id_str: Text = None
    id: Text = None
    created_at: str | None = None
    full_text: str | None = None
    text: str | None = None
    in_reply_to_status_id_str: Text = None
    in_reply_to_status_id: Text = None
    in_reply_to_user_id_str: Text = None
    in_reply_to_user_id: Text = None
    in_reply_to_screen_name: str | None = None
    entities: Entities | None = None
    extended_entities: Entities | None = None
    edit_info: EditInfo | None = None
    lang: str | None = None


class TweetRecord(Tweet):
    """A tweet in its wrapper, or bare as exports before 2019 have it."""

    tweet: Tweet | None = None


class NoteCore(msgspec.Struct):
    """Text of a note tweet."""

    text: str = ""


class NoteTweet(msgspec.Struct, rename="camel"):
    """A long tweet; its id is not the tweet's id."""

    created_at: str = ""
    core: NoteCore | None = None


class NoteRecord(msgspec.Struct, rename="camel"):
    """A note tweet in its wrapper."""

    note_tweet: NoteTweet | None = None


def read_member(file: BinaryIO, where: str, block: int = BLOCK) -> Iterator[dict[str, Any] | Bad]:
    """Rows of a tweets member, and what could not be used."""
    for index, record in records(file, TweetRecord, where, block):
        if isinstance(record, Bad):
            yield record
            continue
        try:
            yield tweet_row(record.tweet or record)
        except BadRecord as error:
            yield Bad(index, str(error), msgspec.json.encode(record).decode()[:10_000])


def read_notes(file: BinaryIO, where: str, block: int = BLOCK) -> Iterator[tuple[datetime, str]]:
    """Time and full text of each note tweet."""
    for _, record in records(file, NoteRecord, where, block):
        if isinstance(record, NoteRecord) and record.note_tweet and record.note_tweet.core:
            yield parse_time(record.note_tweet.created_at), tidy(record.note_tweet.core.text)


def tweet_row(tweet: Tweet) -> dict[str, Any]:
    """One tweet as a row, without user and archive.

    Raises:
        BadRecord: it has no id, text or date, or a date that does not parse.
    """
    text = tweet.full_text if tweet.full_text is not None else tweet.text
    tweet_id = to_id(tweet.id_str if tweet.id_str is not None else tweet.id)
    if tweet_id is None:
        raise BadRecord("the tweet has no valid id")
    if not text:
        raise BadRecord("the tweet has no text")
    if not tweet.created_at:
        raise BadRecord("the tweet has no date")
    links = tweet.entities or Entities()
    extended = tweet.extended_entities or Entities()
    reply_user = (
        tweet.in_reply_to_user_id_str
        if tweet.in_reply_to_user_id_str is not None
        else tweet.in_reply_to_user_id
    )
    reply_to = (
        tweet.in_reply_to_status_id_str
        if tweet.in_reply_to_status_id_str is not None
        else tweet.in_reply_to_status_id
    )
    return {
        "tweet_id": tweet_id,
        "created_at": parse_time(tweet.created_at),
        "full_text": tidy(text),
        "reply_to_tweet_id": to_id(reply_to),
        "reply_to_user_id": None if reply_user in (None, "") else str(reply_user),
        "reply_to_username": tweet.in_reply_to_screen_name,
        "is_retweet": bool(_RETWEET.match(text)),
        "urls": [
            {"url": u.url, "expanded_url": tidy(u.expanded_url or u.url)}
            for u in links.urls
            if u.url
        ],
        "media_urls": sorted({m.url for m in (*links.media, *extended.media) if m.url}),
        "lang": tweet.lang,
        "later_version": later_version(tweet, tweet_id),
    }


def later_version(tweet: Tweet, tweet_id: int) -> int | None:
    """Id of the last version of an edited tweet, when this is an earlier one."""
    info = tweet.edit_info
    if info is None:
        return None
    control = info.edit.edit_control_initial if info.edit else info.initial
    last = max(
        (n for text in (control.edit_tweet_ids if control else []) if (n := to_id(text))),
        default=tweet_id,
    )
    return last if last > tweet_id else None


def parse_time(text: str) -> datetime:
    """`Sat Feb 18 12:33:11 +0000 2023` or ISO 8601, in UTC and whatever the locale.

    Raises:
        BadRecord: it is neither.
    """
    match = _TWITTER_TIME.match(text)
    try:
        if match:
            month, day, hour, minute, second, sign, oh, om, year = match.groups()
            if oh == om == "00":
                return datetime(
                    int(year),
                    _MONTHS[month],
                    int(day),
                    int(hour),
                    int(minute),
                    int(second),
                    tzinfo=UTC,
                )
            return datetime.fromisoformat(
                f"{year}-{_MONTHS[month]:02}-{int(day):02}T{hour}:{minute}:{second}{sign}{oh}:{om}"
            ).astimezone(UTC)
        time = datetime.fromisoformat(text)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, KeyError, OverflowError):
        raise BadRecord("the date does not parse") from None


def to_id(value: Text) -> int | None:
    """An id as a number; never by way of a float, which would round it."""
    text = str(value) if value is not None else ""
    number = int(text) if _ID.match(text) else 0
    return number if 0 < number < 2**63 else None


def tidy(text: str) -> str:
    """Drop NUL characters, which no store takes."""
    return text.replace("\x00", "")


def matching_note(notes: list[tuple[datetime, str]], created_at: datetime, text: str) -> str | None:
    """The note tweet that a cut tweet belongs to: the same second, and the same beginning."""
    beginning = html.unescape(text).rstrip()
    beginning = re.sub(r"\s*https?://t\.co/\w+$", "", beginning).rstrip("…").rstrip()[:NOTE_PREFIX]
    for time, full in notes:
        near = abs((time - created_at).total_seconds()) < NOTE_SECONDS + 0.001
        plain = html.unescape(full)
        if (
            near
            and beginning
            and plain.startswith(beginning[: len(plain)])
            and len(plain) >= len(beginning)
        ):
            return full
    return None
