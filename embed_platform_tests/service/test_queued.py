"""Long work through a queue: the same vectors, and room for others in between."""

from __future__ import annotations

import threading
import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.service.batching import Batcher, estimate
from embed_platform.service.queued import QueuedEngine
from embed_platform_tests.embedding.engines import HashEngine


@given(st.lists(st.text(st.characters(codec="ascii"), min_size=1, max_size=200), min_size=1))
def test_long_work_through_the_queue_gives_the_engines_own_vectors_in_order(
    texts: list[str],
) -> None:
    batcher = Batcher(HashEngine, "test", batch_tokens=50, queue_tokens=50)
    try:
        found = QueuedEngine(batcher, 50).embed(texts, "p")
    finally:
        batcher.close()
    expected = HashEngine().embed(texts, "p")
    np.testing.assert_array_equal(found.vectors, expected.vectors)
    np.testing.assert_array_equal(found.tokens, expected.tokens)
    assert found.failed == expected.failed


def test_a_request_is_answered_between_the_passes_of_long_work() -> None:
    slow = HashEngine(seconds=0.05)
    batcher = Batcher(lambda: slow, "test", batch_tokens=20, queue_tokens=1000)
    long = QueuedEngine(batcher, 20)
    texts = [f"text number {i} of a long work" for i in range(40)]
    worker = threading.Thread(target=long.embed, args=(texts, ""))
    worker.start()
    time.sleep(0.2)
    batcher.submit(["quick"], "").result(5)
    done_before = len(slow.texts)
    worker.join(10)
    batcher.close()
    assert done_before < len(texts)
    assert estimate(texts) > 20 * 10
