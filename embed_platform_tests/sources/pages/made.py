"""PDFs and images for tests, written byte by byte or by Pillow."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw


def pdf(
    texts: Sequence[str],
    *,
    size: tuple[float, float] = (595, 842),
    created: str = "D:20240531120000+02'00'",
    encrypted: bool = False,
) -> bytes:
    """A PDF with a page for each text, in 24 points; encrypted, nobody has its password."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for text in texts:
        words = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        lines = "".join(f"({line}) Tj 0 -30 Td " for line in words.split("\n"))
        content = f"BT /F1 24 Tf 40 {size[1] - 60} Td {lines}ET"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] "
            f"/Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /CreationDate ({created}) >>")
    trailer = f"/Root 1 0 R /Info {len(objects)} 0 R /ID [<{'00' * 16}> <{'00' * 16}>]"
    if encrypted:
        objects.append(f"<< /Filter /Standard /V 1 /R 2 /O <{'ab' * 32}> /U <{'cd' * 32}> /P -4 >>")
        trailer += f" /Encrypt {len(objects)} 0 R"
    return _assembled(objects, trailer)


def _assembled(objects: Sequence[str], trailer: str) -> bytes:
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.writelines(f"{place:010d} 00000 n \n".encode() for place in places)
    out.write(
        f"trailer << /Size {len(objects) + 1} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return out.getvalue()


def picture(
    words: str = "page", size: tuple[int, int] = (200, 100), mode: str = "RGB"
) -> Image.Image:
    """A small picture with words on it."""
    image = Image.new("RGB", size, (250, 250, 240))
    ImageDraw.Draw(image).text((5, 5), words, fill=(10, 20, 120))
    return image.convert(mode)


def save(path: Path, data: bytes | Image.Image, **options: object) -> Path:
    """Write bytes or a picture to a file."""
    if isinstance(data, bytes):
        path.write_bytes(data)
    else:
        data.save(path, **options)
    return path
