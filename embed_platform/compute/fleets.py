"""The fleet that the settings choose; nothing of a vendor is imported before it is chosen."""

from __future__ import annotations

from embed_platform.compute.engines import open_engine
from embed_platform.compute.local.page_images import open_page_engine
from embed_platform.embedding.fleet import OneMachine, PageFleet, TextFleet
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import ComputeRefused
from embed_platform.settings import Settings


def open_fleet(entry: ModelEntry, settings: Settings) -> TextFleet:
    """Machines for a model; nothing is loaded or rented before the fleet is entered.

    Raises:
        ComputeRefused: a key or a cap is missing, or the vendor has no such machine.
    """
    if settings.compute == "http":
        from embed_platform.compute.http.fleet import HttpFleet

        return HttpFleet(entry, settings)
    if settings.compute == "runpod":
        from embed_platform.compute.runpod.fleet import RunPodFleet

        return RunPodFleet(entry, settings)
    if settings.compute == "modal":
        from embed_platform.compute.modal.fleet import ModalFleet

        return ModalFleet(entry, settings)
    return OneMachine(lambda: open_engine(entry, settings))


def open_page_fleet(entry: ModelEntry, settings: Settings) -> PageFleet:
    """Machines for a model of page images; nothing is loaded or rented before they are asked for.

    Raises:
        ComputeRefused: a key or a cap is missing, or such machines embed texts only.
        SettingsError: no server is named.
    """
    if settings.compute == "http":
        from embed_platform.compute.http.pages import HttpPageFleet

        return HttpPageFleet(entry, settings)
    if settings.compute == "modal":
        from embed_platform.compute.modal.pages import ModalPageFleet

        return ModalPageFleet(entry, settings)
    if settings.compute == "runpod":
        raise ComputeRefused(
            "RunPod's machines are rented for texts only",
            where=entry.name,
            remedy="Page images: --compute modal rents a GPU, --compute http uses your own server "
            "(`embed-platform serve` on any machine with a GPU), --compute local this machine",
        )
    return OneMachine(lambda: open_page_engine(entry, settings))
