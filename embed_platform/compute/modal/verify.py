"""Whether what is deployed works: a few texts embedded there, compared with this machine where it can."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import httpx2

from embed_platform.compute.engines import open_engine
from embed_platform.compute.modal.budget import Budget
from embed_platform.compute.modal.commands import service_address
from embed_platform.compute.modal.deployment import IDLE_SECONDS
from embed_platform.compute.modal.engine import ModalEngine
from embed_platform.compute.modal.fleet import ModalFleet
from embed_platform.compute.modal.gpus import (
    dollars_per_second,
    fallbacks,
    load_prices,
    parse_gpus,
)
from embed_platform.embedding.engine import Matrix, Provenance
from embed_platform.embedding.fleet import Machine
from embed_platform.embedding.probe import cosines
from embed_platform.embedding.registry import ModelEntry
from embed_platform.errors import EmbedError, MachineUnavailable
from embed_platform.settings import Settings

TEXTS = (
    "The tide tables were pinned beside the kitchen door.",
    "Der Bus kam zehn Minuten zu früh.",
    "🌧️ all day",
)
# One container for a quarter of an hour: a cold start with a large model is in it.
MINUTES = 15
POLL_SECONDS = 1.0


@dataclass(frozen=True)
class Verified:
    """What came of it.

    Attributes:
        maker: who embedded the texts.
        budget: the most that it could have cost.
        dollars: what it cost, as well as it is known.
        gpu_seconds: in which the model was at work.
        start_seconds: until the first container had answered.
        cosine: lowest with this machine's vectors; None where it cannot load the model.
        reason: why there is none.
    """

    maker: Provenance
    budget: Budget
    dollars: float
    gpu_seconds: float
    start_seconds: float
    cosine: float | None
    reason: str = ""


def verify(entry: ModelEntry, settings: Settings) -> Verified:
    """Embed three texts with the deployed app.

    Raises:
        ComputeRefused: no token, no cap, not deployed, another version.
        EmbedError: it does not work, and why.
    """
    one = settings.model_copy(update={"pods": 1, "rent_minutes": MINUTES})
    began = time.monotonic()
    with ModalFleet(entry, one) as fleet:
        engine = _first(fleet, began + MINUTES * 60).engine
        started = time.monotonic() - began
        found = engine.embed(TEXTS, entry.space.document_prompt)
        dollars, gpu_seconds = fleet.dollars, fleet.gpu_seconds
    cosine, reason = _compared(entry, settings, found.vectors)
    return Verified(engine.provenance, fleet.budget, dollars, gpu_seconds, started, cosine, reason)


@dataclass(frozen=True)
class Served:
    """How the deployed HTTP service answers.

    Attributes:
        address: where it is reached.
        ready: whether requests can be served.
        model: `ok`, or why its first model cannot be loaded.
        lake: `ok`, `none` where only the models are served, or why it cannot be read.
        seconds: until it answered, a container's start included.
        dollars: what that container costs until it is stopped, at most.
    """

    address: str
    ready: bool
    model: str
    lake: str
    seconds: float
    dollars: float


def verify_service(settings: Settings) -> Served | None:
    """Ask the deployed HTTP service whether it is ready; None where the app is deployed without it.

    Raises:
        ComputeRefused: the token is refused.
        MachineUnavailable: nobody answers, or not our service.
    """
    address = service_address(settings)
    if address is None:
        return None
    began = time.monotonic()
    try:
        # while a container starts, the vendor sends whoever waits long from one address to the next
        answer = httpx2.get(
            f"{address}/readyz",
            timeout=MINUTES * 60,
            follow_redirects=True,
        )
        said = answer.json()
        ready, model, lake = bool(said["ready"]), str(said["model"]), str(said["lake"])
    except (httpx2.HTTPError, ValueError, TypeError, KeyError) as error:
        raise MachineUnavailable(
            f"the service does not answer as it should ({type(error).__name__})",
            where=address,
            remedy="`embed-platform modal logs` shows why",
        ) from error
    seconds = time.monotonic() - began
    prices = load_prices()
    gpus = parse_gpus(settings.gpu, prices) or fallbacks(prices)
    dollars = (seconds + IDLE_SECONDS) * dollars_per_second(gpus, prices)
    return Served(address, ready, model, lake, seconds, dollars)


def _first(fleet: ModalFleet, deadline: float) -> Machine[ModalEngine]:
    while time.monotonic() < deadline:
        machine = fleet.next_machine(POLL_SECONDS)
        if machine is not None:
            return machine
    raise MachineUnavailable(f"no container came up in {MINUTES} minutes", where="Modal")


def _compared(entry: ModelEntry, settings: Settings, theirs: Matrix) -> tuple[float | None, str]:
    """Lowest cosine with this machine's own vectors, or why there is none; nothing is downloaded for it."""
    if not is_here(entry):
        return None, "the model is not on this machine"
    try:
        ours = open_engine(entry, settings).embed(TEXTS, entry.space.document_prompt)
    except EmbedError as error:
        return None, str(error)
    return float(cosines(ours.vectors, theirs).min()), ""


def is_here(entry: ModelEntry) -> bool:
    """Whether a model's files are on this machine already."""
    from huggingface_hub import try_to_load_from_cache

    if Path(entry.source).is_dir():
        return True
    found = try_to_load_from_cache(entry.name, "config.json", revision=entry.space.revision)
    return isinstance(found, str)
