"""What runs inside a container that embeds page images; the vendor's package is not needed here."""

from __future__ import annotations

import time
from collections.abc import Sequence

from embed_platform.compute.local.page_images import PageImageEngine, open_page_engine
from embed_platform.compute.modal.container import Worker, gpu_name, on_modal
from embed_platform.compute.modal.page_payload import wire_pages
from embed_platform.compute.modal.payload import Answer, pack
from embed_platform.errors import EmbedError


class PageWorker(Worker):
    """One model of page images in one container; as `Worker`, it answers what goes wrong."""

    _pages: PageImageEngine | None = None

    def load(self) -> None:
        """Load the model onto the GPU."""
        self._started = time.monotonic()
        self._gpu = gpu_name()
        try:
            self._pages = open_page_engine(self._entry, self._settings)
        except EmbedError as error:
            self._problem = error

    def answer_pages(self, shard: str, kind: str, inputs: Sequence[bytes]) -> bytes:
        """Vectors of images (PNG files), or of questions where `kind` is `text`."""
        if self._pages is None:
            return pack(self._troubled(shard, self._problem))
        with self._one_at_a_time:
            began = time.monotonic()
            if kind == "text":
                vectors, failed = self._pages.embed_questions([t.decode() for t in inputs]), {}
            else:
                found = self._pages.embed_images(inputs)
                vectors, failed = found.vectors, found.failed
            seconds = time.monotonic() - began
        answer = Answer(
            shard=shard,
            space=self._entry.space.slug,
            pages=wire_pages(vectors, failed, self._pages.dimension),
            maker=on_modal(self._pages.provenance, self._gpu),
            seconds=seconds,
            container=self._me(),
        )
        return pack(answer)
