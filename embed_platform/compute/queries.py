"""Who embeds a question: this machine, a server, or Modal, compared with the space before it may."""

from __future__ import annotations

import atexit

from embed_platform.compute.engines import open_engine
from embed_platform.embedding.engine import Engine
from embed_platform.embedding.fleet import TextFleet
from embed_platform.embedding.probe import admit
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import MachineUnavailable, ModelUnavailable
from embed_platform.lake.lake import Lake
from embed_platform.settings import Settings

# A container or a server that was idle may load its model first.
PATIENCE_SECONDS = 120.0
_held: dict[tuple[str, str, tuple[str, ...] | str], Engine] = {}


def open_query_engine(lake: Lake, entry: ModelEntry, settings: Settings) -> Engine:
    """The engine that EMBED_QUERY_COMPUTE names, for questions to a space that holds vectors.

    Raises:
        ModelUnavailable: this machine cannot load the model, and nobody else was named.
        MachineUnavailable: the server does not answer.
        SpaceMismatch: what it gives is not comparable with the space.
    """
    if settings.query_compute == "local":
        try:
            return open_engine(entry, settings)
        except ModelUnavailable as error:
            raise ModelUnavailable(
                error.what,
                where=error.where,
                remedy="EMBED_QUERY_COMPUTE=http with EMBED_HTTP_URLS (or modal) names who embeds questions",
            ) from error
    key = (entry.space.slug, settings.query_compute, settings.http_urls)
    if key not in _held:
        engine = _first(_fleet(entry, settings))
        admit(lake, entry.space, engine, entry.kinds)
        _held[key] = engine
    return _held[key]


def _fleet(entry: ModelEntry, settings: Settings) -> TextFleet:
    if settings.query_compute == "http":
        from embed_platform.compute.http.fleet import HttpFleet

        return HttpFleet(entry, settings)
    from embed_platform.compute.modal.fleet import ModalFleet

    return ModalFleet(entry, settings)


def _first(fleet: TextFleet) -> Engine:
    """The first machine of a fleet that stays open until the process ends."""
    fleet.__enter__()
    atexit.register(fleet.__exit__, None, None, None)
    machine = fleet.next_machine(PATIENCE_SECONDS)
    if machine is None:
        raise MachineUnavailable(
            "nobody is ready to embed the question",
            where="EMBED_QUERY_COMPUTE",
            remedy="Check that the server runs",
        )
    return machine.engine
