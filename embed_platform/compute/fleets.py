"""The fleet that the settings choose; nothing of a vendor is imported before it is chosen."""

from __future__ import annotations

from embed_platform.compute.engines import open_engine
from embed_platform.embedding.fleet import Fleet, OneMachine
from embed_platform.embedding.registry import ModelEntry
from embed_platform.settings import Settings


def open_fleet(entry: ModelEntry, settings: Settings) -> Fleet:
    """Machines for a model; nothing is loaded or rented before the fleet is entered.

    Raises:
        ComputeRefused: a key or a cap is missing, or the vendor has no such machine.
    """
    if settings.compute == "http":
        from embed_platform.compute.http import HttpFleet

        return HttpFleet(entry, settings)
    if settings.compute == "runpod":
        from embed_platform.compute.runpod.fleet import RunPodFleet

        return RunPodFleet(entry, settings)
    if settings.compute == "modal":
        from embed_platform.compute.modal.fleet import ModalFleet

        return ModalFleet(entry, settings)
    return OneMachine(lambda: open_engine(entry, settings))
