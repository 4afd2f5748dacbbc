"""Modal's GPUs: their names, which of them fit a model, and what they cost; pure but for reading the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import msgspec

from embed_platform.embedding.estimate import fits
from embed_platform.errors import ComputeRefused

# What a container gets besides its GPU; the tokenizer runs on the cores.
CPU_CORES = 2.0
MEMORY_GIB = 8


class Gpu(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of GPU: dollars per second, GiB of memory, most in one container, bfloat16 units."""

    dollars: float
    memory: int
    most: int
    bfloat16: bool


class Prices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The price table: dollars per second, and the day on which they were read."""

    as_of: date
    cpu_core: float
    memory_gib: float
    gpus: dict[str, Gpu]


@dataclass(frozen=True)
class Wanted:
    """A kind of GPU and how many of it a container gets."""

    name: str
    count: int = 1

    def __str__(self) -> str:
        """As the vendor writes it."""
        return self.name if self.count == 1 else f"{self.name}:{self.count}"


@cache
def load_prices() -> Prices:
    """The table that comes with the product."""
    path = Path(__file__).with_name("prices.yaml")
    return msgspec.yaml.decode(path.read_bytes(), type=Prices)


def parse_gpus(text: str, prices: Prices) -> tuple[Wanted, ...]:
    """GPUs as a person names them, in the order in which they are tried: `L4,A10:2`.

    Raises:
        ComputeRefused: the vendor has no such GPU (names the nearest), or not so many in one container.
    """
    return tuple(_parse(part.strip(), prices) for part in text.split(",") if part.strip())


def fitting(parameters: int, prices: Prices) -> Wanted:
    """The cheapest GPU with bfloat16 units whose memory holds a model; 0 parameters fit everywhere.

    Raises:
        ComputeRefused: none does.
    """
    fit = _fitting(parameters, prices)
    if not fit:
        raise ComputeRefused(
            f"no single GPU of Modal holds {parameters / 1e9:.0f} billion parameters",
            where="EMBED_GPU",
            remedy="Name several, such as B200:2",
        )
    return Wanted(fit[0])


def fallbacks(prices: Prices) -> tuple[Wanted, ...]:
    """What an app is deployed for when nobody names a GPU: the two cheapest with bfloat16 units."""
    return tuple(Wanted(name) for name in _fitting(0, prices)[:2])


def override(
    asked: Sequence[Wanted], deployed: Sequence[Wanted], parameters: int, prices: Prices
) -> Wanted | None:
    """The GPU to ask for at run time; None to take what the app was deployed for.

    At run time one kind can be asked for, never a list.

    Raises:
        ComputeRefused: a list is asked for, and the app was deployed for another.
    """
    if len(asked) == 1:
        return asked[0]
    if asked and tuple(asked) != tuple(deployed):
        raise ComputeRefused(
            f"the app was deployed for {listed(deployed)}, EMBED_GPU asks for {listed(asked)}",
            remedy="`embed-platform modal deploy` deploys it for that list, or name one GPU",
        )
    if asked:
        return None
    names = _fitting(parameters, prices)
    if deployed and all(gpu.name in names for gpu in deployed):
        return None
    return fitting(parameters, prices)


def dollars_per_second(gpus: Sequence[Wanted], prices: Prices) -> float:
    """What a container costs a second with the dearest of these GPUs.

    Raises:
        ComputeRefused: the table has no price for one of them.
    """
    unknown = [gpu.name for gpu in gpus if gpu.name not in prices.gpus]
    if unknown:
        raise ComputeRefused(
            f"no price is known for {unknown[0]}", where="EMBED_GPU", remedy="Name another GPU"
        )
    dearest = max((prices.gpus[gpu.name].dollars * gpu.count for gpu in gpus), default=0.0)
    return dearest + CPU_CORES * prices.cpu_core + MEMORY_GIB * prices.memory_gib


def named_by(device: str, gpus: Sequence[Wanted]) -> tuple[Wanted, ...]:
    """Those of the GPUs that a driver's name for the device means: `NVIDIA L40S` is L40S and not L4.

    All of them when it means none, so that a price is never too low.
    """
    words = device.upper().replace(" ", "-")
    return tuple(gpu for gpu in gpus if _means(words, gpu.name)) or tuple(gpus)


def listed(gpus: Sequence[Wanted]) -> str:
    """For a message."""
    return ", ".join(map(str, gpus)) or "no GPU"


def _parse(text: str, prices: Prices) -> Wanted:
    name, _, count = text.upper().partition(":")
    known = prices.gpus.get(name)
    if known is None:
        near = get_close_matches(name, prices.gpus, n=3, cutoff=0.4) or list(prices.gpus)
        raise ComputeRefused(
            f"Modal has no GPU {name!r}; the nearest are {', '.join(near)}",
            where="EMBED_GPU",
            remedy=f"All of them: {', '.join(prices.gpus)}",
        )
    if count and not (count.isdecimal() and 1 <= int(count) <= known.most):
        raise ComputeRefused(
            f"{text!r}: a container gets 1 to {known.most} of {name}", where="EMBED_GPU"
        )
    return Wanted(name, int(count or 1))


def _means(words: str, name: str) -> bool:
    family = name.rstrip("!+").removesuffix("-40GB").removesuffix("-80GB")
    return re.search(rf"(?<![A-Z0-9]){family}(?![A-Z0-9])", words) is not None


def _fitting(parameters: int, prices: Prices) -> list[str]:
    """Names of GPUs that hold a model, the cheapest first."""
    fit = {
        name: gpu.dollars
        for name, gpu in prices.gpus.items()
        if gpu.bfloat16 and fits(parameters, gpu.memory)
    }
    return sorted(fit, key=lambda name: fit[name])
