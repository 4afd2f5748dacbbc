from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from embed_platform.errors import BadArchive, BadRecord
from embed_platform.sources.pages.files import is_page_file, open_pages
from embed_platform.sources.pages.pdf import pdf_date
from embed_platform.sources.pages.rules import PageRules
from embed_platform_tests.sources.pages.made import pdf, picture, save

RULES = PageRules(dpi=72, max_pixels=1_000_000)


def shown(path: Path, number: int = 1, rules: PageRules = RULES) -> Image.Image:
    """A page as an engine would open it."""
    with open_pages(path, rules) as pages:
        image = Image.open(io.BytesIO(pages.render(number)))
    assert (image.mode, image.format) == ("RGB", "PNG")
    return image


def refusal(path: Path, rules: PageRules = RULES) -> str:
    with pytest.raises(BadArchive) as caught, open_pages(path, rules) as pages:
        pages.check(1)
    return str(caught.value)


def test_a_pdf_gives_its_pages_with_their_text(tmp_path: Path) -> None:
    path = save(tmp_path / "a.pdf", pdf(["Invoice from May\nTotal 100 EUR", "second"]))
    with open_pages(path, RULES) as pages:
        assert pages.count == 2
        assert pages.text(1) == "Invoice from May\nTotal 100 EUR"
        assert pages.created_at is not None
        assert pages.created_at.isoformat() == "2024-05-31T10:00:00+00:00"
    image = shown(path)
    assert image.size == (595, 842)
    # black words on a white sheet
    assert image.getpixel((5, 5)) == (255, 255, 255)
    assert min(image.convert("L").tobytes()) < 50


def test_the_same_pdf_renders_to_the_same_bytes(tmp_path: Path) -> None:
    path = save(tmp_path / "a.pdf", pdf(["one", "two"]))
    with open_pages(path, RULES) as pages:
        first, second, other = pages.render(1), pages.render(1), pages.render(2)
    assert first == second != other


def test_resolution_is_in_dots_per_inch_and_a_poster_gets_the_pixels_of_a_sheet(
    tmp_path: Path,
) -> None:
    sheet = save(tmp_path / "sheet.pdf", pdf(["x"]))
    poster = save(tmp_path / "poster.pdf", pdf(["x"], size=(14_400, 14_400)))
    rules = PageRules(dpi=144, max_pixels=10**8)
    assert shown(sheet, rules=rules).size == (1190, 1684)
    width, height = shown(poster, rules=rules).size
    assert width == height and 0.98 < width * height / rules.budget <= 1.01


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (pdf(["x"], encrypted=True), "the PDF is encrypted with a password"),
        (pdf(["x"])[:150], "the PDF is damaged and cannot be opened"),
        (b"%PDF-1.7\n", "the PDF is damaged and cannot be opened"),
        (pdf([]), "the PDF has no pages"),
        (b"", "the file is empty"),
        (b"no image at all", "neither a PDF nor an image that can be read"),
    ],
)
def test_a_file_that_cannot_be_opened_is_refused_with_its_reason(
    tmp_path: Path, data: bytes, what: str
) -> None:
    # the last failure was another's
    assert "encrypted" in refusal(save(tmp_path / "locked.pdf", pdf(["x"], encrypted=True)))
    message = refusal(save(tmp_path / "photo.png", data))
    assert message.startswith(f"{tmp_path / 'photo.png'}: {what}")


def test_a_pdf_with_an_image_s_name_is_a_pdf_and_the_other_way_round(tmp_path: Path) -> None:
    with open_pages(save(tmp_path / "a.png", pdf(["words"])), RULES) as pages:
        assert pages.text(1) == "words"
    png = save(tmp_path / "b.png", picture())
    assert shown(png.rename(tmp_path / "b.pdf")).size == (200, 100)


def test_an_image_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = save(tmp_path / "bomb.png", Image.new("1", (3000, 400)))
    assert "3,000 x 400 pixels, more than 1,000,000" in refusal(path)
    huge = save(tmp_path / "huge.png", Image.new("1", (20_000, 20_000)))
    assert "too large to unpack" in refusal(huge, PageRules(72, 178_956_970))


