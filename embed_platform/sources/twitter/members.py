"""Names of an archive's members: which are kept, and what each holds."""

from __future__ import annotations

import re

# tweets.js, older tweet.js, split parts of both, and what belongs to them; nothing else is opened.
ALLOWED = re.compile(r"(account|profile|(tweets?|note-tweet|community-tweet)(-part\d+)?)\.js")
JSON_KEYS = ("upload-options", "profile", "account", "tweets", "note-tweet", "community-tweet")
_TWEETS = re.compile(r"tweets?(-part\d+)?\.js(on)?")
_COMMUNITY = re.compile(r"community-tweet(-part\d+)?\.js(on)?")
_NOTES = re.compile(r"note-tweet(-part\d+)?\.js(on)?")
_PART = re.compile(r"-part(\d+)\.")


def is_allowed(name: str) -> bool:
    """Whether a file of an export's `data/` folder may be opened."""
    return ALLOWED.fullmatch(name) is not None


def is_main_tweets(name: str) -> bool:
    """Whether a member holds the person's tweets proper, which every archive must have."""
    return _TWEETS.fullmatch(name) is not None


def is_tweets(name: str) -> bool:
    """Whether a member holds tweets, those posted to communities included."""
    return is_main_tweets(name) or _COMMUNITY.fullmatch(name) is not None


def is_notes(name: str) -> bool:
    """Whether a member holds the full texts of long tweets."""
    return _NOTES.fullmatch(name) is not None


def is_account(name: str) -> bool:
    """Whether a member says whose archive it is."""
    return name in {"account.js", "account.json"}


def tweets_source(name: str) -> str:
    """What the column `source` says of a member's tweets."""
    return "community_tweet" if _COMMUNITY.fullmatch(name) else "tweet"


def label(name: str) -> str:
    """A member as a reader of messages knows it."""
    return f"data/{name}" if name.endswith(".js") else name


def part_order(name: str) -> tuple[str, int]:
    """Sorts `tweets-part2.js` before `tweets-part10.js`."""
    part = _PART.search(name)
    return _PART.sub(".", name), int(part[1]) if part else 0
