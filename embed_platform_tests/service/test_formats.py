"""What is sent: numbers or base64, shorter vectors."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from embed_platform.service.formats import shortened, vector_values

FLOATS = st.floats(-1, 1, width=32)
MATRICES = arrays(np.float32, st.tuples(st.integers(0, 4), st.integers(1, 9)), elements=FLOATS)


@given(MATRICES)
def test_both_encodings_give_back_the_same_numbers(vectors: np.ndarray) -> None:
    plain = np.array(vector_values(vectors, "float"), dtype=np.float32).reshape(vectors.shape)
    packed = [
        np.frombuffer(base64.b64decode(value), dtype="<f4")
        for value in vector_values(vectors, "base64")
    ]
    np.testing.assert_array_equal(plain, vectors)
    np.testing.assert_array_equal(np.array(packed).reshape(vectors.shape), vectors)


@given(MATRICES, st.integers(1, 9))
def test_a_shorter_vector_points_where_its_beginning_does_and_has_unit_length(
    vectors: np.ndarray, dimensions: int
) -> None:
    found = shortened(vectors, dimensions, normalised=True)
    assert found.shape == vectors[:, :dimensions].shape
    for row, whole in zip(found, vectors[:, :dimensions], strict=True):
        length = float(np.linalg.norm(whole))
        if length > 1e-3:
            assert np.linalg.norm(row) == pytest.approx(1, abs=1e-4)
            assert float(row @ whole) == pytest.approx(length, rel=1e-4)
    plain = shortened(vectors, dimensions, normalised=False)
    np.testing.assert_array_equal(plain, vectors[:, :dimensions])
