"""Stands in for torch where a test needs a container that starts in a second: numpy's arrays."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from types import SimpleNamespace
from typing import Any

import numpy as np


class OutOfMemoryError(RuntimeError):
    """As torch's."""


class AcceleratorError(RuntimeError):
    """As torch's."""


class Tensor(np.ndarray):
    """An array with the methods of a tensor that are used."""

    def to(self, *where: Any, **options: Any) -> Tensor:
        """It stays where it is."""
        return self

    def float(self) -> Tensor:
        """As float32."""
        return self.astype(np.float32)

    def copy_(self, other: np.ndarray, **options: Any) -> Tensor:
        """Take over the other's numbers."""
        self[...] = other
        return self

    def numpy(self) -> np.ndarray:
        """As an array."""
        return np.asarray(self)


class Nothing:
    """A stream, or an event on it, of a device that has none."""

    def __getattr__(self, name: str) -> Any:
        """Whatever it is told."""
        return lambda *arguments: None


def from_numpy(array: np.ndarray) -> Tensor:
    """The same numbers."""
    return array.view(Tensor)


def empty(shape: tuple[int, ...], dtype: Any, pin_memory: bool) -> Tensor:
    """Any numbers."""
    return np.empty(shape, dtype=dtype).view(Tensor)


def is_tensor(value: object) -> bool:
    """Whether it is one."""
    return isinstance(value, Tensor)


def inference_mode() -> AbstractContextManager[None]:
    """There are no gradients."""
    return nullcontext()


def get_num_threads() -> int:
    """Nothing is shared among cores."""
    return 1


float32 = "torch.float32"
bfloat16 = "torch.bfloat16"
cuda = SimpleNamespace(is_available=lambda: False)
backends = SimpleNamespace(mps=SimpleNamespace(is_available=lambda: False))
cpu = SimpleNamespace(
    _is_amx_tile_supported=lambda: False,
    _is_avx512_bf16_supported=lambda: False,
    Stream=Nothing,
    Event=Nothing,
    current_stream=Nothing,
    stream=nullcontext,
)
