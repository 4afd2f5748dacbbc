"""A cross-encoder on this machine; the only file besides local.py that imports sentence-transformers or torch."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embed_platform.compute.local.upgrade import Upgrade
from embed_platform.compute.local.weights import batch_limits, best_dtype, device_of, fetch_model
from embed_platform.embedding.plan import batches_by_tokens
from embed_platform.embedding.rerankers import (
    RerankerEntry,
    check_request,
    checked_scores,
    may_run_its_code,
    scores_with_blanks,
)
from embed_platform.errors import MachineUnavailable, ModelUnavailable
from embed_platform.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# A passage is cut to so many characters for each token that is read before it is split into tokens:
# a word of a hundred characters is one token at least.
CHARS_PER_TOKEN = 100
# Shapes (passages, tokens) with which a compiled model is called before it is used.
WARM_SHAPES = ((2, 16), (8, 64), (16, 128))
# GPUs multiply matrices whose sides are multiples of this fastest.
GPU_MULTIPLE = 8


class LocalCrossEncoder:
    """One loaded reranker; threads may share it.

    Args:
        model: of sentence-transformers, on its device.
        entry: what it is.
        batch_tokens: padded tokens of a batch; 0 for the device's own number.
        batch_size: most passages of a batch; 0 for no limit but the tokens.
        compiled: whether to compile it in the background, over the same weights.
        backend: of torch.compile.

    Raises:
        ModelUnavailable: it gives more than one score for a pair, or is no classifier of pairs.
    """

    def __init__(
        self,
        model: CrossEncoder,
        entry: RerankerEntry,
        *,
        batch_tokens: int = 0,
        batch_size: int = 0,
        compiled: bool = False,
        backend: str = "inductor",
    ) -> None:
        if len(model) != 1 or model.num_labels != 1:
            raise ModelUnavailable(
                f"it gives {model.num_labels} scores for a pair; a reranker gives one",
                where=entry.name,
                remedy="`EMBED_RERANKER_ARGS` names another model",
            )
        self.entry = entry
        self.device = str(model.device).split(":")[0]
        self._network: Any = model.transformers_model.eval()
        self._tokenizer: Any = model.tokenizer
        self._max_tokens = min(entry.max_tokens, model.max_seq_length or entry.max_tokens)
        self._limits = batch_limits(self.device, self.dtype, batch_tokens)
        self._batch_size = batch_size
        self._one_at_a_time = threading.Lock()
        self._backend = backend
        self.compiled = Upgrade(self._plain, self._compile) if compiled else None

    @property
    def dtype(self) -> str:
        """Of the weights: float32 or bfloat16."""
        return str(self._network.dtype).removeprefix("torch.")

    def get_scores(
        self, query: str, documents: Sequence[str], *, batch_size: int | None = None
    ) -> list[float]:
        """How well each document answers the query, in the order of the documents.

        Batches hold pairs of similar length up to a number of tokens; what is longer than the
        model reads is cut as sentence-transformers does, the longer side first.

        Args:
            query: the question.
            documents: passages, in any order.
            batch_size: most passages of a batch, instead of the reranker's own.

        Raises:
            BadRequest: an empty or endless query, or too many documents.
            MachineUnavailable: the model fails on a pair.
        """
        check_request(query, documents)
        size = self._batch_size if batch_size is None else batch_size
        return scores_with_blanks(documents, lambda texts: self._scores(query, texts, size))

    def _scores(self, query: str, documents: Sequence[str], size: int) -> list[float]:
        most = self._max_tokens * CHARS_PER_TOKEN
        pairs = self._tokenizer(
            [query] * len(documents),
            [text[:most] for text in documents],
            truncation="longest_first",
            max_length=self._max_tokens,
            padding=False,
        )
        lengths = [len(ids) for ids in pairs["input_ids"]]
        logits = np.full(len(documents), np.nan)
        for batch in batches_by_tokens(lengths, *self._limits):
            for part in _parts(batch, size):
                self._fill(pairs, part, logits)
        scores = logits if self.entry.scale == "logit" else sigmoid(logits)
        return checked_scores(scores.tolist(), len(documents), self.entry.name)

    def _fill(self, pairs: Any, batch: list[int], logits: NDArray[np.float64]) -> None:
        """Fill the batch's rows; halve it on an error such as too little memory, down to one pair."""
        try:
            features = self._features(pairs, batch)
            # a compiled network is compiled once more for a single row
            upgrade = self.compiled if len(batch) > 1 else None
            with self._one_at_a_time:
                found = self._plain(features) if upgrade is None else upgrade(features)
            logits[batch] = found
        except (RuntimeError, ValueError, IndexError) as error:
            if len(batch) == 1:
                raise MachineUnavailable(
                    f"the model fails on a passage ({type(error).__name__})", where=self.entry.name
                ) from error
            middle = len(batch) // 2
            self._fill(pairs, batch[:middle], logits)
            self._fill(pairs, batch[middle:], logits)

    def _features(self, pairs: Any, batch: list[int]) -> dict[str, Any]:
        rows = {name: [values[i] for i in batch] for name, values in pairs.items()}
        multiple = GPU_MULTIPLE if self.device == "cuda" else None
        padded = self._tokenizer.pad(rows, pad_to_multiple_of=multiple, return_tensors="pt")
        return {name: tensor.to(self._network.device) for name, tensor in padded.items()}

    def _plain(self, features: dict[str, Any]) -> NDArray[np.float64]:
        return _scores_of(self._network, features)

    def _compile(self) -> Any:
        """The same weights, compiled and called with a few shapes; runs beside the plain one."""
        import torch

        compiled = torch.compile(self._network, dynamic=True, backend=self._backend)

        def better(features: dict[str, Any]) -> NDArray[np.float64]:
            return _scores_of(compiled, features)

        number = int(self._tokenizer.unk_token_id or 0)
        for rows, tokens in WARM_SHAPES:
            width = min(tokens, self._max_tokens)
            pairs = {name: [[0] * width] * rows for name in self._tokenizer.model_input_names}
            pairs["input_ids"] = [[number] * width] * rows
            pairs["attention_mask"] = [[1] * width] * rows
            better(self._features(pairs, list(range(rows))))
        return better


