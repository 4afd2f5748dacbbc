"""What to try to rent, and in which order; pure functions over the vendor's catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from embed_platform.compute.runpod.gpus import BY_ID, Gpu, named
from embed_platform.compute.runpod.images import Image, image_for, memory_needed
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import ComputeRefused

CLOUDS = ("SECURE", "COMMUNITY")


class Price(msgspec.Struct, frozen=True):
    """Dollars an hour for one GPU in each cloud."""

    secure: float = 0.0
    community: float = 0.0


class CudaVersion(msgspec.Struct, frozen=True):
    """A driver's CUDA version, and whether a host with it is free."""

    version: str
    available: bool = False


class Offer(msgspec.Struct, frozen=True, rename={"cuda_versions": "cudaVersions"}):
    """One GPU type as the catalogue lists it, for one cloud.

    Attributes:
        id: RunPod's name.
        memory: of the card, GB.
        secure: whether the secure cloud has the type.
        community: whether the community cloud has it.
        price: dollars an hour.
        availability: NONE, LOW, MEDIUM or HIGH; empty when it was not told.
        cuda_versions: of the hosts; empty when none is reported.
    """

    id: str
    memory: int
    secure: bool
    community: bool
    price: Price
    availability: str = ""
    cuda_versions: tuple[CudaVersion, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """One thing that can be rented."""

    gpu: Gpu
    cloud: str
    dollars_per_hour: float
    image: Image
    in_stock: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: GPU and cloud."""
        return self.gpu.id, self.cloud

    def __str__(self) -> str:
        return f"{self.gpu.name}, {self.cloud.lower()} cloud, ${self.dollars_per_hour:.2f}/h"


def candidates(
    entry: ModelEntry, catalogue: Mapping[str, Iterable[Offer]], wanted_gpu: str
) -> list[Candidate]:
    """What to try, in order: what the catalogue has in stock, then by price, the secure cloud first.

    The catalogue's stock orders and does not exclude: it is no reservation and may be a minute old.

    Args:
        entry: the model to serve.
        catalogue: offers by cloud; only the clouds that may be used.
        wanted_gpu: a GPU's name or a part of it; empty for any.

    Raises:
        ComputeRefused: nothing of it would do; says why.
    """
    chosen = {gpu.id for gpu in named(wanted_gpu)}
    need = memory_needed(entry)
    found, too_small = [], set()
    for cloud, offers in catalogue.items():
        for offer in offers:
            gpu = BY_ID.get(offer.id)
            if gpu is None or gpu.id not in chosen or not is_sold_in(offer, cloud):
                continue
            if min(offer.memory, gpu.memory_gb) < need:
                too_small.add(gpu.name)
            elif image := image_for(entry, gpu):
                in_stock = _in_stock(offer, image.min_cuda)
                found.append(Candidate(gpu, cloud, price_in(offer, cloud), image, in_stock))
    if not found:
        raise _nothing(entry, wanted_gpu, too_small, need, tuple(catalogue))
    return sorted(
        found, key=lambda c: (not c.in_stock, c.dollars_per_hour, CLOUDS.index(c.cloud), c.gpu.id)
    )


def is_sold_in(offer: Offer, cloud: str) -> bool:
    """Whether a cloud has the type and names a price for it."""
    return (offer.secure if cloud == "SECURE" else offer.community) and price_in(offer, cloud) > 0


def price_in(offer: Offer, cloud: str) -> float:
    """Dollars an hour in a cloud."""
    return offer.price.secure if cloud == "SECURE" else offer.price.community


def _in_stock(offer: Offer, min_cuda: str) -> bool:
    """Whether a host is free whose driver is new enough, as far as the catalogue tells."""
    if offer.availability == "NONE":
        return False
    floor = _version(min_cuda)
    return not offer.cuda_versions or any(
        one.available and _version(one.version) >= floor for one in offer.cuda_versions
    )


def _version(text: str) -> tuple[int, ...]:
    """12.11 is above 12.2."""
    return tuple(int(part) for part in text.split("."))


def _nothing(
    entry: ModelEntry, wanted: str, too_small: set[str], need: float, clouds: tuple[str, ...]
) -> ComputeRefused:
    where = " or ".join(cloud.lower() for cloud in clouds)
    if too_small:
        what = f"it needs {need:.0f} GB of GPU memory; {', '.join(sorted(too_small))} has less"
        return ComputeRefused(what, where=entry.name, remedy="Choose a larger EMBED_GPU, or none")
    what = f"RunPod's {where} cloud offers no {wanted or 'GPU'} that an image serves it on"
    return ComputeRefused(what, where=entry.name, remedy="Change EMBED_GPU or EMBED_RUNPOD_CLOUD")
