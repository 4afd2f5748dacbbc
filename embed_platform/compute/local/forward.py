"""Batches through a model: read ahead, run on its device, copied back; with local.py the only file that imports torch."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from embed_platform.compute.local.cores import cores_for
from embed_platform.compute.local.tokens import Reader, Tokens, readings
from embed_platform.embedding.engine import Embedded, Matrix
from embed_platform.embedding.plan import batches_by_tokens
from embed_platform.errors import MachineUnavailable

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

# Readings that wait for the device, and results that wait for their copy.
AHEAD = 2
# Tokens to read at a time. A GPU begins with a few, so that it waits for few; a CPU has nothing to
# wait for, and texts read together are sorted together: 65,536 at a time cost 1 % more padding than
# all at once, 16,384 cost 5 %.
GPU_FIRST_READ = 8_192
GPU_LEAST_READ = 32_768
CPU_READ = 65_536
# What a text can break in a model, and in a tokenizer.
_BREAKS = (RuntimeError, ValueError, IndexError)
_UNREADABLE = (*_BREAKS, TypeError)

_log = logging.getLogger(__name__)
Item = TypeVar("Item")
Result = TypeVar("Result")
Batch = tuple[Tokens, dict[str, Any]]


class Forward:
    """A model's modules, run over batches of at most `budget` padded tokens.

    Where the GPU's memory is too small for a batch, the budget is lowered and stays low.

    Args:
        model: on its device.
        budget: padded tokens of a batch.
        padding: most tokens of padding in it; None for no limit but the budget.
    """

    def __init__(self, model: SentenceTransformer, budget: int, padding: int | None = None) -> None:
        self._model, self.budget, self._padding = model.eval(), budget, padding
        self._reader = Reader(model)
        self._on_gpu = model.device.type == "cuda"
        self._cores = cores_for(model)
        self._may_pack = getattr(model[0], "unpad_inputs", False) is not False
        self._first_position: int | None = None

    def attend_by(self, implementation: str) -> None:
        """Change how the model computes attention; flash attention takes texts without padding.

        Raises:
            ImportError, ValueError: this model, or what is installed, has it not.
        """
        self._model.transformers_model.set_attn_implementation(implementation)
        first = self._model[0]
        self._first_position = None
        if self._may_pack:
            first.unpad_inputs = None  # finds out whether it can do without padding
            if first.can_flatten_inputs:
                sample = self._model.preprocess(["a"])
                self._first_position = int(sample["position_ids"][0, 0])
                first.unpad_inputs = False  # batches are packed here, once their texts are known

    def run(self, texts: Sequence[str], prompt: str, dimension: int) -> Embedded:
        """Vectors of texts; many are tokenised in a thread of its own while the model computes.

        Raises:
            MachineUnavailable: the GPU itself fails.
        """
        import torch

        count = len(texts)
        found = Embedded(
            np.zeros((count, dimension), dtype=np.float32),
            np.zeros(count, dtype=np.int64),
            np.zeros(count, dtype=np.bool_),
        )
        returning = Returning(found.vectors, from_gpu=self._on_gpu)

        def prepare(places: list[int]) -> list[Batch]:
            return self._prepare(texts, prompt, places, found)

        try:
            self._cores.each(
                lambda batch: self._run(*batch, returning, found), self._batches(texts, prepare)
            )
            returning.finish()
        except torch.AcceleratorError as error:
            raise MachineUnavailable(
                f"the GPU fails ({_reason(error)})",
                where=str(self._model.device),
                remedy="Start again; after an error of its own a GPU takes no more work",
            ) from error
        return found

    def _batches(
        self, texts: Sequence[str], prepare: Callable[[list[int]], list[Batch]]
    ) -> Iterator[Batch]:
        """All batches of a call; a few texts are not worth the thread that reads ahead."""
        pieces = list(self._readings(texts))
        if len(pieces) == 1:
            yield from prepare(pieces[0])
            return
        with closing(ahead(prepare, pieces, AHEAD)) as prepared:
            yield from chain.from_iterable(prepared)

    def _readings(self, texts: Sequence[str]) -> Iterator[list[int]]:
        first, most = CPU_READ, CPU_READ
        if self._on_gpu:
            first, most = GPU_FIRST_READ, max(self.budget, GPU_LEAST_READ)
        return readings(texts, self._model.max_seq_length or most, first, most)

    def _prepare(
        self, texts: Sequence[str], prompt: str, places: Sequence[int], found: Embedded
    ) -> list[Batch]:
        """Texts as batches of similar length; what the tokenizer cannot read is set aside."""
        try:
            tokens = self._reader.read(texts, prompt, places)
        except _UNREADABLE as error:
            if len(places) == 1:
                found.failed[places[0]] = _reason(error)
                return []
            middle = len(places) // 2
            return [
                *self._prepare(texts, prompt, places[:middle], found),
                *self._prepare(texts, prompt, places[middle:], found),
            ]
        found.tokens[tokens.texts] = tokens.lengths
        found.truncated[tokens.texts] = tokens.truncated
        batches = map(tokens.take, batches_by_tokens(tokens.lengths, self.budget, self._padding))
        return [(batch, self._inputs(batch)) for batch in batches]

    def _inputs(self, tokens: Tokens) -> dict[str, Any]:
        """What the model's first module takes; tensors in memory from which a GPU can copy."""
        import torch

        if self._first_position is None:
            arrays: dict[str, Any] = tokens.padded(self._reader.pads, self._reader.side)
        else:
            arrays = tokens.packed(self._first_position)
        inputs = dict(tokens.constants)
        for name, value in arrays.items():
            if isinstance(value, np.ndarray):
                tensor = torch.from_numpy(value)
                value = tensor.pin_memory() if self._on_gpu else tensor
            inputs[name] = value
        return inputs

    def _run(
        self, tokens: Tokens, inputs: dict[str, Any], returning: Returning, found: Embedded
    ) -> None:
        """One batch; halved on an error, down to the one text that causes it."""
        import torch

        alone = len(tokens.texts) == 1
        if alone or tokens.padded_size <= self.budget:
            try:
                returning.add(tokens.texts, self._vectors(inputs))
                return
            except _BREAKS as error:
                too_large = _out_of_memory(error)
                if isinstance(error, torch.AcceleratorError) and not too_large:
                    raise
                reason = _reason(error)
            if too_large:  # after the handler: its error keeps the tensors of the batch alive
                self._make_room(tokens, returning)
            if alone:
                found.failed[tokens.texts[0]] = reason
                return
        for half in tokens.halves():
            self._run(half, self._inputs(half), returning, found)

    def _vectors(self, inputs: dict[str, Any]) -> torch.Tensor:
        import torch
        from sentence_transformers.util import truncate_embeddings

        device = self._model.device
        with torch.inference_mode():
            there = {
                name: value.to(device, non_blocking=self._on_gpu)
                if torch.is_tensor(value)
                else value
                for name, value in inputs.items()
            }
            vectors = self._model(there)["sentence_embedding"]
            cut: torch.Tensor = truncate_embeddings(vectors, self._model.truncate_dim)
            return cut.float()

    def _make_room(self, tokens: Tokens, returning: Returning) -> None:
        import torch

        returning.finish()
        if self._on_gpu:
            torch.cuda.empty_cache()
        if tokens.padded_size // 2 < self.budget:
            self.budget = max(tokens.padded_size // 2, 1)
            _log.warning("the GPU's memory is too small; batches of %d tokens now", self.budget)


class Returning:
    """Vectors on their way from the device, copied on a stream of its own: the GPU never waits.

    Any thread may add some.

    Args:
        vectors: float32, shape (texts, dimension); where they go.
        from_gpu: whether there are streams; elsewhere a copy is there at once.
    """

    def __init__(self, vectors: Matrix, *, from_gpu: bool) -> None:
        import torch

        self._vectors, self._from_gpu = vectors, from_gpu
        # elsewhere PyTorch's stand-ins, which do nothing
        self._streams: Any = torch.cuda if self._from_gpu else torch.cpu
        self._stream = self._streams.Stream()
        self._turn = Lock()
        # the last entry is kept until its copy is there, or the GPU would use its memory again
        self._under_way: deque[tuple[list[int], torch.Tensor, Any, torch.Tensor]] = deque()

    def add(self, texts: list[int], vectors: torch.Tensor) -> None:
        """Start to copy a batch's vectors; wait for an earlier one where many are under way."""
        import torch

        self._stream.wait_stream(self._streams.current_stream())
        here = torch.empty(vectors.shape, dtype=vectors.dtype, pin_memory=self._from_gpu)
        arrived = self._streams.Event()
        with self._streams.stream(self._stream):
            here.copy_(vectors, non_blocking=self._from_gpu)
            arrived.record(self._stream)
        with self._turn:
            self._under_way.append((texts, here, arrived, vectors))
            while len(self._under_way) > AHEAD:
                self._take()

    def finish(self) -> None:
        """Wait for all that is under way."""
        with self._turn:
            while self._under_way:
                self._take()

    def _take(self) -> None:
        texts, here, arrived, _ = self._under_way.popleft()
        arrived.synchronize()
        self._vectors[texts] = here.numpy()


def ahead(work: Callable[[Item], Result], items: Iterable[Item], depth: int) -> Generator[Result]:
    """Results of work in order, done in a thread up to `depth` items ahead of the reader."""
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead")
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > depth:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _out_of_memory(error: BaseException) -> bool:
    """PyTorch's own error, or the driver's where a library took the last of the memory."""
    import torch

    return isinstance(error, torch.OutOfMemoryError) or (
        isinstance(error, torch.AcceleratorError) and "out of memory" in str(error)
    )


def _reason(error: BaseException) -> str:
    lines = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {lines[0][:200]}"
