"""PDF files as pages, through pypdfium2; the only file that imports it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from embed_platform.errors import BadArchive, BadRecord
from embed_platform.sources.pages.images import rendered
from embed_platform.sources.pages.rules import PageRules

POINTS_PER_INCH = 72
# Enough for a snippet and for full text search; a page of small print has about 6,000.
MAX_TEXT = 20_000
# Forms within forms in which images are looked for.
_DEPTH = 5
# 12 inches of 2,000 pixels: a page described as smaller than a point is no page.
_LEAST_POINTS = 1.0
_REASONS = {
    pdfium.FPDF_ERR_PASSWORD: (
        "the PDF is encrypted with a password",
        "Save it without the password, then ingest again",
    ),
    pdfium.FPDF_ERR_SECURITY: (
        "the PDF is encrypted in a way that cannot be read",
        "Print it to a new PDF, then ingest again",
    ),
}
_DAMAGED = ("the PDF is damaged and cannot be opened", "Save or download it again")
# PDF 32000-1, 7.9.4: D:YYYYMMDDHHmmSSOHH'mm', all after the year optional.
_DATE = re.compile(
    r"D?:?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([Zz+-])(?:(\d\d)'?(\d\d)?'?)?)?"
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")


class PdfFile:
    """An open PDF; pages are loaded one at a time and closed again."""

    def __init__(self, document: pypdfium2.PdfDocument, rules: PageRules, where: str) -> None:
        self._document, self._rules, self._where = document, rules, where
        self.count = len(document)
        self.created_at = pdf_date(str(document.get_metadata_dict().get("CreationDate") or ""))

    def check(self, number: int) -> None:
        """Load a page and look at its size and at those of its images.

        Raises:
            BadRecord: it cannot be loaded, has no size, or an image of it is too large to unpack.
        """
        with self._page(number):
            pass

    def render(self, number: int) -> bytes:
        """The page as printed, with its annotations.

        Raises:
            BadRecord: it cannot be rendered.
        """
        with self._page(number) as page:
            width, height = page.get_size()
            scale = self._rules.dpi / POINTS_PER_INCH
            scale *= self._rules.fit(width * scale, height * scale)
            bitmap = page.render(scale=scale)
            try:
                return rendered(bitmap.to_pil(), self._rules)
            finally:
                bitmap.close()

    def text(self, number: int) -> str:
        """The text that a page holds, as far as it can be stored.

        Raises:
            BadRecord: the page cannot be loaded.
        """
        with self._page(number) as page:
            return _text(page)

    @contextmanager
    def _page(self, number: int) -> Iterator[pypdfium2.PdfPage]:
        where = f"{self._where} page {number}"
        try:
            page = self._document[number - 1]
            try:
                self._refuse(page, where)
                yield page
            finally:
                page.close()
        except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
            raise BadRecord(
                "the page is damaged and cannot be rendered",
                where=where,
                remedy="Save or download the PDF again",
            ) from error

    def _refuse(self, page: pypdfium2.PdfPage, where: str) -> None:
        if min(page.get_size()) < _LEAST_POINTS:
            raise BadRecord("the page has no size", where=where)
        for image in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=_DEPTH):
            width, height = image.get_px_size()
            if width * height > self._rules.max_pixels:
                raise BadRecord(
                    f"an image of it has {width:,} x {height:,} pixels, "
                    f"more than {self._rules.max_pixels:,}",
                    where=where,
                    remedy="Save it with smaller images, or raise EMBED_PAGE_MAX_PIXELS",
                )


@contextmanager
def open_pdf(path: Path, rules: PageRules, where: str) -> Iterator[PdfFile]:
    """Open a PDF; it is read from its file as pages are asked for.

    Raises:
        BadArchive: it is encrypted or damaged, or has no pages.
    """
    # PdfDocument itself would take a file without pages for one that the last error was about
    raw = pdfium.FPDF_LoadDocument(os.fsencode(path) + b"\0", None)
    if not raw:
        what, remedy = _REASONS.get(pdfium.FPDF_GetLastError(), _DAMAGED)
        raise BadArchive(what, where=where, remedy=remedy)
    document = pypdfium2.PdfDocument(raw)
    try:
        if not len(document):
            raise BadArchive("the PDF has no pages", where=where, remedy="Save it again")
        document.init_forms()
        yield PdfFile(document, rules, where)
    finally:
        document.close()


def pdf_date(text: str) -> datetime | None:
    """The time that a PDF's metadata give, UTC; None where it is none."""
    found = _DATE.match(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (
        int(part) if part else default
        for part, default in zip(found.groups()[:6], (0, 1, 1, 0, 0, 0), strict=True)
    )
    sign, hours, minutes = found.groups()[6:]
    shift = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        time = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return time + shift if sign == "-" else time - shift
    except (ValueError, OverflowError):
        return None


def _text(page: pypdfium2.PdfPage) -> str:
    """What a page says, as far as it can be stored; nothing where its text cannot be read."""
    try:
        holder = page.get_textpage()
    except pypdfium2.PdfiumError:
        return ""
    try:
        text = holder.get_text_bounded(errors="replace")
    finally:
        holder.close()
    return _UNSTORABLE.sub("", text).replace("\r\n", "\n").strip()[:MAX_TEXT]
