"""What embedding would take: tokens, hours, dollars, for each GPU; pure functions.

A model of P parameters does about 2 P floating point operations for a token that it reads (Kaplan
et al. 2020, "Scaling Laws for Neural Language Models", section 2.1: one pass forward); attention
over chunks of a few thousand tokens adds little to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

OPERATIONS_PER_PARAMETER = 2
# Share of a card's peak that embedding reaches: small models are bound by memory and by what
# surrounds them, servers by their batches.
UTILISATION = (0.08, 0.40)
# Before the first text: a machine comes up and loads its model. Paid for on every machine.
START_SECONDS = {"runpod": 240.0, "modal": 60.0}
# Weights in 16 bits, and half as much again for activations and the framework.
BYTES_PER_PARAMETER = 3.0


@dataclass(frozen=True)
class Offer:
    """One kind of machine that can be had.

    Attributes:
        compute: runpod or modal, or local for what costs nothing.
        gpu: its name.
        memory_gb: of the card.
        tflops: dense, 16 bits; 0 where it is not known.
        dollars_per_hour: of one machine.
        dated: day of the price, "live" for a catalogue, empty where it costs nothing.
    """

    compute: str
    gpu: str
    memory_gb: float
    tflops: float
    dollars_per_hour: float
    dated: str = ""


@dataclass(frozen=True)
class Estimate:
    """What a run would take on one kind of machine; pairs are the least and the most.

    Attributes:
        offer: the machine.
        machines: how many at a time.
        gpu_hours: of all machines, starting up included.
        dollars: for them.
        wall_minutes: until the last text.
        measured: whether the speed was measured with this model, else estimated.
    """

    offer: Offer
    machines: int
    gpu_hours: tuple[float, float]
    dollars: tuple[float, float]
    wall_minutes: tuple[float, float]
    measured: bool


def speed_range(parameters: float, tflops: float) -> tuple[float, float]:
    """Tokens per second of a model on a card, the slowest and the fastest that is likely."""
    per_token = OPERATIONS_PER_PARAMETER * parameters
    low, high = (share * tflops * 1e12 / per_token for share in UTILISATION)
    return low, high


def fits(parameters: float, memory_gb: float) -> bool:
    """Whether a model's weights and their surroundings fit into a card's memory."""
    return parameters * BYTES_PER_PARAMETER <= memory_gb * 1e9


def estimate(
    offer: Offer,
    tokens: int,
    parameters: float,
    machines: int = 1,
    measured: float | None = None,
) -> Estimate | None:
    """What a run would take; None where it cannot be told or the model does not fit.

    Args:
        offer: the machine.
        tokens: to read.
        parameters: of the model; 0 where they are not known.
        machines: how many at a time.
        measured: tokens per second of one such machine with this model, if that was measured.
    """
    if offer.memory_gb and parameters and not fits(parameters, offer.memory_gb):
        return None
    if measured is None and not (parameters and offer.tflops):
        return None
    slow, fast = (measured, measured) if measured else speed_range(parameters, offer.tflops)
    start = START_SECONDS.get(offer.compute, 0.0)
    # a machine without a text to read is not rented
    used = max(1, min(machines, int(tokens / (fast * 30)) + 1)) if start else machines
    hours = tuple((tokens / speed + used * start) / 3600 for speed in (fast, slow))
    return Estimate(
        offer=offer,
        machines=used,
        gpu_hours=(hours[0], hours[1]),
        dollars=(hours[0] * offer.dollars_per_hour, hours[1] * offer.dollars_per_hour),
        wall_minutes=(hours[0] * 60 / used, hours[1] * 60 / used),
        measured=measured is not None,
    )


def cheapest(
    estimates: Sequence[Estimate], deadline_minutes: float | None = None
) -> Estimate | None:
    """The one that costs least at the worst, among those that are ready in time at the worst."""
    ready = [
        one
        for one in estimates
        if deadline_minutes is None or one.wall_minutes[1] <= deadline_minutes
    ]
    return min(ready, key=lambda one: (one.dollars[1], one.wall_minutes[1]), default=None)
