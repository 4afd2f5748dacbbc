"""Image files as pages, through Pillow; the only file that opens images of others."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from embed_platform.errors import BadArchive, BadRecord
from embed_platform.sources.pages.rules import PageRules

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
# Of the others further frames are moments of one picture, of this one sheets.
_SHEETS = "TIFF"
# What a damaged file makes Pillow raise.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, MemoryError)
# Vision models refuse strips that are longer than 200 times their width.
LONGEST_STRIP = 100
WHITE = (255, 255, 255)


class ImageFile:
    """An open image; a TIFF may have several pages, of a moving picture the first frame counts."""

    def __init__(self, image: Image.Image, rules: PageRules, where: str) -> None:
        self._image, self._rules, self._where = image, rules, where
        self.count = int(getattr(image, "n_frames", 1)) if image.format == _SHEETS else 1
        self.pixels = image.width * image.height
        self.created_at = _taken_at(image)

    def check(self, number: int) -> None:
        """Look at the size of a page.

        Raises:
            BadRecord: it is too large, or cannot be found in the file.
        """
        with _damage(self._where, number):
            self._image.seek(number - 1)
        _refuse_bomb(self._image.size, self._rules, f"{self._where} page {number}")

    def render(self, number: int) -> bytes:
        """The page upright, in RGB, scaled down to the rules' budget.

        Raises:
            BadRecord: it cannot be read.
        """
        self.check(number)
        with _damage(self._where, number):
            return rendered(self._image, self._rules)

    def text(self, number: int) -> str:
        """Nothing: an image does not say what it reads."""
        return ""


@contextmanager
def open_image(path: Path | BinaryIO, rules: PageRules, where: str) -> Iterator[ImageFile]:
    """Open an image of a known format.

    Raises:
        BadArchive: it is none, is damaged, or has more pixels than the rules allow.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise BadArchive(
            f"the image is too large to unpack ({_brief(error)})", where=where, remedy=_SMALLER
        ) from error
    except (UnidentifiedImageError, *_BROKEN) as error:
        raise BadArchive(
            "neither a PDF nor an image that can be read",
            where=where,
            remedy=f"Page images are PDF, {', '.join(FORMATS)}",
        ) from error
    with image:
        try:
            _refuse_bomb(image.size, rules, where)
            found = ImageFile(image, rules, where)
        except BadRecord as error:
            raise BadArchive(error.what, where=where, remedy=error.remedy) from error
        yield found


def rendered(image: Image.Image, rules: PageRules) -> bytes:
    """An image as a page in PNG: upright, RGB on white, no larger than the rules' budget."""
    upright = ImageOps.exif_transpose(image)
    scale = rules.fit(*upright.size)
    if scale < 1:
        size = tuple(max(1, int(side * scale)) for side in upright.size)
        if upright.mode == "P":  # indices of colours cannot be averaged
            upright = upright.convert("RGBA")
        upright = upright.resize((size[0], size[1]), Image.Resampling.BOX)
    page = _padded(_on_white(upright))
    sink = io.BytesIO()
    page.save(sink, "PNG", compress_level=4)
    return sink.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, (*WHITE, 255))
        return Image.alpha_composite(white, layer).convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scans with 16 or 32 bits a pixel; Pillow's own conversion would cut them off at 255."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float32))
    top = float(values.max(initial=0))
    full = 65_535.0 if image.mode.startswith("I") and top > 255 else max(top, 1.0)
    return Image.fromarray(np.clip(values * 255 / full, 0, 255).astype(np.uint8))


def _padded(image: Image.Image) -> Image.Image:
    """A thin strip on a white ground that models take."""
    least = -(-max(image.size) // LONGEST_STRIP)
    if min(image.size) >= least:
        return image
    size = (max(image.width, least), max(image.height, least))
    ground = Image.new("RGB", size, WHITE)
    ground.paste(image, (0, 0))
    return ground


def _refuse_bomb(size: tuple[int, int], rules: PageRules, where: str) -> None:
    width, height = size
    if width * height > rules.max_pixels:
        raise BadRecord(
            f"the image has {width:,} x {height:,} pixels, more than {rules.max_pixels:,}",
            where=where,
            remedy=_SMALLER,
        )


_SMALLER = "Make it smaller, or raise EMBED_PAGE_MAX_PIXELS"


def _taken_at(image: Image.Image) -> datetime | None:
    """When a photograph was taken, as its EXIF says, read as UTC; None where it does not."""
    try:
        inner = image.getexif().get_ifd(ExifTags.IFD.Exif)
        value = inner.get(ExifTags.Base.DateTimeOriginal) or image.getexif().get(
            ExifTags.Base.DateTime
        )
        return datetime.strptime(str(value).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    except _BROKEN:
        return None


@contextmanager
def _damage(where: str, number: int) -> Iterator[None]:
    try:
        yield
    except (*_BROKEN, Image.DecompressionBombError) as error:
        raise BadRecord(
            f"the image is damaged ({_brief(error)})",
            where=f"{where} page {number}",
            remedy="Save it anew from its source",
        ) from error


def _brief(error: BaseException) -> str:
    lines = str(error).splitlines()
    return lines[0][:120] if lines else type(error).__name__
