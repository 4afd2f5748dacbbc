"""Vectors of page images and of questions to them: one model, one request at a time."""

from __future__ import annotations

import base64
import binascii
import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from embed_platform.compute.local.page_images import open_page_engine
from embed_platform.compute.local.weights import pinned
from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.embedding.engine import MultiVector
from embed_platform.embedding.registry import ModelEntry, load_registry
from embed_platform.errors import BadArchive, BadRecord, SettingsError
from embed_platform.service.problems import RETRY_SECONDS, ApiError
from embed_platform.settings import Settings
from embed_platform.sources.pages.images import ImageFile, open_image
from embed_platform.sources.pages.rules import PageRules

InputType = Literal["text", "image"]
# Requests that are worked on or wait for their turn; each holds a thread of the service.
MOST_AT_A_TIME = 4


class Pages:
    """Embeds what is sent, with the model that EMBED_SERVE_PAGE_MODEL names."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rules = PageRules(settings.page_dpi, settings.page_max_pixels)
        self._places = threading.BoundedSemaphore(MOST_AT_A_TIME)
        self._one_at_a_time = threading.Lock()

    def embed(
        self, kind: InputType, inputs: Sequence[str], gone: threading.Event
    ) -> list[MultiVector]:
        """Vectors of questions, or of images in base64, each float16 of shape (vectors, dimension).

        Padding is left out: it would score as noise.

        Args:
            kind: what the inputs are.
            inputs: questions, or images.
            gone: set when nobody waits for the answer any more; it ends after the current pass.

        Raises:
            ApiError: 400 for what is no image, with its place and the reason; 413 for too many
                pixels together; 429 when too many wait.
            EmbedError: the model cannot be loaded.
        """
        if not inputs:
            return []
        if not self._places.acquire(blocking=False):
            raise ApiError(
                429,
                "too many requests wait for the model of page images",
                code="queue_full",
                retry_after=RETRY_SECONDS,
            )
        try:
            with self._one_at_a_time:
                return self._embed(kind, inputs, gone)
        finally:
            self._places.release()

    def _embed(
        self, kind: InputType, inputs: Sequence[str], gone: threading.Event
    ) -> list[MultiVector]:
        # first of all: without the model, images are unpacked for nobody
        engine = open_page_engine(pinned(self._entry(), self._settings), self._settings)
        images = self._checked(inputs) if kind == "image" else []
        size = engine.pages_per_batch
        vectors: list[MultiVector] = []
        while len(vectors) < len(inputs) and not gone.is_set():
            first = len(vectors)
            if kind == "text":
                vectors += engine.embed_questions(inputs[first : first + size])
                continue
            batch = [self._rendered(images[i], i) for i in range(len(images))[first : first + size]]
            found = engine.embed_images(batch)
            for place, reason in found.failed.items():
                raise _bad(first + place, reason)
            vectors += found.vectors
        return vectors

    def _entry(self) -> ModelEntry:
        registry = load_registry(self._settings)
        if self._settings.serve_page_model:
            return registry.get(self._settings.serve_page_model)
        serving = [entry for entry in registry.models.values() if PAGE_IMAGE.name in entry.kinds]
        if not serving:
            raise SettingsError("no model of the registry embeds page images")
        return serving[0]

    def _checked(self, inputs: Sequence[str]) -> list[bytes]:
        """Image files from base64; their sizes are known, and nothing of them is unpacked yet."""
        images, pixels = [], 0
        for place, text in enumerate(inputs):
            raw = _decoded(text, place)
            with self._opened(raw, place) as image:
                pixels += image.pixels
            images.append(raw)
        if pixels > self._rules.max_pixels:
            raise ApiError(
                413,
                f"{pixels:,} pixels in all images together; at most {self._rules.max_pixels:,} at a time",
                param="inputs",
                code="too_many_pixels",
            )
        return images

    def _rendered(self, raw: bytes, place: int) -> bytes:
        """An image as the model takes it."""
        with self._opened(raw, place) as image:
            return image.render(1)

    @contextmanager
    def _opened(self, raw: bytes, place: int) -> Iterator[ImageFile]:
        try:
            with open_image(io.BytesIO(raw), self._rules, f"image {place}") as image:
                yield image
        except (BadArchive, BadRecord) as error:
            raise _bad(place, error.what) from error


def _decoded(text: str, place: int) -> bytes:
    """A file from base64 with or without `data:…;base64,` before it."""
    data = text.split(",", 1)[1] if text.startswith("data:") and "," in text else text
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _bad(place, "not base64") from None


def _bad(place: int, reason: str) -> ApiError:
    return ApiError(400, f"input {place}: {reason}", param="inputs", code="bad_input")
