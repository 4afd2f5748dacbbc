"""How much goes into one request, and where a text that is too long is cut; no network here."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

# English and German run at about four bytes a token, Chinese and emoji at three to four.
BYTES_PER_TOKEN = 4
# Hardly any text has fewer bytes a token than this: what is shorter needs no counting.
FEWEST_BYTES_PER_TOKEN = 2

FIRST_TOKENS = 4096
MOST_TOKENS = 65_536
# TEI refuses bodies over 2,000,000 bytes; some are left for quotes, escapes and the model's name.
MOST_BYTES = 1_800_000
# Numbers in an answer: 8 million are 512 texts of 16,384 dimensions, or some 100 MB of JSON.
MOST_NUMBERS = 8_000_000
# A batch may grow while an answer takes less than this share of the time allowed.
QUICK = 1 / 8
# Share of the limit from which on a cut is good enough: 0.985 gave cosines down to 0.9988.
NEAR = 0.995
# Tries to find where a server stops reading a text.
CUTS = 8


class BatchSize:
    """Size of the next request to a server; all lanes share it.

    It doubles while answers come quickly, halves when one is too much, and grows by an eighth
    from then on.

    Args:
        most_texts: that the server takes in a request.
        dimension: of its vectors.
    """

    def __init__(self, most_texts: int, dimension: int) -> None:
        self._lock = threading.Lock()
        self._texts = max(1, min(most_texts, MOST_NUMBERS // dimension))
        self._tokens = FIRST_TOKENS
        self._was_too_much = False

    @property
    def tokens(self) -> int:
        """Rough tokens of the next request, padding included."""
        return self._tokens

    @property
    def texts(self) -> int:
        """Most texts of the next request."""
        return self._texts

    def take(self, queue: deque[int], sizes: Sequence[int]) -> list[int]:
        """Take the next batch off a queue of texts, the longest first; one text may exceed the size alone.

        Args:
            queue: indices of texts; shortened.
            sizes: bytes of each text.
        """
        batch = [queue.popleft()]
        longest, total = rough_tokens(sizes[batch[0]]), sizes[batch[0]]
        while queue and len(batch) < self._texts and longest * (len(batch) + 1) <= self._tokens:
            total += sizes[queue[0]]
            if total > MOST_BYTES:
                break
            batch.append(queue.popleft())
        return batch

    def too_much(self, tokens: int) -> None:
        """A request of so many tokens was too large, or took too long."""
        with self._lock:
            self._was_too_much = True
            self._tokens = max(1, min(self._tokens, tokens // 2))

    def too_many(self, texts: int) -> None:
        """A request of so many texts was refused, and its halves were not."""
        with self._lock:
            self._texts = max(1, min(self._texts, texts // 2))

    def passed(self, tokens: int, share: float) -> None:
        """A request of so many tokens was answered, within this share of the time allowed."""
        if share > QUICK or tokens * 2 < self._tokens:
            return
        with self._lock:
            more = self._tokens // 8 + 1 if self._was_too_much else self._tokens
            self._tokens = min(MOST_TOKENS, self._tokens + more)


class Cut:
    """Search for the longest beginning of a text that a server reads within a limit.

    Ask for `length`, say how it went, and repeat until `length` is None; `best` is what was found.

    Args:
        whole: characters of the text.
        limit: tokens that may be read.
        refused: whether the whole text was already refused.
    """

    def __init__(self, whole: int, limit: int, *, refused: bool) -> None:
        self._limit = limit
        self._too_long = whole if refused else whole + 1
        self._left = CUTS
        self.best = 0
        self.length: int | None = whole // 2 if refused else whole
        if not self.length:
            self.length = None

    def was_refused(self) -> None:
        """What was asked for is too long."""
        self._narrow(over=True, guess=None)

    def was_read(self, tokens: int | None) -> bool:
        """What was asked for was read; returns whether it is within the limit, as far as is known.

        Args:
            tokens: that were read; None when the server does not tell.
        """
        asked = self.length or 0
        # aims a little below: the tokens of a text are not spread evenly
        guess = int(asked * self._limit / tokens * 0.998) if tokens else None
        if tokens is not None and tokens > self._limit:
            self._narrow(over=True, guess=guess)
            return False
        near = tokens is not None and tokens >= min(self._limit - 1, self._limit * NEAR)
        self._narrow(over=False, guess=asked if near else guess)
        return True

    def _narrow(self, *, over: bool, guess: int | None) -> None:
        asked = self.length or 0
        if over:
            self._too_long = min(self._too_long, asked)
        else:
            self.best = max(self.best, asked)
        # halving down to the first beginning that is read costs what it costs
        self._left -= self.best > 0
        middle = (self.best + self._too_long) // 2
        wanted = middle if guess is None or not self.best < guess < self._too_long else guess
        near = (
            self._too_long - self.best <= max(1, int(self._too_long * (1 - NEAR)))
            or guess == self.best
        )
        done = self.best and (near or self._left <= 0)
        self.length = None if done or wanted <= self.best else wanted


def parts(sizes: Sequence[int], most_texts: int) -> Iterator[range]:
    """Texts in their order as requests that no server finds too large; one text may exceed it alone.

    Args:
        sizes: bytes of each text.
        most_texts: of a request.
    """
    start = total = 0
    for index, size in enumerate(sizes):
        if index > start and (index - start == most_texts or total + size > MOST_BYTES):
            yield range(start, index)
            start, total = index, 0
        total += size
    if start < len(sizes):
        yield range(start, len(sizes))


def rough_tokens(size: int) -> int:
    """About how many tokens so many bytes of text are, with the model's two marks."""
    return size // BYTES_PER_TOKEN + 2


def may_exceed(size: int, limit: int) -> bool:
    """Whether a text of so many bytes may have more tokens than a limit."""
    return size > limit * FEWEST_BYTES_PER_TOKEN


def shares(total: int, sizes: Sequence[int]) -> NDArray[np.int64]:
    """A total divided in proportion to sizes; whole numbers that add up to it."""
    ends = np.cumsum(np.maximum(np.asarray(sizes, dtype=np.float64), 1.0))
    steps = np.floor(ends / ends[-1] * total + 1e-9)
    divided: NDArray[np.int64] = np.diff(steps, prepend=0.0).astype(np.int64)
    return divided
