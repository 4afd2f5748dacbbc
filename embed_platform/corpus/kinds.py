"""The kinds of document and the metadata that each carries; stores make typed fields of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["text", "integer", "boolean"]


@dataclass(frozen=True)
class Kind:
    """One kind of document.

    Attributes:
        name: as it appears in paths, tables and commands.
        fields: metadata keys and their types, in the order stores declare them.
    """

    name: str
    fields: dict[str, FieldType]


TWEET = Kind(
    "tweet",
    {
        "tweet_id": "text",
        "conversation_id": "text",
        "url": "text",
        "reply_to_tweet_id": "text",
        "is_retweet": "boolean",
        "is_reply": "boolean",
        "lang": "text",
    },
)
THREAD = Kind(
    "thread",
    {
        "tweet_id": "text",
        "conversation_id": "text",
        "url": "text",
        "tweet_ids": "text",
        "tweet_count": "integer",
        "part": "integer",
        "parts": "integer",
    },
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in (TWEET, THREAD)}
