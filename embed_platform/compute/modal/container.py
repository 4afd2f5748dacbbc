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

import msgspec

from embed_platform.compute.local.attention import use_flash_attention
from embed_platform.compute.local.engine import LocalEngine, open_local_engine
from embed_platform.compute.local.weights import fetch_model
from embed_platform.compute.modal.model_text import read_model_text
from embed_platform.compute.modal.payload import Answer, Container, WireType, pack, wire_vectors
from embed_platform.compute.modal.stored import fetch_texts, put_vectors
from embed_platform.embedding.engine import Provenance
from embed_platform.errors import EmbedError, PermanentError
from embed_platform.settings import Settings


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
        self._problem: EmbedError = PermanentError("the model was never loaded")
        # a second input may arrive while one is embedded; its bytes travel meanwhile
        self._one_at_a_time = threading.Lock()
        self._gpu = ""
        self._started = time.monotonic()

    def fetch(self) -> bool:
        """Bring the weights into the hub's cache; returns whether that is where they are."""
        try:
            if Path(self._entry.source).is_dir():
                return False
            fetch_model(self._entry.name, self._entry.space.revision, self._settings)
        except EmbedError as error:
            self._problem = error
            return False
        return True

    def load(self) -> None:
        """Load the model onto the GPU."""
        # not before: a container may come from a snapshot that was taken long ago
        self._started = time.monotonic()
        self._gpu = gpu_name()
        try:
            self._engine = open_local_engine(self._entry, self._settings)
        except EmbedError as error:
            self._problem = error
        else:
            if self._settings.modal_flash_attention:
                use_flash_attention(self._engine)

    def answer(self, shard: str, texts: Sequence[str], prompt: str) -> bytes:
        """Vectors of texts."""
        try:
            return pack(self._embedded(shard, texts, prompt, wire=None))
        except EmbedError as error:
            return pack(self._troubled(shard, error))

    def answer_stored(self, shard: str, source: str, target: str, prompt: str) -> bytes:
        """As `answer`, with the texts from one signed address and the vectors to another."""
        try:
            answer = self._embedded(shard, fetch_texts(source), prompt, wire="float32")
            if answer.vectors is not None:
                put_vectors(target, answer.vectors)
        except EmbedError as error:
            answer = self._troubled(shard, error)
        return pack(msgspec.structs.replace(answer, vectors=None))

    def _embedded(
        self, shard: str, texts: Sequence[str], prompt: str, wire: WireType | None
    ) -> Answer:
        if self._engine is None:
            return self._troubled(shard, self._problem)
        with self._one_at_a_time:
            began = time.monotonic()
            found = self._engine.embed(texts, prompt)
            seconds = time.monotonic() - began
        maker = self._engine.provenance
        return Answer(
            shard=shard,
            space=self._entry.space.slug,
            vectors=wire_vectors(found, wire or wire_type(maker)),
            maker=on_modal(maker, self._gpu),
            seconds=seconds,
            container=self._me(),
        )

    def _troubled(self, shard: str, error: EmbedError) -> Answer:
        return Answer(
            shard=shard,
            space=self._entry.space.slug,
            problem=str(error),
            hopeless=isinstance(error, PermanentError),
            container=self._me(),
        )

    def _me(self) -> Container:
        name = os.environ.get("MODAL_TASK_ID", "")
        return Container(name, time.monotonic() - self._started, self._gpu)


def wire_type(maker: Provenance) -> WireType:
    """bfloat16 where the model computed in it: the other half of a float32 would be noise."""
    return "bfloat16" if maker.dtype == "bfloat16" else "float32"


def gpu_name() -> str:
    """What the driver calls the GPU; empty where there is none."""
    command = shutil.which("nvidia-smi")
    if command is None:
        return ""
    try:
        done = subprocess.run(
            [command, "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else ""


def on_modal(maker: Provenance, gpu: str) -> Provenance:
    """The maker of vectors as it is written down: on whose machine, and on which GPU."""
    return Provenance(
        f"modal/{maker.engine}", maker.version, maker.dtype, f"{maker.device} {gpu}".strip()
    )
