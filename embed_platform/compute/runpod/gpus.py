"""The GPUs that RunPod rents, under its names, with what an image must know of them; pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from embed_platform.errors import ComputeRefused


@dataclass(frozen=True)
class Gpu:
    """One type of GPU.

    Attributes:
        id: RunPod's name of it, for requests.
        name: what people say.
        architecture: compute capability, 89 for 8.9.
        memory_gb: of the card.
        datacenter: whether NVIDIA's compatibility libraries serve it, so that a container may be
            newer than the host's driver.
    """

    id: str
    name: str
    architecture: int
    memory_gb: int
    datacenter: bool = False


# From RunPod's "GPU types" (docs.runpod.io/references/gpu-types) and NVIDIA's table of compute
# capabilities. AMD's cards are left out: none of the images runs there.
GPUS = (
    Gpu("Tesla V100-PCIE-16GB", "V100 PCIe 16GB", 70, 16, datacenter=True),
    Gpu("Tesla V100-SXM2-16GB", "V100 SXM2 16GB", 70, 16, datacenter=True),
    Gpu("Tesla V100-SXM2-32GB", "V100 SXM2 32GB", 70, 32, datacenter=True),
    Gpu("NVIDIA A30", "A30", 80, 24, datacenter=True),
    Gpu("NVIDIA A100 80GB PCIe", "A100 PCIe", 80, 80, datacenter=True),
    Gpu("NVIDIA A100-SXM4-80GB", "A100 SXM", 80, 80, datacenter=True),
    Gpu("NVIDIA A40", "A40", 86, 48, datacenter=True),
    Gpu("NVIDIA GeForce RTX 3070", "RTX 3070", 86, 8),
    Gpu("NVIDIA GeForce RTX 3080", "RTX 3080", 86, 10),
    Gpu("NVIDIA GeForce RTX 3080 Ti", "RTX 3080 Ti", 86, 12),
    Gpu("NVIDIA GeForce RTX 3090", "RTX 3090", 86, 24),
    Gpu("NVIDIA GeForce RTX 3090 Ti", "RTX 3090 Ti", 86, 24),
    Gpu("NVIDIA RTX A2000", "RTX A2000", 86, 6),
    Gpu("NVIDIA RTX A4000", "RTX A4000", 86, 16),
    Gpu("NVIDIA RTX A4500", "RTX A4500", 86, 20),
    Gpu("NVIDIA RTX A5000", "RTX A5000", 86, 24),
    Gpu("NVIDIA RTX A6000", "RTX A6000", 86, 48),
    Gpu("NVIDIA GeForce RTX 4070 Ti", "RTX 4070 Ti", 89, 12),
    Gpu("NVIDIA GeForce RTX 4080", "RTX 4080", 89, 16),
    Gpu("NVIDIA GeForce RTX 4080 SUPER", "RTX 4080 SUPER", 89, 16),
    Gpu("NVIDIA GeForce RTX 4090", "RTX 4090", 89, 24),
    Gpu("NVIDIA L4", "L4", 89, 24, datacenter=True),
    Gpu("NVIDIA L40", "L40", 89, 48, datacenter=True),
    Gpu("NVIDIA L40S", "L40S", 89, 48, datacenter=True),
    Gpu("NVIDIA RTX 2000 Ada Generation", "RTX 2000 Ada", 89, 16),
    Gpu("NVIDIA RTX 4000 Ada Generation", "RTX 4000 Ada", 89, 20),
    Gpu("NVIDIA RTX 4000 SFF Ada Generation", "RTX 4000 Ada SFF", 89, 20),
    Gpu("NVIDIA RTX 5000 Ada Generation", "RTX 5000 Ada", 89, 32),
    Gpu("NVIDIA RTX 6000 Ada Generation", "RTX 6000 Ada", 89, 48),
    Gpu("NVIDIA H100 80GB HBM3", "H100 SXM", 90, 80, datacenter=True),
    Gpu("NVIDIA H100 NVL", "H100 NVL", 90, 94, datacenter=True),
    Gpu("NVIDIA H100 PCIe", "H100 PCIe", 90, 80, datacenter=True),
    Gpu("NVIDIA H200", "H200 SXM", 90, 141, datacenter=True),
    Gpu("NVIDIA H200 NVL", "H200 NVL", 90, 143, datacenter=True),
    Gpu("NVIDIA B200", "B200", 100, 180, datacenter=True),
    Gpu("NVIDIA B300 SXM6 AC", "B300", 103, 288, datacenter=True),
    Gpu("NVIDIA GeForce RTX 5080", "RTX 5080", 120, 16),
    Gpu("NVIDIA GeForce RTX 5090", "RTX 5090", 120, 32),
    Gpu("NVIDIA RTX PRO 4500 Blackwell", "RTX PRO 4500", 120, 32),
    Gpu("NVIDIA RTX PRO 6000 Blackwell Server Edition", "RTX PRO 6000", 120, 96),
    Gpu("NVIDIA RTX PRO 6000 Blackwell Workstation Edition", "RTX PRO 6000 WK", 120, 96),
    Gpu(
        "NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition",
        "RTX PRO 6000 MaxQ",
        120,
        96,
    ),
    Gpu(
        "NVIDIA RTX PRO 6000 Blackwell Server Edition MIG 1g.24gb",
        "PRO 6000 MIG 24GB",
        120,
        24,
    ),
    Gpu(
        "NVIDIA RTX PRO 6000 Blackwell Server Edition MIG 2g.48gb",
        "PRO 6000 MIG 48GB",
        120,
        48,
    ),
)
BY_ID = {gpu.id: gpu for gpu in GPUS}


def named(wanted: str) -> tuple[Gpu, ...]:
    """The GPUs that a name means: RunPod's, people's, or a part that several share (`H100`).

    Args:
        wanted: empty for all.

    Raises:
        ComputeRefused: none is called so; says which come near.
    """
    if not wanted.strip():
        return GPUS
    words = _words(wanted)
    exact = tuple(gpu for gpu in GPUS if words in (_words(gpu.id), _words(gpu.name)))
    found = exact or tuple(gpu for gpu in GPUS if words <= _words(gpu.id) | _words(gpu.name))
    if not found:
        raise ComputeRefused(
            f"no GPU is called {wanted!r}; near it are {_listed(nearest(wanted))}",
            where="EMBED_GPU",
        )
    return found


def nearest(wanted: str, count: int = 3) -> list[str]:
    """Names of people's that look most like this one."""
    names = {" ".join(sorted(_words(gpu.name))): gpu.name for gpu in GPUS}
    keys = difflib.get_close_matches(" ".join(sorted(_words(wanted))), names, count, 0.0)
    return [names[key] for key in keys]


def _words(name: str) -> frozenset[str]:
    """What tells a GPU apart, however it is spelt: `NVIDIA GeForce RTX 4090`, `rtx4090`, `4090`."""
    plain = name.lower().replace("-", " ").replace("_", " ").replace("rtx", " ")
    return frozenset(plain.split()) - {"nvidia", "geforce", "tesla", "generation"}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
