"""The kinds of document and the metadata that each carries; stores make typed fields of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["text", "integer", "boolean", "array"]


@dataclass(frozen=True)
class Kind:
    """One kind of document.

    Attributes:
        name: as it appears in paths, tables and commands.
        fields: metadata keys and their types, in the order stores declare them.
        conversation: the fields that say which conversation a document is a piece of; a search
            shows the best piece of each. Without any, every document stands for itself.
        private: whether it belongs to others too and so never goes to a public address.
    """

    name: str
    fields: dict[str, FieldType]
    conversation: tuple[str, ...] = ()
    private: bool = False


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
    conversation=("conversation_id",),
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
    conversation=("conversation_id",),
)
MESSAGE_CHUNK = Kind(
    "message_chunk",
    {
        "thread_id": "integer",
        "thread_name": "text",
        "session_idx": "integer",
        "chunk_idx": "integer",
        "participant_ids": "array",
        "participant_names": "array",
        "message_ids": "array",
        "start_timestamp_ms": "integer",
        "end_timestamp_ms": "integer",
        "message_count": "integer",
    },
    conversation=("thread_id", "session_idx"),
    private=True,
)
MESSAGE = Kind(
    "message",
    {
        "thread_id": "integer",
        "sender_id": "integer",
        "sender_name": "text",
        "thread_name": "text",
        "timestamp_ms": "integer",
    },
    private=True,
)
WEB_PAGE = Kind(
    "web_page",
    {
        "item": "text",
        "url": "text",
        "title": "text",
        "author": "text",
        "part": "integer",
    },
    conversation=("item",),
)
KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (TWEET, THREAD, MESSAGE_CHUNK, MESSAGE, WEB_PAGE)
}
