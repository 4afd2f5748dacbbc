"""The kinds of document and the metadata that each carries; stores make typed fields of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["text", "integer", "boolean", "array"]
Modality = Literal["text", "image"]


@dataclass(frozen=True)
class Kind:
    """One kind of document.

    Attributes:
        name: as it appears in paths, tables and commands.
        fields: metadata keys and their types, in the order stores declare them.
        conversation: the fields that say which conversation a document is a piece of; a search
            shows the best piece of each. Without any, every document stands for itself.
        private: whether it never goes to a public address: it may belong to others too.
        modality: what of a document is embedded, its text or its image.
    """

    name: str
    fields: dict[str, FieldType]
    conversation: tuple[str, ...] = ()
    private: bool = False
    modality: Modality = "text"


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
PAGE_IMAGE = Kind(
    "page_image",
    {
        "file": "text",
        "file_sha256": "text",
        "page": "integer",
        "pages": "integer",
        "width": "integer",
        "height": "integer",
        "dpi": "integer",
    },
    private=True,
    modality="image",
)
KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (TWEET, THREAD, MESSAGE_CHUNK, MESSAGE, WEB_PAGE, PAGE_IMAGE)
}
TEXT_KINDS = tuple(kind.name for kind in KINDS.values() if kind.modality == "text")
