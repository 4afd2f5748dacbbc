"""Models of page images (ColPali, ColQwen2, ColQwen2.5) through transformers; the only file that loads them."""

from __future__ import annotations

import importlib.metadata
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from embed_platform.compute.local.weights import best_dtype, device_of, fetch_model, reason
from embed_platform.corpus.kinds import PAGE_IMAGE
from embed_platform.embedding.engine import EmbeddedPages, MultiVector, Provenance
from embed_platform.embedding.registry import ModelEntry
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import ModelUnavailable, SpaceMismatch
from embed_platform.settings import Settings

# A page is 700 tokens or more. On a CPU a batch only adds padding; a GPU wants several pages.
CPU_PAGES, GPU_PAGES = 1, 8
# Of a question so many tokens are read, many times what questions have: attention's cost grows with
# their square. A token is a hundred characters at most, or the rest is cut before it is split.
MOST_QUESTION_TOKENS, CHARS_PER_TOKEN = 400, 100
# Stores that hold several vectors a page; Milvus says itself where its server does not.
STORES = ("pgvector", "milvus")
# How colpali-engine names the weights of ColQwen2 and ColQwen2.5, in its releases so far, and how
# transformers names them.
COLPALI_ENGINE_KEYS = {
    r"^(?:vlm\.)?(?:model\.)?visual\.": "vlm.visual.",
    r"^(?:vlm\.)?model\.language_model\.": "vlm.language_model.",
    r"^(?:vlm\.)?language_model\.": "vlm.language_model.",
    r"^model\.(?=embed_tokens|layers|norm)": "vlm.language_model.",
    r"^custom_text_proj\.": "embedding_proj_layer.",
}
_COLPALI_ENGINE = {"qwen2_vl", "qwen2_5_vl"}
_NATIVE = {"colqwen2", "colpali"}
# two threads must not load one model twice
_loading = Lock()
_loaded: dict[tuple[str, str, str], PageImageEngine] = {}


class PageImageEngine:
    """One loaded model; pages and questions become float16 matrices of unit vectors without padding."""

    def __init__(self, model: Any, processor: Any, pages_per_batch: int = 0) -> None:
        self._model, self._processor = model, processor
        # a request and a job of the service may share it; a processor is not safe between threads
        self._turn = Lock()
        device = str(model.device)
        self.pages_per_batch = pages_per_batch or (CPU_PAGES if device == "cpu" else GPU_PAGES)
        self._provenance = Provenance(
            engine="transformers",
            version=importlib.metadata.version("transformers"),
            dtype=str(model.dtype).removeprefix("torch."),
            device=device.split(":")[0],
        )

    @property
    def provenance(self) -> Provenance:
        """Who makes the vectors."""
        return self._provenance

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.config.embedding_dim)

    def embed_images(self, images: Sequence[bytes]) -> EmbeddedPages:
        """Vectors of images (PNG files), in their order; one that breaks the model fails alone."""
        nothing = np.empty((0, self.dimension), np.float16)
        answer = EmbeddedPages([nothing for _ in images])
        for start in range(0, len(images), self.pages_per_batch):
            rows = list(range(start, min(start + self.pages_per_batch, len(images))))
            self._embed_batch(images, rows, answer)
        return answer

    def embed_questions(self, texts: Sequence[str]) -> list[MultiVector]:
        """Vectors of questions, one by one and so without padding, as the model's processor writes queries.

        Of a question the first 400 tokens are read.
        """
        return [
            vectors
            for text in texts
            for vectors in self._forward(self._processor.process_queries, text=[self._cut(text)])
        ]

    def _cut(self, text: str) -> str:
        """The beginning of a question, as far as it is read."""
        text = text[: MOST_QUESTION_TOKENS * CHARS_PER_TOKEN]
        with self._turn:
            split = self._processor.tokenizer(
                text, add_special_tokens=False, return_offsets_mapping=True
            )
        places = split["offset_mapping"]
        return (
            text[: places[MOST_QUESTION_TOKENS][0]] if len(places) > MOST_QUESTION_TOKENS else text
        )

    def _embed_batch(self, images: Sequence[bytes], rows: list[int], answer: EmbeddedPages) -> None:
        """Fill the batch's rows; halve it on an error, down to the one image that causes it."""
        try:
            opened = [_opened(images[row]) for row in rows]
            found = self._forward(self._processor.process_images, images=opened)
        except (RuntimeError, ValueError, IndexError, OSError) as error:
            if len(rows) == 1:
                answer.failed[rows[0]] = f"{type(error).__name__}: {reason(error)}"
                return
            middle = len(rows) // 2
            self._embed_batch(images, rows[:middle], answer)
            self._embed_batch(images, rows[middle:], answer)
            return
        for row, vectors in zip(rows, found, strict=True):
            if np.isfinite(vectors).all():
                answer.vectors[row] = vectors
            else:
                answer.failed[row] = "the model gives numbers that are none"

    def _forward(self, process: Callable[..., Any], **raw: Any) -> list[MultiVector]:
        import torch

        with self._turn, torch.inference_mode():
            given = process(**raw).to(self._model.device)
            made = self._model(**given, **self._positions(given)).embeddings.float().cpu().numpy()
        kept = given["attention_mask"].cpu().numpy().astype(bool)
        return [vectors[mask].astype(np.float16) for vectors, mask in zip(made, kept, strict=True)]

    def _positions(self, inputs: Any) -> dict[str, Any]:
        """Where each patch lies on its page, for the Qwen models.

        transformers' ColQwen2 leaves it out and would count patches like words; the models were
        trained with places in two dimensions (Qwen2-VL, https://arxiv.org/abs/2409.12191, 2.1).
        """
        if "image_grid_thw" not in inputs:
            return {}
        image_token = self._model.config.vlm_config.image_token_id
        places, _ = self._model.vlm.get_rope_index(
            inputs["input_ids"],
            mm_token_type_ids=(inputs["input_ids"] == image_token).int(),
            image_grid_thw=inputs["image_grid_thw"],
            attention_mask=inputs["attention_mask"],
        )
        return {"position_ids": places}


