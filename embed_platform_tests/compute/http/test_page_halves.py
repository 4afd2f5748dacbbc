"""How a bad image is found among many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.compute.http.page_halves import NotTogether, by_halves, joined
from embed_platform.embedding.engine import EmbeddedPages, MultiVector, Provenance
from embed_platform.errors import MachineUnavailable

PAGE = np.ones((1, 4), np.float16)


class Engine:
    """Embeds every image as one page; refuses those that are poison."""

    provenance = Provenance("made", "1", "float32", "cpu")

    def __init__(self, poison: frozenset[bytes] = frozenset(), *, dead: bool = False) -> None:
        self.poison, self.dead, self.calls = poison, dead, 0

    def embed_images(self, images: Sequence[bytes]) -> EmbeddedPages:
        self.calls += 1
        if self.dead or self.poison & set(images):
            raise NotTogether("refused")
        return EmbeddedPages([PAGE for _ in images])

    def embed_questions(self, texts: Sequence[str]) -> list[MultiVector]:
        return [PAGE for _ in texts]


@given(count=st.integers(1, 40), poison=st.sets(st.integers(0, 39), max_size=5))
def test_just_the_poison_is_set_aside(count: int, poison: set[int]) -> None:
    images = [str(n).encode() for n in range(count)]
    engine = Engine(frozenset(str(n).encode() for n in poison))
    found = by_halves(engine.embed_images, images, "m")
    wanted = {n for n in poison if n < count}
    assert set(found.failed) == wanted and set(found.failed.values()) <= {"refused"}
    assert [len(page) for page in found.vectors] == [int(n not in wanted) for n in range(count)]


def test_a_machine_that_embeds_nothing_any_more_blames_no_image() -> None:
    with pytest.raises(MachineUnavailable, match=r"m: it fails \(refused\)"):
        by_halves(Engine(dead=True).embed_images, [b"a", b"b"], "m")


def test_answers_are_put_together_with_their_failures_in_place() -> None:
    one = EmbeddedPages([PAGE, PAGE[:0]], {1: "bad"}, Provenance("a", "", "", ""))
    whole = joined([one, EmbeddedPages([PAGE]), one])
    assert len(whole.vectors) == 5 and whole.failed == {1: "bad", 4: "bad"}
    assert whole.maker == one.maker and joined([]).vectors == []
