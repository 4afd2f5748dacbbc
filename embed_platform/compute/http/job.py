"""One call of an engine: the texts as they are sent, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embed_platform.compute.http.batches import rough_tokens, shares
from embed_platform.compute.http.protocols import Answer
from embed_platform.embedding.engine import Embedded, Matrix
from embed_platform.embedding.space import EmbeddingSpace


class Job:
    """State of one call of `embed`.

    Args:
        texts: to embed.
        prompt: put before each.
        space: of the vectors.
    """

    def __init__(self, texts: Sequence[str], prompt: str, space: EmbeddingSpace) -> None:
        self.texts = [prompt + text for text in texts]
        self.sizes = [len(text.encode("utf-8", "surrogatepass")) for text in self.texts]
        self.vectors: Matrix = np.zeros((len(texts), space.dimension), dtype=np.float32)
        self.tokens = np.zeros(len(texts), dtype=np.int64)
        self.truncated = np.zeros(len(texts), dtype=np.bool_)
        self.failed: dict[int, str] = {}
        self.timeouts = 0
        self._filled = np.zeros(len(texts), dtype=np.bool_)
        for index, text in enumerate(self.texts):
            if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
                self.failed[index] = "half of a surrogate pair: no text can hold it"

    @property
    def left(self) -> list[int]:
        """Texts that have neither a vector nor a reason to have none."""
        return [i for i in range(len(self.texts)) if not self._filled[i] and i not in self.failed]

    def touched(self, batch: Sequence[int]) -> bool:
        """Whether a text of a batch failed or was cut."""
        return any(index in self.failed or self.truncated[index] for index in batch)

    def fit(self, index: int, text: str, tokens: int | None, *, cut: bool) -> None:
        """Send this beginning of a text from now on."""
        self.texts[index], self.sizes[index] = text, len(text.encode())
        self.tokens[index] = tokens or 0
        self.truncated[index] = cut

    def fill(self, batch: list[int], answer: Answer) -> None:
        """Take over the vectors of a batch; tokens that the server counted together are divided by size."""
        self.vectors[batch] = answer.vectors
        self._filled[batch] = True
        sizes = [self.sizes[index] for index in batch]
        total = answer.tokens or sum(map(rough_tokens, sizes))
        divided = shares(total, sizes)
        self.tokens[batch] = np.where(self.tokens[batch] > 0, self.tokens[batch], divided)

    def guess_truncated(self, limit: int) -> None:
        """Mark what is probably longer than a limit: this server neither counts tokens nor refuses."""
        self.truncated |= np.array([rough_tokens(size) for size in self.sizes]) > limit
        self.tokens = np.minimum(self.tokens, limit)

    def done(self) -> Embedded:
        """The answer."""
        return Embedded(self.vectors, self.tokens, self.truncated, self.failed)
