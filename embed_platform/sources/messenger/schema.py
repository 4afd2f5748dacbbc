"""The columns of raw messages; `position` is a message's place in its thread, in time order."""

from __future__ import annotations

import pyarrow as pa

RAW_MESSAGES = pa.schema(
    [
        ("user", pa.string()),
        ("message_id", pa.string()),
        ("thread", pa.string()),
        ("thread_id", pa.int64()),
        ("thread_name", pa.string()),
        ("position", pa.int32()),
        ("sender_id", pa.int64()),
        ("sender_name", pa.string()),
        ("timestamp_ms", pa.int64()),
        ("text", pa.string()),
        ("system", pa.bool_()),
        ("unsent", pa.bool_()),
        ("attachments", pa.list_(pa.string())),
        ("extra", pa.string()),
        ("archive", pa.string()),
    ]
)
