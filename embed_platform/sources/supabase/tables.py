"""An archive out of the tables, for accounts that have no archive file: rows of `tweets` as X's own JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from embed_platform.errors import SettingsError
from embed_platform.sources.supabase.project import Absent, Narrow, Project, Row

# A row may be committed this much later than its `updated_at` says.
OVERLAP = timedelta(minutes=10)
_COLUMNS = "tweet_id,created_at,full_text,reply_to_tweet_id,reply_to_user_id,reply_to_username,is_tombstone"
# What an account that opted out is left with: https://github.com/TheExGenesis/community-archive
_BLANK_DAY = "1970-01-01"
Tweets = dict[int, bytes]


class TweetId(msgspec.Struct):
    """As much of a kept tweet as tells which it is."""

    id_str: str


class KeptTweet(msgspec.Struct):
    """A tweet of an archive that was made here before."""

    tweet: TweetId


def tombstones(project: Project, account_id: str) -> set[int]:
    """Ids of an account's tweets that were withdrawn; none where the project has no such table."""

    def withdrawn(query: Any) -> Any:
        return query.eq("account_id", account_id).is_("is_tombstone", True)

    try:
        found = project.all_rows("tweets", "tweet_id", "tweet_id", withdrawn)
        return {int(row["tweet_id"]) for row in found}
    except Absent:
        return set()


def cursor_of(project: Project, account_id: str) -> str:
    """The time of an account's last change, by the server's clock; empty where there are no tweets.

    Raises:
        SettingsError: the project has no table of tweets in which withdrawn ones are marked.
        SourceUnavailable: no answer that can be used.
    """

    def last(query: Any) -> Any:
        return _own(account_id)(query).order("updated_at", desc=True, nullsfirst=False)

    try:
        found = project.rows("tweets", "updated_at,is_tombstone", last, limit=1)
    except Absent:
        raise SettingsError(
            "it has no archive file of this account, and no table `tweets` with is_tombstone and updated_at",
            where=project.url,
        ) from None
    return str(found[0]["updated_at"] or "") if found else ""


def read_all(project: Project, account_id: str, cursor: str) -> Tweets:
    """Every tweet of an account that stands.

    Args:
        project: where.
        account_id: whose.
        cursor: time of the last change before reading began; what changed since is read once more.
    """
    found: Tweets = {}
    _apply(found, project.all_rows("tweets", _COLUMNS, "tweet_id", _standing(account_id)))
    return changed(project, account_id, found, cursor) if cursor else found


def changed(project: Project, account_id: str, tweets: Mapping[int, bytes], since: str) -> Tweets:
    """Tweets that were read before, with what was added, edited or withdrawn since a time."""
    begin = (datetime.fromisoformat(since) - OVERLAP).isoformat()

    def late(query: Any) -> Any:
        return query.eq("account_id", account_id).gte("updated_at", begin)

    found = dict(tweets)
    _apply(found, project.all_rows("tweets", _COLUMNS, "tweet_id", late))
    return found


def standing(project: Project, account_id: str) -> int:
    """How many tweets of an account stand, counted by the server."""
    return project.count("tweets", "tweet_id", _standing(account_id))


def parse_kept(data: bytes) -> Tweets:
    """Tweets of an archive that was written here before, by id."""
    return {
        int(msgspec.json.decode(one, type=KeptTweet).tweet.id_str): bytes(one)
        for one in msgspec.json.decode(data, type=list[msgspec.Raw])
    }


def write_archive(path: Path, account_id: str, username: str, tweets: Mapping[int, bytes]) -> None:
    """Write tweets in the form of the Community Archive's archive.json; the same ones give the same bytes."""
    account = {"username": username, "accountId": account_id, "accountDisplayName": username}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(b'{"account":' + msgspec.json.encode([{"account": account}]) + b',"tweets":[')
        for number, key in enumerate(sorted(tweets)):
            file.write((b",\n" if number else b"\n") + tweets[key])
        file.write(b"\n]}\n")


def as_tweet(row: Row) -> bytes | None:
    """A row as X would have written the tweet; None for one that was withdrawn, marked or only blanked."""
    text, at = str(row.get("full_text") or ""), str(row.get("created_at") or "")
    if row.get("is_tombstone") or not text.strip() or at.startswith(_BLANK_DAY):
        return None
    fields = {
        "id_str": str(row["tweet_id"]),
        "created_at": at,
        "full_text": text,
        "in_reply_to_status_id_str": row.get("reply_to_tweet_id"),
        "in_reply_to_user_id_str": row.get("reply_to_user_id"),
        "in_reply_to_screen_name": row.get("reply_to_username"),
    }
    return msgspec.json.encode({"tweet": {k: v for k, v in fields.items() if v is not None}})


def _apply(tweets: Tweets, rows: Iterable[Row]) -> None:
    for row in rows:
        tweet = as_tweet(row)
        if tweet is None:
            tweets.pop(int(row["tweet_id"]), None)
        else:
            tweets[int(row["tweet_id"])] = tweet


def _own(account_id: str) -> Narrow:
    return lambda query: query.eq("account_id", account_id)


def _standing(account_id: str) -> Narrow:
    def narrow(query: Any) -> Any:
        own = query.eq("account_id", account_id).neq("full_text", "")
        return own.not_.is_("is_tombstone", True)

    return narrow
