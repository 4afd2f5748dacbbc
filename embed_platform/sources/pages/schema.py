"""Columns of the parsed pages in the lake."""

from __future__ import annotations

import hashlib

import pyarrow as pa

RAW_PAGES = pa.schema(
    [
        pa.field("user", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("file_sha256", pa.string(), nullable=False),
        pa.field("page", pa.int32(), nullable=False),
        pa.field("pages", pa.int32(), nullable=False),
        pa.field("width", pa.int32(), nullable=False),
        pa.field("height", pa.int32(), nullable=False),
        pa.field("dpi", pa.int32(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("image_hash", pa.string(), nullable=False),
        pa.field("created_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("archive", pa.string(), nullable=False),
    ]
)


def image_hash(png: bytes) -> str:
    """Name of a page's image: 32 hex digits of its bytes, so that equal pages are embedded once."""
    return hashlib.blake2b(png, digest_size=16).hexdigest()
