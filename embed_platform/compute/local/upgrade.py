"""A function that answers at once and gets faster: its better form is prepared in the background."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)


class Upgrade(Generic[P, T]):
    """Calls the plain function until the prepared one is ready, and again once that one fails.

    The preparation begins with the first call, so that what is never used costs nothing. Whatever
    goes wrong in it leaves the plain function in place: slower, but right.

    Args:
        plain: answers from the beginning.
        prepare: makes the better function and calls it once; runs in a thread of its own.
    """

    def __init__(self, plain: Callable[P, T], prepare: Callable[[], Callable[P, T]]) -> None:
        self._plain, self._prepare = plain, prepare
        self._lock = threading.Lock()
        self._better: Callable[P, T] | None = None
        self._thread: threading.Thread | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of whichever function is ready."""
        self._begin()
        better = self._better
        if better is None:
            return self._plain(*args, **kwargs)
        try:
            return better(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - a compiler may raise anything
            self._better = None
            _log.warning("the compiled model failed, the plain one goes on (%s)", _kind(error))
            return self._plain(*args, **kwargs)

    @property
    def ready(self) -> bool:
        """Whether the better function answers."""
        return self._better is not None

    def wait(self, seconds: float) -> bool:
        """Wait until the preparation is over; returns whether the better function answers."""
        self._begin()
        assert self._thread is not None
        self._thread.join(seconds)
        return self.ready

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None:
                # a compiler that hangs must not keep the process
                self._thread = threading.Thread(target=self._work, name="upgrade", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        try:
            self._better = self._prepare()
        except Exception as error:  # noqa: BLE001 - a compiler may raise anything
            _log.warning("the model is not compiled, the plain one goes on (%s)", _kind(error))


def _kind(error: BaseException) -> str:
    """The error without its message, which may repeat a text."""
    return type(error).__name__
