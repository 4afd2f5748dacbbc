"""sentence-transformers on this machine: which model is loaded, and how; forward.py runs it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embed_platform.compute.local.forward import Forward
from embed_platform.compute.local.page_images import describe_page_model, is_page_model
from embed_platform.compute.local.weights import (
    batch_limits,
    best_dtype,
    device_of,
    fetch_model,
    reason,
)
from embed_platform.embedding.engine import Embedded, Provenance
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import ModelUnavailable, SpaceMismatch
from embed_platform.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_TINY = np.finfo(np.float32).tiny


class LocalEngine:
    """One loaded model.

    The same texts in one call give the same vectors: batches follow from the lengths alone.
    """

    def __init__(
        self, model: SentenceTransformer, space: EmbeddingSpace, batch_tokens: int
    ) -> None:
        self._model, self._space = model, space
        device, dtype = str(model.device), str(model.dtype).removeprefix("torch.")
        self._forward = Forward(model, *batch_limits(device, dtype, batch_tokens))
        self._provenance = Provenance(
            engine="sentence-transformers",
            version=importlib.metadata.version("sentence-transformers"),
            dtype=dtype,
            device=device.split(":")[0],
        )

    @property
    def provenance(self) -> Provenance:
        """Who makes the vectors."""
        return self._provenance

    def embed(self, texts: Sequence[str], prompt: str) -> Embedded:
        """Vectors of texts in batches of similar length; a text that breaks the model fails alone.

        Raises:
            MachineUnavailable: the GPU itself fails.
        """
        found = self._forward.run(texts, prompt, self._space.dimension)
        if self._space.normalised:
            # bfloat16 rounds a unit vector's length to within 0.3 %; here it is one again
            lengths = np.linalg.norm(found.vectors, axis=1, keepdims=True)
            np.divide(found.vectors, np.maximum(lengths, _TINY), out=found.vectors)
        return found

    def attend_by(self, implementation: str) -> None:
        """Change how the model computes attention, to `sdpa` or `flash_attention_2`.

        Raises:
            ImportError, ValueError: this model, or what is installed, has it not.
        """
        self._forward.attend_by(implementation)


def open_local_engine(entry: ModelEntry, settings: Settings) -> LocalEngine:
    """Load a model of the registry.

    Raises:
        ModelUnavailable: it cannot be fetched or read.
        SpaceMismatch: it is not what the registry says it is.
    """
    if entry.space.quantisation:
        raise ModelUnavailable(
            f"{entry.space.quantisation} weights are served by Ollama or LM Studio; this engine does not load them",
            where=entry.name,
            remedy="`embed-platform import-vectors` takes vectors made there",
        )
    folder = Path(entry.source)
    if not folder.is_dir():
        folder = fetch_model(entry.name, entry.space.revision, settings)
    model = _load(folder, settings)
    if model.max_seq_length is None or model.max_seq_length > entry.space.max_tokens:
        model.max_seq_length = entry.space.max_tokens
    _check(model, entry.space)
    return LocalEngine(model, entry.space, settings.batch_tokens)


def describe_model(name: str, settings: Settings) -> ModelEntry:
    """Fetch any sentence-transformers model or model of page images, or read a folder, and state what it is.

    The revision is the commit that the name stands for today, or a digest of the folder's
    weights.

    Raises:
        ModelUnavailable: it cannot be fetched or read.
    """
    given = Path(name).expanduser()
    if given.is_dir():
        folder, model_name, revision = given, str(given.resolve()), _weights_digest(given)
    elif name.startswith(("/", ".", "~")):
        raise ModelUnavailable("there is no such folder", where=name)
    else:
        folder, model_name = fetch_model(name, "main", settings), name
        revision = folder.name  # the hub's cache names a snapshot's folder after its commit
    if is_page_model(folder):
        return describe_page_model(model_name, revision, folder, settings)
    model = _load(folder, settings)
    prompts = model.prompts or {}
    space = EmbeddingSpace(
        model=model_name,
        revision=revision,
        dimension=int(model.get_embedding_dimension() or 0),
        normalised=_normalises(model),
        query_prompt=prompts.get("query") or "",
        document_prompt=prompts.get("document") or prompts.get("passage") or "",
        pooling=_pooling(model),
        max_tokens=int(model.max_seq_length or 512),
    )
    return ModelEntry(space)


def _load(folder: Path, settings: Settings) -> SentenceTransformer:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    device = device_of(settings)
    dtype = best_dtype(device) if settings.dtype == "auto" else settings.dtype
    try:
        return SentenceTransformer(
            str(folder),
            device=device,
            local_files_only=True,
            model_kwargs={"dtype": getattr(torch, dtype)},
        )
    except (
        OSError,
        ValueError,
        RuntimeError,
        ImportError,
        LookupError,
        AttributeError,
        TypeError,
    ) as error:
        raise ModelUnavailable(
            f"no sentence-transformers model can be read there ({reason(error)})",
            where=str(folder),
            remedy="A model's folder holds modules.json, config.json and its weights",
        ) from error


def _check(model: SentenceTransformer, space: EmbeddingSpace) -> None:
    """Refuse a model that is not what its space says."""
    found = {
        "dimension": model.get_embedding_dimension(),
        "normalised": _normalises(model),
        "pooling": _pooling(model),
    }
    for name, value in found.items():
        stated = getattr(space, name)
        if value != stated:
            raise SpaceMismatch(
                f"the model's {name} is {value!r}, the registry says {stated!r}",
                where=space.model,
                remedy="Correct its entry in models.yaml; that makes it another space",
            )


def _modules(model: SentenceTransformer) -> dict[str, Any]:
    return {type(module).__name__: module for module in model}


def _normalises(model: SentenceTransformer) -> bool:
    return "Normalize" in _modules(model)


def _pooling(model: SentenceTransformer) -> str:
    pooling = _modules(model).get("Pooling")
    mode = getattr(pooling, "pooling_mode", None) if pooling is not None else None
    if mode is None and pooling is not None:
        mode = pooling.get_pooling_mode_str()
    return str(mode) if mode else "none"


def _weights_digest(folder: Path) -> str:
    """sha256 over the folder's files that decide a vector, 40 hex digits."""
    digest = hashlib.sha256()
    for path in sorted(
        p
        for p in folder.rglob("*")
        if p.suffix in {".safetensors", ".bin", ".json", ".txt", ".model"}
    ):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:40]