def open_cross_encoder(
    entry: RerankerEntry,
    settings: Settings,
    *,
    batch_tokens: int = 0,
    batch_size: int = 0,
    trust_remote_code: bool = False,
    compiled: bool = True,
) -> LocalCrossEncoder:
    """Load a reranker of the registry, once; on CUDA it is compiled in the background.

    Raises:
        ModelUnavailable: it cannot be fetched or read.
        SettingsError: it runs code of its own, and nobody allowed that.
    """
    import torch
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging as transformers_logging

    own_code = may_run_its_code(entry, trusted=trust_remote_code)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    folder = Path(entry.name)
    if not folder.is_dir():
        folder = fetch_model(entry.name, entry.revision, settings)
    device = device_of(settings)
    dtype = best_dtype(device) if settings.dtype == "auto" else settings.dtype
    try:
        model = CrossEncoder(
            str(folder),
            device=device,
            local_files_only=True,
            trust_remote_code=own_code,
            model_kwargs={"dtype": getattr(torch, dtype)},
        )
    except (OSError, ValueError, RuntimeError, ImportError, LookupError, AttributeError) as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise ModelUnavailable(
            f"no cross-encoder can be read there ({lines[0][:160]})",
            where=str(folder),
            remedy="A model's folder holds config.json, its tokenizer and its weights",
        ) from error
    return LocalCrossEncoder(
        model,
        entry,
        batch_tokens=batch_tokens or settings.batch_tokens,
        batch_size=batch_size,
        compiled=compiled and device.startswith("cuda"),
    )


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + exp(-x)), written so that nothing overflows."""
    return np.exp(-np.logaddexp(0.0, -logits))


def _scores_of(network: Any, features: dict[str, Any]) -> NDArray[np.float64]:
    """Logits of a batch, shape (pairs,)."""
    import torch

    # of the thread, not of the process: the thread that compiles needs it too
    with torch.inference_mode():
        found: NDArray[np.float64] = network(**features).logits[:, 0].float().cpu().numpy()
    return found.astype(np.float64)


def _parts(batch: list[int], size: int) -> list[list[int]]:
    return [batch[i : i + size] for i in range(0, len(batch), size)] if size else [batch]
