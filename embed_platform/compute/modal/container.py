"""What runs inside a container: our own engine for one model, and its answers as bytes.

The vendor's package is not needed here; deploy/modal_app.py puts this into its class.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from embed_platform.compute.local import LocalEngine, fetch_model, open_local_engine
from embed_platform.compute.modal.attention import use_flash_attention
from embed_platform.compute.modal.model_text import read_model_text
from embed_platform.compute.modal.payload import Answer, Container, Vectors, pack, wire_vectors
from embed_platform.compute.modal.stored import fetch_texts, put_vectors
from embed_platform.embedding.engine import Embedded, Provenance
from embed_platform.errors import EmbedError, PermanentError
from embed_platform.settings import Settings

_STARTED = time.monotonic()


class Worker:
    """One model in one container.

    An error that is expected is answered, not raised: the vendor starts a container that
    crashes again and again, and every start costs.

    Args:
        model: as `model_text` writes it.
        settings: of the container.
    """

    def __init__(self, model: str, settings: Settings) -> None:
        self._entry = read_model_text(model)
        self._settings = settings
        self._engine: LocalEngine | None = None
        self._problem: EmbedError | None = None
        # a second input may arrive while one is embedded; its bytes travel meanwhile
        self._one_at_a_time = threading.Lock()
        self._gpu = gpu_name()

    def fetch(self) -> bool:
        """Bring the weights into the cache; returns whether they were downloaded now."""
        if Path(self._entry.source).is_dir():
            return False
        began = time.time()
        try:
            folder = fetch_model(self._entry.name, self._entry.space.revision, self._settings)
        except EmbedError as error:
            self._problem = error
            return False
        return folder.stat().st_mtime >= began

    def load(self) -> None:
        """Load the model onto the GPU."""
        try:
            self._engine = open_local_engine(self._entry, self._settings)
            self._problem = None
        except EmbedError as error:
            self._problem = error
            return
        if self._settings.modal_flash_attention:
            use_flash_attention(self._engine, self._entry.space)

    def answer(self, shard: str, texts: Sequence[str], prompt: str) -> bytes:
        """Vectors of texts."""
        return pack(self._answered(shard, texts, prompt))

    def answer_stored(self, shard: str, source: str, target: str, prompt: str) -> bytes:
        """As `answer`, with the texts from one signed address and the vectors to another."""
        try:
            answer = self._answered(shard, fetch_texts(source), prompt)
            if answer.vectors is not None:
                put_vectors(target, answer.vectors)
        except EmbedError as error:
            return pack(self._with(shard, problem=error))
        return pack(self._with(shard, maker=answer.maker, seconds=answer.seconds, told=answer))

    def _answered(self, shard: str, texts: Sequence[str], prompt: str) -> Answer:
        if self._engine is None:
            return self._with(shard, problem=self._problem)
        with self._one_at_a_time:
            began = time.monotonic()
            found = self._engine.embed(texts, prompt)
            seconds = time.monotonic() - began
        maker = _on_modal(self._engine.provenance, self._gpu)
        return self._with(shard, vectors=_wired(found, maker), maker=maker, seconds=seconds)
