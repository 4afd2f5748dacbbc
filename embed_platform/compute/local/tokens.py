"""Texts as a model's own preprocessing reads them: tokenised once, batched afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embed_platform.embedding.plan import CHARS_PER_TOKEN
from embed_platform.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Lists of tokens, neither padded nor turned into tensors: that costs more than tokenising.
_AS_LISTS = {
    "common": {"return_tensors": None},
    "text": {"padding": False, "return_attention_mask": False},
}
_PADS = {"input_ids": "pad_token_id", "token_type_ids": "pad_token_type_id"}


@dataclass(frozen=True)
class Tokens:
    """Texts as tokens, not padded.

    Attributes:
        texts: place of each text in the call.
        columns: inputs of the model by name, each a list of numbers per text.
        constants: what else the model's modules are told, such as the length of the prompt.
        truncated: whether a text is longer than the model reads.
    """

    texts: list[int]
    columns: dict[str, list[list[int]]]
    constants: dict[str, Any]
    truncated: list[bool]

    @property
    def lengths(self) -> list[int]:
        """Tokens of each text."""
        return [len(ids) for ids in self.columns["input_ids"]]

    @property
    def padded_size(self) -> int:
        """Tokens as a batch, padding included."""
        return len(self.texts) * max(self.lengths, default=0)

    def take(self, rows: Sequence[int]) -> Tokens:
        """Some of the texts, in that order."""
        columns = {name: [column[i] for i in rows] for name, column in self.columns.items()}
        return Tokens(
            [self.texts[i] for i in rows],
            columns,
            self.constants,
            [self.truncated[i] for i in rows],
        )

    def halves(self) -> tuple[Tokens, Tokens]:
        """The first and the second half of the texts."""
        middle = len(self.texts) // 2
        return self.take(range(middle)), self.take(range(middle, len(self.texts)))

    def padded(self, pads: dict[str, int], side: str) -> dict[str, NDArray[Any]]:
        """Inputs of shape (texts, longest), and their `attention_mask`.

        Args:
            pads: what an input is filled up with; 0 where it has no entry.
            side: where it is filled up, `left` or `right`.
        """
        lengths = np.array(self.lengths)[:, None]
        places = np.arange(lengths.max())
        mask = places < lengths if side == "right" else places >= lengths.max() - lengths
        filled: dict[str, NDArray[Any]] = {"attention_mask": mask.astype(np.int64)}
        for name, column in self.columns.items():
            filled[name] = np.full(mask.shape, pads.get(name, 0), dtype=np.int64)
            filled[name][mask] = _flat(column)
        return filled

    def packed(self, first_position: int) -> dict[str, Any]:
        """Texts one behind the other, shape (1, tokens), as flash attention takes them without padding.

        The inputs are those of transformers' DataCollatorWithFlattening.

        Args:
            first_position: what the model calls a text's first position.
        """
        lengths = np.array(self.lengths)
        ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        longest = int(lengths.max())
        return {
            "input_ids": _flat(self.columns["input_ids"])[None],
            "position_ids": (np.arange(ends[-1]) - np.repeat(ends[:-1], lengths))[None]
            + first_position,
            "seq_idx": np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)[None],
            "cu_seq_lens_q": ends,
            "cu_seq_lens_k": ends,
            "max_length_q": longest,
            "max_length_k": longest,
        }


class Reader:
    """Reads texts with a model's tokenizer, one call at a time: a tokenizer cannot be shared."""

    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model
        self._one_at_a_time = threading.Lock()

    @property
    def pads(self) -> dict[str, int]:
        """What each input of the model is filled up with."""
        return {name: getattr(self._model.tokenizer, pad, None) or 0 for name, pad in _PADS.items()}

    @property
    def side(self) -> str:
        """Where texts are filled up, `left` or `right`."""
        return str(self._model.tokenizer.padding_side)

    def read(self, texts: Sequence[str], prompt: str, places: Sequence[int]) -> Tokens:
        """Tokenise the texts at some places, cut to what the model reads.

        Raises:
            TypeError, ValueError, RuntimeError: a text that the tokenizer cannot read.
            ModelUnavailable: a model that reads words or pictures.
        """
        given = [texts[i] for i in places]
        with self._one_at_a_time:
            found = self._model.preprocess(given, prompt=prompt, processing_kwargs=_AS_LISTS)
            if "input_ids" not in found or not isinstance(found["input_ids"], list):
                raise ModelUnavailable(
                    f"its first module ({type(self._model[0]).__name__}) reads no tokens",
                    remedy="Only models with a transformer can be used",
                )
            columns = {
                name: values
                for name, values in found.items()
                if isinstance(values, list) and name != "attention_mask"
            }
            constants = {
                name: value for name, value in found.items() if not isinstance(value, list)
            }
            limit = self._model.max_seq_length
            truncated = [
                limit is not None
                and len(ids) >= limit
                and self._overflows(found, row, prompt + given[row])
                for row, ids in enumerate(columns["input_ids"])
            ]
        return Tokens(list(places), columns, constants, truncated)

    def _overflows(self, found: Any, row: int, text: str) -> bool:
        """Whether more of a text was there; only tokenizers in Python are asked a second time."""
        if getattr(found, "encodings", None):
            return bool(found.encodings[row].overflowing)
        whole = self._model.tokenizer(text, truncation=False, verbose=False)["input_ids"]
        return len(whole) > len(found["input_ids"][row])


def readings(texts: Sequence[str], limit: int, first: int, most: int) -> Iterator[list[int]]:
    """Places of texts that are tokenised together, the longest first; twice as many each time.

    Args:
        texts: of one call.
        limit: tokens that the model reads of a text.
        first: about how many tokens to read at first.
        most: and at most.
    """
    together: list[int] = []
    size, wanted = 0, first
    for place in sorted(range(len(texts)), key=lambda i: -len(texts[i])):
        together.append(place)
        size += min(len(texts[place]) // CHARS_PER_TOKEN + 2, limit)
        if size >= wanted:
            yield together
            together, size, wanted = [], 0, min(2 * wanted, most)
    if together:
        yield together


def _flat(column: list[list[int]]) -> NDArray[np.int64]:
    return np.fromiter(chain.from_iterable(column), dtype=np.int64)
