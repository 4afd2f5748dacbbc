"""Vectors of page images and of questions to them: one model, one request at a time."""

from __future__ import annotations

import base64
import binascii
import io
import threading
from collections.abc import Sequence
from typing import Literal

from embed_platform.compute.page_images import open_page_engine
from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.embedding.engine import MultiVector
from embed_platform.embedding.registry import ModelEntry, load_registry
from embed_platform.errors import BadArchive, BadRecord, SettingsError
from embed_platform.service.problems import ApiError
from embed_platform.settings import Settings
from embed_platform.sources.pages.images import open_image
from embed_platform.sources.pages.rules import PageRules

InputType = Literal["text", "image"]


class Pages:
    """Embeds what is sent, with the model that EMBED_SERVE_PAGE_MODEL names."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rules = PageRules(settings.page_dpi, settings.page_max_pixels)
        self._one_at_a_time = threading.Lock()

    def embed(self, kind: InputType, inputs: Sequence[str]) -> list[MultiVector]:
        """Vectors of questions, or of images in base64, each float16 of shape (vectors, dimension).

        Padding is left out: it would score as noise.

        Raises:
            ApiError: 400 for what is no image, with its place and the reason.
            EmbedError: the model cannot be loaded.
        """
        if not inputs:
            return []
        images = (
            [self._image(text, place) for place, text in enumerate(inputs)]
            if kind == "image"
            else []
        )
        with self._one_at_a_time:
            engine = open_page_engine(self._entry(), self._settings)
            if kind == "text":
                return engine.embed_questions(inputs)
            found = engine.embed_images(images)
        if found.failed:
            place, reason = next(iter(found.failed.items()))
            raise _bad(place, reason)
        return found.vectors

    def _entry(self) -> ModelEntry:
        registry = load_registry(self._settings)
        if self._settings.serve_page_model:
            return registry.get(self._settings.serve_page_model)
        serving = [entry for entry in registry.models.values() if PAGE_IMAGE.name in entry.kinds]
        if not serving:
            raise SettingsError("no model of the registry embeds page images")
        return serving[0]

    def _image(self, text: str, place: int) -> bytes:
        """An image as the model takes it, from base64 with or without `data:…;base64,` before it."""
        data = text.split(",", 1)[1] if text.startswith("data:") and "," in text else text
        try:
            raw = base64.b64decode("".join(data.split()), validate=True)
        except (binascii.Error, ValueError):
            raise _bad(place, "not base64") from None
        try:
            with open_image(io.BytesIO(raw), self._rules, f"image {place}") as image:
                return image.render(1)
        except (BadArchive, BadRecord) as error:
            raise _bad(place, error.what) from error


def _bad(place: int, reason: str) -> ApiError:
    return ApiError(400, f"input {place}: {reason}", param="inputs", code="bad_input")
