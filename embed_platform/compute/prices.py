"""Machines that can be rented and what they cost, from the file that comes with the product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from embed_platform.embedding.estimate import Offer


def gpu_table() -> dict[str, Any]:
    """The file as it is: `prices` (day by vendor) and `gpus` (by name)."""
    content: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("gpus.yaml").read_text(encoding="utf-8")
    )
    return content


def dated_offers(cloud: str = "any") -> list[Offer]:
    """What the file says can be rented, one offer for each vendor and GPU at its lower price.

    Args:
        cloud: of RunPod's two clouds the one to rent from, SECURE or COMMUNITY, or any.
    """
    table = gpu_table()
    days = {vendor: str(day) for vendor, day in table["prices"].items()}
    found = []
    for name, gpu in table["gpus"].items():
        prices = {
            "runpod": _lowest(gpu.get("runpod", {}), cloud),
            "modal": gpu.get("modal"),
        }
        found += [
            Offer(vendor, name, gpu["memory"], gpu["tflops"], price, days[vendor])
            for vendor, price in prices.items()
            if price is not None
        ]
    return found


def _lowest(prices: dict[str, float], cloud: str) -> float | None:
    wanted = [price for name, price in prices.items() if cloud in ("any", name.upper())]
    return min(wanted, default=None)
