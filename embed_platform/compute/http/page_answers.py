"""What a server of page images is asked and what it answers, in the contract of ColPali's clients; no network."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from embed_platform.compute.http.faults import Broken, Reply
from embed_platform.embedding.engine import MultiVector

# Servers of the contract answer either; the binary form is a fifth of the other.
ACCEPT = "application/octet-stream, application/json;q=0.5"
# Most images of a request: `serve` takes so many.
MOST_IMAGES = 32
# Bytes of base64 and pixels of a request to begin with; a server that finds it too much answers
# 413 and gets less. Sixteen A4 pages at 150 dots per inch are 35 million pixels.
FIRST_BYTES = 8 * 2**20
FIRST_PIXELS = 35_000_000

InputType = Literal["text", "image"]


class _Json(msgspec.Struct):
    embeddings: list[list[list[float]]]


def request_body(kind: InputType, inputs: Sequence[str]) -> bytes:
    """The request as JSON."""
    return msgspec.json.encode({"input_type": kind, "inputs": inputs})


def as_base64(image: bytes) -> str:
    """An image as the contract carries it."""
    return base64.b64encode(image).decode()


def pixels(image: bytes) -> int:
    """Pixels of a PNG file, by its header (RFC 2083, 11.2.1); 0 of what is none."""
    if len(image) < 24 or not image.startswith(b"\x89PNG"):
        return 0
    width, height = struct.unpack(">II", image[16:24])
    return int(width * height)


def requests(
    images: Sequence[bytes], most_bytes: int, most_pixels: int
) -> Iterator[Sequence[bytes]]:
    """Images in their order in requests of bounded size; one image may exceed it alone.

    Args:
        images: PNG files.
        most_bytes: of the images in base64.
        most_pixels: of the images together.
    """
    start = size = area = 0
    for index, image in enumerate(images):
        own_size, own_area = -(-len(image) // 3) * 4, pixels(image)
        full = (
            index - start == MOST_IMAGES
            or size + own_size > most_bytes
            or area + own_area > most_pixels
        )
        if index > start and full:
            yield images[start:index]
            start, size, area = index, 0, 0
        size, area = size + own_size, area + own_area
    if start < len(images):
        yield images[start:]


def read_answer(reply: Reply, inputs: int) -> list[MultiVector]:
    """Unit vectors of each input, rows of padding left out: they are zero in every component.

    Raises:
        Broken: it is neither form of the contract, of another number of inputs, or holds no numbers.
    """
    found = _npz(reply.body) if reply.body[:2] == b"PK" else _json(reply.body)
    if len(found) != inputs:
        raise Broken(f"vectors of {len(found)} inputs came for {inputs}", of_text=True)
    return [_unit(vectors) for vectors in found]


def _json(body: bytes) -> list[np.ndarray]:
    try:
        # rows of unequal length make no matrix
        pages = msgspec.json.decode(body, type=_Json).embeddings
        return [np.array(page, np.float32) for page in pages]
    except (msgspec.MsgspecError, ValueError) as error:
        raise Broken("the answer holds no vectors", of_text=True) from error


def _npz(body: bytes) -> list[np.ndarray]:
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as held:
            names = [f"emb_{place}" for place in range(int(held["count"]))]
            return [np.asarray(held[name], np.float32) for name in names]
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise Broken("the answer is no readable .npz", of_text=True) from error


def _unit(vectors: np.ndarray[Any, Any]) -> MultiVector:
    if vectors.ndim != 2:
        raise Broken("the answer holds no vectors of an input", of_text=True)
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    if not np.isfinite(lengths).all():
        raise Broken("a vector holds no numbers", of_text=True)
    kept = lengths > 0
    return np.asarray(vectors[kept] / lengths[kept, None], np.float16)
