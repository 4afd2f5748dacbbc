"""PDF and image files as numbered pages; what cannot be opened is refused with its reason."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from embed_platform.errors import BadArchive
from embed_platform.settings import Settings
from embed_platform.sources.pages.images import open_image
from embed_platform.sources.pages.pdf import open_pdf
from embed_platform.sources.pages.rules import PageRules

SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".bmp"})
# A PDF may begin with other bytes, which readers allow within its first kilobyte.
_PDF_MARK, _PDF_MARK_WITHIN = b"%PDF-", 1024


@dataclass(frozen=True)
class Page:
    """One rendered page.

    Attributes:
        png: its image, RGB, as a PNG file.
        text: what the file says that it reads; empty for images.
    """

    png: bytes
    text: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the image in pixels, from the file's header."""
        width, height = struct.unpack(">II", self.png[16:24])
        return width, height


class PageFile(Protocol):
    """An open file of pages."""

    count: int
    created_at: datetime | None

    def check(self, number: int) -> None:
        """Look at a page, from 1 on, without rendering it.

        Raises:
            BadRecord: it cannot be rendered.
        """

    def render(self, number: int) -> bytes:
        """A page, from 1 on, as a PNG file.

        Raises:
            BadRecord: it cannot be rendered.
        """

    def text(self, number: int) -> str:
        """What the file says that a page reads; empty where it says nothing."""


def page_rules(settings: Settings) -> PageRules:
    """The rules of rendering, from the settings."""
    return PageRules(settings.page_dpi, settings.page_max_pixels)


def is_page_file(path: Path) -> bool:
    """Whether a file's name says that it is a PDF or an image."""
    return path.suffix.lower() in SUFFIXES


@contextmanager
def open_pages(path: Path, rules: PageRules, name: str = "") -> Iterator[PageFile]:
    """Open a PDF or an image by what is in it, whatever its name says.

    Args:
        path: the file.
        rules: of rendering.
        name: what to call it in messages; its own path when empty.

    Raises:
        BadArchive: it is neither, is damaged, encrypted or empty, or is too large to unpack.
    """
    where = name or str(path)
    with path.open("rb") as file:
        beginning = file.read(_PDF_MARK_WITHIN)
    if not beginning:
        raise BadArchive("the file is empty", where=where, remedy="Save or copy it again")
    if _PDF_MARK in beginning:
        with open_pdf(path, rules, where) as pdf:
            yield pdf
    else:
        with open_image(path, rules, where) as image:
            yield image
