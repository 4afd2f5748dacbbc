"""Vectors as bytes: nothing is lost, nothing foreign is taken."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.compute.modal.engine import accept
from embed_platform.compute.modal.payload import (
    Answer,
    Container,
    Vectors,
    WireType,
    checked,
    from_bfloat16,
    pack,
    raise_problem,
    to_bfloat16,
    unpack,
    wire_vectors,
)
from embed_platform.embedding.engine import Embedded, Provenance
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import ComputeRefused, PermanentError, SpaceMismatch, TransientError

SPACE = EmbeddingSpace("somebody/model", "1", 8)
MAKER = Provenance("modal/sentence-transformers", "6", "float32", "cuda NVIDIA L4")


def found(rows: int = 5, failed: dict[int, str] | None = None) -> Embedded:
    vectors = np.random.default_rng(1).normal(size=(rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Embedded(vectors, np.arange(rows), np.arange(rows) % 2 == 0, failed or {})


def answer(**fields: object) -> Answer:
    content: dict[str, object] = {
        "shard": "s1",
        "space": SPACE.slug,
        "vectors": wire_vectors(found(), "float32"),
        "maker": MAKER,
        "seconds": 1.5,
        "container": Container("ta-1", 12.0, "NVIDIA L4"),
    }
    return Answer(**(content | fields))  # type: ignore[arg-type]


def test_an_answer_comes_back_as_it_was() -> None:
    sent = answer(vectors=wire_vectors(found(failed={3: "broken"}), "float32"))
    got = unpack(pack(sent))
    assert got == sent
    assert got.vectors is not None
    back = checked(got.vectors, SPACE, 5)
    assert (back.vectors == found().vectors).all()
    assert back.vectors.dtype == np.float32
    assert back.tokens.tolist() == [0, 1, 2, 3, 4]
    assert back.truncated.tolist() == [True, False, True, False, True]
    assert back.failed == {3: "broken"}


def test_bfloat16_halves_the_bytes_and_keeps_directions_and_lengths() -> None:
    whole, half = (wire_vectors(found(), dtype) for dtype in ("float32", "bfloat16"))
    assert len(half.numbers) * 2 == len(whole.numbers)
    back = checked(half, SPACE, 5).vectors
    assert (back * found().vectors).sum(axis=1).min() > 0.9999
    assert np.allclose(np.linalg.norm(back, axis=1), 1, atol=1e-6)


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=50))
def test_bfloat16_rounds_as_pytorch_does(numbers: list[float]) -> None:
    ours = from_bfloat16(to_bfloat16(np.array(numbers, dtype=np.float32)))
    theirs = torch.tensor(numbers, dtype=torch.float32).to(torch.bfloat16).to(torch.float32)
    assert np.array_equal(ours, theirs.numpy())


def test_what_is_no_number_stays_none() -> None:
    odd = np.array([np.nan, np.inf, -np.inf], dtype=np.float32)
    odd.view(np.uint32)[0] = 0x7FFFFFFF
    back = from_bfloat16(to_bfloat16(odd))
    assert np.isnan(back[0])
    assert back[1:].tolist() == [np.inf, -np.inf]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_no_texts_give_no_vectors(dtype: WireType) -> None:
    back = checked(wire_vectors(found(0), dtype), SPACE, 0)
    assert back.vectors.shape == (0, 8)


def test_an_app_of_another_version_is_refused_with_what_to_do() -> None:
    for protocol in (0, 2):
        with pytest.raises(ComputeRefused, match=r"of version .*modal deploy"):
            unpack(pack(answer(protocol=protocol)))
    with pytest.raises(ComputeRefused, match=r"another form.*modal deploy"):
        unpack("vectors")


@pytest.mark.parametrize("data", [b"", b"\x00", b"nonsense", pack(answer())[:-20]])
def test_what_cannot_be_read_is_worth_another_try(data: bytes) -> None:
    with pytest.raises(TransientError, match="no readable answer"):
        unpack(data)


@pytest.mark.parametrize(("rows", "dimension"), [(4, 8), (6, 8), (5, 7), (5, 16)])
def test_another_number_or_length_of_vectors_is_refused(rows: int, dimension: int) -> None:
    vectors = msgspec.structs.replace(
        wire_vectors(found(), "float32"), rows=rows, dimension=dimension
    )
    with pytest.raises(SpaceMismatch, match=rf"\({rows}, {dimension}\) vectors for 5 texts in 8"):
        checked(vectors, SPACE, 5)


def test_an_answer_that_is_cut_off_is_not_taken() -> None:
    vectors = wire_vectors(found(), "float32")
    for name in ("numbers", "tokens", "truncated"):
        short = msgspec.structs.replace(vectors, **{name: getattr(vectors, name)[:-1]})
        with pytest.raises(TransientError, match="cut off"):
            checked(short, SPACE, 5)


def test_a_gpu_that_fails_on_every_text_makes_no_dead_letters() -> None:
    sick = wire_vectors(found(failed=dict.fromkeys(range(5), "CUDA error")), "float32")
    with pytest.raises(TransientError, match="every text failed"):
        checked(sick, SPACE, 5)
    alone = wire_vectors(found(1, failed={0: "broken"}), "float32")
    assert checked(alone, SPACE, 1).failed == {0: "broken"}


def test_a_container_says_whether_another_try_helps() -> None:
    raise_problem(answer())
    with pytest.raises(PermanentError, match="no such model"):
        raise_problem(answer(problem="no such model", hopeless=True))
    with pytest.raises(TransientError, match="the hub is down"):
        raise_problem(answer(problem="the hub is down"))


def test_the_answer_to_another_call_is_not_taken() -> None:
    vectors: Vectors = wire_vectors(found(), "float32")
    assert accept(answer(), vectors, "s1", SPACE, 5).vectors.shape == (5, 8)
    with pytest.raises(TransientError, match="another call"):
        accept(answer(shard="s2"), vectors, "s1", SPACE, 5)
    with pytest.raises(SpaceMismatch, match="of the space other"):
        accept(answer(space="other"), vectors, "s1", SPACE, 5)
