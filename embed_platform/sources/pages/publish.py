"""All pages of a user, rendered into the lake one by one, and described in one snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from embed_platform.errors import BadArchive, BadRecord
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import DeadLetter, check_limit, write_dead_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import read_snapshot, write_parquet_file, write_snapshot_file
from embed_platform.lake.suppressions import refuse_erased
from embed_platform.lake.visibility import refuse_public
from embed_platform.sources.pages.files import Page, PageFile, open_pages, page_rules
from embed_platform.sources.pages.ingest import SOURCE, page_label
from embed_platform.sources.pages.schema import RAW_PAGES, image_hash
from embed_platform.sources.records import (
    ArchiveRecord,
    KeptMember,
    drop_records,
    footer_of,
    list_archives,
)

STEP = "raw_pages"
ROWS_PER_BATCH = 200


@dataclass(frozen=True)
class RawPages:
    """What rendering gave: pages, those rendered now, those set aside, and whether anything changed."""

    rows: int
    rendered: int
    dead_letters: int
    changed: bool


@dataclass
class _Work:
    """One user's rendering: what was found broken, and how many pages were rendered now."""

    lake: Lake
    user: str
    letters: list[DeadLetter]
    rendered: int = 0


def publish_raw_pages(lake: Lake, user: str) -> RawPages:
    """Render the pages of a user's kept files that are not rendered yet, and list all of them.

    A file that was rendered whole at this resolution is not opened again. A run that is killed
    leaves its renderings, which the next one takes up.

    Raises:
        BadArchive: a kept file is gone.
        ErasedUser: the user was forgotten meanwhile.
        SettingsError: strangers can read the lake.
        TooManyDeadLetters: more than the allowed share could not be rendered; the earlier list stays.
    """
    present = list_archives(lake, user, SOURCE)
    if not present:
        with lake.writing(user):
            lake.storage.delete_prefix(layout.pages(user))
            write_dead_letters(lake.storage, user, STEP, [])
            return RawPages(0, 0, 0, changed=drop_records(lake, user, SOURCE))
    refuse_public(lake.storage, lake.settings)
    earlier = read_snapshot(lake.storage, layout.records(user, SOURCE))
    work = _Work(lake, user, [])
    with lake.scratch("pages") as folder:
        file = folder / "pages.parquet"
        batches = (batch for record in present for batch in _batches(work, record, earlier, folder))
        rows = write_parquet_file(file, RAW_PAGES, batches, footer_of(present))
        with lake.writing(user):
            refuse_erased(lake.storage, user, where=user)
            write_dead_letters(lake.storage, user, STEP, work.letters)
            bad, limit = len(work.letters), lake.settings.dead_letter_limit
            check_limit(bad, bad + rows, limit, where=user)
            changed = write_snapshot_file(lake.storage, layout.records(user, SOURCE), file)
            _sweep(lake, user, present)
    return RawPages(rows, work.rendered, len(work.letters), changed)


def _batches(
    work: _Work, record: ArchiveRecord, earlier: pa.Table | None, folder: Path
) -> Iterator[pa.RecordBatch]:
    (member,) = record.members
    dpi = work.lake.settings.page_dpi
    if earlier is not None:
        same = pc.and_(
            pc.equal(earlier["file_sha256"], member.sha256), pc.equal(earlier["dpi"], dpi)
        )
        known = earlier.filter(same)
        images = work.lake.storage.list(layout.pages(work.user, member.sha256, dpi))
        if known.num_rows == record.records == len(images):
            yield from known.cast(RAW_PAGES).to_batches()
            return
    rows: list[dict[str, Any]] = []
    rules = page_rules(work.lake.settings)
    with (
        _kept_file(work.lake, work.user, member, folder) as path,
        open_pages(path, rules, member.path) as pages,
    ):
        for number in range(1, pages.count + 1):
            try:
                rows.append(_row(work, record, pages, number))
            except BadRecord as error:
                label = page_label(member.path, member.sha256, number)
                work.letters.append(DeadLetter(label, error.what))
            if len(rows) == ROWS_PER_BATCH:
                yield pa.RecordBatch.from_pylist(rows, RAW_PAGES)
                rows.clear()
    if rows:
        yield pa.RecordBatch.from_pylist(rows, RAW_PAGES)


def _row(work: _Work, record: ArchiveRecord, pages: PageFile, number: int) -> dict[str, Any]:
    (member,) = record.members
    dpi = work.lake.settings.page_dpi
    page = Page(
        _image(work, pages, layout.pages(work.user, member.sha256, dpi, number), number),
        pages.text(number),
    )
    width, height = page.size
    return {
        "user": work.user,
        "file": member.path,
        "file_sha256": member.sha256,
        "page": number,
        "pages": pages.count,
        "width": width,
        "height": height,
        "dpi": dpi,
        "text": page.text,
        "image_hash": image_hash(page.png),
        "created_at": datetime.fromisoformat(record.oldest),
        "archive": record.archive_id,
    }


def _image(work: _Work, pages: PageFile, path: str, number: int) -> bytes:
    """A page's PNG: the one that an earlier run left, else rendered and kept."""
    storage = work.lake.storage
    try:
        return storage.get(path)
    except FileNotFoundError:
        png = pages.render(number)
    with work.lake.writing(work.user):
        refuse_erased(storage, work.user, where=work.user)
        storage.put(path, png)
    work.rendered += 1
    return png


@contextmanager
def _kept_file(lake: Lake, user: str, member: KeptMember, folder: Path) -> Iterator[Path]:
    """A kept file as a path: its own in a local lake, else a copy that is gone afterwards."""
    path = layout.members(user, member.sha256)
    if not lake.storage.exists(path):
        raise BadArchive(
            "a kept file is gone",
            where=f"{member.path}, {path}",
            remedy="Ingest the same file again",
        )
    if lake.storage.folder is not None:
        yield lake.storage.folder / path
        return
    copy = folder / member.sha256
    with copy.open("wb") as target:
        for chunk in lake.storage.stream(path):
            target.write(chunk)
    yield copy
    copy.unlink()


def _sweep(lake: Lake, user: str, present: list[ArchiveRecord]) -> None:
    """Remove renderings of files that are gone, and those at another resolution."""
    dpi = lake.settings.page_dpi
    wanted = tuple(
        layout.pages(user, member.sha256, dpi) + "/" for r in present for member in r.members
    )
    entries = lake.storage.list(layout.pages(user))
    lake.storage.delete(entry.path for entry in entries if not entry.path.startswith(wanted))
