"""Machines that can be rented and what they cost: RunPod's live catalogue where there is a key, else dated tables."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from embed_platform.compute.modal.gpus import Wanted, dollars_per_second, load_prices
from embed_platform.compute.runpod.choice import CLOUDS, is_sold_in, price_in
from embed_platform.compute.runpod.gpus import BY_ID
from embed_platform.embedding.estimate import Offer
from embed_platform.errors import EmbedError
from embed_platform.settings import Settings

LIVE = "live"


class Card(msgspec.Struct, frozen=True):
    """What a GPU does: GB of memory, and dense tflops in bfloat16."""

    memory: int
    tflops: float


class _RunPod(msgspec.Struct, frozen=True):
    as_of: date
    gpus: dict[str, dict[str, float]]


class _Table(msgspec.Struct, frozen=True):
    gpus: dict[str, Card]
    runpod: _RunPod


def cards() -> Mapping[str, Card]:
    """Known GPUs by the names that vendors have for them."""
    return _table().gpus


def offers(settings: Settings) -> tuple[list[Offer], str]:
    """What can be rented now: each vendor's GPUs, at the lower price where two clouds have one.

    Args:
        settings: RunPod's key and the cloud to rent from.

    Returns:
        The offers, and why RunPod's live prices cannot be had although there is a key.
    """
    if settings.runpod_key is None:
        return [*runpod_offers(settings.runpod_cloud), *modal_offers()], ""
    try:
        return [*live_offers(settings), *modal_offers()], ""
    except EmbedError as error:
        return [*runpod_offers(settings.runpod_cloud), *modal_offers()], str(error)


def runpod_offers(cloud: str = "any") -> list[Offer]:
    """RunPod's GPUs at the prices of the table.

    Args:
        cloud: SECURE, COMMUNITY or any.
    """
    table = _table().runpod
    return _offers(table.gpus, cloud, str(table.as_of))


def live_offers(settings: Settings) -> list[Offer]:
    """RunPod's GPUs that are in stock, at the prices of this moment.

    Raises:
        EmbedError: there is no key, or RunPod refuses or does not answer.
    """
    from embed_platform.compute.runpod.reaper import opened

    prices: dict[str, dict[str, float]] = {}
    with closing(opened(settings)) as api:
        for cloud in _clouds(settings.runpod_cloud):
            for offer in api.offers(cloud):
                gpu = BY_ID.get(offer.id)
                if gpu is None or offer.availability == "NONE" or not is_sold_in(offer, cloud):
                    continue
                prices.setdefault(gpu.name, {})[cloud.lower()] = price_in(offer, cloud)
    return _offers(prices, settings.runpod_cloud, LIVE)


def modal_offers() -> list[Offer]:
    """Modal's GPUs with bfloat16 units; the price is a container's, its cores and memory included."""
    prices, known = load_prices(), cards()
    return [
        Offer(
            "modal",
            name,
            gpu.memory,
            known[name].tflops,
            round(dollars_per_second((Wanted(name),), prices) * 3600, 4),
            str(prices.as_of),
        )
        for name, gpu in prices.gpus.items()
        if gpu.bfloat16 and name in known
    ]


def _offers(prices: Mapping[str, Mapping[str, float]], cloud: str, dated: str) -> list[Offer]:
    known = cards()
    lowest = {
        name: min(
            (each[one.lower()] for one in _clouds(cloud) if one.lower() in each), default=None
        )
        for name, each in prices.items()
        if name in known
    }
    return [
        Offer("runpod", name, known[name].memory, known[name].tflops, price, dated)
        for name, price in lowest.items()
        if price is not None
    ]


def _clouds(wanted: str) -> tuple[str, ...]:
    return CLOUDS if wanted == "any" else (wanted,)


@cache
def _table() -> _Table:
    path = Path(__file__).with_name("gpus.yaml")
    return msgspec.yaml.decode(path.read_bytes(), type=_Table)
