"""Parsed pages to documents of the kind `page_image`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from embed_platform.corpus.documents import Document
from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import read_snapshot_batches
from embed_platform.sources.pages.ingest import SOURCE

PAGES_PER_BATCH = 1_000


def page_documents(lake: Lake, user: str) -> Iterator[Document]:
    """The pages of a user's files as documents; what is embedded is the image, the text is for reading."""
    folder = layout.records(user, SOURCE)
    for batch in read_snapshot_batches(lake.storage, folder, rows=PAGES_PER_BATCH):
        for row in batch.to_pylist():
            yield Document(
                user=user,
                kind=PAGE_IMAGE.name,
                key=row["file_sha256"],
                part=row["page"],
                text=row["text"],
                created_at=row["created_at"],
                metadata={name: row[name] for name in PAGE_IMAGE.fields},
                archive=row["archive"],
                file=row["file"],
                content_hash=row["image_hash"],
            )


def page_image_path(user: str, metadata: Mapping[str, Any]) -> str:
    """Where in the lake the image of a page lies, by its document's metadata."""
    return layout.pages(user, metadata["file_sha256"], metadata["dpi"], metadata["page"])