def test_a_pdf_with_an_image_bomb_fails_by_its_page(tmp_path: Path) -> None:
    pages = [picture("fine"), Image.new("1", (3000, 400))]
    path = tmp_path / "a.pdf"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    with open_pages(path, RULES) as opened:
        opened.check(1)
        with pytest.raises(BadRecord, match=r"a.pdf page 2: an image of it has 3,000 x 400 pixels"):
            opened.check(2)
        with pytest.raises(BadRecord, match="page 2"):
            opened.render(2)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_every_mode_becomes_rgb_that_shows_the_picture(tmp_path: Path, mode: str) -> None:
    grey = picture().convert("L")
    if mode == "I;16":
        made = Image.frombytes("I;16", grey.size, b"".join(bytes((0, v)) for v in grey.tobytes()))
    elif mode in ("LA", "RGBA", "RGB", "CMYK", "P"):
        made = picture(mode="RGB").convert(mode)
    else:
        made = grey.convert(mode)
    suffix = {"CMYK": "jpg", "F": "tiff", "I": "tiff"}.get(mode, "png")
    levels = shown(save(tmp_path / f"a.{suffix}", made)).convert("L").tobytes()
    assert max(levels) > 200 and min(levels) < 130, (min(levels), max(levels))


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    assert shown(save(tmp_path / "a.png", clear)).getpixel((20, 20)) == (255, 255, 255)
    palette = Image.new("P", (40, 40), 3)
    path = save(tmp_path / "b.gif", palette, transparency=3)
    assert shown(path).getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_of_a_moving_picture_the_first_frame_is_the_page(tmp_path: Path, suffix: str) -> None:
    red, blue = Image.new("RGB", (30, 30), "red"), Image.new("RGB", (30, 30), "blue")
    path = save(tmp_path / f"a.{suffix}", red, save_all=True, append_images=[blue], lossless=True)
    with open_pages(path, RULES) as pages:
        assert pages.count == 1
    assert shown(path).getpixel((15, 15)) == (255, 0, 0)


def test_a_tiff_has_as_many_pages_as_sheets(tmp_path: Path) -> None:
    other = picture("two", (50, 80))
    path = save(tmp_path / "a.tiff", picture(), save_all=True, append_images=[other])
    with open_pages(path, RULES) as pages:
        assert pages.count == 2
    assert [shown(path, n).size for n in (1, 2)] == [(200, 100), (50, 80)]


def test_a_photograph_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    image = Image.new("RGB", (60, 30), "white")
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    exif.get_ifd(0x8769)[0x9003] = "2024:05:31 12:00:00"
    path = save(tmp_path / "a.jpg", image, exif=exif)
    assert shown(path).size == (30, 60)
    with open_pages(path, RULES) as pages:
        assert pages.created_at is not None and pages.created_at.day == 31


def test_one_pixel_is_a_page_and_a_thin_strip_is_padded(tmp_path: Path) -> None:
    assert shown(save(tmp_path / "a.png", Image.new("RGB", (1, 1), "red"))).getpixel((0, 0)) == (
        255,
        0,
        0,
    )
    assert shown(save(tmp_path / "b.png", Image.new("RGB", (2000, 3)))).size == (2000, 20)


def test_a_cut_off_image_is_a_damaged_page(tmp_path: Path) -> None:
    whole = save(tmp_path / "a.jpg", picture(size=(600, 400))).read_bytes()
    with open_pages(save(tmp_path / "b.jpg", whole[:2500]), RULES) as pages:
        pages.check(1)
        with pytest.raises(BadRecord, match="the image is damaged"):
            pages.render(1)


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.integers(36, 600))
def test_a_rendering_keeps_to_its_budget_and_is_never_enlarged(
    width: float, height: float, dpi: int
) -> None:
    rules = PageRules(dpi, 10**8)
    scale = rules.fit(width, height)
    assert 0 < scale <= 1
    assert width * height * scale**2 <= rules.budget * 1.001 or scale == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("D:20240531120000Z", "2024-05-31T12:00:00+00:00"),
        ("D:20240531120000-05'30'", "2024-05-31T17:30:00+00:00"),
        ("D:2024", "2024-01-01T00:00:00+00:00"),
        ("20240531", "2024-05-31T00:00:00+00:00"),
        ("D:20241399", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_pdf_s_time_is_read_in_utc(text: str, expected: str | None) -> None:
    found = pdf_date(text)
    assert (found.isoformat() if found else None) == expected


@pytest.mark.parametrize("name", ["a.PDF", "b.jpeg", "c.Tif", "d.webp"])
def test_page_files_are_known_by_their_suffix(name: str) -> None:
    assert is_page_file(Path(name)) and not is_page_file(Path("a.zip"))
