"""Tweets of two made-up people, each with what cleaning makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from embed_platform_tests.sources.exports import members, tweet, write_zip, ytd

ACCOUNTS = {"ann": "1001", "bob": "1002"}
FIRST_ID = 1626900000000000000
STRANGER = 999_999  # a tweet that no archive holds
LONG = "word " * 19_999 + "words"
NOTE = "It began when " + "one thing led to another, " * 30 + "&amp; so it ended https://t.co/Zz"


class Case(NamedTuple):
    """A tweet's fields, its clean text, why it is left out, and its conversation."""

    fields: dict[str, Any]
    text: str
    excluded: str | None = None
    conversation: int | None = None


def said(text: str, clean: str | None = None, **fields: Any) -> Case:
    return Case({"full_text": text} | fields, text if clean is None else clean)


def reply(
    to: int, user: str | None, excluded: str | None, conversation: int, text: str = "an answer"
) -> Case:
    fields = {
        "full_text": text,
        "in_reply_to_status_id_str": str(FIRST_ID + to),
        "in_reply_to_user_id_str": user,
    }
    return Case(fields, text, excluded, conversation)


def links(**found: str) -> dict[str, Any]:
    return {
        "entities": {
            "urls": [{"url": f"https://t.co/{k}", "expanded_url": v} for k, v in found.items()]
        }
    }


def pictures(*names: str) -> dict[str, Any]:
    return {"extended_entities": {"media": [{"url": f"https://t.co/{name}"} for name in names]}}


def edited(*numbers: int, first: bool) -> dict[str, Any]:
    versions = {"editTweetIds": [str(FIRST_ID + n) for n in numbers]}
    if first:
        return {"edit_info": {"initial": versions}}
    initial = {"initialTweetId": str(FIRST_ID + numbers[0]), "editControlInitial": versions}
    return {"edit_info": {"edit": initial}}


CASES: dict[int, Case] = {
    1: said("a &lt;b&gt; &amp;amp; &quot;c&quot; &amp;lt;", "a <b> &amp; &quot;c&quot; &lt;"),
    2: said("look https://t.co/pic1 https://t.co/pic2", "look", **pictures("pic1", "pic2")),
    3: said("read https://t.co/abc now", "read https://example.org/x?a=1&b=2 now",
            **links(abc="https://example.org/x?a=1&b=2")),
    4: said("@bob @carl_1: hello @dora", "hello @dora"),
    5: said(".@bob says hi", "says hi"),
    6: Case({"full_text": "@bob @carl"}, "", "empty_text"),
    7: Case({"full_text": "https://t.co/pic3", **pictures("pic3")}, "", "empty_text"),
    8: Case({"full_text": "RT @bob: hello &amp; bye"}, "hello & bye", "retweet"),
    9: said("RTX 4090 owners: how warm is yours?"),
    10: said("RT if you agree"),
    11: said("  one \t two \u00a0 three \n\n  four  ", "one two three\n\nfour"),
    18: Case({"full_text": "\u3000\u00a0\u2003"}, "", "empty_text"),
    12: said("cut https://t.co/unknown1…", "cut"),
    13: said("hello @bob, mail ann@example.org"),
    14: said("@bob\nthe first line\nthe second", "the first line\nthe second"),
    15: said("שלום עולם مرحبا 👩‍👩‍👧 e\u0301 日本語"),
    16: said(LONG),
    17: said("'; drop table tweets; -- \\ % _ $1 {{ x }}"),
    20: reply(STRANGER, "42", "reply_to_others", STRANGER),
    21: reply(20, "1001", None, STRANGER),
    22: reply(1, "1001", None, 1),
    23: reply(22, "1001", None, 1),
    24: reply(23, None, None, 1),
    25: reply(STRANGER + 1, None, "reply_to_others", STRANGER + 1),
    26: reply(26, "1001", None, 26),
    27: reply(STRANGER, "42", "reply_to_others", STRANGER, "to the same stranger"),
    28: Case({"full_text": "to no tweet", "in_reply_to_user_id_str": "42"}, "to no tweet",
             "reply_to_others"),
    30: Case({"full_text": "tpyo", **edited(30, 31, first=True)}, "tpyo", "superseded_edit", 30),
    31: Case({"full_text": "typo", **edited(30, 31, first=False)}, "typo", None, 30),
    32: Case({"full_text": "RT @bob: edited", **edited(32, 33, first=True)}, "edited",
             "superseded_edit"),
    33: Case({"full_text": "RT @bob: an edit", **edited(32, 33, first=False)}, "an edit",
             "retweet", 32),
    35: reply(30, "1001", None, 30, "an answer to what was edited later"),
    36: reply(31, "1001", None, 30, "an answer to what was edited before"),
    34: said(NOTE[:270] + "… https://t.co/cut",
             NOTE.replace("&amp;", "&").removesuffix(" https://t.co/Zz")),
}  # fmt: skip
# bob holds three tweets of the same ids: two people, two documents
OF_BOB = (1, 22, 31)


def export_of(user: str, path: Path) -> Path:
    """Ann's export with all cases, bob's with three of them."""
    numbers = CASES if user == "ann" else OF_BOB
    made = [tweet(n, **CASES[n].fields) for n in numbers]
    note = {
        "noteTweet": {
            "noteTweetId": "7",
            "createdAt": "2023-02-19T22:00:00.000Z",  # when tweet 34 was posted
            "core": {"text": NOTE},
        }
    }
    files = members(made, username=user, account_id=ACCOUNTS[user])
    return write_zip(path, files | {"data/note-tweet.js": ytd("note-tweet", [note])})
