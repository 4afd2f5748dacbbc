"""Steps of an in-process run told to the command line; a run in the UI does not use it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dagster as dg

OnStep = Callable[[str, str], None]
_listeners: list[OnStep] = []


class _Handler(logging.Handler):
    """Hands a step's start and its own messages to whoever listens."""

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", None) or {}
        event = meta.get("dagster_event")
        step = meta.get("step_key") or ""
        if event is not None and event.event_type_value == "STEP_START":
            self._tell(step, "")
        elif event is None and step and record.levelno >= logging.INFO:
            self._tell(step, str(meta.get("orig_message", record.getMessage())))

    @staticmethod
    def _tell(step: str, message: str) -> None:
        for listener in _listeners:
            listener(step, message)


@dg.logger({}, description="Tells the steps of a run to the command line that started it.")
def steps_logger(_context: dg.InitLoggerContext) -> logging.Logger:
    """A logger of its own, so that nothing else is printed."""
    logger = logging.Logger("embed_platform.steps", level=logging.DEBUG)
    logger.addHandler(_Handler())
    return logger


@contextmanager
def listening(on_step: OnStep) -> Iterator[None]:
    """While the block runs, `on_step(step, message)` is called for steps of in-process runs."""
    _listeners.append(on_step)
    try:
        yield
    finally:
        _listeners.remove(on_step)