def open_page_engine(entry: ModelEntry, settings: Settings) -> PageImageEngine:
    """The engine of a model of page images, loaded at the first call in a process.

    Raises:
        ModelUnavailable: it cannot be fetched or read.
        SpaceMismatch: it is not what the registry says it is.
    """
    key = (entry.space.slug, settings.device, settings.dtype)
    with _loading:
        if key not in _loaded:
            _loaded[key] = _open(entry, settings)
        return _loaded[key]


def _open(entry: ModelEntry, settings: Settings) -> PageImageEngine:
    folder = Path(entry.source)
    if not folder.is_dir():
        folder = fetch_model(entry.name, entry.space.revision, settings)
    engine = load_page_model(folder, settings)
    if engine.dimension != entry.space.dimension:
        raise SpaceMismatch(
            f"the model's dimension is {engine.dimension}, the registry says {entry.space.dimension}",
            where=entry.name,
            remedy="Correct its entry in models.yaml; that makes it another space",
        )
    return engine


def is_page_model(folder: Path) -> bool:
    """Whether a folder holds a model that this file loads."""
    return _kind(folder) != ""


def describe_page_model(name: str, revision: str, folder: Path, settings: Settings) -> ModelEntry:
    """State what a model of page images is.

    Args:
        name: on the hub, or a folder.
        revision: commit, or the digest of a folder's weights.
        folder: that holds it.
        settings: device and precision to load it with.

    Raises:
        ModelUnavailable: it cannot be read.
    """
    engine = load_page_model(folder, settings)
    space = EmbeddingSpace(
        model=name,
        revision=revision,
        dimension=engine.dimension,
        pooling="none",
        modality=PAGE_IMAGE.modality,
        multi_vector=True,
    )
    return ModelEntry(space, kinds=(PAGE_IMAGE.name,), stores=STORES)


def load_page_model(folder: Path, settings: Settings) -> PageImageEngine:
    """Load a folder: transformers' own ColPali or ColQwen2, or ColQwen2 and 2.5 of colpali-engine.

    Raises:
        ModelUnavailable: it holds none of these, or cannot be read.
    """
    kind = _kind(folder)
    if not kind:
        adapter = (folder / "adapter_config.json").exists()
        raise ModelUnavailable(
            "these are weights to add to another model"
            if adapter
            else "no model of page images that is known",
            where=str(folder),
            remedy="Name the merged model" if adapter else "ColPali, ColQwen2 and ColQwen2.5 are",
        )
    try:
        return PageImageEngine(_model(folder, kind, settings), _processor(folder, kind))
    except (OSError, ValueError, RuntimeError, ImportError, LookupError, TypeError) as error:
        raise ModelUnavailable(
            f"the model cannot be read ({reason(error)})",
            where=str(folder),
            remedy="A model's folder holds config.json, its weights, tokenizer and image processor",
        ) from error


def _kind(folder: Path) -> str:
    """`colqwen2`, `colpali`, or `colpali_engine` for its form of ColQwen2 and 2.5; empty for another."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    model_type = config.get("model_type", "")
    if model_type in _NATIVE:
        return str(model_type)
    named = any(name.startswith("ColQwen2") for name in config.get("architectures") or ())
    return "colpali_engine" if named and model_type in _COLPALI_ENGINE else ""


def _model(folder: Path, kind: str, settings: Settings) -> Any:
    import torch
    from transformers import AutoConfig, ColPaliForRetrieval, ColQwen2Config, ColQwen2ForRetrieval
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    device = device_of(settings)
    dtype = best_dtype(device) if settings.dtype == "auto" else settings.dtype
    options: dict[str, Any] = {"dtype": getattr(torch, dtype), "local_files_only": True}
    retrieval: Any = ColPaliForRetrieval if kind == "colpali" else ColQwen2ForRetrieval
    if kind == "colpali_engine":
        inner = AutoConfig.from_pretrained(folder, local_files_only=True)
        options["config"] = ColQwen2Config(
            vlm_config=inner, embedding_dim=getattr(inner, "dim", 128)
        )
        options["key_mapping"] = COLPALI_ENGINE_KEYS
    model, found = retrieval.from_pretrained(folder, output_loading_info=True, **options)
    if found["missing_keys"]:
        raise ValueError(f"weights are missing, {min(found['missing_keys'])} among them")
    return model.to(device).eval()


def _processor(folder: Path, kind: str) -> Any:
    """The model's processor, with image processors that need no torchvision."""
    from transformers import (
        AutoTokenizer,
        ColPaliProcessor,
        ColQwen2Processor,
        Qwen2VLImageProcessorPil,
    )

    if kind == "colpali":
        return ColPaliProcessor.from_pretrained(folder, local_files_only=True)
    if kind == "colqwen2":
        return ColQwen2Processor.from_pretrained(folder, local_files_only=True)
    return ColQwen2Processor(
        image_processor=Qwen2VLImageProcessorPil.from_pretrained(folder, local_files_only=True),
        tokenizer=AutoTokenizer.from_pretrained(folder, local_files_only=True),
    )


def _opened(image: bytes) -> Any:
    from PIL import Image

    with Image.open(io.BytesIO(image), formats=("PNG",)) as opened:
        return opened.convert("RGB")
